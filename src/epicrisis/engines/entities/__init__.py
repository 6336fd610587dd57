"""Engines that find what a note names."""
