from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import pytest

from reclamation_core import Level
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


def test_the_kinds_sum_to_the_whole() -> None:
    assert sum(CaseloadProfile().kinds.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("kinds", {Theme.TRAINER: 1}, "kinds: <Theme.TRAINER: 'trainer'> is not a valid key"),
        ("kinds", {}, r"kinds: \{\}; give finite weights of 0 or more, at least one above 0"),
        ("kinds", {Kind.SURVEY: 0}, "at least one above 0"),
        ("themes", {Theme.TRAINER: -1, Theme.REFUND: 2}, "themes: .*finite weights"),
        ("channels", {"email": 1}, "channels: 'email' is not a valid key"),
        ("complainants", {"trainee": 1}, "complainants: 'trainee'"),
        ("person_scopes", {"local": 1}, "person_scopes: 'local'"),
        ("organisation_scopes", {"local": 1}, "organisation_scopes: 'local'"),
        ("service_reaches", {"one_centre": 1}, "service_reaches: 'one_centre'"),
        ("mobilisations", {"local": 1}, "mobilisations: 'local'"),
        ("notes", {Decimal(11): 1}, "notes: Decimal.* is not a valid key"),
        ("notes", {5: 1}, "notes: 5 is not a valid key"),
        ("notes", {Decimal("nan"): 1}, "notes: Decimal.*NaN.* is not a valid key"),
        ("notes", {Decimal(5): float("inf")}, "notes: .*finite"),
        ("notes", {Decimal(5): "many"}, "notes: .*finite"),
        ("severities", {5: 1}, "severities: 5 is not a valid key"),
        ("recurrences", {-1: 1}, "recurrences: -1 is not a valid key"),
        ("recurrences", {True: 1}, "recurrences: True is not a valid key"),
        ("unknown", {"received_at": 0.5}, "unknown: 'received_at' is never unknown; use some of channel, formal"),
        ("unknown", {"formal": 1.5}, "unknown: 'formal' has 1.5; give a rate from 0 to 1"),
        ("judged", "often", "judged: 'often'; give a rate from 0 to 1"),
        ("judged", 1.01, "judged: 1.01; give a rate from 0 to 1"),
        ("analysed", float("nan"), "analysed: nan; give a rate"),
        ("idle_days", -0.1, "idle_days: -0.1; give a rate"),
        ("evenings", 2, "evenings: 2; give a rate"),
        ("awkward", 2, "awkward: 2; give a rate"),
        ("days", 0, "days: 0; give a whole number of days, at least 1"),
        ("days", 2.0, "days: 2.0; give a whole number of days"),
        ("rising", 2, "rising: 2; give a rate"),
        ("per_site", -1, "per_site: -1; give a finite number, 0 or more"),
        ("per_site", True, "per_site: True; give a finite number"),
        ("sites", ["METZ"], r"sites: \['METZ'\]; give numbers by key"),
        ("sites", {" ": 1}, "sites: ' ' is not a valid key; the code of a site"),
        ("sites", {"METZ": "many"}, "sites: 'METZ' has 'many'; give a finite number"),
        ("months", {13: 1}, "months: 13 is not a valid key; a month from 1 to 12"),
        ("months", {1: float("nan")}, "months: 1 has nan; give a finite number"),
        ("kinds", 3, "kinds: 3; give weights by key"),
        ("unknown", 3, "unknown: 3; give rates by name"),
        ("answers", 3, "answers: 3; give weights by key"),
        ("answers", {"lunaire": {3: 1}}, "answers: 'lunaire' is not a valid key"),
        ("answers", {Level.LOCAL: {-1: 1}}, "answers.local: -1 is not a valid key"),
        ("answers", {Level.LOCAL: {3: 0}}, "answers.local: .*at least one above 0"),
        ("answers", {Level.LOCAL: 3}, "answers.local: 3; give weights by key"),
    ],
)
def test_a_profile_refuses_what_is_no_weight_and_no_rate(name: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CaseloadProfile(**{name: value})


def test_the_shares_of_malfunctions_sum_to_the_whole() -> None:
    profile = MalfunctionProfile()

    for weights in (profile.themes, profile.service_reaches, profile.mobilisations, profile.severities):
        assert sum(weights.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("profile", "name", "value", "message"),
    [
        (SurveyProfile, "companies", 1.2, "companies: 1.2; give a rate from 0 to 1"),
        (SurveyProfile, "notes", {Decimal(11): 1}, "notes: Decimal.* is not a valid key"),
        (
            SurveyProfile,
            "themes",
            {MalfunctionTheme.SAFETY: 1},
            "themes: <Malf.* is not a valid key",
        ),
        (SurveyProfile, "anonymous", "some", "anonymous: 'some'; give a rate"),
        (SurveyProfile, "silent", -1, "silent: -1; give a rate"),
        (SurveyProfile, "unmarked", None, "unmarked: None; give a rate"),
        (SurveyProfile, "days", 0, "days: 0; give a whole number of days, at least 1"),
        (MalfunctionProfile, "themes", {Theme.TRAINER: 1}, "themes: <Theme.TRAINER.* is not a valid key"),
        (MalfunctionProfile, "service_reaches", {}, "service_reaches: .*at least one above 0"),
        (MalfunctionProfile, "mobilisations", {"local": 1}, "mobilisations: 'local' is not a valid key"),
        (MalfunctionProfile, "severities", {0: 1}, "severities: 0 is not a valid key"),
        (MalfunctionProfile, "recurrences", {-1: 1}, "recurrences: -1 is not a valid key"),
        (MalfunctionProfile, "judged", 2, "judged: 2; give a rate"),
        (MalfunctionProfile, "unknown", {"channel": 0.1}, "unknown: 'channel' is never unknown; use some of service"),
        (MalfunctionProfile, "evenings", 2, "evenings: 2; give a rate"),
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
