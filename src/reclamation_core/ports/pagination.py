"""How far a page may reach: the same for every store, whatever numbers its database could count with."""

from __future__ import annotations

from typing import Any, Final

from reclamation_core.wording import safe_repr

MAX_INT: Final = 10**18
"""The largest number that every store can be asked with, and count a little further from."""


def is_whole(value: object, least: int) -> bool:
    """Whether a value is a whole number from the least on, that every store can be asked with."""
    return type(value) is int and least <= value <= MAX_INT


def require_limit(limit: object) -> None:
    """Refuse what is no limit of a page.

    Raises:
        ValueError: it is none.
    """
    if not is_whole(limit, 1):
        raise ValueError(f"limit: {safe_repr(limit)}; give a whole number, from 1 to 10**18")


def require_page(after: object, limit: object) -> None:
    """Refuse what is no page of a feed.

    Raises:
        ValueError: the position or the limit is none.
    """
    if not is_whole(after, 0) or not is_whole(limit, 1):
        raise ValueError(
            f"after, limit: {safe_repr(after)}, {safe_repr(limit)}; give a position from 0 on and a limit from "
            "1 on, whole numbers of at most 10**18"
        )


def require_progress(last: Any, after: Any, pages: str) -> None:
    """Refuse a page that ends where the page before it ended, or earlier: reading on would never end.

    Raises:
        RuntimeError: the store breaks the contract of its port.
    """
    if after is not None and last <= after:
        raise RuntimeError(
            f"{pages}: the page after {after!r} ends with {last!r}, so that paging would never end; the store breaks "
            "its contract: test it with reclamation_core.testing.contracts.StoreContract"
        )
