from __future__ import annotations

import pytest
from guichet.counter import Counter

from reclamation_core import Desk, Site, Sites


@pytest.fixture
def sites() -> Sites:
    return Sites(
        (
            Site(code="CRE", name="Créteil", region="Île-de-France"),
            Site(code="STR", name="Strasbourg", region="Grand Est", territory="alsace-moselle"),
        )
    )


@pytest.fixture
def counter(desk: Desk) -> Counter:
    return Counter(desk)
