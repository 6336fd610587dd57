"""FHIR resources (R4, R4B, R5, and the shapes of DSTU2 and STU3) as facts of one patient."""
