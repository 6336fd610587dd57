"""Note pages that are drawn and then read again, as they are, with noise, and askew."""
