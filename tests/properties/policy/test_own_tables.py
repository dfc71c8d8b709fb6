"""Tables that an edition declares: alone and in columns they decide as their rows read by hand."""

import pickle
import tomllib
from datetime import UTC, datetime
from itertools import product
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import BusinessCalendar, ComplaintFacts, Desk, FaultsError, MalfunctionFacts, Policy, frames, m2_1
from reclamation_core.laboratory import compare, replay, what_if
from reclamation_core.policy import parse_policy
from reclamation_core.tables import DecisionTable, Enumeration, HitPolicy, Input, Integer, Row
from reclamation_core.vocabulary import FACTS
from reclamation_core.wording import Wording

FRANCE = BusinessCalendar.france()
RECEIVED = datetime(2026, 5, 4, 9, tzinfo=UTC)
VALUES: dict[str, tuple[Any, ...]] = {
    "theme": ("catering", "accommodation", "our_own", None),
    "channel": ("portal", "email", None),
    "formal": (True, False, None),
    "level": ("local", "regional", "national"),
}
CODES = ("a", "b", "c")
FACTS_OF_LEVEL: dict[str, dict[str, str]] = {
    "local": {"client_scope": "local", "service_reach": "one_centre", "mobilisation": "local"},
    "regional": {"client_scope": "regional", "service_reach": "one_centre", "mobilisation": "local"},
    "national": {"client_scope": "national", "service_reach": "one_centre", "mobilisation": "local"},
}


def sfeel(value: object) -> object:
    return value if isinstance(value, bool) else f'"{value}"'


def known(name: str) -> st.SearchStrategy[Any]:
    return st.sampled_from([value for value in VALUES[name] if value is not None])


CONDITIONS = st.fixed_dictionaries({}, optional={name: known(name) for name in VALUES})
ROWS = st.lists(st.tuples(CONDITIONS, st.sampled_from(CODES)), max_size=4)
FACTS_DRAWN = st.lists(st.fixed_dictionaries({name: st.sampled_from(of) for name, of in VALUES.items()}), min_size=1)


def declared(rows: list[tuple[dict[str, Any], str]]) -> dict[str, Any]:
    """Return the declaration of a table whose last row holds for all."""
    return {
        "inputs": list(VALUES),
        "outcomes": list(CODES),
        "hit_policy": "first",
        "rows": [
            {"id": f"row-{place}", "when": {name: sfeel(value) for name, value in when.items()}, "then": then}
            for place, (when, then) in enumerate([*rows, ({}, "c")])
        ],
    }


def by_hand(rows: list[tuple[dict[str, Any], str]], facts: dict[str, Any]) -> set[str]:
    """Return the outcomes of the first row that holds, for each value that the unknown facts may have."""
    others = {"theme": "any other", "channel": "phone"}
    possible = [
        [facts[name]] if facts[name] is not None else [*(value for value in of if value is not None), others.get(name)]
        for name, of in VALUES.items()
    ]
    every = (dict(zip(VALUES, values, strict=True)) for values in product(*possible))
    return {
        next(then for when, then in [*rows, ({}, "c")] if all(known[name] == value for name, value in when.items()))
        for known in every
        if None not in known.values()
    }


