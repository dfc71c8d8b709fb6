"""What the types of a DMN document are: the domains of its inputs and outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NoReturn
from xml.etree.ElementTree import Element

import attrs

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables.conditions import Operator
from reclamation_core.tables.dmn.writing import MODEL, OURS
from reclamation_core.tables.domains import Boolean, Day, Domain, Enumeration, Integer, Number, OpenEnumeration
from reclamation_core.tables.sfeel import LITERALS, literal, read_condition, tokens
from reclamation_core.wording import Wording

_BASES: Final[Mapping[str, str]] = {
    "string": "string",
    "boolean": "boolean",
    "number": "number",
    "date": "date",
    "decimal": "number",
    "double": "number",
    "float": "number",
    "integer": "integer",
    "int": "integer",
    "long": "integer",
}
"""The types that are read, by the names that FEEL, XML Schema and modelers have for them."""
_MOMENTS: Final = frozenset(
    (
        "time",
        "dateTime",
        "date and time",
        "dayTimeDuration",
        "days and time duration",
        "yearMonthDuration",
        "years and months duration",
        "duration",
    )
)
"""The types whose values are compared with those of other facts, and of which no literal is read."""
_LINES: Final[Mapping[str, type[Number | Integer | Day]]] = {"number": Number, "date": Day, "integer": Integer}
_BOUNDS = {Operator.AT_LEAST: (0, None), Operator.AT_MOST: (None, 0), Operator.BETWEEN: (0, 1)}
_LONGEST_CHAIN: Final = 10
"""How many item definitions may refer to each other in a row."""


@attrs.frozen
class Type(SharedRepr):
    """A type that an element refers to.

    Args:
        name: its name, empty where it has none of its own.
        base: string, boolean, number, integer or date; empty where it is not known.
        values: its allowed values; empty where there are none.
        item: the item definition that has them.
    """

    name: str
    base: str
    values: str = ""
    item: Element | None = None


@attrs.frozen
class Types(SharedRepr):
    """The item definitions of a document, by name.

    Args:
        items: the item definitions.
        members: the `StrEnum` to use for an enumeration of that name.
    """

    items: Mapping[str, Element]
    members: Mapping[str, type[StrEnum]]

    @classmethod
    def of(cls, root: Element, members: Mapping[str, type[StrEnum]]) -> Types:
        """Those of a document."""
        return cls({item.get("name", ""): item for item in root.findall(f"{{{MODEL}}}itemDefinition")}, members)

    def item(self, reference: str) -> Element | None:
        """The item definition that a type reference names, which may have a prefix."""
        found = self.items.get(reference)
        return self.items.get(reference.rpartition(":")[2]) if found is None else found

    def item_type_of(self, reference: str) -> Type:
        """The type that a reference names, or of the items of the list that it names; raises as `type_of` does."""
        item = self.item(reference.strip())
        for _ in range(_LONGEST_CHAIN):
            if item is None or item.get("isCollection") == "true":
                break
            item = self.item((item.findtext(f"{{{MODEL}}}typeRef") or "").strip())
        return self.type_of(reference) if item is None else self.defined(item, reference, of_items=True)

    def is_single(self, reference: str, path: Sequence[str] = ()) -> bool:
        """Return True if a type, or a component of it, has single values: no list, no structure, or not known."""
        reference = reference.strip()
        if not path and not is_typed(reference):
            return True
        try:
            return (self.component(reference, path) if path else self.type_of(reference)) is not None
        except FaultsError as error:
            return error.faults[0].value in _MOMENTS

    def type_of(self, reference: str) -> Type:
        """The type that a reference names.

        Raises:
            FaultsError: it is a list, a structure, or no type that is read; its path is empty.
        """
        reference = reference.strip()
        item = self.item(reference)
        return _base_type(reference) if item is None else self.defined(item, reference)

    def defined(self, item: Element, reference: str, *, of_items: bool = False) -> Type:
        """The type that an item definition, or a component of one, defines; of a list, that of its items if asked."""
        values, holder = "", None
        for _ in range(_LONGEST_CHAIN):
            if item.get("isCollection") == "true" and not of_items:
                _refuse(reference, "une valeur et non une liste est attendue", "a value is expected, not a list")
            own = _constraint(item)
            if own and not values:
                values, holder = own, item
            if holder is None and item.find(f".//{{{OURS}}}enumeration") is not None:
                holder = item
            base = (item.findtext(f"{{{MODEL}}}typeRef") or "").strip()
            below = self.item(base)
            if not base:
                _refuse(reference, "un type simple est attendu, et non une structure", "a simple type, no structure")
            if below is None or below is item:
                found = _base_type(base)
                name = "" if holder is None else holder.get("name", "")
                return Type(name, found.base, values, holder)
            item = below
        return _refuse(
            reference,
            f"des types qui se définissent l'un par l'autre sur {_LONGEST_CHAIN} niveaux au plus",
            f"types that are defined by each other over {_LONGEST_CHAIN} levels at most",
        )

    def component(self, reference: str, path: Sequence[str]) -> Type | None:
        """The type of a component of a structure, by its path; None where there is no such component.

        Raises:
            FaultsError: as of `type_of`.
        """
        item = self.item(reference.strip())
        for name in path:
            if item is None or item.get("isCollection") == "true":
                return None
            parts = item.findall(f"{{{MODEL}}}itemComponent")
            found = next((part for part in parts if part.get("name") == name), None)
            if found is None:
                below = self.item((item.findtext(f"{{{MODEL}}}typeRef") or "").strip())
                parts = [] if below is None else below.findall(f"{{{MODEL}}}itemComponent")
                found = next((part for part in parts if part.get("name") == name), None)
            if found is None:
                return None
            base = (found.findtext(f"{{{MODEL}}}typeRef") or "").strip()
            defined = self.item(base)
            plain = defined is None or found.get("isCollection") == "true" or bool(_constraint(found))
            item = found if plain else defined
        return None if item is None else self.defined(item, reference)

    def domain(
        self, name: str, type_: Type, values: str, ours: Element | None, texts: Iterable[str], *, closed: bool = False
    ) -> Domain:
        """The domain of an input or an outcome.

        Args:
            name: its name; an enumeration whose type has no name takes it too.
            type_: its type.
            values: its own list of values, or range; empty where it has none.
            ours: the attributes of this library's extension element.
            texts: the texts that rows distinguish, where no values are listed.
            closed: whether there is no other text than these.

        Raises:
            FaultsError: the type is unknown, or its values are not listed; the path is empty.
        """
        if type_.base == "boolean":
            return Boolean()
        if type_.base == "string":
            return self._enumeration(name, type_, values, texts, closed=closed)
        given = {} if ours is None else ours.attrib
        line = _LINES.get(given.get("kind", type_.base))
        if line is None:
            _refuse(given.get("kind", ""), "un genre connu est attendu : integer", "a known kind is expected: integer")
        return _line(line, given.get("limits", values or type_.values))

    def _enumeration(self, name: str, type_: Type, values: str, texts: Iterable[str], *, closed: bool) -> Enumeration:
        extension = None if type_.item is None else type_.item.find(f".//{{{OURS}}}enumeration")
        if extension is not None and extension.get("open") == "true":
            open_codes = tuple(value.get("code", "") for value in extension)
            return OpenEnumeration(type_.name, open_codes, tuple(map(_label, open_codes, extension)))
        allowed = texts_of(type_.values)
        own = texts_of(values)
        permitted = set(allowed)
        strange = [code for code in own if allowed and code not in permitted]
        if strange:
            _refuse(
                strange[0],
                "une valeur parmi celles que son type permet est attendue",
                "one of the values that its type allows is expected",
            )
        if not own and not allowed:
            apart = dict.fromkeys(texts)
            if not closed:
                return OpenEnumeration.from_codes(name, apart)
            own = list(apart) or _refuse_texts(values)
        fewer = own and len(own) != len(allowed)
        codes, called = (own, name) if fewer else (allowed, type_.name)
        member = self.members.get(called)
        unknown = [code for code in codes if member is not None and code not in tuple(member)]
        if unknown:
            listed = ", ".join(member or ())
            _refuse(unknown[0], f"une valeur parmi {listed} est attendue", f"one of {listed} is expected")
        labelled = {} if extension is None else {value.get("code"): value for value in extension}
        ordered = extension is not None and extension.get("ordered") == "true"
        return Enumeration(
            called, tuple(map(member or str, codes)), tuple(_label(code, labelled.get(code)) for code in codes), ordered
        )


def _constraint(item: Element) -> str:
    return text_of(item, "allowedValues") or text_of(item, "typeConstraint")


def _base_type(reference: str) -> Type:
    base = _BASES.get(reference.rpartition(":")[2].rpartition("}")[2])
    if base is None:
        _refuse(
            reference,
            "un type connu est attendu : string, boolean, number ou date",
            "a type that is read is expected: string, boolean, number or date",
        )
    return Type("", base)


def is_typed(reference: str) -> bool:
    """Return True if a type reference says which values there are: it is neither empty nor `Any`."""
    return bool(reference) and reference.rpartition(":")[2] != "Any"


def kind_of(value: object) -> str:
    """The type of a literal."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | Decimal):
        return "number"
    return "date" if isinstance(value, date) else "string"


