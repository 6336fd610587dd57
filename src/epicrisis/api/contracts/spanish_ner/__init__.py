"""Contract N, ten containers of Spanish named entity recognition: symptoms, species, procedures, drugs, diseases."""
