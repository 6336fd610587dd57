"""LOINC codes for what is measured, by name, unit and specimen."""
