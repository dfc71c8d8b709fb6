from collections import Counter
from hashlib import sha256

import pytest

from reclamation_core import UNKNOWN, MalfunctionFacts
from reclamation_core.simulation import MalfunctionProfile, MalfunctionTheme, generate_malfunctions
from reclamation_core.simulation.invention import malfunction_phrases
from reclamation_core.simulation.messages import InventedMalfunction
from tests.unit.simulation.proportions import assert_shares

PROFILE = MalfunctionProfile()
DIGEST = "963fb8ab676e028830763550a63772c9aa20893437ddb8733a0a8540bd829692"
# What each theme touches, by the procedure's own domains; anything else has severity 0.
TOUCHED = {
    MalfunctionTheme.PLANNING: {"training", "relation"},
    MalfunctionTheme.ATTENDANCE: {"contract", "financial"},
    MalfunctionTheme.SYSTEM: {"training", "contract"},
    MalfunctionTheme.SUPPLY: {"training"},
    MalfunctionTheme.SAFETY: {"safety", "legal"},
    MalfunctionTheme.CERTIFICATION: {"legal", "training", "relation"},
    MalfunctionTheme.BILLING: {"financial", "contract"},
}
DOMAINS = ("safety", "legal", "contract", "financial", "relation", "training")


@pytest.fixture(scope="module")
def many() -> list[InventedMalfunction]:
    return list(generate_malfunctions(6_000, 11))


def test_a_seed_has_the_same_bytes_under_every_python() -> None:
    rows = "\n".join("\t".join(one.cells().values()) for one in generate_malfunctions(300, 7))
    assert sha256(rows.encode()).hexdigest() == DIGEST


def test_a_row_has_the_columns_that_say_something_of_a_malfunction() -> None:
    (malfunction,) = generate_malfunctions(1, 7)
    assert list(malfunction.cells()) == [
        *("reference", "site", "received_at", "service_reach", "mobilisation"),
        *(f"severity_{domain}" for domain in DOMAINS),
        *("likelihood", "recurrences", "causes", "text"),
    ]


def test_themes_and_facts_come_in_their_proportions(many: list[InventedMalfunction]) -> None:
    assert_shares(Counter(one.theme for one in many), PROFILE.themes)
    for name, weights in (
        ("service_reach", PROFILE.service_reaches),
        ("mobilisation", PROFILE.mobilisations),
        ("recurrences", PROFILE.recurrences),
    ):
        drawn = Counter(getattr(one.facts, name) for one in many)
        unknown = drawn.pop(UNKNOWN)
        assert_shares(drawn, weights)
        rate = PROFILE.unknown[name]
        assert_shares(Counter({True: unknown, False: len(many) - unknown}), {True: rate, False: 1 - rate})


def test_a_malfunction_is_grave_only_where_its_theme_touches(many: list[InventedMalfunction]) -> None:
    for one in many:
        severities = {domain: getattr(one.facts, f"severity_{domain}") for domain in DOMAINS}
        if UNKNOWN in severities.values():
            assert set(severities.values()) == {UNKNOWN}
        else:
            assert {domain for domain, severity in severities.items() if severity} == TOUCHED[one.theme]


def test_a_severity_that_is_known_comes_in_its_proportions(many: list[InventedMalfunction]) -> None:
    drawn = Counter(one.facts.severity_training for one in many if one.theme is MalfunctionTheme.SUPPLY)
    del drawn[UNKNOWN]
    assert_shares(drawn, PROFILE.severities)


def test_every_theme_has_its_words_and_no_placeholder_is_left(many: list[InventedMalfunction]) -> None:
    bank = malfunction_phrases()
    assert set(bank.themes) == {theme.value for theme in MalfunctionTheme}
    assert all(sorted(parts) == ["consequences", "reports"] for parts in bank.themes.values())
    assert not any("{" in one.text or one.text == "" for one in many)


def test_nothing_is_unknown_if_the_rates_are_0() -> None:
    for one in generate_malfunctions(50, 5, profile=MalfunctionProfile(unknown={}, judged=1)):
        assert isinstance(one.facts, MalfunctionFacts)
        assert one.facts.causes is UNKNOWN
        assert UNKNOWN not in {one.facts.service_reach, one.facts.severity_legal, one.facts.likelihood}
