from decimal import Decimal
from typing import Any

import attrs
import pytest

from reclamation_core import FaultsError, Level
from reclamation_core.simulation import (
    CaseloadProfile,
    Kind,
    MalfunctionProfile,
    MalfunctionTheme,
    SurveyProfile,
    Theme,
)


def test_the_themes_follow_the_published_shares_of_the_mediation() -> None:
    themes = CaseloadProfile().themes
    quality = [themes[theme] for theme in (Theme.TRAINER, Theme.TRAINING, Theme.ORGANISATION)]
    assert sum(themes.values()) == pytest.approx(1)
    assert sum(quality) == pytest.approx(0.48)
    assert [share / sum(quality) for share in quality] == pytest.approx([0.39, 0.36, 0.25])


def test_the_kinds_and_the_shares_of_malfunctions_sum_to_the_whole() -> None:
    assert sum(CaseloadProfile().kinds.values()) == pytest.approx(1)
    profile = MalfunctionProfile()
    for weights in (profile.themes, profile.service_reaches, profile.mobilisations, profile.severities):
        assert sum(weights.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("kinds", {Theme.TRAINER: 1}, "kinds.trainer: 'trainer'; one of these keys is expected: grievance"),
        ("kinds", {}, r"kinds: \{\}; give at least one weight above 0"),
        ("kinds", {Kind.SURVEY: 0}, "kinds: .*at least one weight above 0"),
        ("themes", {Theme.TRAINER: -1, Theme.REFUND: 2}, "themes.trainer: -1; give a finite weight, 0 or more"),
        ("channels", {"pigeon": 1}, "channels.pigeon: 'pigeon'; one of these keys is expected: mediation_letter"),
        ("complainants", {3: 1}, "complainants.3: '3'; one of these keys"),
        ("person_scopes", {"lunar": 1}, "person_scopes.lunar: 'lunar'; one of these"),
        ("organisation_scopes", {"lunar": 1}, "organisation_scopes.lunar: 'lunar'; one of these"),
        ("service_reaches", {"no_centre": 1}, "service_reaches.no_centre: 'no_centre'; one of these"),
        ("mobilisations", {"lunar": 1}, "mobilisations.lunar: 'lunar'; one of these"),
        ("notes", {Decimal(11): 1}, "notes.11: '11'; a note from 0 to 10"),
        ("notes", {5: 1}, "notes.5: '5'; a note from 0 to 10"),
        ("notes", {Decimal("nan"): 1}, "notes.NaN: 'NaN'; a note from 0 to 10"),
        ("notes", {Decimal(5): float("inf")}, "notes.5: .*; give a finite weight"),
        ("notes", {Decimal(5): "many"}, "notes.5: .*; give a finite weight"),
        ("severities", {5: 1}, "severities.5: '5'; a severity from 1 to 4"),
        ("recurrences", {-1: 1}, "recurrences.-1: '-1'; a whole number, 0 or more"),
        ("recurrences", {True: 1}, "recurrences.True: 'True'; a whole number"),
        ("unknown", {"received_at": 0.5}, "unknown.received_at: 'received_at'; one of"),
        ("unknown", {"formal": 1.5}, "unknown.formal: 1.5; give a rate from 0 to 1"),
        ("sites", {" ": 1}, "sites. : ' '; the code of a site"),
        ("sites", {"METZ": "many"}, "sites.METZ: 'many'; give a finite number"),
        ("months", {13: 1}, "months.13: '13'; a month from 1 to 12"),
        ("months", {1: float("nan")}, "months.1: nan; give a finite number"),
        ("answers", {"lunaire": {3: 1}}, "answers.lunaire: 'lunaire'; one of these keys is expected: local"),
        ("answers", {Level.LOCAL: {-1: 1}}, "answers.local.-1: '-1'; a whole number"),
        ("answers", {Level.LOCAL: {3: 0}}, "answers.local: .*at least one weight above 0"),
        ("answers", {Level.LOCAL: 3}, "answers.local: 3; a table of numbers is expected"),
    ],
)
def test_a_profile_refuses_what_is_no_weight_and_no_rate(name: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CaseloadProfile(**{name: value})


def test_the_keys_of_a_profile_are_members_or_their_codes() -> None:
    by_code: Any = {"survey": 1, "opinion": 2}
    assert CaseloadProfile(kinds=by_code).kinds == {Kind.SURVEY: 1, Kind.OPINION: 2}
    with pytest.raises(FaultsError, match=r"kinds\.note d'enquête: 2; this key is given twice"):
        CaseloadProfile(kinds=by_code | {"note d'enquête": 2})


@pytest.mark.parametrize(
    ("profile", "name", "value", "message"),
    [
        (SurveyProfile, "themes", {MalfunctionTheme.SAFETY: 1}, "themes.safety: 'safety'; one of these keys is"),
        (MalfunctionProfile, "themes", {Theme.TRAINER: 1}, "themes.trainer: 'trainer'; one of"),
        (MalfunctionProfile, "unknown", {"channel": 0.1}, "unknown.channel: 'channel'; one of"),
    ],
)
def test_the_other_profiles_refuse_alike(profile: Any, name: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        profile(**{name: value})


def test_the_weights_of_a_profile_cannot_be_changed_from_outside() -> None:
    weights = {Kind.SURVEY: 1.0}
    profile = CaseloadProfile(kinds=weights)
    weights[Kind.OPINION] = 1.0
    assert dict(profile.kinds) == {Kind.SURVEY: 1.0}
    with pytest.raises(TypeError, match="does not support item assignment"):
        profile.kinds[Kind.OPINION] = 1  # type: ignore[index]
    assert attrs.evolve(profile, days=1).kinds == profile.kinds
