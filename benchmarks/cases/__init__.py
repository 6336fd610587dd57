"""How well and how fast similar cases are found."""
