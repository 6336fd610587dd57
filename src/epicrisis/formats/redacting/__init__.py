"""Files without identities: bytes in, bytes out, and the words between are somebody else's to judge."""
