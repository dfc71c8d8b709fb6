"""The columns that are made on the way in Polars."""

KEPT = "reclamation_core: "
"""What their names begin with."""


def temporary(name: str) -> str:
    """What such a column is called."""
    return f"{KEPT}{name}"
