"""A contract report in both languages, as Markdown and as a document."""

import json

from reclamation_core.testing.contracts import Capability, ContractReport, Outcome
from reclamation_core.testing.contracts.base import ContractRule
from reclamation_core.testing.contracts.report import Result
from reclamation_core.wording import Wording

ORDER = ContractRule(port="EventFeed", name="in_order", wording=Wording("dans l'ordre", "in order"), source="I16")
THREADS = ContractRule(
    port="Store", name="at_once", wording=Wording("à la fois | tous", "at once"), needs=Capability.THREADS
)
REPORT = ContractReport.of(
    [
        Result(store="Mine", rule=ORDER, outcome=Outcome.SATISFIED),
        Result(store="Mine", rule=ORDER, outcome=Outcome.BROKEN, reason="assert 1 == 2"),
        Result(store="Mine", rule=ORDER, outcome=Outcome.SATISFIED),
        Result(store="Mine", rule=THREADS, outcome=Outcome.UNSUPPORTED, reason="unsupported threads: one thread"),
        Result(store="Yours", rule=ORDER, outcome=Outcome.SATISFIED),
        Result(store="Yours", rule=THREADS, outcome=Outcome.UNSUPPORTED, reason="not on Sundays"),
    ]
)


def test_of_several_tests_of_a_rule_the_gravest_outcome_counts() -> None:
    assert [(result.store, result.outcome) for result in REPORT.results] == [
        ("Mine", Outcome.BROKEN),
        ("Mine", Outcome.UNSUPPORTED),
        ("Yours", Outcome.SATISFIED),
        ("Yours", Outcome.UNSUPPORTED),
    ]
    assert [result.rule for result in REPORT.of_store("Yours").results] == [ORDER, THREADS]


def test_a_terminal_shows_rules_that_are_not_satisfied_in_both_languages() -> None:
    assert list(REPORT.lines()) == [
        "Mine",
        "  EventFeed           0/1   règles tenues",
        "      rompue : dans l'ordre (I16) : assert 1 == 2",
        "  Store               0/1   règles tenues",
        "      absente, faute de pouvoir servir plusieurs fils à la fois : à la fois | tous : one thread",
        "Yours",
        "  EventFeed           1/1   règles tenues",
        "  Store               0/1   règles tenues",
        "      absente : à la fois | tous : not on Sundays",
    ]
    assert {
        "      broken: in order (I16): assert 1 == 2",
        "      unsupported, for want of serving several threads at once: at once: one thread",
    } < set(REPORT.lines("en"))


def test_markdown_escapes_the_texts() -> None:
    lines = REPORT.markdown().splitlines()
    assert lines[:6] == [
        "# Conformité",
        "",
        "## Mine",
        "",
        "| port | règle | source | issue | pourquoi |",
        "|---|---|---|---|---|",
    ]
    want = "absente, faute de pouvoir servir plusieurs fils à la fois"
    assert f"| Store | à la fois \\| tous |  | {want} | one thread |" in lines
    assert "| EventFeed | in order | I16 | satisfied |  |" in REPORT.markdown("en").splitlines()


def test_document_of_a_report() -> None:
    document = json.loads(json.dumps(REPORT.to_document()))
    assert (document["type"], document["version"]) == ("contract_report", 1)
    assert [(store["store"], len(store["results"])) for store in document["stores"]] == [("Mine", 2), ("Yours", 2)]
    assert document["stores"][0]["results"][1] == {
        "port": "Store",
        "rule": "at_once",
        "wording": {"fr": "à la fois | tous", "en": "at once"},
        "source": None,
        "needs": "threads",
        "outcome": "unsupported",
        "reason": "unsupported threads: one thread",
    }
