"""Recordings, written down by the libraries that do it."""
