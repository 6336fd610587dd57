"""Summaries of notes, held against what their authors concluded."""
