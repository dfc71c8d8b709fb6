"""A report of conformance is told in both languages, as Markdown and as a document."""

from __future__ import annotations

import json

from reclamation_core.testing.contracts import Capability, ConformanceReport, Outcome, Promise, Result
from reclamation_core.wording import Wording

ORDER = Promise(port="EventFeed", name="in_order", wording=Wording("dans l'ordre", "in order"), source="I16")
THREADS = Promise(
    port="Store", name="at_once", wording=Wording("à la fois | tous", "at once"), needs=Capability.THREADS
)
REPORT = ConformanceReport.of(
    [
        Result(store="Mine", promise=ORDER, outcome=Outcome.KEPT),
        Result(store="Mine", promise=ORDER, outcome=Outcome.BROKEN, reason="assert 1 == 2"),
        Result(store="Mine", promise=ORDER, outcome=Outcome.KEPT),
        Result(store="Mine", promise=THREADS, outcome=Outcome.LACKING, reason="lacks threads: one thread"),
        Result(store="Yours", promise=ORDER, outcome=Outcome.KEPT),
        Result(store="Yours", promise=THREADS, outcome=Outcome.LACKING, reason="not on Sundays"),
    ]
)


def test_of_several_tests_of_a_promise_the_worst_counts() -> None:
    assert [(result.store, result.outcome) for result in REPORT.results] == [
        ("Mine", Outcome.BROKEN),
        ("Mine", Outcome.LACKING),
        ("Yours", Outcome.KEPT),
        ("Yours", Outcome.LACKING),
    ]
    assert [result.promise for result in REPORT.of_store("Yours").results] == [ORDER, THREADS]


def test_a_terminal_is_told_what_is_not_kept_in_both_languages() -> None:
    assert list(REPORT.lines()) == [
        "Mine",
        "  EventFeed           0/1   promesses tenues",
        "      rompue : dans l'ordre (I16) : assert 1 == 2",
        "  Store               0/1   promesses tenues",
        "      absente, faute de pouvoir servir plusieurs fils à la fois : à la fois | tous : one thread",
        "Yours",
        "  EventFeed           1/1   promesses tenues",
        "  Store               0/1   promesses tenues",
        "      absente : à la fois | tous : not on Sundays",
    ]
    assert {
        "      broken: in order (I16): assert 1 == 2",
        "      lacking, for want of serving several threads at once: at once: one thread",
    } < set(REPORT.lines("en"))


def test_it_is_markdown_whatever_its_words_hold() -> None:
    lines = REPORT.markdown().splitlines()

    assert lines[:6] == [
        "# Conformité",
        "",
        "## Mine",
        "",
        "| port | promesse | source | issue | pourquoi |",
        "|---|---|---|---|---|",
    ]
    want = "absente, faute de pouvoir servir plusieurs fils à la fois"
    assert f"| Store | à la fois \\| tous |  | {want} | one thread |" in lines
    assert "| EventFeed | in order | I16 | kept |  |" in REPORT.markdown("en").splitlines()


def test_it_is_a_document() -> None:
    document = json.loads(json.dumps(REPORT.to_document()))

    assert (document["type"], document["version"]) == ("conformance_report", 1)
    assert [(store["store"], len(store["results"])) for store in document["stores"]] == [("Mine", 2), ("Yours", 2)]
    assert document["stores"][0]["results"][1] == {
        "port": "Store",
        "promise": "at_once",
        "wording": {"fr": "à la fois | tous", "en": "at once"},
        "source": None,
        "needs": "threads",
        "outcome": "lacking",
        "reason": "lacks threads: one thread",
    }
