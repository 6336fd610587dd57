"""What a summary of a patient takes: in this process, and of a server that streams it."""
