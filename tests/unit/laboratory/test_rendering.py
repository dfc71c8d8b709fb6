from datetime import date

import pytest

from reclamation_core import m2_1
from reclamation_core.laboratory import Replay, replay, result, what_if
from tests.fragments import Fragment, styles
from tests.unit.laboratory.caseloads import AS_OF, CALENDAR, CASELOAD, EDITIONS, EIGHT, KINDS, M2_1, SEVEN, complaints


@pytest.fixture(scope="module")
def found() -> Replay:
    return replay(KINDS["polars"](CASELOAD), EDITIONS, CALENDAR, as_of=AS_OF)


def test_of_more_changes_than_are_shown_the_table_has_the_most_frequent(
    found: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = sum(change["edition"] == SEVEN for change in found.changes().to_dicts())
    for most in (changes - 1, changes):
        monkeypatch.setattr(result, "_MOST_CHANGES", most)
        assert ("changements les plus fréquents" in found._repr_html_()) == (most < changes), most


def test_numbers_stand_to_the_right(found: Replay) -> None:
    read = Fragment(found._repr_html_())
    drawn = [given for tag, given in read.elements if tag in {"td", "th"}]
    right = {cell for cell, given in zip(read.cells, drawn, strict=True) if styles(given)["text-align"] == "right"}
    assert {"total", "2", "33,3 %", "demandes", "indéterminé"} <= right
    assert not {"version", M2_1, "décision", "recevabilité", "réclamation"} & right


def test_what_changes_nothing_shows_no_rows(found: Replay) -> None:
    after = found.to_html("en").partition(f"From “{M2_1}” to “{EIGHT}”")[2]
    assert "3 messages of 6 have another decision or due date." in after
    one = replay(KINDS["polars"](CASELOAD[:1]), [EDITIONS[0], EDITIONS[2]], CALENDAR)
    assert "Rejeu de 1 demande sous 2 versions" in one.to_html()
    assert "1 demande sur 1 a une décision ou une échéance différente." in one.to_html()
    assert "1 message of 1 has another decision or due date." in one.to_html("en")
    assert "Rejeu de 0 demande sous 1 version" in replay(KINDS["polars"](CASELOAD).head(0), EDITIONS[:1]).to_html()
    assert "Rows responsible" not in after
    assert "33.3%" in found.to_html("en")


def test_a_rate_that_is_not_known_is_a_dash_and_rows_that_cannot_be_are_counted() -> None:
    strange = [*CASELOAD[4:], {**CASELOAD[0], "channel": "fax", "answered_on": None}]
    found = replay(KINDS["polars"](strange), EDITIONS[:1], CALENDAR, as_of=date(2026, 5, 18), on_invalid="mark")
    read = Fragment(found._repr_html_())
    assert read.cells[-2:] == ["–", "0"]
    assert "Lignes avec une valeur impossible : 1." in read.texts


@pytest.mark.slow
def test_without_answers_no_rate_is_shown_and_of_many_changes_the_most_frequent() -> None:
    found = replay(KINDS["polars"](complaints(400)), [m2_1(), what_if(m2_1(), survey_threshold=10)])
    read = Fragment(found._repr_html_())
    assert (read.cells[5], read.cells[6]) == ("hors du cadre", M2_1)
    assert "Les 20 changements les plus fréquents ; tous sont dans changes()." in read.texts
    assert "–" in read.cells
