"""Facts that an edition declares itself: files, digests, inputs of tables, decisions."""

import json
import pickle
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import attrs
import pytest

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.errors import FaultsError
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.policy import Policy, PolicyBook, m2_1, parse_policy, read_policy
from reclamation_core.policy.own_facts import joined, new_value
from reclamation_core.tables import Boolean, Integer, OpenEnumeration, Row, RowEdits, from_dmn, is_
from reclamation_core.vocabulary import ComplaintFacts, Fact, Level, MalfunctionFacts
from reclamation_core.vocabulary.own_facts import OwnText, ShortText
from reclamation_core.wording import Wording
from tests.unit.policy.own_facts import (
    BORN,
    FACTS,
    FUNDER,
    GROUP_SIZE,
    HOURS,
    PRIORITY,
    SESSION,
    STARTED,
    SUBCONTRACTED,
    TO_THE_REGION,
    both,
    own_policy,
)

RECEIVED = datetime(2026, 5, 4, 7, tzinfo=UTC)
LOCAL: dict[str, Any] = {
    "received_at": RECEIVED,
    "client_scope": "local",
    "service_reach": "one_centre",
    "mobilisation": "local",
}
FRANCE = BusinessCalendar.france()


def refused(*facts: Any, tables: Any = ()) -> dict[str, str]:
    with pytest.raises(FaultsError) as caught:
        own_policy(facts=list(facts), tables=tables or {})
    return {fault.path: fault.expected.en for fault in caught.value.faults}


def test_a_file_declares_facts_and_its_rows_ask_for_them(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        """
        starts_from = "M2-1"
        edition = "own"
        [[facts]]
        name = "subcontracted"
        label = { fr = "prestation sous-traitée", en = "subcontracted service" }
        type = "boolean"
        [[tables.level.add]]
        id = "subcontracted-to-region"
        when = { own.subcontracted = true }
        then = "regional"
        """,
        encoding="utf-8",
    )
    policy = read_policy(file)

    (fact,) = policy.facts
    assert (fact.key, fact.column, fact.domain, fact.null) == (
        "own.subcontracted",
        "own_subcontracted",
        Boolean(),
        UNKNOWN,
    )
    assert fact.question == Wording("prestation sous-traitée ?", "subcontracted service?")
    assert [input_.name for input_ in policy.tables["level"].inputs][-1] == "own.subcontracted"
    assert all("own." not in input_.name for input_ in policy.tables["eligibility"].inputs)


def test_a_subcontracted_service_raises_the_level_of_m2_1_to_the_region() -> None:
    policy, plain = own_policy(), m2_1()
    scopes, reaches = ("local", "national", None), ("one_centre", "several_regions", None)
    for scope, reach, given in product(scopes, reaches, (True, False, None)):
        for cls in (ComplaintFacts, MalfunctionFacts):
            more: Any = {"client_scope": scope} if cls is ComplaintFacts else {}
            facts: Any = cls(received_at=RECEIVED, service_reach=reach, mobilisation="local", **more)
            own: Any = attrs.evolve(facts, own={"subcontracted": given})
            before, after = (_level(edition, one) for edition, one in ((plain, facts), (policy, own)))
            raised = {max(level, Level.REGIONAL) for level in before}
            assert after == {True: raised, False: before, None: before | raised}[given], own


def _level(policy: Policy, facts: Any) -> set[Level]:
    judged = policy.assess(facts, FRANCE) if isinstance(facts, ComplaintFacts) else policy.assess_malfunction(facts)
    return set(judged.level.possible)


def test_an_unknown_own_fact_is_asked_for_and_explained() -> None:
    policy = own_policy()
    level = policy.assess(ComplaintFacts(**LOCAL), FRANCE).level
    assert level.question is not None
    assert level.question.question == Wording(**SUBCONTRACTED["question"])
    known = policy.assess(ComplaintFacts(**LOCAL, own={"subcontracted": True}), FRANCE).level
    assert "Prestation sous-traitée : oui (note 12)" in known.explain("fr")
    why_not = known.why_not(Level.LOCAL)
    assert why_not.apply().own == {"subcontracted": False}
    assert policy.assess(why_not.apply(), FRANCE).level.outcome is Level.LOCAL
    assert policy.complexity_decision(known.facts).outcome is policy.assess(known.facts, FRANCE).complexity.outcome


