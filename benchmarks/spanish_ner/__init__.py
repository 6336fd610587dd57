"""The Spanish reader beside one BiLSTM-CRF per type, on the contract's sample text."""
