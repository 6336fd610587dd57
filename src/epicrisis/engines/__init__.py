"""Opinions about text: every engine is plain, synchronous and pure, and stands behind a contract."""