def of_case(facts: dict[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in facts.items() if name != "level"}
    return {"received_at": RECEIVED, "satisfaction": 5.0, **given, **FACTS_OF_LEVEL[facts["level"]]}


@pytest.mark.slow
@given(ROWS, FACTS_DRAWN)
def test_alone_and_in_columns_the_first_row_that_holds_decides(rows: Any, drawn: list[dict[str, Any]]) -> None:
    policy = parse_policy({"starts_from": "M2-1", "edition": "own", "tables": {"service": declared(rows)}})
    types: dict[str, Any] = {
        "received_at": pl.Datetime("us", "UTC"),
        "formal": pl.Boolean,
        "theme": pl.String,
        "channel": pl.String,
    }
    frame = pl.DataFrame([of_case(facts) for facts in drawn], schema_overrides=types)
    decided = frames.decide(frame, policy, FRANCE)

    for facts, row in zip(drawn, decided.iter_rows(named=True), strict=True):
        assessment = policy.assess(ComplaintFacts(**of_case(facts)), FRANCE)
        outcome = assessment.own["service"]
        assert outcome.outcome == row["service"]
        assert (row["service_rows"] or "") == " ".join(one.id for one in outcome.deciding)
        assert outcome.possible == by_hand(rows, facts)
        m2_1s = m2_1().assess(ComplaintFacts(**of_case(facts)), FRANCE)
        assert (assessment.deadline, assessment.level.outcome) == (m2_1s.deadline, m2_1s.level.outcome)


READS: dict[str, tuple[Any, ...]] = {
    "service_reach": ("one_centre", "several_centres", "several_regions", None),
    "mobilisation": ("local", "regional", "national", None),
    "own.funded": (True, False, None),
}
KNOWN: dict[str, tuple[Any, ...]] = {name: tuple(one for one in of if one is not None) for name, of in READS.items()}
WHEN = st.fixed_dictionaries({}, optional={name: st.sampled_from(of) for name, of in KNOWN.items()})
SOURCE_ROWS = st.lists(st.tuples(WHEN, st.sampled_from(CODES)), max_size=3)
DRAWN = st.lists(st.fixed_dictionaries({name: st.sampled_from(of) for name, of in READS.items()}), min_size=1)


def source(rows: list[tuple[dict[str, Any], str]]) -> dict[str, Any]:
    """Return the declaration of a table of facts that malfunctions have too."""
    of_rows = [*rows, ({}, "c")]
    return {
        "inputs": list(READS),
        "outcomes": list(CODES),
        "hit_policy": "first",
        "rows": [
            {"id": f"row-{place}", "when": {name: sfeel(value) for name, value in when.items()}, "then": then}
            for place, (when, then) in enumerate(of_rows)
        ],
    }


def levels_by_hand(rows: list[tuple[dict[str, Any], str]], facts: dict[str, Any]) -> tuple[set[str], set[str]]:
    """Return the outcomes of the table and the levels for each value that unknown facts may have: `a` is national."""
    order = ("local", "regional", "national")
    ranks = {"one_centre": 0, "several_centres": 1, "several_regions": 2, "local": 0, "regional": 1, "national": 2}
    outcomes, levels = set(), set()
    for values in product(*(of if facts[name] is None else (facts[name],) for name, of in KNOWN.items())):
        known = dict(zip(KNOWN, values, strict=True))
        found = next(then for when, then in [*rows, ({}, "c")] if all(known[name] == one for name, one in when.items()))
        outcomes.add(found)
        levels.add(
            "national" if found == "a" else order[max(ranks[known["service_reach"]], ranks[known["mobilisation"]])]
        )
    return outcomes, levels


def asking(rows: list[tuple[dict[str, Any], str]]) -> Policy:
    """Return an edition whose level asks for the outcome of a table of the edition."""
    funded = {"name": "funded", "type": "boolean", "label": {"fr": "financé", "en": "funded"}}
    row = {"id": "a-is-national", "when": {"tables": {"source": '"a"'}}, "then": "national", "clause": "note 3"}
    tables = {"source": source(rows), "level": {"add": [row]}}
    return parse_policy({"starts_from": "M2-1", "edition": "own", "facts": [funded], "tables": tables})


@pytest.mark.slow
@given(SOURCE_ROWS, DRAWN)
def test_a_row_of_m2_1_asks_for_the_outcome_of_an_own_table(rows: Any, drawn: list[dict[str, Any]]) -> None:
    policy = asking(rows)
    assert Policy.from_json(policy.to_json()) == parse_policy(tomllib.loads(policy.to_toml())) == policy
    types: dict[str, Any] = {"own_funded": pl.Boolean, "service_reach": pl.String, "mobilisation": pl.String}
    columns = [{name.replace(".", "_"): value for name, value in facts.items()} for facts in drawn]
    given_facts = [{**row, "client_scope": "local", "satisfaction": 5.0} for row in columns]
    decided = frames.decide(pl.DataFrame(given_facts, schema_overrides=types), policy, None)
    desk = Desk.in_memory(policy=policy, clock_limit=None)
    for facts, row in zip(drawn, decided.iter_rows(named=True), strict=True):
        base = {name: value for name, value in facts.items() if not name.startswith("own.")}
        own = {} if facts["own.funded"] is None else {"funded": facts["own.funded"]}
        complaint = ComplaintFacts(received_at=RECEIVED, client_scope="local", satisfaction=5.0, own=own, **base)
        assessment = policy.assess(complaint, FRANCE)
        outcomes, levels = map(frozenset, levels_by_hand(rows, facts))
        assert (assessment.own["source"].possible, assessment.level.possible) == (outcomes, levels)
        assert (row["source"], row["level"]) == (assessment.own["source"].outcome, assessment.level.outcome)
        assert row["level_rows"] == " ".join(one.id for one in assessment.level.deciding) or row["level"] is None
        malfunction = policy.assess_malfunction(MalfunctionFacts(received_at=RECEIVED, own=own, **base))
        assert malfunction.level.possible == levels
        explained = desk.explain(desk.register(complaint, site="CRE").reference).decision("source")
        assert explained is not None
        assert explained.outcome == assessment.own["source"].outcome
    table = desk.reports.register(columns=["dossier", "table_source"]).tables[0]
    shown: list[Any] = [table.columns[1].value(entry) for entry in table.records]
    # Decided again, not stored.
    assert [one and one.en for one in shown] == decided["source"].to_list()


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"inputs": ["level"]}, "tables.level.add[0].when.tables.source", r"level → source → level"),
        ({"inputs": ["band"]}, "tables.level.add[0].when.tables.source", r"level → source → band"),
        ({"inputs": ["theme"]}, "tables.level.add[0].when.tables.source", "for both kinds of cases"),
        ({"inputs": ["nope"]}, "tables.source.inputs[0]", "the name of a fact or of a table"),
        (None, "tables.level.add[0].when.tables.source", "the name of a table of the edition is expected: a, b$"),
    ],
)
def test_an_own_table_that_a_row_of_m2_1_cannot_ask_for_is_refused(changes: Any, path: str, message: str) -> None:
    row = {"id": "x", "when": {"tables.source": '"a"'}, "then": "national"}
    tables: dict[str, Any] = {"level": {"add": [row]}}
    own = {**source([]), "rows": [{"id": "all", "when": {}, "then": "a"}], **(changes or {"inputs": ["channel"]})}
    tables |= {"a": own, "b": own} if changes is None else {"source": own}
    with pytest.raises(FaultsError, match=message) as refused:
        parse_policy({"starts_from": "M2-1", "edition": "x", "tables": tables})
    assert {fault.path for fault in refused.value.faults} == {path}


