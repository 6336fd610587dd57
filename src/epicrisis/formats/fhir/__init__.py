"""Records as FHIR R4, the way the record systems of hospitals take them in."""
