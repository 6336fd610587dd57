"""Files of all kinds, read into text that knows its page."""
