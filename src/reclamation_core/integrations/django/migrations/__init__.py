"""Migrations: each release whose schema differs has one more, which upgrades to the schema of that release."""
