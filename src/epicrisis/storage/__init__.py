"""What the server keeps between requests: each port with a twin in memory and adapters over SQLite and PostgreSQL."""
