"""A help desk with FastAPI and PostgreSQL: each ticket opens a complaint in the same transaction."""
