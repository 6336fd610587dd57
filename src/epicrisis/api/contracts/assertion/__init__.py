"""Contracts A and B, a sentence classifier: what a sentence says as a whole, one sentence or a batch at a time."""
