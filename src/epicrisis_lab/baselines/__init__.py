"""What a reader of ours is measured beside: a CRF over plain features, and a BiLSTM-CRF of the kind others serve."""