def test_the_difference_and_the_catalogue_list_each_declaration() -> None:
    from reclamation_core.policy import catalogue

    policy, none = own_policy(tables={}), own_policy("none", [], tables={})
    added = none.diff(policy)
    assert not added
    assert [change.path for change in added.parameters] == [f"facts.{fact['name']}" for fact in FACTS]
    assert [f"facts.{fact['name']}" for fact in FACTS] == [change.path for change in policy.diff(none).parameters]
    changed = policy.diff(own_policy("b", [*FACTS[1:], SUBCONTRACTED | {"blank": "absent"}], tables={}))
    assert [change.path for change in changed.parameters] == ["facts.subcontracted"]
    renamed = [SUBCONTRACTED | {"label": both("x", "y")}, *FACTS[1:]]
    assert not policy.diff(own_policy("c", renamed, tables={})).parameters
    assert "Informations propres à cette version" in policy._repr_html_()
    assert "Informations propres" not in none._repr_html_() + catalogue(none)


def test_facts_of_every_type_have_the_inputs_of_their_domains() -> None:
    rows: list[dict[str, Any]] = [
        {"id": "funder", "when": {"own.funder": '"opco"'}, "then": "out_of_scope"},
        {"id": "started", "when": {"own.started": '< date("2026-01-01")'}, "then": "out_of_scope"},
        {"id": "hours", "when": {"own.hours": "[0..7.5]"}, "then": "out_of_scope"},
        {"id": "size", "when": {"own.group_size": "> 20"}, "then": "out_of_scope"},
        {"id": "priority", "when": {"own.priority": '"high"'}, "then": "out_of_scope"},
    ]
    own: dict[str, Any] = {
        "funder": "opco",
        "started": date(2025, 12, 31),
        "hours": 7.5,
        "group_size": 21,
        "priority": "high",
    }
    policy = own_policy(tables={"eligibility": {"add": rows}})

    for place, row in enumerate(rows):
        given = {name: value for name, value in own.items() if f"own.{name}" in row["when"]}
        decided = policy.assess(ComplaintFacts(received_at=RECEIVED, satisfaction=9, own=given), FRANCE).eligibility
        assert row["id"] in [fired.id for fired in decided.rows], place
    absent = {input_.name: input_.absent for input_ in policy.tables["eligibility"].inputs}
    assert (absent["own.hours"], absent["own.priority"], absent["own.funder"]) == (True, True, False)


def test_an_edition_with_facts_is_read_back_from_its_json_and_from_a_pickle() -> None:
    policy = own_policy()
    assert Policy.from_json(policy.to_json()) == policy
    again = pickle.loads(pickle.dumps(policy))
    assert (again, again.digest) == (policy, policy.digest)


def test_editions_that_declare_nothing_keep_their_documents_and_digests() -> None:
    # Written by the release before editions declared facts and reserved commands.
    assert m2_1().digest == "99a70728689265791b82b49404504948157542a130cda15fbfb75d9d50678f3d"
    assert "facts" not in m2_1().to_json()


def test_labels_and_order_are_outside_the_digest_and_domains_and_blanks_inside() -> None:
    digests = [own_policy(facts=[fact, *FACTS[1:]]).digest for fact in _variants()]
    same, *others = digests
    assert same == own_policy().digest
    assert len({same, *others}) == len(digests)
    assert own_policy(facts=FACTS[::-1]).digest == own_policy().digest


def _variants() -> list[dict[str, Any]]:
    relabelled = {"label": both("x", "y"), "question": both("x ?", "y?"), "question_to_complainant": both("x", "y")}
    return [
        SUBCONTRACTED | relabelled,
        SUBCONTRACTED | {"blank": "absent"},
        SUBCONTRACTED | {"type": "boolean", "kinds": ["complaint"], "blank": "absent"},
    ]


