import pickle
from typing import Any

import attrs
import pytest

from reclamation_core.errors import FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.policy import Parameters, Policy, SurveyParameters, m2_1, parse_policy
from reclamation_core.tables import Row, RowEdits, TableDefinitionError, TableProofError, all_but, between
from reclamation_core.vocabulary import Complexity, Eligibility, Level
from reclamation_core.wording import Wording
from tests.unit.policy.cases import CALENDAR, NOTHING_TOUCHED, complaint, malfunction

NOTHING_KNOWN: dict[str, Any] = {}
HEAD = {"starts_from": "M2-1", "edition": "essai"}
REGIONS = Row("several-regions", {"service_reach": "several_regions"}, Level.REGIONAL, "Note 2027-3")


def parsed(tables: Any, *others: Policy, **keys: Any) -> Policy:
    return parse_policy({**HEAD, "tables": tables, **keys}, *others)


def faults_of(tables: Any, **keys: Any) -> list[tuple[str, str]]:
    """The faults in order, each with its path."""
    with pytest.raises(FaultsError) as error:
        parsed(tables, **keys)
    assert all(fault.expected.fr != fault.expected.en for fault in error.value.faults)
    return [(fault.path, fault.expected.en) for fault in error.value.faults]


def refused(tables: Any, **keys: Any) -> dict[str, str]:
    return dict(faults_of(tables, **keys))


def test_a_file_replaces_a_row_and_what_rests_on_its_table_follows() -> None:
    row = {"id": "several-centres", "when": {"service_reach": '"several_centres"'}, "then": "local"}
    policy = parsed({"level": {"replace": [row]}})
    known = {"mobilisation": "local", "causes": 1, "recurrences": 0, "likelihood": 1, **NOTHING_TOUCHED}
    facts = malfunction(service_reach="several_centres", **known)
    assert m2_1().assess_malfunction(facts).level.outcome is Level.REGIONAL
    assert m2_1().assess_malfunction(facts).complexity.outcome is Complexity.COMPLEX
    assert policy.assess_malfunction(facts).level.outcome is Level.LOCAL
    assert policy.assess_malfunction(facts).complexity.outcome is Complexity.SIMPLE
    assert policy.tables["complexity"].inputs[3].source == policy.tables["level"]


def test_a_file_adds_a_row_with_its_source_and_its_words() -> None:
    row = {
        "id": "middling-note",
        "when": {"satisfaction": "[6..7[", "complainant": 'not("other")', "formal": True},
        "then": "complaint",
        "clause": "M2-1 §1.4",
        "interpretation": "I1",
        "wording": {"fr": "la note est moyenne", "en": "the note is middling"},
    }
    policy = parsed({"eligibility": {"add": [row]}})
    decision = policy.assess(complaint(nature="general_opinion", satisfaction=6.5), CALENDAR).eligibility

    assert decision.outcome is Eligibility.COMPLAINT
    assert "La note est moyenne (M2-1, point 1 ; interprétation n° 1)" in decision.explain("fr")
    assert policy.is_own("eligibility", "middling-note")
    assert not policy.is_own("eligibility", "low-survey-note")
    assert policy.tables["eligibility"].row("middling-note").when["satisfaction"] == between(6, 7, high_included=False)


def test_a_file_removes_rows_without_leaving_gaps() -> None:
    policy = parsed({"level": {"remove": ["local-client"]}})
    assert "local-client" not in [row.id for row in policy.tables["level"].rows]
    assert policy.edits == (("level", RowEdits(remove=["local-client"])),)


