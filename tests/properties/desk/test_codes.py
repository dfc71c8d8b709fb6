"""A code is accepted wherever a member of an enumeration is, and comes out as the member."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from enum import Enum, StrEnum
from typing import Any, Final, get_args, get_type_hints

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.codes import LabelledEnum
from reclamation_core.desk import CasesView, Desk, PlanService
from reclamation_core.errors import ReclamationError
from reclamation_core.plans import ActionSheet, PlanScope
from reclamation_core.ports import CaseQuery
from tests.inside import context_of, hints_of
from tests.unit.desk import factories
from tests.unit.desk.test_arguments import OF_CASES, OF_DESK, OF_PLAN


def _placed(given: dict[str, Any]) -> dict[str, Any]:
    """An action at a level is at no site."""
    return given | {"site": None} if "level" in given else given


_CLASSES: Final[Mapping[type[Any], Callable[..., Any]]] = {
    ActionSheet: lambda **given: factories.sheet(**_placed(given)),
    CaseQuery: CaseQuery,
    PlanScope: lambda kind: PlanScope(kind, None if kind == "nation" else "CRE"),
}


def enumerations(hint: Any) -> Iterator[type[StrEnum]]:
    """The enumerations of codes in an annotation; those of facts are tried with the facts."""
    if inspect.isclass(hint) and issubclass(hint, StrEnum):
        yield hint
    for part in get_args(hint):
        yield from enumerations(part)


def _of_verbs() -> Iterator[tuple[str, type[StrEnum]]]:
    for of, examples in ((Desk, OF_DESK), (PlanService, OF_PLAN), (CasesView, OF_CASES)):
        for verb in examples:
            for parameter, hint in hints_of(getattr(of, verb)).items():
                if parameter not in {"return", "facts", "risks"}:
                    yield from ((f"{of.__name__}.{verb}.{parameter}", codes) for codes in enumerations(hint))


def _of_fields() -> Iterator[tuple[Any, str, type[StrEnum]]]:
    for cls in _CLASSES:
        for name, hint in get_type_hints(cls).items():
            yield from ((cls, name, codes) for codes in enumerations(hint))


VERBS: Final = list(_of_verbs())
FIELDS: Final = list(_of_fields())
COLLECTIONS: Final = ("kinds", "facets")
"""The parameters that take several members."""


def members(value: Any) -> Iterator[tuple[Any, Any]]:
    """The fields of a value that may hold members, and what they hold."""
    if attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            yield from members(getattr(value, field.name))
    elif isinstance(value, tuple | list | frozenset | set):
        for one in value:
            yield from members(one)
    else:
        yield type(value), value


def codes_alone(value: Any, codes: type[StrEnum]) -> list[Any]:
    """Texts that are codes of an enumeration, and not members."""
    return [one for cls, one in members(value) if cls is str and one in set(map(str, codes))]


def ready_for(verb: str, desk: Desk) -> None:
    """Bring the case and the action that the examples name to where the verb is allowed."""
    prepare: dict[str, Callable[[], object]] = {
        "answer": lambda: factories.planned_nothing(desk),
        "record_reaction": lambda: factories.answered(desk),
        "close": lambda: factories.answered(desk),
        "anonymise": lambda: factories.closed(desk),
        "analyse": lambda: factories.qualified(desk),
    }
    prepare.get(verb, lambda: factories.registered(desk))()
    factories.registered(desk)
    if verb in {"judge", "forget"}:
        plan = desk.pgaac("CRE")
        plan.add(factories.sheet("A-1", cases=(), cause_family=None, cause=None, type="curative"))
        plan.progress("A-1", occurred_at=factories.at(10))
        plan.finish("A-1", evidence="la liste", occurred_at=factories.at(10))


def outcome(name: str, value: Any) -> Any:
    """What a verb records, or the document of its refusal."""
    owner, verb, parameter = name.split(".")
    desk = factories.new_desk()
    ready_for(verb, desk)
    on: Any = desk if owner == "Desk" else desk.cases if owner == "CasesView" else desk.pgaac("CRE")
    example: dict[str, Any] = {"Desk": OF_DESK, "PlanService": OF_PLAN, "CasesView": OF_CASES}[owner][verb]
    if verb == "reroute":
        example |= {"reason": "enjeu"}
    try:
        found = getattr(on, verb)(**example | {parameter: value})
    except ReclamationError as error:
        return error.to_document()
    if verb == "acting":
        return context_of(found).role
    if verb == "form":
        return found.to_document()
    if verb in {"explain", "indicator_series", "worklist"} or owner == "CasesView":
        return found
    return [attrs.evolve(event.data) for event in found.events]


def clear(recorded: Any) -> Any:
    """What was recorded, without the salted digests."""
    return [{name: value for name, value in attrs.asdict(one, recurse=False).items() if not _sealed(value)}
            for one in recorded] if isinstance(recorded, list) else recorded  # fmt: skip


def _sealed(value: Any) -> bool:
    return "digest" in str(value)


@pytest.mark.parametrize(("name", "codes"), VERBS)
def test_a_verb_takes_a_code_as_it_takes_the_member(name: str, codes: type[StrEnum]) -> None:
    collects = name.endswith(COLLECTIONS)
    for member in codes:
        code = str(member.value)
        by_code, by_member = (outcome(name, (each,) if collects else each) for each in (code, member))
        assert clear(by_code) == clear(by_member)
        assert codes_alone(by_code, codes) == []


@pytest.mark.parametrize(("cls", "name", "codes"), FIELDS)
def test_a_query_or_a_sheet_holds_the_member_of_a_code(cls: Any, name: str, codes: type[StrEnum]) -> None:
    collects = getattr(attrs.fields(cls), name).default == frozenset()
    for member in codes:
        by_code, by_member = (_CLASSES[cls](**{name: [each] if collects else each}) for each in (member.value, member))
        assert (by_code, codes_alone(by_code, codes)) == (by_member, [])


@given(changed=st.sampled_from([name for name, hint in get_type_hints(ActionSheet).items() if any(enumerations(hint))]))
def test_an_amendment_takes_codes(changed: str) -> None:
    codes = next(enumerations(get_type_hints(ActionSheet)[changed]))
    plan = factories.new_desk().pgaac("CRE")
    plan.add(factories.sheet("A-1", cases=()))
    before = plan.actions[0]
    value = next(member for member in codes if member is not getattr(before, changed))
    after = plan.amend("A-1", reason="relu", **_placed({changed: str(value.value)}))
    assert getattr(after.actions[0], changed) is value


@pytest.mark.parametrize(("name", "codes"), VERBS)
def test_an_unknown_code_is_a_fault_of_its_parameter(name: str, codes: type[StrEnum]) -> None:
    found = outcome(name, ("unknown_code",) if name.endswith(COLLECTIONS) else "unknown_code")
    assert found["kind"] == "invalid"
    assert [fault["path"] for fault in found["faults"]] == [name.rsplit(".", maxsplit=1)[-1]]
    assert all(str(code.value) in found["detail"] for code in codes)


def test_enumerations_of_verbs_are_labelled_or_kinds_of_texts() -> None:
    assert len(VERBS) >= 11
    assert {codes.__name__ for _, codes in VERBS if not issubclass(codes, LabelledEnum)} == {"TextKind"}
    assert all(issubclass(codes, Enum) for _, _, codes in FIELDS)
