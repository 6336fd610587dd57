"""CDA documents, C-CDA among them, read into the text their authors signed."""