def test_an_own_table_that_reads_the_level_through_another_is_refused_there() -> None:
    row = {"id": "x", "when": {"tables.source": '"a"'}, "then": "national"}
    one = {**declared([]), "inputs": ["other"]}
    tables = {"source": one, "other": {**one, "inputs": ["level"]}, "level": {"add": [row]}}
    with pytest.raises(FaultsError, match=r"level → source → level"):
        parse_policy({"starts_from": "M2-1", "edition": "x", "tables": tables})


def test_the_outcome_of_an_own_table_is_asked_for_in_python_and_inherited() -> None:
    policy = asking([({"own.funded": True}, "a")])
    extended = parse_policy(
        {"starts_from": "own", "edition": "next", "tables": {"level": {"remove": ["a-is-national"]}}}, policy
    )
    again = extended.with_rows("level", add=policy.edits_of("level").add, edition="own")

    assert extended.tables["level"].sources == ()
    assert (again.digest, again.tables["level"]) == (policy.digest, policy.tables["level"])
    assert {change.witness["own.funded"] for change in m2_1().diff(policy).tables[0].changes} == {True}
    assert "tables.source" in policy.to_json()
    eligibility = {"add": [{"id": "themed", "when": {"tables": {"by_theme": '"a"'}}, "then": "out_of_scope"}]}
    by_theme = {**declared([({"theme": "catering"}, "a")]), "inputs": ["theme", "channel", "formal"]}
    themed = parse_policy(
        {"starts_from": "M2-1", "edition": "x", "tables": {"by_theme": by_theme, "eligibility": eligibility}}
    )
    facts = ComplaintFacts(received_at=RECEIVED, theme="catering", satisfaction=9)
    assert [row.id for row in themed.assess(facts, FRANCE).eligibility.rows] == ["themed"]


