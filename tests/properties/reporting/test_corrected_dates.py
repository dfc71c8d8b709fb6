"""The dates that reports, files and pages print of a corrected history are those of a history that was never wrong."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import Case, Desk
from reclamation_core.reporting import ReportFormat, report_bytes
from tests.unit.desk import factories
from tests.unit.desk.factories import at

RECEIVED = at(1)
instants = st.lists(st.integers(0, 27 * 24), min_size=2, max_size=2).map(
    lambda hours: [RECEIVED + timedelta(hours=hour) for hour in sorted(hours)]
)


def lived(registered_at: datetime, filed_at: datetime) -> tuple[Desk, Case]:
    desk = factories.new_desk(at(30))
    case = desk.register(factories.facts(received_at=RECEIVED), site="CRE", occurred_at=registered_at)
    return desk, desk.add_support(case.reference, kind="letter", title="lettre", occurred_at=filed_at)


def tables(report: Any) -> dict[str, list[dict[str, Any]]]:
    return {table["title"]: table["rows"] for table in json.loads(report_bytes(report, ReportFormat.JSON))["tables"]}


def printed(desk: Desk, case: Case) -> tuple[Any, ...]:
    """Return what is printed of the registration and the support."""
    (row,) = tables(desk.reports.register())["Registre"]
    file = tables(desk.reports.case(case.reference))
    facts = {one["rubrique"]: one["valeur"] for one in file["Le dossier"]}
    history = [(one["survenu_le"], one["operation"]) for one in file["Historique"][:2]]
    page = re.findall(r"\d{2}/\d{2}/\d{4} \d{2}:\d{2}", case.to_html())[:2]
    told = [one.occurred_at for one in desk.personal_data_of("lettre")][:1]
    return row["enregistre_le"], facts["Enregistré le"], history, page, told


@given(instants, instants)
def test_corrected_dates_are_printed_as_dates_right_at_first(mistaken: list[datetime], truth: list[datetime]) -> None:
    desk, case = lived(*mistaken)
    order = (1, 2) if truth[0] <= mistaken[1] else (2, 1)
    for number in order:
        case = desk.correct_date(case.reference, number, happened_at=truth[number - 1], reason="cachet")
    corrected, known = printed(desk, case), printed(*lived(*truth))
    assert corrected == known
    assert corrected[0] == truth[0].astimezone(case.zone).date().isoformat()


def test_a_date_corrected_twice_is_printed_as_corrected_last() -> None:
    desk, case = lived(at(2), at(3))
    for day in (5, 4):
        case = desk.correct_date(case.reference, 2, happened_at=datetime(2026, 6, day, 9, tzinfo=UTC), reason="cachet")
    assert "04/06/2026 11:00" in case.to_html()
    assert "03/06/2026" not in case.to_html().split("Historique")[1].split("rectifi")[0]
