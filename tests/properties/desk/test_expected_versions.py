"""Clients that pass the version they have seen: every accepted act is recorded once, every other one is a conflict."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.desk import etag
from reclamation_core.ports import VersionConflictError
from tests.unit.desk import factories

CLIENTS = 3
STEPS = st.lists(st.tuples(st.integers(0, CLIENTS - 1), st.sampled_from(["look", "contain", "twice", "other"])))


@given(STEPS, st.booleans())
def test_an_act_is_accepted_iff_its_client_saw_the_latest_version(steps: list[tuple[int, str]], by_tag: bool) -> None:
    desk = factories.new_desk()
    reference = factories.registered(desk).reference
    version, seen, accepted = 1, [1] * CLIENTS, 0  # the model: the version is the number of accepted acts

    def contain(expected: int) -> None:
        case: Any = desk.cases.get(reference)
        version_or_tag = f'"v{expected}"' if by_tag else expected
        assert (etag(case) == f'"v{expected}"') is (case.version == expected)
        desk.contain(reference, measure="un remplaçant", expected_version=version_or_tag)

    for client, step in steps:
        if step == "look":
            seen[client] = version
            continue
        if step == "other":  # a client that states no version decides on the latest state
            desk.contain(reference, measure="un remplaçant")
            version, accepted = version + 1, accepted + 1
            continue
        for _ in range(2 if step == "twice" else 1):
            if seen[client] == version:
                contain(seen[client])
                version, accepted = version + 1, accepted + 1
            else:
                with pytest.raises(VersionConflictError) as refused:
                    contain(seen[client])
                assert (refused.value.expected, refused.value.found) == (seen[client], version)

    case = desk.cases.get(reference)
    assert (case.version, len(case.containments)) == (version, accepted)
