"""Public corpora in one uniform form: what a row is, how it is read, and under which terms it may be used."""
