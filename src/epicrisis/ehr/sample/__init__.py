"""A small EHR of our own: real HTTP over a folder of bundles, well or unwell, for demonstrations and tests."""
