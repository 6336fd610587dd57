"""One module per task that ``epicrisis-lab evaluate`` knows."""
