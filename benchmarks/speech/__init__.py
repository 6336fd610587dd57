"""Dictated notes written down again: word errors, negations lost and invented, time."""
