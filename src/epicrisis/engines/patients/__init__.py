"""What of a patient's record holds, and what changed in it: no words, only values, each with where it comes from."""
