"""Differentials against vignettes of our own: what was meant, what was stated, and what an engine makes of it."""
