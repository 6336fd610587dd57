"""What the running service tells its keepers: ids and counts, never a word of a note."""
