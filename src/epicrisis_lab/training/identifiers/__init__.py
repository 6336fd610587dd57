"""Teaching the head that finds identifiers: invented identities in note-like places, cached vectors, a small tagger."""