@pytest.mark.slow
def test_comparisons_have_the_tables_that_both_editions_declare() -> None:
    before = asking([({"own.funded": True}, "a")])
    after = attrs.evolve(asking([({"own.funded": True}, "b")]), edition="after")
    columns: dict[str, Any] = {
        "service_reach": ["one_centre"] * 3,
        "mobilisation": ["local"] * 3,
        "client_scope": ["local"] * 3,
    }
    frame = pl.DataFrame(
        {**columns, "satisfaction": [5.0] * 3, "own_funded": [True, False, None], "reference": ["1", "2", "3"]}
    )
    dated = frame.with_columns(received_at=pl.lit(RECEIVED))
    assert "R8.1 (row-0)" in before.diff(after).to_markdown("fr")
    for cases in (frame, frames.to_records(dated, editions=[before])):
        found = compare(cases, before, after)
        own = [one for one in found.changes if one.decision == "source"]
        assert [(one.before, one.after, one.cases, one.rows_before, one.rows_after) for one in own] == [
            ("a", "b", 1, "row-0", "row-0")
        ]  # fmt: skip
        for lang in ("fr", "en"):
            assert "row-0" in found.to_html(lang)


def service(*, edition: str = "own", **changes: Any) -> Policy:
    table = {**declared([({"theme": "catering"}, "a")]), **changes}
    return parse_policy({"starts_from": "M2-1", "edition": edition, "tables": {"service": table}})


def test_an_edition_with_a_table_of_its_own_is_written_read_and_told_apart() -> None:
    policy = service()
    assert Policy.from_json(policy.to_json()) == parse_policy(tomllib.loads(policy.to_toml())) == policy
    assert pickle.loads(pickle.dumps(policy)) == policy
    assert policy.digest == service(edition="other", title={"fr": "service", "en": "service"}).digest
    assert len({policy.digest, m2_1().digest, service(hit_policy="priority", priority=list("abc")).digest}) == 3
    assert [change.path for change in m2_1().diff(policy).parameters] == ["tables.service"]
    assert bool(policy.diff(service(hit_policy="priority", priority=list("cba"))))
    assert policy.is_own("service", "row-0")


def test_a_table_made_in_python_is_decided_replayed_and_compared() -> None:
    output = Enumeration("service", ("few", "many"), (Wording("peu", "few"), Wording("beaucoup", "many")))
    recurrences = Input("recurrences", FACTS["recurrences"].domain)
    rows = (Row("one", {"recurrences": 0}, "few"), Row("more", {}, "many"))
    table: DecisionTable[Any] = DecisionTable("frequency", (recurrences,), output, rows, HitPolicy.FIRST)
    policy = m2_1().with_tables(table, edition="frequency")
    frame = pl.DataFrame({"satisfaction": [4.0, 5.0, 8.0], "recurrences": [0, 3, None], "channel": ["survey"] * 3})

    assert frames.decide(frame, policy, None)["frequency"].to_list() == ["few", "many", None]
    assert frames.decide(frame, policy, None, decisions=["level"]).columns[-1] == "undetermined"
    malfunctions = frames.decide_malfunctions(frame.select("recurrences"), policy)
    assert malfunctions["frequency"].to_list() == ["few", "many", None]
    facts = MalfunctionFacts(received_at=RECEIVED, recurrences=0)
    assert policy.assess_malfunction(facts).own["frequency"].outcome == "few"
    replayed = replay(frame, [policy, what_if(policy, survey_threshold=7)])
    assert replayed.matrices("frequency")["frequency, note seuil 7"] == {
        ("few", "few"): 1, ("many", "many"): 1, ("undetermined", "undetermined"): 1
    }  # fmt: skip
    assert policy.with_tables(table).own_tables == policy.own_tables


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"inputs": ["colour"]}, "tables.service.inputs[0]", "the name of a fact or of a table"),
        ({"outcomes": ["a", "a"]}, "tables.service.outcomes", "are codes"),
        ({"rows": []}, "tables.service", "at least one input and one row"),
        ({"hit_policy": "collect_count"}, "tables.service.hit_policy", "selects one outcome"),
        ({"colour": 1}, "tables.service.colour", "colour"),
        ({"hit_policy": "unique"}, "tables.service", "witness"),
        ({"rows": [{"id": "x", "when": {"theme": '"catering"'}, "then": "a"}]}, "tables.service", "no row"),
        ({"rows": [{"id": "x", "when": {}, "then": "z"}]}, "tables.service.rows[0].then", "one of a, b, c"),
    ],
)
def test_a_table_with_a_fault_is_refused_with_its_path(changes: dict[str, Any], path: str, message: str) -> None:
    with pytest.raises(FaultsError, match=message) as refused:
        service(**changes)
    assert path in {fault.path for fault in refused.value.faults}


