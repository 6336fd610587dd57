"""How fast identifiers are found and hidden, beside Presidio; and how the time grows with the text."""
