"""Which words belong together: what stands between two of them, learnt from relations that people marked."""
