"""What is recorded of a patient, read from FHIR, C-CDA and HL7 v2 into one ``PatientRecord``."""
