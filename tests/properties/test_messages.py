"""What end users read of a refused input has neither Python's notation nor advice to programmers."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases import case_document, facts_document, read_case, read_event, read_facts
from reclamation_core.errors import FaultsError, ReclamationError
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.plans import plan_document, read_plan
from reclamation_core.policy import ChangedEditionError, Policy, UnknownEditionError, m2_1, parse_policy
from reclamation_core.tables import (
    Boolean,
    DecisionTable,
    HitPolicy,
    Input,
    Integer,
    Row,
    all_but,
    below,
    from_dmn,
    to_dmn,
)
from reclamation_core.vocabulary import FACTS, Channel, ComplaintFacts, MalfunctionFacts, RiskDomain, Site
from reclamation_core.vocabulary.sites import read_sites_document
from tests.unit.desk import factories

PYTHON: Final = re.compile(
    r"""Decimal\(|datetime\.|zoneinfo|ZoneInfo|tzinfo|timezone|<\w+[.:( ]|object\ at\ 0x|frozenset|dict\(
      | \bNone\b|\bTrue\b|\bFalse\b|\bUNKNOWN\b|\bABSENT\b|\(int\)|\(datetime\)|\binstance\b|RowEdits|__\w+__
      | \b(?:Type|Value|Key|Attribute|Index|Overflow)Error\b|NoneType|unhashable|not\ iterable|positional|keyword
      | '(?:str|int|float|list|dict|tuple|bool|bytes)'\ object | isoformat | strptime""",
    re.VERBOSE,
)
_HOSTILE: Final[st.SearchStrategy[Any]] = st.sampled_from(
    [
        *(None, True, False, 0, -1, 5, 10**30, 1.5, float("nan"), float("inf"), Decimal(11), Decimal("1.5"), b"\x00"),
        *("", " ", "x", "two words", "\x00", "\ud800", "2026-13-01", "25:00", "'", "Europe/Nowhere"),
        *([], [1], ["x", None], [[]], {}, {"x": 1}, {1: "x"}, (1, 2), {"first": 1, "last": 2}, {"missing": "unknown"}),
        *(date(2026, 5, 2), datetime(2026, 5, 2), datetime(2026, 5, 2, tzinfo=UTC), time(17), time(17, tzinfo=UTC)),  # noqa: DTZ001
        *(UNKNOWN, ABSENT, Channel.EMAIL, RiskDomain.SAFETY, datetime(2026, 5, 2, tzinfo=ZoneInfo("Europe/Paris"))),
        object,
    ]
)
_OF_FILES: Final = _HOSTILE.filter(
    lambda value: value is not object and value is not UNKNOWN and value is not ABSENT and not isinstance(value, bytes)
)
_ENGLISH: Final = re.compile(r"\b(?:the|is|are|must|expected|refused|give|with|of|which|cannot)\b")


def messages(act: Callable[[], object]) -> Iterator[tuple[str, str]]:
    """The messages of a refused act, French and English; the words of the input itself are left out."""
    try:
        act()
    except ReclamationError as error:
        if isinstance(error, FaultsError):
            blank = [attrs.evolve(fault, path="at", value=_without_texts(fault.value)) for fault in error.faults]
            for fault in blank:
                yield fault.in_("fr"), fault.in_("en")
        else:
            yield error.in_("fr"), error.in_("en")


def _without_texts(value: Any) -> Any:
    return "..." if isinstance(value, str | Mapping | list | tuple) else value


def check(act: Callable[[], object], *, foreign: re.Pattern[str] = _ENGLISH) -> None:
    for french, english in messages(act):
        assert PYTHON.search(french) is None, french
        assert PYTHON.search(english) is None, english
        assert foreign.search(french) is None, french


@given(name=st.sampled_from([*FACTS, "received_at"]), value=_HOSTILE, malfunction=st.booleans())
def test_facts_are_refused_in_plain_words(name: str, value: Any, malfunction: bool) -> None:
    cls: Any = MalfunctionFacts if malfunction and name in attrs.fields_dict(MalfunctionFacts) else ComplaintFacts
    check(lambda: cls(**{"received_at": datetime(2026, 5, 2, tzinfo=UTC), name: value}))


def spoilt(document: Any, value: Any, place: int) -> Any:
    """The document with a hostile value in one of its places."""
    paths = list(_paths(document, ()))
    path = paths[place % len(paths)]
    if not path:
        return value
    changed = json.loads(json.dumps(document))
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return changed


def _paths(document: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(document, dict):
        yield (*path, "unknown key")
        for key, item in document.items():
            yield from _paths(item, (*path, key))
    elif isinstance(document, list):
        for place, item in enumerate(document):
            yield from _paths(item, (*path, place))


_PLACES: Final = st.integers(0, 10_000)
_POLICY: Final[dict[str, Any]] = {
    "starts_from": "M2-1",
    "edition": "x",
    "in_force_from": "2026-01-01",
    "closures": ["2026-08-14"],
    "tables": {
        "level": {
            "replace": [{"id": "several-centres", "when": {"service_reach": '"several_centres"'}, "then": "local"}],
            "remove": ["local-client"],
        }
    },
    **{
        group: {name: value if not isinstance(value, dict) else {} for name, value in values.items()}
        for group, values in json.loads(m2_1().to_json())["parameters"].items()
        if isinstance(values, dict)
    },
}


@given(value=_OF_FILES, place=_PLACES)
def test_policy_files_are_refused_in_plain_words(value: Any, place: int) -> None:
    check(lambda: parse_policy(spoilt(_POLICY, value, place)))


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return False
    return True


_EDITION: Final = json.loads(m2_1().to_json())


@given(value=_OF_FILES.filter(_is_json), place=_PLACES)
def test_editions_as_json_are_refused_in_plain_words(value: Any, place: int) -> None:
    check(lambda: Policy.from_json(json.dumps(spoilt(_EDITION, value, place))))


_TABLE: Final = json.loads(m2_1().tables["complexity"].to_json())


@pytest.mark.slow
@given(value=_OF_FILES.filter(_is_json), place=_PLACES)
def test_tables_as_json_are_refused_in_plain_words(value: Any, place: int) -> None:
    check(lambda: DecisionTable.from_json(json.dumps(spoilt(_TABLE, value, place))))


_DMN: Final = to_dmn(m2_1().tables["level"]).splitlines()


@given(
    line=st.integers(1, len(_DMN) - 1),
    new=st.sampled_from(["", "<text>1</text>", "<text>not(</text>", "<typeRef>odd</typeRef>", '<input label="x"/>']),
)
def test_dmn_documents_are_refused_in_plain_words(line: int, new: str) -> None:
    check(lambda: from_dmn("\n".join([*_DMN[:line], new, *_DMN[line + 1 :]])))


_PARTS: Final[dict[str, Any]] = {
    "name": st.sampled_from(["t", "two words"]),
    "inputs": st.lists(st.sampled_from([Input("a", Integer(0, 9)), Input("b", Boolean(), absent=True)]), max_size=3),
    "output": st.sampled_from([Integer(), Boolean(), Integer(1, 3)]),
    "rows": st.lists(
        st.builds(
            Row,
            st.sampled_from(["r", "s"]),
            st.dictionaries(
                st.sampled_from(["a", "b", "c"]),
                st.sampled_from([1, 10, True, ABSENT, UNKNOWN, "x", Decimal("1.5"), below(3), all_but(2), below("x")]),
                max_size=2,
            ),
            st.sampled_from([1, 4, True, "x", Decimal("1.5")]),
        ),
        max_size=3,
    ),
    "hit_policy": st.sampled_from(HitPolicy),
    "priority": st.lists(st.sampled_from([1, 4, True]), max_size=2),
    "monotone": st.lists(st.sampled_from(["a", "b", "c"]), max_size=1),
}
_OBJECT: Final = re.compile(r"Decimal\(|Missing|\bTrue\b|<\w+")


@given(parts=st.fixed_dictionaries(_PARTS))
def test_parts_of_a_table_are_refused_in_plain_words(parts: dict[str, Any]) -> None:
    for french, _ in messages(lambda: DecisionTable(**parts)):
        assert _ENGLISH.search(french) is None, french
        assert _OBJECT.search(french) is None, french


@given(edition=st.text(st.characters(blacklist_categories=["Cs"]), min_size=1))
def test_editions_that_are_not_in_the_book_are_refused_by_their_names(edition: str) -> None:
    error = UnknownEditionError(edition, ("M2-1",))
    assert f"« {edition} »" in error.in_("fr")
    assert f"« {edition} »" in ChangedEditionError("R-1", edition).in_("fr")


_SITE: Final[dict[str, Any]] = {
    "name": "Créteil",
    "region": "Île-de-France",
    "territory": "metropole",
    "time_zone": "Europe/Paris",
    "closures": [],
    "bridge_days": [],
    "whit_monday_worked": False,
    "good_friday": True,
}


@given(value=_OF_FILES, place=_PLACES)
def test_sites_files_are_refused_in_plain_words(value: Any, place: int) -> None:
    assert set(_SITE) < {field.name for field in attrs.fields(Site)}
    check(lambda: read_sites_document(spoilt({"sites": {"CRE": _SITE}}, value, place)))


_DESK: Final = factories.new_desk()
_CASE: Final = json.loads(json.dumps(case_document(factories.closed(_DESK))))
_DESK.pgaac("CRE").add(factories.sheet())
_PLAN: Final = json.loads(json.dumps(plan_document(_DESK.pgaac("CRE").current)))
_FACTS: Final = json.loads(json.dumps(facts_document(factories.facts(theme="refund", satisfaction=5))))
_READERS: Final[dict[str, tuple[Any, Callable[[Any], Any]]]] = {
    "facts": (_FACTS, read_facts),
    "case": (_CASE, read_case),
    "event": (_CASE["events"][0], read_event),
    "plan": (_PLAN, read_plan),
}


@pytest.mark.parametrize("kind", _READERS)
@given(value=_OF_FILES.filter(_is_json), place=_PLACES)
def test_documents_are_refused_in_plain_words(kind: str, value: Any, place: int) -> None:
    document, read = _READERS[kind]
    check(lambda: read(spoilt(document, value, place)))
