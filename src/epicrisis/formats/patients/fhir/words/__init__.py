"""How records say in words what they have no code for, one file a language."""
