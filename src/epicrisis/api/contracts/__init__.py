"""The systems epicrisis replaces, spoken word for word: one thin door each, and nothing of them further in."""