def test_an_edition_inherits_the_facts_of_the_edition_that_it_starts_from() -> None:
    base = own_policy("base", facts=[SUBCONTRACTED, HOURS])
    document = {"starts_from": "base", "edition": "next", "facts": [HOURS | {"maximum": 100}, STARTED]}
    policy = parse_policy(document, base)
    assert [fact.name for fact in policy.facts] == ["subcontracted", "hours", "started"]
    hours: Any = policy.facts_by_name["hours"].domain
    assert (hours.minimum, hours.maximum) == (0, 100)
    assert policy.tables["level"].inputs[-1].name == "own.subcontracted"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": "Sub"}, "name"),
        ({"name": "class"}, "name"),
        ({"name": 3}, "name"),
        ({"type": "bool"}, "type"),
        ({"blank": "no"}, "blank"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["complaint", "complaint"]}, "kinds"),
        ({"kinds": ["plan"]}, "kinds"),
        ({"question": both("a\x00", "b")}, "question.fr"),
        ({"label": both("a" * 301, "b")}, "label"),
        ({"minimum": 1}, "minimum"),
        ({"codes": [{"code": "a", "label": both("a", "b")}]}, "codes"),
        ({"longest": 3}, "longest"),
        ({"type": "codes"}, "codes"),
        ({"type": "codes", "codes": [{"code": "a b", "label": both("a", "b")}]}, "codes[0].code"),
        ({"type": "codes", "codes": [{"code": "a", "label": both("a", "b"), "retired": True}]}, "codes"),
        ({"type": "text", "longest": 0}, "longest"),
        ({"type": "integer", "minimum": "a"}, "minimum"),
        ({"type": "day", "maximum": 3}, "maximum"),
        ({"type": "integer", "minimum": 3, "maximum": 1}, "bounds"),
        ({"unheard": 1}, "unheard"),
    ],
)
def test_a_declaration_with_a_fault_is_refused_with_its_path(change: dict[str, Any], path: str) -> None:
    assert list(refused(SUBCONTRACTED | change)) == [f"facts[0].{path}"]


def test_every_fault_of_the_declarations_is_reported_at_once() -> None:
    faults = refused(SUBCONTRACTED | {"name": "A"}, SUBCONTRACTED, SUBCONTRACTED, HOURS | {"minimum": "x"})
    assert list(faults) == ["facts[0].name", "facts[2].name", "facts[3].minimum"]
    assert list(refused(*({**SUBCONTRACTED, "name": f"f{n}"} for n in range(201)))) == ["facts"]
    with pytest.raises(FaultsError, match="a list of facts"):
        parse_policy({"starts_from": "M2-1", "edition": "x", "facts": 3})
    many = [{**SUBCONTRACTED, "name": f"f{n}"} for n in range(150)]
    with pytest.raises(FaultsError, match="at most 200 facts"):
        parse_policy(
            {"starts_from": "base", "edition": "x", "facts": [{**one, "name": f"g{one['name']}"} for one in many]},
            own_policy("base", facts=many, tables={}),
        )


def test_a_fact_with_the_name_of_the_marker_of_another_is_refused() -> None:
    marker = SUBCONTRACTED | {"name": "hours_unknown"}
    found = refused(HOURS, marker)
    assert found == {
        "facts": "own_hours_unknown is the column that marks 'hours' as unknown; rename one of the two facts"
    }
    assert own_policy(facts=[HOURS | {"blank": "unknown"}, marker], tables={}).facts
    old = own_policy("old", facts=[HOURS], tables={}, in_force_until=date(2025, 12, 31))
    with pytest.raises(ValueError, match="own_hours_unknown is the column"):
        PolicyBook([old, own_policy("new", facts=[marker], tables={}, in_force_from=date(2026, 1, 1))])


