"""Whether the record bears out a sentence: every word, number, date and status, or the sentence does not stand."""
