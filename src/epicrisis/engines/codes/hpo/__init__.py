"""Codes of the Human Phenotype Ontology for problems, by the words and letters that name them."""
