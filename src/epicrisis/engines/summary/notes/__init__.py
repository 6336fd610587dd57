"""The summary of one note: its own sentences, those that a physician would look for."""