def test_rows_ask_only_for_facts_that_their_table_may_have() -> None:
    def row(name: str, then: str = "regional") -> dict[str, Any]:
        return {"add": [{"id": "x", "when": {name: "true"}, "then": then}]}

    internal = SUBCONTRACTED | {"name": "internal", "kinds": ["malfunction"]}
    of_complaints = SUBCONTRACTED | {"name": "sold_on", "kinds": ["complaint"]}
    facts = (SESSION, BORN, internal, of_complaints)
    for name in ("own.session", "own.born"):
        assert refused(*facts, tables={"level": row(name)}) == {
            f"tables.level.add[0].when.{name}": "a personal fact or a free text is never an input of a table"
        }
    found = refused(*facts, tables={"level": row("own.sold_on")})
    assert found["tables.level.add[0].when.own.sold_on"].startswith("this table judges both kinds of cases")
    found = refused(*facts, tables={"eligibility": row("own.internal", "out_of_scope")})
    assert found["tables.eligibility.add[0].when.own.internal"].startswith("this table judges complaints alone")
    assert "own.sold_on" in refused(*facts, tables={"eligibility": row("own.x", "out_of_scope")}).popitem()[1]
    policy = own_policy(facts=list(facts), tables={"eligibility": row("own.sold_on", "out_of_scope")})
    with pytest.raises(FaultsError, match="never an input"):
        policy.with_rows("eligibility", add=[Row("y", {"own.session": is_("x")}, "out_of_scope")])


def test_facts_are_declared_in_python_as_in_a_file() -> None:
    fact = Fact(
        name="subcontracted",
        label=Wording(**SUBCONTRACTED["label"]),
        question=Wording(**SUBCONTRACTED["question"]),
        domain=Boolean(),
    )
    row = Row("subcontracted-to-region", {"own.subcontracted": is_(True)}, Level.REGIONAL, "note 12")
    policy = Policy(edition="own", facts=(fact,), edits={"level": RowEdits(add=[row])})

    assert policy == own_policy(facts=[SUBCONTRACTED])
    assert Policy(edition="own", facts=(fact,)).with_rows("level", add=[row]) == policy
    broken: Any = object()
    wrong: Any
    for wrong in (fact, [3], [attrs.evolve(fact, domain=OpenEnumeration.from_codes("x", ["a"]))]):
        with pytest.raises((TypeError, FaultsError)):
            Policy(edition="own", facts=wrong)
    with pytest.raises(FaultsError, match=r"facts\[0\].name"):
        Policy(edition="own", facts=[attrs.evolve(fact, name="A")])
    with pytest.raises(TypeError, match="no domain of an edition's fact"):
        Policy(edition="own", facts=[attrs.evolve(fact, domain=broken)])


def test_editions_of_a_desk_have_one_type_for_each_name() -> None:
    old = own_policy("old", facts=[HOURS], tables={}, in_force_until=date(2025, 12, 31))
    for other in (HOURS | {"type": "integer"}, HOURS | {"personal": True}):
        new = own_policy("new", facts=[other], tables={}, in_force_from=date(2026, 1, 1))
        with pytest.raises(ValueError, match=r"'hours' is number in 'old' and (number, personal|integer) in 'new'"):
            PolicyBook([old, new])


def test_the_facts_of_a_book_have_the_codes_and_bounds_of_all_its_editions() -> None:
    older = [FUNDER, GROUP_SIZE, HOURS | {"maximum": 5}, SESSION | {"longest": 30}, SUBCONTRACTED]
    region, more = FUNDER["codes"][1], {"code": "cpf", "label": both("CPF", "CPF")}
    newer = [FUNDER | {"codes": [region, more]}, GROUP_SIZE | {"maximum": 40, "minimum": 2}, HOURS, SESSION]
    newer += [SUBCONTRACTED, STARTED]
    older, newer = (
        [one | {"kinds": [kind]} for one in of] for of, kind in ((older, "complaint"), (newer, "malfunction"))
    )
    book = PolicyBook(
        [
            own_policy("new", facts=newer, tables={}, in_force_from=date(2026, 1, 1)),
            own_policy("old", facts=older, tables={}, in_force_until=date(2025, 12, 31)),
        ]
    )

    facts: Any = book.facts
    assert facts["funder"].domain.values == ("region", "cpf", "opco", "DIF")
    assert facts["funder"].retired == ("opco", "DIF")
    assert facts["funder"].domain.label("DIF", "fr") == "droit individuel"
    assert facts["group_size"].domain == Integer(1, 40)
    assert (facts["hours"].domain.minimum, facts["hours"].domain.maximum) == (0, None)
    assert facts["session"].domain.longest == 30
    assert {fact.kinds for name, fact in facts.items() if name != "started"} == {("complaint", "malfunction")}
    assert list(joined([])) == []


