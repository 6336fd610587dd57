"""Recordings of all kinds, decoded into samples."""
