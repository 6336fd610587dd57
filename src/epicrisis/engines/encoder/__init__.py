"""The shared encoder: one pass over a note, many heads on top."""
