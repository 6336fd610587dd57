"""HL7 v2 messages, read into the text a clinician would."""
