"""Summaries of patients against the raw resources: written from the FHIR specification, so that it can disagree."""