def _label(code: str, extension: Element | None) -> Wording:
    return Wording(code, code) if extension is None else Wording(extension.get("fr", code), extension.get("en", code))


def _line(line: type[Number | Integer | Day], values: str) -> Domain:
    try:
        condition = read_condition(values, line(), absent=True) if values.strip() else None
    except FaultsError:
        _refuse_range(values)
    if condition is None:
        return line()
    limits = [item for item in condition.values if item is not ABSENT] if condition.listed else [condition]
    if not limits:
        return line()
    if len(limits) > 1 or getattr(limits[0], "operator", None) not in _BOUNDS:
        _refuse_range(values)
    low, high = _BOUNDS[limits[0].operator]
    bounds = limits[0].values
    return line(None if low is None else bounds[low], None if high is None else bounds[high])


def literals(text: str) -> Iterator[Any]:
    """The literals anywhere in an expression, `ABSENT` for null; variables are left out."""
    for token in tokens(text):
        if token.kind in LITERALS:
            try:
                value = literal(token)
            except ValueError:
                continue
            if token.kind != "name" or value is ABSENT or isinstance(value, bool):
                yield value


def texts_of(values: str) -> list[str]:
    """The texts of a list, without null.

    Raises:
        FaultsError: it has something else, or a text twice.
    """
    found = [token for token in tokens(values) if token.kind != "end" and token.text != ","]
    codes = [literal(token) for token in found if token.kind == "text"]
    nulls = sum(token.text == "null" for token in found)
    if len(codes) + nulls < len(found) or len(set(codes)) < len(codes):
        _refuse_texts(values)
    return codes


def _refuse(value: str, fr: str, en: str) -> NoReturn:
    raise FaultsError((Fault("", value, Wording(fr, en)),))


def _refuse_range(values: str) -> NoReturn:
    fr, en = "un intervalle avec ses bornes est attendu", "a range with its ends is expected"
    _refuse(values, f"{fr} : [minimum..maximum]", f"{en}: [least..greatest]")


def _refuse_texts(values: str) -> NoReturn:
    fr, en = "une liste de textes est attendue, chacun une fois", "a list of texts is expected, each once"
    _refuse(values, f'{fr} : "un","autre"', f'{en}: "one","another"')


def text_of(parent: Element, name: str) -> str:
    """The text of a part of an element; empty where there is none."""
    return (parent.findtext(f"{{{MODEL}}}{name}/{{{MODEL}}}text") or "").strip()
