"""What is known of conditions and findings: tables that people write and review, and what reads and checks them."""
