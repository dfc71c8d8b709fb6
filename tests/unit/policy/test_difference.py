from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from markdown_it import MarkdownIt

from reclamation_core.policy import Policy, PolicyDifference, m2_1, parse_policy
from reclamation_core.tables import Row, RowChangeKind
from reclamation_core.vocabulary import Level
from reclamation_core.wording import Wording
from tests.fragments import Fragment


def edition(name: str = "autre", /, **keys: Any) -> Policy:
    return parse_policy({"starts_from": "M2-1", "edition": name, **keys})


def tables(difference: PolicyDifference) -> list[str]:
    return [table.after.name for table in difference.tables if table]


def test_an_edition_does_not_differ_from_itself_under_another_name_and_other_days() -> None:
    difference = m2_1().diff(edition(in_force_from=date(2027, 1, 1)))

    assert not difference
    assert (difference.tables, difference.parameters) == ((), ())
    assert "Les deux éditions décident de même." in difference.to_markdown()
    assert "The two editions decide alike." in difference.to_html("en")


def test_a_threshold_changes_notes_between_the_old_and_the_new() -> None:
    difference = m2_1().diff(edition(survey={"threshold": 7}))

    assert difference
    assert tables(difference) == ["eligibility"]
    assert {(change.before, change.after) for change in difference.tables[0].changes} == {("out_of_scope", "complaint")}
    assert {change.witness["satisfaction"] for change in difference.tables[0].changes} == {6}
    assert [(change.path, change.before, change.after, change.in_tables) for change in difference.parameters] == [
        ("survey.threshold", 6, 7, True)
    ]


def test_what_follows_along_the_tables_is_told_too_and_only_there() -> None:
    difference = m2_1().diff(edition(risk={"high_from": 9}))

    assert tables(difference) == ["band", "complexity"]
    assert m2_1().diff(edition(complexity={"causes": 3})).tables[0].after.name == "complexity"


def test_a_parameter_that_changes_no_decision_leaves_the_editions_alike() -> None:
    low, moderate = (edition(risk={"least_band_at_severity_4": band}) for band in ("low", "moderate"))
    difference = low.diff(moderate)

    assert not difference
    assert [change.path for change in difference.parameters] == ["risk.least_band_at_severity_4"]


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ({"deadline": {"days": 8}}, "deadline.days"),
        ({"roles": {"qualifying": ["rqr"]}}, "roles.qualifying"),
        ({"retention": {"active_months": 6}}, "retention.active_months"),
        ({"closures": [date(2027, 5, 7)]}, "closures"),
        ({"acknowledgement": {"days": 2}}, "acknowledgement.days"),
    ],
)
def test_parameters_that_stand_in_no_table_are_decisions_of_their_own(keys: Any, path: str) -> None:
    difference = m2_1().diff(edition(**keys))

    assert difference
    assert [change.path for change in difference.parameters] == [path]
    assert not difference.parameters[0].in_tables


def test_days_and_roles_are_compared_by_what_they_say() -> None:
    one = edition(closures=[[date(2027, 5, 7), date(2027, 5, 8)]], roles={"qualifying": ["rqr", "aq"]})
    other = edition(closures=[date(2027, 5, 7), date(2027, 5, 8)], roles={"qualifying": ["aq", "rqr"]})

    assert one.diff(other).parameters == ()


def test_notes_that_one_scale_refuses_are_decided_otherwise() -> None:
    difference = edition(survey={"scale": [0, 10]}).diff(edition(survey={"scale": [0, 20]}))

    assert difference
    assert "faits refusés → hors du cadre" in difference.to_markdown()
    assert "satisfaction : " in difference.to_markdown()
    assert "facts refused" in difference.to_markdown("en")


def test_rows_are_told_apart_from_decisions() -> None:
    row = m2_1().tables["level"].row("one-centre")
    reworded = Row(row.id, row.when, row.then, row.clause, Wording("un seul centre", "one centre only"))
    difference = m2_1().diff(m2_1().with_rows("level", replace=[reworded], remove=["local-client"], edition="b"))

    assert not difference
    assert [(change.id, change.kind) for change in difference.tables[0].rows] == [
        ("local-client", RowChangeKind.REMOVED),
        ("one-centre", RowChangeKind.REWORDED),
    ]
    page = difference.to_markdown()
    assert "level/one-centre : reformulée, sans effet sur les décisions" in page
    assert "level/local-client : retirée" in page


def test_the_page_says_what_changes_gives_an_example_and_how_each_edition_explains_it() -> None:
    row = Row(
        "several-regions", {"service_reach": "several_regions"}, Level.REGIONAL, "Note 3", Wording("régions", "regions")
    )
    difference = m2_1().diff(m2_1().with_rows("level", replace=[row], edition="b"))
    page, english = difference.to_markdown(), difference.to_markdown("en")

    assert page.startswith("# De l'édition « M2-1 » à l'édition « b »\n")
    assert "### Niveau de traitement" in page
    assert "- national → régional : " in page
    assert "    - exemple : portée du client : " in page
    assert "        - M2-1 : Le cas est traité au niveau national." in page
    assert "        - b : Le cas est traité au niveau régional." in page
    assert "            - Régions \\(Note 3\\)." in page
    assert "- level/several-regions : changée" in page
    assert "From the edition “M2-1” to the edition “b”" in english
    assert "- national → regional: " in english


def test_hostile_texts_are_escaped_in_both_pages() -> None:
    bad = "<script>alert(1)</script> *x* |"
    row = Row("several-regions", {"service_reach": "several_regions"}, Level.REGIONAL, bad, Wording(bad, bad))
    difference = m2_1().diff(m2_1().with_rows("level", replace=[row], edition=bad))

    for html in (difference.to_html(), difference._repr_html_(), MarkdownIt().render(difference.to_markdown())):
        assert "<script>" not in html
        assert "&lt;script&gt;" in html
    assert difference.to_html("en").startswith('<section lang="en"><h1>')


def test_a_difference_of_everything_is_told_as_all_cases() -> None:
    before = m2_1().with_rows("level", add=[Row("all", {}, Level.NATIONAL)])
    after = edition()
    assert before.diff(after)
    changes = (
        before.diff(before.with_rows("eligibility", add=[Row("all", {}, "complaint")], edition="tout"))
        .tables[0]
        .changes
    )
    assert all(change.conditions for change in changes)


def test_a_notebook_shows_a_difference_without_headings_of_its_own() -> None:
    read = Fragment(m2_1().diff(edition("b", survey={"threshold": 7}))._repr_html_())

    assert read.texts[:3] == [
        "De l'édition « M2-1 » à l'édition « b »",
        "Ce qui est décidé autrement",
        "Recevabilité de la demande",
    ]
    assert "survey.threshold : 6 → 7" in read.texts
    assert any(text.startswith("exemple : ") for text in read.texts)
    alike = Fragment(m2_1().diff(edition("b"))._repr_html_())
    assert alike.texts == ["De l'édition « M2-1 » à l'édition « b »", "Les deux éditions décident de même."]
