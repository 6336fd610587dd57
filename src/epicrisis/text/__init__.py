"""Offsets, sentences, sections, tokens, windows: reads text and holds no opinion about it."""
