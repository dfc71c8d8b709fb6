"""Names that are nobody's."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import attrs

from reclamation_core.simulation.draws import Draws
from reclamation_core.simulation.phrases import read_bank


@attrs.frozen(kw_only=True)
class Names:
    """French names by part, as `data/people.toml` has them; the first names are women's and men's alike."""

    first: Sequence[str]
    last: Sequence[str]
    bodies: Sequence[str]
    trades: Sequence[str]


@cache
def names() -> Names:
    """The shipped names."""
    return read_bank(Names, "people.toml")


def person_name(draws: Draws) -> str:
    """Somebody's name."""
    return f"{draws.one_of(names().first)} {draws.one_of(names().last)}"


def body_name(draws: Draws) -> str:
    """The name of a funder, a prescriber or a partner."""
    return f"{draws.one_of(names().bodies)} {draws.one_of(names().last)}"


def company_name(draws: Draws) -> str:
    """A company's name."""
    return f"{draws.one_of(names().trades)} {draws.one_of(names().last)}"
