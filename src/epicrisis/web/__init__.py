"""The pages people look at: escaped templates and our own static files, nothing from anywhere else."""
