"""FHIR resources (R4, R4B, R5), read into the text a clinician would."""
