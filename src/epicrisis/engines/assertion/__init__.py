"""Says of a given finding whether it is so, when and for whom."""
