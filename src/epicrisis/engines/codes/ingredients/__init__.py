"""The ingredients of drugs, by any name a note gives them."""
