"""A file met in a process of its own, within limits, so that a hostile one does what it does to nobody else."""
