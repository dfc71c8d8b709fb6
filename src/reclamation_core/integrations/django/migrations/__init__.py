"""Migrations: each release whose schema differs has one more, which names the version of the schema it upgrades to."""
