"""PDF files without identities: their text, set anew on empty pages."""
