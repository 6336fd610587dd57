"""Codes for what a note names."""
