"""Stores that the ports ask for: in memory, and by SQLAlchemy."""
