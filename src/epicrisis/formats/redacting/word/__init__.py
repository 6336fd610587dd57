"""Word documents (DOCX) without identities."""
