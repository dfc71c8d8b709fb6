"""A help desk with Django and SQLite: each ticket opens a complaint in the same transaction."""
