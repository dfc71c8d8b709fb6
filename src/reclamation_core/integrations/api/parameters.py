"""The parameters of a route: what each is, how its text is read, and its description for OpenAPI."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, get_args, get_origin, get_type_hints

import attrs

from reclamation_core.errors import REDACTED, Fault, FaultsError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Wording

_MISSING: Final = Wording("une valeur est attendue", "a value is expected")
_ONE_VALUE: Final = Wording("une seule valeur est attendue", "a single value is expected")


@attrs.frozen
class ParameterKind(SharedRepr):
    """What the text of a parameter may be.

    Args:
        schema: its JSON Schema.
        read: returns the value of a text; raises ValueError for one that is none.
        expected: what is expected of one that is refused, as a function of the text.
    """

    schema: Mapping[str, Any]
    read: Callable[[str], Any]
    expected: Callable[[str], Wording]


def _day(text: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _always(fr: str, en: str) -> Callable[[str], Wording]:
    return lambda _: Wording(fr, en)


TEXT: Final = ParameterKind({"type": "string"}, str, _always("un texte est attendu", "a text is expected"))
DAY: Final = ParameterKind(
    {"type": "string", "format": "date"},
    _day,
    _always("un jour est attendu : 2026-06-30", "a day is expected: 2026-06-30"),
)
TRUTH: Final = ParameterKind(
    {"type": "boolean"},
    lambda text: ("false", "true").index(text) == 1,
    _always("true ou false est attendu", "true or false is expected"),
)


def whole(least: int, most: int) -> ParameterKind:
    """Return a whole number between two others."""

    def read(text: str) -> int:
        number = _integer(text)
        if number is None or not least <= number <= most:
            raise ValueError(text)
        return number

    def expected(text: str) -> Wording:
        number = _integer(text)
        if number is None:
            return Wording("un nombre entier est attendu", "a whole number is expected")
        if number < least:
            return Wording(f"un nombre d'au moins {least} est attendu", f"a number of at least {least} is expected")
        return Wording(f"un nombre d'au plus {most} est attendu", f"a number of at most {most} is expected")

    return ParameterKind({"type": "integer", "minimum": least, "maximum": most}, read, expected)


def _integer(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,18}", text) else None


def code(cls: type[StrEnum]) -> ParameterKind:
    """Return the codes of an enumeration."""
    *some, last = (f"'{member.value}'" for member in cls)
    listed = ", ".join(some)
    expected = Wording(
        f"une de ces valeurs est attendue : {listed} ou {last}", f"one of these values is expected: {listed} or {last}"
    )
    return ParameterKind({"type": "string", "enum": [member.value for member in cls]}, cls, lambda _: expected)


@attrs.frozen
class RouteParameter(SharedRepr):
    """A parameter of a route.

    Args:
        fr: what it is, in French.
        en: the same in English.
        example: an example of its value.
        kind: what its text may be.
        is_many: True if it may be repeated; the value is then a list.
        place: where it stands: `query`, `path`.
    """

    fr: str
    en: str
    example: Any
    kind: ParameterKind = TEXT
    is_many: bool = False
    place: Literal["query", "path"] = "query"

    def value(self, name: str, texts: Sequence[str], default: Any) -> Any:
        """Return the value of the texts of a request.

        Raises:
            FaultsError: a text is refused, or the parameter is missing.
        """
        if not texts:
            if default is inspect.Parameter.empty:
                raise FaultsError([Fault(name, None, _MISSING)])
            return default
        if not self.is_many and len(texts) > 1:
            raise FaultsError([Fault(name, list(texts), _ONE_VALUE)])
        values, faults = [], []
        for text in texts:
            try:
                values.append(self.kind.read(text))
            except ValueError:
                faults.append(Fault(name, text, self.kind.expected(text)))
        if faults:
            raise FaultsError(faults)
        return values if self.is_many else values[0]

    def described(self, name: str, default: Any) -> dict[str, Any]:
        """Return the description of the parameter as OpenAPI has it."""
        schema = {"type": "array", "items": dict(self.kind.schema)} if self.is_many else dict(self.kind.schema)
        is_required = default is inspect.Parameter.empty
        if not is_required and default is not None:
            schema["default"] = [str(one) for one in default] if self.is_many else default
        return {
            "name": name,
            "in": self.place,
            "required": is_required,
            "description": words(self.fr, self.en),
            "schema": schema,
            "example": self.example,
        }


@attrs.frozen
class ParameterGroup(SharedRepr):
    """Several parameters that make one argument of a route: those of a function."""

    make: Callable[..., Any]


def words(fr: str, en: str) -> str:
    """Return a description in both languages."""
    return f"{fr}.\n\n*{en}.*"


@attrs.frozen
class Arguments(SharedRepr):
    """The arguments of a function that are parameters of a request, by the annotations of the function."""

    parameters: Mapping[str, tuple[RouteParameter, Any]]
    groups: Mapping[str, tuple[Callable[..., Any], Arguments]]

    @classmethod
    def of(cls, function: Callable[..., Any]) -> Arguments:
        """Return the arguments of a function that are annotated as a `RouteParameter` or a `ParameterGroup`."""
        hints, parameters, groups = get_type_hints(function, include_extras=True), {}, {}
        for name, one in inspect.signature(function).parameters.items():
            hint = hints.get(name)
            for declared in get_args(hint)[1:] if get_origin(hint) is Annotated else ():
                if isinstance(declared, ParameterGroup):
                    groups[name] = (declared.make, cls.of(declared.make))
                else:
                    parameters[name] = (declared, one.default)
        return cls(parameters, groups)

    def each(self) -> Iterator[tuple[str, RouteParameter, Any]]:
        """Yield the name of each parameter with what it is and its default."""
        for name, (parameter, default) in self.parameters.items():
            yield name, parameter, default
        for _, group in self.groups.values():
            yield from group.each()

    def read(self, given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """Return the arguments of a call, of the texts of a request.

        Raises:
            FaultsError: some are refused, all at once.
        """
        values: dict[str, Any] = {}
        faults: list[Fault] = []
        for name, (parameter, default) in self.parameters.items():
            try:
                values[name] = parameter.value(name, given.get(name, ()), default)
            except FaultsError as error:
                faults += error.faults
        for name, (make, group) in self.groups.items():
            try:
                values[name] = make(**group.read(given))
            except FaultsError as error:
                faults += error.faults
        if faults:
            raise FaultsError(faults)
        return values


def refuse_unknown(names: Sequence[str], known: set[str]) -> None:
    """Refuse a query parameter that the route does not have: a criterion with a typing error would select all cases.

    Raises:
        FaultsError: there is one.
    """
    listed = ", ".join(sorted(known))
    expected = Wording(
        f"ce paramètre est inconnu ; {f'connus : {listed}' if known else 'cette adresse n’en a aucun'}",
        f"this parameter is unknown; {f'known: {listed}' if known else 'this address has none'}",
    )
    if unknown := dict.fromkeys(name for name in names if name not in known):
        raise FaultsError(Fault(name, REDACTED, expected) for name in unknown)
