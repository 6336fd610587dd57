"""Teaching the tagger that finds identifiers: invented identities in note-like places, and what was marked."""
