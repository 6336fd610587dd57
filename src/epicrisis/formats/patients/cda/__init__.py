"""C-CDA documents (R1.1 and R2.1) as FHIR resources, in the sense of the guide "C-CDA on FHIR"."""
