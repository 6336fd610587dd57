"""ICD-10-CM codes for problems, by the words that name them."""