def test_edits_are_made_on_the_tables_that_the_parameters_make() -> None:
    tables = {"eligibility": {"add": [{"id": "high", "when": {"satisfaction": "> 19"}, "then": "complaint"}]}}
    policy = parsed(tables, survey={"scale": [0, 20], "threshold": 12})
    decision = policy.assess(complaint(nature="general_opinion", satisfaction=19.5), CALENDAR).eligibility
    assert decision.outcome is Eligibility.COMPLAINT
    assert refused(tables) == {
        "tables.eligibility.add[0].when.satisfaction": "at character 3, '19', expected: a number from 0 to 10"
    }
    # A fault elsewhere does not hide the scale that the file itself sets.
    survey = {"scale": [0, 20], "threshold": 12}
    assert list(refused(tables, survey=survey, deadline={"days": "x"})) == ["deadline.days"]
    satisfaction = "tables.eligibility.add[0].when.satisfaction"
    assert list(refused(tables, survey={"scale": "x"})) == ["survey.scale", satisfaction]


def test_a_file_goes_on_from_the_rows_of_the_edition_it_starts_from() -> None:
    row = {"id": "several-regions", "when": {"service_reach": "several_regions"}, "then": "regional"}
    first = parsed({"level": {"replace": [row]}})
    tables = {"level": {"remove": ["local-client"]}}
    second = parse_policy({"starts_from": "essai", "edition": "suite", "tables": tables}, first)
    assert second.edits_of("level").remove == ("local-client",)
    assert [row.id for row in second.edits_of("level").own] == ["several-regions"]
    assert parse_policy({"starts_from": "essai", "edition": "même"}, first).edits == first.edits


def test_rows_that_parameters_take_away_cannot_be_edited() -> None:
    row = {"id": "severity-4", "when": {"severity": 4}, "then": "critical"}
    first = parsed({"band": {"replace": [row]}})
    document = {"starts_from": "essai", "edition": "suite", "risk": {"least_band_at_severity_4": "low"}}
    with pytest.raises(FaultsError, match="one of the table's rows: low, moderate, high, critical") as error:
        parse_policy(document, first)
    assert [fault.path for fault in error.value.faults] == ["tables.band.replace[0].id"]
    with pytest.raises(FaultsError, match="one of the table's rows"):
        attrs.evolve(first, parameters=parse_policy({**HEAD, "risk": {"least_band_at_severity_4": "low"}}).parameters)


def test_all_faults_are_reported_at_once_each_with_its_path() -> None:
    found = refused(
        {
            "levl": {},
            "severity": 3,
            "band": {"add": {"id": "x"}},
            "level": {
                "add": [
                    {"id": "a", "then": "regional", "when": {"client_scope": "< 6", "mobilisaton": "-"}},
                    {"then": "x", "when": {"mobilisation": "ici"}},
                    {"id": " ", "then": "local", "when": {}, "clause": "M2-1 §9.9", "interpretation": "I99", "more": 1},
                    3,
                    {"id": "b", "then": "local", "when": 3},
                    {"id": "c", "then": "local", "when": {"mobilisation": ["local"], "client_scope": 3}, "clause": " "},
                ],
                "remove": "x",
                "keep": [],
            },
        },
        deadline={"days": "huit"},
    )

    of_rows = ["0].when.client_scope", "0].when.mobilisaton", "1].id", "1].then", "1].when.mobilisation"]
    of_rows += ["2].clause", "2].id", "2].interpretation", "2].more", "3]", "4].when"]
    of_rows += ["5].clause", "5].when.client_scope", "5].when.mobilisation"]
    assert set(found) == {
        *("deadline.days", "tables.levl", "tables.severity", "tables.band.add"),
        *("tables.level.keep", "tables.level.remove"),
        *(f"tables.level.add[{place}" for place in of_rows),
    }
    wording = {"fr": "a\x02", "en": "b"}
    unwritable = {"id": "\ufffe", "clause": "Note \x0b", "interpretation": "\x7f\x01", "wording": wording}
    row = {"then": "local", "when": {}, **unwritable}
    strange = refused({"level": {"add": [row]}})
    assert set(strange) == {f"tables.level.add[0].{key}" for key in unwritable}
    assert refused(3) == {"tables": "keys and their values are expected"}


