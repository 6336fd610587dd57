"""HL7 v2 messages as FHIR resources, in the sense of the guide "HL7 Version 2 to FHIR"."""
