"""The command line: one module per verb, each a door that translates and decides nothing."""
