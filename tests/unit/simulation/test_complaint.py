from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import attrs

from reclamation_core import UNKNOWN, ComplaintFacts
from reclamation_core.simulation import InventedComplaint, Kind, Theme

RECEIVED = datetime(2026, 5, 2, 23, 30, tzinfo=ZoneInfo("America/Guadeloupe"))
COMPLAINT = InventedComplaint(
    reference="R-1",
    site="POINTE-A-PITRE",
    kind=Kind.SURVEY,
    theme=Theme.TRAINER,
    facts=ComplaintFacts(received_at=RECEIVED, channel="survey", formal=False, satisfaction=Decimal("5.5"), causes=0),
    text="Rien.",
)


def test_a_row_writes_codes_numbers_truths_and_instants_with_their_offset() -> None:
    cells = COMPLAINT.cells()
    assert {name: cell for name, cell in cells.items() if cell} == {
        "reference": "R-1",
        "site": "POINTE-A-PITRE",
        "received_at": "2026-05-02T23:30:00-04:00",
        "channel": "survey",
        "formal": "false",
        "satisfaction": "5.5",
        "causes": "0",
        "text": "Rien.",
    }


def test_a_row_has_every_fact_between_its_site_and_its_text() -> None:
    names = list(COMPLAINT.cells())
    assert (names[:3], names[-1]) == (["reference", "site", "received_at"], "text")
    assert set(names) == {"reference", "site", "text", *(field.name for field in attrs.fields(ComplaintFacts))} - {
        "own"
    }


def test_an_unknown_note_differs_from_no_note() -> None:
    notes = {note: ComplaintFacts(received_at=RECEIVED, satisfaction=note) for note in (None, UNKNOWN)}
    assert [attrs.evolve(COMPLAINT, facts=facts).cells()["satisfaction"] for facts in notes.values()] == ["", "unknown"]
