"""Contract H, a medical data extraction API: what is scrubbed, uploaded, transcribed, extracted and summarised."""
