"""Findings as bytes, and back: JSON Lines, brat stand-off, one self-contained HTML page."""
