"""One record out of what was found in a note."""
