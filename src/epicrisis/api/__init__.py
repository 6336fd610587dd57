"""The HTTP door: it translates requests into calls and values into answers, and decides nothing."""