@pytest.mark.parametrize("verb", ["add", "replace"])
@pytest.mark.parametrize("table", list(m2_1().tables))
def test_a_row_without_its_conditions_is_a_fault_and_not_a_row_that_holds_for_all(table: str, verb: str) -> None:
    replaced = m2_1().tables[table].rows[0]
    row = {
        "id": replaced.id if verb == "replace" else "autre",
        "then": m2_1().tables[table].output.encode(replaced.then),
    }
    assert faults_of({table: {verb: [row]}}) == [(f"tables.{table}.{verb}[0].when", "this key is required; give it")]


def test_a_row_with_empty_conditions_holds_for_all() -> None:
    row = {"id": "simple", "then": "complex", "when": {}}
    policy = parsed({"complexity": {"replace": [row]}})
    assert policy.tables["complexity"].decide(NOTHING_KNOWN).outcome is Complexity.COMPLEX


@pytest.mark.parametrize(
    ("table", "name", "native", "text"),
    [("eligibility", "formal", True, "true"), ("complexity", "recurrences", 2, "2")],
)
def test_a_condition_may_be_a_value_of_toml(table: str, name: str, native: object, text: str) -> None:
    row = {"id": "autre", "then": m2_1().tables[table].output.encode(m2_1().tables[table].rows[0].then)}
    of_native, of_text = (
        parsed({table: {"add": [row | {"when": {name: value}}]}}).tables[table].rows[-1].when
        for value in (native, text)
    )
    assert of_native == of_text != {}


def test_unknown_rows_are_refused_with_the_known_rows() -> None:
    found = faults_of(
        {"complexity": {"remove": ["simpel"], "replace": [{"id": "x", "then": "simple", "when": {}}] * 2}}
    )
    places = ("replace[1].id", "replace[0].id", "replace[1].id", "remove[0]")
    assert [path for path, _ in found] == [f"tables.complexity.{place}" for place in places]
    of_ids = refused({"complexity": {"remove": ["simpel"], "add": [{"id": "simple", "then": "simple", "when": {}}]}})
    assert set(of_ids) == {"tables.complexity.remove[0]", "tables.complexity.add[0].id"}


def test_a_gap_or_a_contradiction_is_reported_with_a_witness() -> None:
    tables = {
        "eligibility": {"remove": ["general-opinion"]},
        "retained_likelihood": {"add": [{"id": "often", "when": {"recurrences": ">= 10"}, "then": 4}]},
    }
    with pytest.raises(FaultsError) as error:
        parsed(tables)

    told = {fault.path: fault for fault in error.value.faults}
    assert set(told) == {"tables.eligibility", "tables.retained_likelihood"}
    assert told["tables.eligibility"].value == {"remove": ["general-opinion"]}
    assert told["tables.retained_likelihood"].value == ("judged-1", "often")


def test_a_table_of_too_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reclamation_core.tables.definition.LARGEST", 16000)
    rows = [{"id": f"r{number}", "when": {"satisfaction": f"< {number}.5"}, "then": "complaint"} for number in range(6)]
    assert refused({"eligibility": {"add": rows}})["tables.eligibility"].startswith("impossible table: they make ")


def test_code_has_the_same_power_as_a_file() -> None:
    by_code = m2_1().with_rows("level", replace=[REGIONS], edition="essai")
    when = {"service_reach": '"several_regions"'}
    row = {"id": "several-regions", "when": when, "then": "regional", "clause": "Note 2027-3"}
    by_file = parsed({"level": {"replace": [row]}})
    assert by_code == by_file
    assert by_code == Policy(edition="essai", edits={"level": RowEdits(replace=[REGIONS])})
    assert attrs.evolve(m2_1(), edition="essai", edits={"level": RowEdits(replace=[REGIONS])}) == by_code
    assert len({by_code, by_file}) == 1
    assert pickle.loads(pickle.dumps(by_code)) == by_code
    assert by_code != attrs.evolve(m2_1(), edition="essai")


