"""Tables that an edition declares: alone and in columns they decide as their rows read by hand."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from itertools import product
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import BusinessCalendar, ComplaintFacts, FaultsError, MalfunctionFacts, Policy, frames, m2_1
from reclamation_core.laboratory import replay, what_if
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


def service(*, edition: str = "own", **changes: Any) -> Policy:
    table = {**declared([({"theme": "catering"}, "a")]), **changes}
    return parse_policy({"starts_from": "M2-1", "edition": edition, "tables": {"service": table}})


def test_an_edition_with_a_table_of_its_own_is_written_read_and_told_apart() -> None:
    policy = service()

    assert Policy.from_json(policy.to_json()) == policy
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
