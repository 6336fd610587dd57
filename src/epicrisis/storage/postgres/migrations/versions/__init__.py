"""One file a step, numbered; each can be taken back."""
