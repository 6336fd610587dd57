"""Results of tests: laboratory values and vital signs, with units, ranges and when they were taken."""
