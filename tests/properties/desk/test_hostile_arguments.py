"""What a user can type into any argument of the desk is accepted, or refused by an error in both languages."""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.calendars import OutsideHorizonError
from reclamation_core.cases import NewDocument
from reclamation_core.cases.trace import Trace
from reclamation_core.desk import CasesView, Desk, PlanService, Registration
from reclamation_core.errors import FaultsError, ReclamationError
from reclamation_core.plans import ActionSheet, PlanScope
from reclamation_core.ports import CaseQuery
from reclamation_core.vocabulary import FACTS, ComplaintFacts, Role
from reclamation_core.vocabulary.own_facts import OwnFacts
from tests.databases import memory_store
from tests.inside import hints_of
from tests.properties.test_messages import PYTHON
from tests.unit.desk import factories
from tests.unit.desk.test_arguments import OF_CASES, OF_DESK, OF_PLAN

_QUOTED: Final = re.compile(r"(?:^|[\s(\[])['\"]|\\x00|\\ud800|\\n")
"""A text in the notation of Python."""


_TEXTS: Final = st.sampled_from(
    ["", " ", "\n", "\x00", "a\x00", "\ud800", "x" * 201, "x" * 100_001, "R-2026-999999", "unknown", " CRE", "a\nb"]
)
_INSTANTS: Final = st.sampled_from(
    [
        *(datetime(2026, 6, 2, 9), datetime(1, 1, 1), datetime(9999, 12, 31)),  # noqa: DTZ001
        *(datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)),
        *(datetime(1900, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC), factories.at(2), factories.at(30)),
        datetime(2026, 6, 2, tzinfo=timezone(timedelta(hours=23, minutes=59))),
    ]
)
_OF_TYPES: Final[Mapping[Any, st.SearchStrategy[Any]]] = {
    str: _TEXTS,
    int: st.sampled_from([0, -1, 1, 5, 10**18, 10**30, -(10**30)]),
    float: st.sampled_from([float("nan"), float("inf"), -0.5, 10.5, 1e300]),
    Decimal: st.sampled_from([Decimal("NaN"), Decimal(-1), Decimal("1E+999999"), Decimal("5.55")]),
    bool: st.booleans(),
    date: st.sampled_from([date.min, date.max, date(1900, 1, 1), date(2030, 1, 1), date(2026, 6, 1)]),
    datetime: _INSTANTS,
}
_DOCUMENTS: Final = st.fixed_dictionaries({"name": _TEXTS, "content": st.sampled_from([b"", b"%PDF-", b"\x00" * 100])})
_FACT: Final = st.one_of(*_OF_TYPES.values(), st.just([]), st.just({}), st.just(["unknown"]))
"""What a user can send for a fact, in whatever form."""


@attrs.frozen
class Made:
    """A value made of hostile parts, when the desk is called: making it may be refused already."""

    make: Callable[..., Any]
    parts: Mapping[str, Any]

    def __call__(self) -> Any:
        return self.make(**{name: _made(part) for name, part in self.parts.items()})


def _made(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_made, value))
    return value() if isinstance(value, Made) else value


def _parts(cls: Any) -> st.SearchStrategy[dict[str, Any]]:
    hints = get_type_hints(cls)
    fields = {field.name: hostile(hints[field.name]) for field in attrs.fields(cls)}
    return st.lists(st.sampled_from(sorted(fields)), min_size=1, max_size=3, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: fields[name] for name in names})
    )


def _facts() -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from([*FACTS, "received_at"]), _FACT, min_size=1, max_size=3)


def _registrations(**parts: Any) -> list[Registration]:
    arguments: dict[str, Any] = {"facts": factories.facts(), "site": "CRE"} | parts
    return [Registration(**arguments)]


def _in_two_ways(code: str) -> st.SearchStrategy[Any]:
    return st.sampled_from([Made(PlanScope.site, {"code": code}), Made(PlanScope.parse, {"key": code})])


_MADE: Final[Mapping[Any, Callable[[], st.SearchStrategy[Any]]]] = {
    ComplaintFacts: lambda: st.builds(Made, st.just(factories.facts), _facts()),
    ActionSheet: lambda: st.builds(Made, st.just(factories.sheet), _parts(ActionSheet)),
    NewDocument: lambda: st.builds(Made, st.just(NewDocument), _DOCUMENTS),
    Trace: lambda: st.builds(Made, st.just(Trace), _parts(Trace)),
    CaseQuery: lambda: st.builds(Made, st.just(CaseQuery), _parts(CaseQuery)),
    OwnFacts: lambda: st.dictionaries(_TEXTS, _FACT, max_size=3),
    PlanScope: lambda: (_TEXTS | _TEXTS.map("site:{}".format)).flatmap(_in_two_ways),
    Registration: lambda: st.builds(Made, st.just(lambda **parts: _registrations(**parts)[0]), _parts(Registration)),
    Iterable[Registration]: lambda: st.builds(Made, st.just(_registrations), _parts(Registration)),
}


