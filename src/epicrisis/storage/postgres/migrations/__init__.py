"""How the tables came to be, step by step (alembic): a step that was released is never changed."""
