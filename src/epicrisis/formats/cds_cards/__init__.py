"""Advice as cards of CDS Hooks: a summary of a line, a page behind it, and what can be ordered with one click."""
