"""Assertion models of the Hugging Face hub, read from files that are on this machine already."""