def test_a_value_is_converted_by_its_declaration() -> None:
    for fact, given, value in [
        (SUBCONTRACTED, True, True),
        (FUNDER, "opco", "opco"),
        (GROUP_SIZE, 3, 3),
        (HOURS, 7.5, Decimal("7.5")),
        (HOURS, "7.50", Decimal("7.5")),
        (STARTED, date(2026, 5, 4), date(2026, 5, 4)),
        (STARTED, "2026-05-04", date(2026, 5, 4)),
        (HOURS, ABSENT, None),
        (HOURS, UNKNOWN, UNKNOWN),
        (GROUP_SIZE, UNKNOWN, None),
    ]:
        (declared,) = own_policy(facts=[fact], tables={}).facts
        assert new_value(declared, given) == value, (fact, given, value)


@pytest.mark.parametrize(
    ("fact", "given", "shown"),
    [
        (SUBCONTRACTED, 1, "1"),
        (SUBCONTRACTED, ABSENT, "..."),
        (FUNDER, "DIF", "'DIF'"),
        (FUNDER, "Madame Durand", "..."),
        (GROUP_SIZE, 31, "31"),
        (HOURS, "x", "'x'"),
        (STARTED, "2026-5-4", "'2026-5-4'"),
        (SESSION, "x" * 21, "..."),
        (SESSION, " ", "..."),
        (SESSION, "a\0", "..."),
        (SESSION, 3, "..."),
        (BORN, "hier", "..."),
        (PRIORITY, "middle", "'middle'"),
    ],
)
def test_a_value_outside_the_declaration_is_refused(fact: dict[str, Any], given: object, shown: str) -> None:
    (declared,) = own_policy(facts=[fact], tables={}).facts
    with pytest.raises(FaultsError, match=fact["label"]["en"]) as caught:
        new_value(declared, given)
    assert str(caught.value).startswith(f": {shown};") or f"{shown};" in str(caught.value)


def test_a_row_of_the_file_without_the_fact_is_refused() -> None:
    assert refused(tables={"level": {"add": [TO_THE_REGION]}}).keys() == {"tables.level.add[0].when.own.subcontracted"}


def test_tables_with_own_facts_are_written_to_dmn_and_read_back() -> None:
    policy = own_policy()
    text = policy.to_dmn()
    assert 'name="own_subcontracted"' in text
    assert "<text>own_subcontracted</text>" in text
    again = from_dmn(text)["level"]
    assert (again.inputs, again.rows) == (policy.tables["level"].inputs, policy.tables["level"].rows)


def booleans(count: int) -> str:
    label = '{ fr = "a", en = "a" }'
    return "".join(f'[[facts]]\nname = "f{n}"\ntype = "boolean"\nlabel = {label}\n' for n in range(count))


def table(name: str, inputs: list[str], rows: list[str]) -> str:
    head = f'[tables.{name}]\ninputs = {json.dumps(inputs)}\noutcomes = ["a", "b"]\nhit_policy = "first"\n'
    last = len(rows)
    return head + "".join(
        f"[[tables.{name}.rows]]\nid = 'x{place}'\nwhen = {{ {when} }}\nthen = '{'b' if place == last else 'a'}'\n"
        for place, when in enumerate([*rows, ""])
    )