def test_tables_read_facts_of_the_edition_and_each_other_but_no_personal_fact() -> None:
    person = {"name": "person", "type": "text", "label": {"fr": "nom", "en": "name"}, "personal": True}
    funded = {"name": "funded", "type": "boolean", "label": {"fr": "financé", "en": "funded"}}
    rows = [{"id": "yes", "when": {"own": {"funded": True}}, "then": "a"}, {"id": "no", "when": {}, "then": "b"}]
    table = {"inputs": ["own.funded"], "outcomes": ["a", "b"], "hit_policy": "first", "rows": rows}
    above = {"outcomes": ["a"], "rows": [{"id": "all", "when": {}, "then": "a"}]}
    tables = {
        "third": {**above, "inputs": ["second", "first"]},
        "second": {**above, "inputs": ["first"]},
        "first": table,
    }
    document = {"starts_from": "M2-1", "edition": "x", "facts": [person, funded], "tables": tables}
    policy = parse_policy(document)
    facts = ComplaintFacts(received_at=RECEIVED, own={"funded": True})

    assert [table.name for table in policy.own_tables] == ["first", "second", "third"]
    assert {name: one.outcome for name, one in policy.assess(facts, FRANCE).own.items()} == {
        "first": "a", "second": "a", "third": "a"
    }  # fmt: skip
    with pytest.raises(FaultsError, match="the name of a fact or of a table"):
        parse_policy({**document, "tables": {"first": {**table, "inputs": ["own.person"]}}})
    output = Enumeration("x", ("few",), (Wording("peu", "few"),))
    named: DecisionTable[Any] = DecisionTable(
        "x", (Input("own.person", Integer(0, 5)),), output, (Row("all", {}, "few"),), HitPolicy.FIRST
    )
    with pytest.raises(FaultsError, match="never an input of a table"):
        policy.with_tables(named)


def test_tables_in_a_circle_and_taken_names_are_refused() -> None:
    one = {**declared([]), "inputs": ["other"]}
    with pytest.raises(FaultsError, match="one → other → one"):
        parse_policy(
            {"starts_from": "M2-1", "edition": "x", "tables": {"one": one, "other": {**one, "inputs": ["one"]}}}
        )
    with pytest.raises(FaultsError, match="a new name"):
        parse_policy({"starts_from": "M2-1", "edition": "x", "tables": {"due_date": declared([])}})


def test_a_table_made_in_python_with_other_values_or_outcomes_is_refused() -> None:
    output = Enumeration("x", ("few",), (Wording("peu", "few"),))
    for name, inputs, outcomes, row, message in (
        ("x", (Input("recurrences", Integer(0, 5)),), output, "few", "must be those of the fact"),
        ("x", (Input("colour", Integer(0, 5)),), output, "few", "must be those of the fact"),
        ("x", (Input("recurrences", FACTS["recurrences"].domain),), Integer(0, 5), 1, "are codes"),
        ("level", (Input("recurrences", FACTS["recurrences"].domain),), output, "few", "a new name"),
    ):
        table: DecisionTable[Any] = DecisionTable(name, inputs, outcomes, (Row("all", {}, row),), HitPolicy.FIRST)
        with pytest.raises(FaultsError, match=message):
            m2_1().with_tables(table)
    frequency = Input("recurrences", FACTS["recurrences"].domain)
    scale = Enumeration("x", ("few",), (Wording("peu", "few"),), ordered=True)
    most: DecisionTable[Any] = DecisionTable("x", (frequency,), scale, (Row("all", {}, "few"),), HitPolicy.COLLECT_MAX)
    with pytest.raises(FaultsError, match="selects one outcome"):
        m2_1().with_tables(most)
    one: DecisionTable[Any] = DecisionTable("x", (frequency,), output, (Row("all", {}, "few"),), HitPolicy.FIRST)
    many = [attrs.evolve(one, name=f"x{place}") for place in range(51)]
    with pytest.raises(FaultsError, match="at most 50 tables"):
        m2_1().with_tables(*many)
    with pytest.raises(TypeError, match="decision tables are expected"):
        Policy(edition="x", own_tables=(1,))
