"""The words by which a record is put in FHIR: what lasts, what is over, and how a dose is told."""
