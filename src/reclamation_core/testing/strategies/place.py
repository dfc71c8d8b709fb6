"""Sites of the agency."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from reclamation_core.calendars import Territory
from reclamation_core.testing.strategies.invalid import Invalid, spoilt
from reclamation_core.testing.strategies.text import names
from reclamation_core.vocabulary import Site, Sites


def sites() -> st.SearchStrategy[Site]:
    """Sites of any territory; shrinks towards one of metropolitan France."""
    return st.builds(
        Site,
        code=names(),
        name=names(),
        region=names(),
        territory=st.sampled_from(Territory),
        whit_monday_worked=st.booleans(),
        good_friday=st.sampled_from([True, False]),
    )


def site_lists(*, least: int = 1, most: int = 4) -> st.SearchStrategy[Sites]:
    """The sites of an agency, each with a code of its own; shrinks towards as few as there may be."""
    return st.lists(sites(), min_size=least, max_size=most, unique_by=lambda site: site.code).map(Sites)


def invalid_sites() -> st.SearchStrategy[Invalid]:
    """Arguments that `Site` refuses; shrinks towards an empty code."""
    bad: tuple[tuple[str, Any, type[Exception]], ...] = (
        ("code", "", ValueError),
        ("code", " CRE", ValueError),
        ("code", "C\nRE", ValueError),
        ("code", 94, TypeError),
        ("name", "\t", ValueError),
        ("region", None, TypeError),
        ("territory", "Corse", ValueError),
        ("time_zone", "Europe/Créteil", ValueError),
        ("whit_monday_worked", "oui", TypeError),
    )
    return spoilt({"code": "CRE", "name": "Créteil", "region": "Île-de-France"}, *bad)