def hostile(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type, or texts in place of the members of an enumeration, such as a user can type."""
    if hint in _OF_TYPES:
        return _OF_TYPES[hint]
    if hint in _MADE:
        return _MADE[hint]()
    if inspect.isclass(hint) and issubclass(hint, Enum):
        return st.sampled_from(list(hint)) | st.sampled_from([str(code.value) for code in hint]) | _TEXTS
    origin, parts = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return st.one_of(*(hostile(part) for part in parts if part is not NoneType))
    return _of_collections(origin, parts) if parts else st.nothing()


def _of_collections(origin: Any, parts: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if issubclass(origin, Mapping):
        return st.dictionaries(_TEXTS, _FACT, max_size=3)
    return st.lists(hostile(parts[0]), max_size=3).map(frozenset if origin is frozenset else tuple)


def _planned(desk: Desk) -> object:
    return desk.plan(factories.analysed(desk).reference, factories.sheet("A-1"))


_STATES: Final[list[Callable[[Desk], object]]] = [
    factories.registered,
    factories.qualified,
    _planned,
    factories.answered,
    factories.closed,
]


def _acts() -> Iterator[tuple[str, Any, Mapping[str, Any]]]:
    for of, examples in ((Desk, OF_DESK), (PlanService, OF_PLAN), (CasesView, OF_CASES)):
        for verb, example in examples.items():
            yield f"{of.__name__}.{verb}", getattr(of, verb), example


_ACTS: Final = {name: (verb, example) for name, verb, example in _acts()}


def _arguments(name: str) -> dict[str, st.SearchStrategy[Any]]:
    verb, _ = _ACTS[name]
    hints = hints_of(verb)
    found = {
        parameter: hostile(hints[parameter])
        for parameter in inspect.signature(verb).parameters
        if parameter not in {"self", "facts", "changes", "texts", "lang"}
    }
    if name == "Desk.register":
        found["facts"] = hostile(ComplaintFacts)
    if name in {"Desk.complete_facts", "Desk.correct", "Desk.qualify"}:
        found |= dict.fromkeys([*FACTS, "received_at"], _FACT)
    if name == "Desk.request_information":
        found["facts"] = st.lists(_TEXTS, max_size=3)
    if name == "PlanService.amend":
        hints = get_type_hints(ActionSheet)
        found |= {field.name: hostile(hints[field.name]) for field in attrs.fields(ActionSheet)[1:]}
    return {parameter: values for parameter, values in found.items() if not values.is_empty}


_ARGUMENTS: Final = {name: found for name in _ACTS if (found := _arguments(name))}


def _call(desk: Desk, name: str, arguments: dict[str, Any]) -> None:
    owner, _, verb = name.partition(".")
    on: Any = desk if owner == "Desk" else desk.cases if owner == "CasesView" else desk.pgaac("CRE")
    given = {parameter: _made(value) for parameter, value in arguments.items()}
    if "region" in given:
        given.pop("site", None)
    several = given.pop("actions", given.pop("facts", ()) if verb == "request_information" else ())
    placed = [given.pop(first) for first in (("command",) if verb == "form" else ("reference",)) if first in given]
    several = several if isinstance(several, list | tuple) else [several]
    found = getattr(on, verb)(*placed, *several, **given)
    if inspect.isgenerator(found) or verb == "register_many":
        for result in found:
            if (refusal := getattr(result, "refusal", None)) is not None:
                raise refusal


def check(error: ReclamationError) -> None:
    """The messages have nothing of Python, the words of the input itself left out; a page has the public one."""
    if isinstance(error, FaultsError):
        for fault in error.faults:
            assert fault.path
            for text in (fault.expected.fr, fault.expected.en):
                assert PYTHON.search(text) is None, text
    for french in (error.in_("fr"), error.public_message("fr")):
        assert _QUOTED.search(french) is None, french
        assert PYTHON.search(french) is None, french
    assert error.to_document()["detail"] == error.public_message("fr")
    if not isinstance(error, OutsideHorizonError):
        assert error.public_message("fr") == error.in_("fr")


@pytest.mark.parametrize("name", _ARGUMENTS)
@given(data=st.data())
def test_a_hostile_argument_is_accepted_or_refused_in_both_languages(name: str, data: st.DataObject) -> None:
    _is_accepted_or_refused(factories.new_desk(), name, data)


@pytest.mark.slow
@given(name=st.sampled_from(sorted(_ARGUMENTS)), data=st.data())
def test_a_database_accepts_or_refuses_a_hostile_argument_too(name: str, data: st.DataObject) -> None:
    clock = factories.FakeClock(factories.at(1, month=7))
    with Desk(memory_store(), sites=factories.SITES, clock=clock) as desk:
        _is_accepted_or_refused(desk.acting("Mme Roux", Role.RQR), name, data)


def _is_accepted_or_refused(desk: Desk, name: str, data: st.DataObject) -> None:
    data.draw(st.sampled_from(_STATES))(desk)
    _, example = _ACTS[name]
    strategies = _ARGUMENTS[name]
    chosen = data.draw(st.lists(st.sampled_from(sorted(strategies)), min_size=1, max_size=2, unique=True))
    try:
        _call(desk, name, dict(example) | {parameter: data.draw(strategies[parameter]) for parameter in chosen})
    except ReclamationError as error:
        check(error)


def test_every_verb_with_an_argument_of_a_user_is_tried() -> None:
    assert set(_ACTS) - set(_ARGUMENTS) == {"Desk.actions_elsewhere", "Desk.checkpoint", "Desk.examine"}