ALL_TRUE = ", ".join(f"own.f{n} = true" for n in range(40))
EMAIL = "channel = '\"email\"'"
HOSTILE = {
    "a million facts": ("facts = [" + "{}," * 1_000_000 + "]", "2097152 bytes"),
    "too many facts": ("facts = [" + "{}," * 9_000 + "]", "at most 200 facts"),
    "too many codes": (
        '[[facts]]\nname = "a"\nlabel = {fr = "a", en = "a"}\ntype = "codes"\ncodes = [' + "{}," * 9_999 + "]",
        "other faults, not listed",
    ),
    "a deep value": ("facts = " + "[" * 50_000 + "]" * 50_000, "at most 32 levels"),
    "keys of many parts": ("".join(f"[k{n}{'.a' * 30}]\n" for n in range(9_000)), "at most 80000 tables"),
    "a row of 40 facts": (
        f"{booleans(40)}[[tables.level.add]]\nid = 'x'\nthen = 'regional'\nwhen = {{ {ALL_TRUE} }}",
        "cells, more than",
    ),
    "a table of 30 facts": (booleans(30) + table("t", [f"own.f{n}" for n in range(30)], []), "at most 12 inputs"),
    "3000 rows": (table("t", ["theme"], [f"theme = '\"t{n}\"'" for n in range(3_000)]), "at most 2000 rows"),
    "tables that read each other": (
        "".join(table(f"t{n}", ["channel", *(f"t{m}" for m in range(max(0, n - 10), n))], [EMAIL]) for n in range(50)),
        "too large together",
    ),
    "a circle": ("".join(table(f"t{n}", [f"t{(n + 1) % 50}"], [""]) for n in range(50)), "in a circle"),
    "many pairs": (
        table("t", ["own.f", "own.g"], [f"own.f = '\"c{n % 500}\"', own.g = '\"c{n % 499}\"'" for n in range(1_900)])
        + "".join(
            f'[[facts]]\nname = "{name}"\nlabel = {{ fr = "a", en = "a" }}\ntype = "codes"\ncodes = ['
            + "".join(f'{{ code = "c{n}", label = {{ fr = "a", en = "a" }} }},' for n in range(500))
            + "]\n"
            for name in "fg"
        ),
        "rows in 250000 cells are too many",
    ),
    "long conditions": (
        f"[[tables.eligibility.add]]\nid = 'x'\nthen = 'complaint'\nwhen = {{ satisfaction = '{'not(' * 20_000}' }}",
        "satisfaction",
    ),
    "an edition of itself": ('[[facts]]\nname = "a"', "the name of a known edition"),
}


def hostile(folder: Path) -> Iterator[tuple[str, Path, str]]:
    for name, (text, message) in HOSTILE.items():
        base = "x" if name == "an edition of itself" else "M2-1"
        file = folder / "hostile.toml"
        file.write_text(f'starts_from = "{base}"\nedition = "x"\n{text}', encoding="utf-8")
        yield name, file, message


def test_hostile_files_are_refused_in_two_seconds(tmp_path: Path) -> None:
    _ = m2_1().tables
    for name, file, message in hostile(tmp_path):
        started = time.process_time()
        with pytest.raises(FaultsError, match=message):
            read_policy(file)
        assert time.process_time() - started < 2, name


@pytest.mark.slow  # each allocation is traced
def test_hostile_files_are_refused_in_100_mb(tmp_path: Path) -> None:
    _ = m2_1().tables
    for name, file, _message in hostile(tmp_path):
        tracemalloc.start()
        with pytest.raises(FaultsError):
            read_policy(file)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 100 << 20, name


FAULTY = Path(__file__).parent / "faulty.toml"


def test_every_fault_of_a_file_is_listed_with_its_path_line_and_remedy() -> None:
    with pytest.raises(FaultsError) as caught:
        read_policy(FAULTY)

    assert {fault.path: fault.line for fault in caught.value.faults} == {
        "colour": 3,
        "survey.threshold": 5,
        "deadline.days": 7,
        "deadline.by_level.regional": 8,
        "deadline.by_level.regionale": 8,
        "facts[0].maximum": 13,
        "facts[1].codes[1].code": 20,
        "tables.level.add[0].when.own.colour": 24,
        "tables.level.add[1].then": 29,
        "tables.service.inputs[1]": 31,
        "tables.service.hit_policy": 34,
        "tables.second.outcomes": 37,
    }


def test_a_text_in_clear_is_the_value_of_its_fact() -> None:
    fact = Fact(label=Wording("lieu", "place"), question=Wording("Où ?", "Where?"), domain=ShortText(), name="lieu")
    assert new_value(fact, OwnText("Metz")) == new_value(fact, "Metz")
