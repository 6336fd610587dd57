"""From a note, and from a file, to a record."""
