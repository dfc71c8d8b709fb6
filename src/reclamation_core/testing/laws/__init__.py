"""The properties of the domain as values."""
