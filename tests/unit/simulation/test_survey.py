from collections import Counter
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest

from reclamation_core import ABSENT, Channel, Complainant
from reclamation_core.simulation import SurveyProfile, Theme, generate_survey_results
from reclamation_core.simulation.invention import phrases
from reclamation_core.simulation.messages import InventedSurveyResult
from tests.unit.simulation.proportions import assert_shares

PROFILE = SurveyProfile()
DIGEST = "c48f20d9d2d9ab224c9ceb1ccf451eaeaecca29e1bd66e9464d79e04fc3ca792"
RESULT = InventedSurveyResult(
    reference="E-1",
    site="CAYENNE",
    available_at=datetime(2026, 5, 2, 23, 5, tzinfo=ZoneInfo("America/Cayenne")),
    is_company=True,
    note=Decimal("5.5"),
    theme=Theme.TRAINER,
    name="Garage Klein",
    comment="Rien.",
)


@pytest.fixture(scope="module")
def many() -> list[InventedSurveyResult]:
    return list(generate_survey_results(6_000, 11))


def test_a_seed_has_the_same_bytes_under_every_python() -> None:
    rows = "\n".join("\t".join(one.cells().values()) for one in generate_survey_results(300, 7))
    assert sha256(rows.encode()).hexdigest() == DIGEST


def test_a_row_is_in_the_words_of_the_survey_tool() -> None:
    assert RESULT.cells() == {
        "réponse": "E-1",
        "centre": "CAYENNE",
        "disponible le": "02/05/2026 23:05",
        "enquête": "entreprise",
        "note": "5,5",
        "commentaire": "Rien.",
        "nom": "Garage Klein",
    }


def test_a_result_is_known_by_its_channel_its_note_and_who_is_surveyed() -> None:
    facts = RESULT.facts
    assert (facts.channel, facts.complainant, facts.satisfaction) == (
        Channel.SURVEY,
        Complainant.COMPANY,
        Decimal("5.5"),
    )


def test_notes_come_in_their_proportions(many: list[InventedSurveyResult]) -> None:
    notes = Counter(one.note for one in many)
    unmarked = notes.pop(ABSENT)
    assert_shares(notes, PROFILE.notes)
    assert_shares(Counter({True: unmarked, False: len(many) - unmarked}), {True: 0.03, False: 0.97})


@pytest.mark.parametrize(
    ("rate", "is_so"),
    [
        (PROFILE.companies, lambda one: one.is_company),
        (PROFILE.anonymous, lambda one: one.name == ""),
        (PROFILE.silent, lambda one: one.comment == ""),
    ],
)
def test_rare_values_have_the_profiles_rates(many: list[InventedSurveyResult], rate: float, is_so: object) -> None:
    assert callable(is_so)
    assert_shares(Counter(is_so(one) for one in many), {True: rate, False: 1 - rate})


def test_a_note_of_7_or_more_or_none_has_no_theme(many: list[InventedSurveyResult]) -> None:
    satisfied = {"", *phrases().satisfied}
    for one in many:
        is_content = one.note is ABSENT or one.note >= 7
        assert (one.theme is None) is is_content
        assert (one.comment in satisfied) is (is_content or one.comment == "")
        assert "{" not in one.comment


def test_themes_of_the_dissatisfied_come_in_their_proportions(many: list[InventedSurveyResult]) -> None:
    assert_shares(Counter(one.theme for one in many if one.theme), PROFILE.themes)
