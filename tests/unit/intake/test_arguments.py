"""Arguments of the wrong type are refused with the name of the parameter."""

from pathlib import Path
from typing import Any

import pytest

from reclamation_core import BusinessCalendar, m2_1
from reclamation_core.intake import Triage, read


@pytest.mark.parametrize(
    ("policy", "calendar", "told"),
    [
        (None, BusinessCalendar.france(), "policy: a Policy is expected, got None"),
        (BusinessCalendar.france(), m2_1(), "policy: a Policy is expected, got a BusinessCalendar"),
        (m2_1(), "metropole", "calendar: a BusinessCalendar is expected, got a str"),
    ],
)
def test_a_triage_is_of_an_edition_and_a_calendar(policy: Any, calendar: Any, told: str) -> None:
    with pytest.raises(TypeError, match=told):
        Triage(policy, calendar)


def test_the_name_of_a_mapping_file_is_not_a_mapping(tmp_path: Path) -> None:
    mapping: Any = "mapping.toml"
    with pytest.raises(TypeError, match=r"mapping: a ColumnMapping is expected, got a str; ColumnMapping\.from_toml"):
        read(tmp_path / "complaints.csv", mapping)
