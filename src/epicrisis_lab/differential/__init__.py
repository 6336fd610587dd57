"""The learnt differential engine: the patients it learns from, how it is trained, and how often it is right."""
