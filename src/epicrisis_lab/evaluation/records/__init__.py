"""Records read by hand, and how far an engine writes the same: ``tests/golden/records/README.md`` says how to score."""
