"""What a user can ask for: one callable each, handed its engines by ``assembly``."""
