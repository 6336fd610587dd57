"""The pattern engine: shapes, labels and names that say whose a note is, each with its reason; no weights."""
