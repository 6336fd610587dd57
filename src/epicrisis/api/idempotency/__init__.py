"""``Idempotency-Key``: a request that is sent again is done once, and answered alike."""
