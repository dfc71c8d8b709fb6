from datetime import date
from typing import Any

import pytest
from markdown_it import MarkdownIt

from reclamation_core.laboratory import what_if
from reclamation_core.policy import Policy, PolicyDifference, m2_1, parse_policy
from reclamation_core.tables import Decision, Row, between
from reclamation_core.tables.comparison import RowChangeKind
from reclamation_core.vocabulary import Level
from reclamation_core.wording import Wording
from tests.typography import plain


def edition(name: str = "autre", /, **keys: Any) -> Policy:
    return parse_policy({"starts_from": "M2-1", "edition": name, **keys})


def tables(difference: PolicyDifference) -> list[str]:
    return [table.after.name for table in difference.tables if table]


def decided(page: str) -> list[str]:
    """Return the lines of a page on changed decisions."""
    return page.split("\n## ")[1].splitlines()[1:]


def test_an_edition_does_not_differ_from_itself_under_another_name_and_other_days() -> None:
    difference = m2_1().diff(edition(in_force_from=date(2027, 1, 1)))
    assert not difference
    assert (difference.tables, difference.parameters) == ((), ())
    assert "Les deux versions donnent les mêmes décisions." in plain(difference.to_markdown())
    assert "The two editions decide alike." in plain(difference.to_html("en"))


def test_a_threshold_changes_notes_between_the_old_and_the_new() -> None:
    difference = m2_1().diff(edition(survey={"threshold": 7}))

    assert difference
    assert tables(difference) == ["eligibility"]
    assert {(change.before, change.after) for change in difference.tables[0].changes} == {("out_of_scope", "complaint")}
    (change,) = difference.tables[0].changes
    assert {input_.name: condition for input_, condition in change.conditions} == {
        "satisfaction": between(6, 7, high_included=False)
    }
    assert (change.witness["satisfaction"], change.exceptions) == (6, ())
    assert [input_.name for input_ in change.read] == ["sold_service", "satisfaction"]
    assert isinstance(change.decided_before, Decision)
    assert change.decided_before.explain("fr").startswith("Au sens de la procédure M2-1, la demande est hors du cadre")
    assert [(change.path, change.before, change.after, change.in_tables) for change in difference.parameters] == [
        ("survey.threshold", 6, 7, True)
    ]


def test_exceptions_are_listed_where_that_is_shorter() -> None:
    lines = decided(plain(m2_1().diff(edition("5", survey={"threshold": 5})).to_markdown("en")))
    assert [line for line in lines if line.startswith("- ")] == [
        "- complaint → out of scope: satisfaction score: at least 5 and below 6"
    ]
    (exception,) = (line for line in lines if line.startswith("    - except: "))
    assert "; formal expression: yes; " in exception
    assert "note" not in exception


def test_reasons_are_below_their_edition_where_there_are_several() -> None:
    rows = [Row(name, {"service_reach": "one_centre"}, "regional", wording=Wording(name, name)) for name in ("x", "y")]
    page = plain(m2_1().diff(m2_1().with_rows("level", add=rows, edition="b")).to_markdown())
    assert "        - b :\n            - X.\n            - Y.\n" in page
    assert "<li>b :<ul>\n<li>X.</li>" in MarkdownIt().render(page).replace("\n<ul>", "<ul>")


def test_domains_at_0_are_summarised() -> None:
    page = plain(m2_1().diff(edition("b", complexity={"causes": 3})).to_markdown())
    assert "gravité 0 dans tous les domaines\n" in page
    assert "Nombre de causes établies : au moins 2" in page


def test_changes_in_dependent_tables_are_listed_in_these_tables() -> None:
    assert tables(m2_1().diff(edition(risk={"high_from": 9}))) == ["band", "complexity"]
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


def test_an_example_of_which_no_fact_matters_is_any_case() -> None:
    names = [row.id for row in m2_1().tables["eligibility"].rows]
    one, other = (
        m2_1().with_rows("eligibility", remove=names, add=[Row("all", {}, outcome)], edition=outcome)
        for outcome in ("complaint", "out_of_scope")
    )
    assert "    - exemple : n'importe quel cas\n        - complaint : Toujours.\n" in plain(
        one.diff(other).to_markdown()
    )


def test_notes_outside_one_scale_are_a_difference() -> None:
    difference = edition(survey={"scale": [0, 10]}).diff(edition(survey={"scale": [0, 20]}))
    assert difference
    assert "faits refusés → hors du cadre" in plain(difference.to_markdown())
    assert "satisfaction : " in plain(difference.to_markdown())
    assert "facts refused" in plain(difference.to_markdown("en"))


def test_changed_rows_are_separate_from_changed_decisions() -> None:
    row = m2_1().tables["level"].row("one-centre")
    reworded = Row(row.id, row.when, row.then, row.clause, Wording("un seul centre", "one centre only"))
    difference = m2_1().diff(m2_1().with_rows("level", replace=[reworded], remove=["local-client"], edition="b"))
    assert not difference
    assert [(change.id, change.kind) for change in difference.tables[0].rows] == [
        ("local-client", RowChangeKind.REMOVED),
        ("one-centre", RowChangeKind.REWORDED),
    ]
    page = plain(difference.to_markdown())
    assert "R2.2 (one-centre) : reformulée, sans effet sur les décisions" in page
    assert "R2.1 (local-client) : retirée" in page


def test_an_input_with_any_value_equals_an_input_left_out() -> None:
    unnamed = {"mobilisation": '"national"'}
    one, other = (
        what_if(m2_1(), edition="own", tables={"level": {"add": [{"id": "own", "then": "national", "when": when}]}})
        for when in (unnamed, {**unnamed, "client_scope": "-"})
    )
    assert one == other
    assert hash(one) == hash(other)
    assert "modifiée :" not in plain(one.diff(other).to_markdown())


def test_hostile_texts_are_escaped_in_both_pages() -> None:
    bad = "<script>alert(1)</script> *x* |"
    row = Row("several-regions", {"service_reach": "several_regions"}, Level.REGIONAL, bad, Wording(bad, bad))
    difference = m2_1().diff(m2_1().with_rows("level", replace=[row], edition=bad))
    for html in (
        plain(difference.to_html()),
        plain(difference._repr_html_()),
        MarkdownIt().render(plain(difference.to_markdown())),
    ):
        assert "<script>" not in html
        assert "&lt;script&gt;" in html
    assert plain(difference.to_html("en")).startswith('<section lang="en"><h1>')


def test_where_all_that_had_an_outcome_changes_no_condition_is_needed() -> None:
    all_in = m2_1().with_rows(
        "eligibility", add=[Row("all", {}, "complaint", wording=Wording("tout", "all"))], edition="b"
    )
    page, english = (plain(m2_1().diff(all_in).to_markdown(lang)) for lang in ("fr", "en"))
    assert "- hors du cadre → réclamation : tous ces cas\n" in page
    assert "- out of scope → complaint: all of these cases\n" in english
    assert "        - b : Tout.\n" in page