def test_with_rows_goes_on_from_the_rows_that_the_edition_has() -> None:
    once = m2_1().with_rows("level", replace=[REGIONS])
    twice = once.with_rows("level", remove=["local-client"])
    twice = twice.with_rows("level", remove=["several-regions"], add=[REGIONS])

    assert once.edition == "M2-1"
    assert twice.edits_of("level") == RowEdits(remove=["local-client", "several-regions"], add=[REGIONS])
    removed = m2_1().with_rows("level", remove=["local-client"])
    assert removed.with_rows("level", add=[m2_1().tables["level"].row("local-client")]).diff(m2_1()).tables == ()
    with pytest.raises(FaultsError, match=r"remove\[0\]: 'nowhere'; one of the table's rows: local-client"):
        m2_1().with_rows("level", remove=["nowhere"])
    with pytest.raises(FaultsError, match=r"edits.levl: 'levl'; the name of a table is expected"):
        m2_1().with_rows("levl", remove=["nowhere"])
    with pytest.raises(TableDefinitionError, match="'note' is not an input"):
        m2_1().with_rows("level", add=[Row("x", {"note": 3}, Level.LOCAL)])
    with pytest.raises(TableProofError, match="no row fires"):
        m2_1().with_rows("level", remove=["one-centre"])


def test_edits_are_in_the_order_of_the_tables_without_empty_ones() -> None:
    row = Row("all-but", {"client_scope": all_but("local"), "mobilisation": "national"}, Level.NATIONAL)
    other = Row("y", {"formal": True, "nature": "grievance", "satisfaction": 10}, "complaint")
    edits = {"level": RowEdits(add=[row]), "band": RowEdits(), "eligibility": RowEdits(add=[other])}
    policy = Policy(edition="x", edits=edits)
    assert [name for name, _ in policy.edits] == ["eligibility", "level"]
    assert policy == Policy(edition="x", edits=policy.edits)
    assert Policy(edition="x", edits={}) == Policy(edition="x")
    facts = {"client_scope": ABSENT, "mobilisation": "national", "service_reach": "one_centre"}
    assert policy.tables["level"].decide(facts).outcome is Level.NATIONAL


@pytest.mark.parametrize(("edits", "path"), [
    ({"levl": RowEdits(remove=["x"])}, "edits.levl"),
    ({"level": RowEdits(add=[Row(" ", {}, Level.LOCAL)])}, "edits.level.add[0].id"),
    ({"level": RowEdits(add=[Row("", {}, Level.LOCAL)])}, "edits.level.add[0].id"),
    ({"level": RowEdits(replace=[Row("a b", {}, Level.LOCAL)])}, "edits.level.replace[0].id"),
    ({"level": RowEdits(replace=[attrs.evolve(REGIONS, clause="M2-1 §9.1")])}, "edits.level.replace[0].clause"),
    ({"level": RowEdits(replace=[attrs.evolve(REGIONS, interpretation="I99")])},
        "edits.level.replace[0].interpretation"),
])  # fmt: skip
def test_edits_of_unknown_tables_or_sources_are_refused(edits: Any, path: str) -> None:
    with pytest.raises(FaultsError) as error:
        Policy(edition="x", edits=edits)
    assert [fault.path for fault in error.value.faults] == [path]


@pytest.mark.parametrize(
    "edits",
    [
        3,
        [RowEdits()],
        [("level", RowEdits(remove=["local-client"])), ("level", RowEdits(remove=["one-centre"]))],
        {"level": ["local-client"]},
    ],
)
def test_edits_of_another_type_are_refused(edits: Any) -> None:
    with pytest.raises(TypeError, match="RowEdits"):
        Policy(edition="x", edits=edits)


def test_a_source_of_the_edition_s_own_is_no_clause_of_m2_1() -> None:
    row = attrs.evolve(REGIONS, clause="Note 2027-3 §3", interpretation="note de l'agence", wording=Wording("r", "r"))
    policy = m2_1().with_rows("level", replace=[row])
    assert (
        policy.tables["level"].row("several-regions").source("fr")
        == "Note 2027-3 §3 ; interprétation : note de l'agence"
    )
    assert policy.parameters == Parameters(survey=SurveyParameters())
