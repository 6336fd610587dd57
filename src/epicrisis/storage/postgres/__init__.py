"""What the server keeps in PostgreSQL, for installations of several machines (extra ``postgres``)."""
