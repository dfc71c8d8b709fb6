"""What the types of a DMN document are: the domains of its inputs and outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NoReturn
from xml.etree.ElementTree import Element

import attrs

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.tables.conditions import Operator
from reclamation_core.tables.dmn.names import MODEL, OURS
from reclamation_core.tables.domains import Boolean, Day, Domain, Enumeration, Integer, Number
from reclamation_core.tables.sfeel.parsing import read_condition
from reclamation_core.tables.sfeel.tokens import tokens, unquoted
from reclamation_core.wording import Wording

_LINES: Mapping[str, type[Number | Integer | Day]] = {"number": Number, "date": Day, "integer": Integer}
_BOUNDS = {Operator.AT_LEAST: (0, None), Operator.AT_MOST: (None, 0), Operator.BETWEEN: (0, 1)}


@attrs.frozen
class Types:
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

    def domain(self, name: str, type_: str, values: str, ours: Element | None) -> Domain:
        """The domain of an input or an outcome.

        Args:
            name: what it is called, which names an enumeration that has no name.
            type_: the type that it refers to.
            values: its own list of values, or range; empty where it has none.
            ours: what the extension says of it.

        Raises:
            FaultsError: there is no such type here, or its values are not told; its path is empty.
        """
        item = self.items.get(type_)
        if item is not None:
            allowed = text_of(item, "allowedValues")
            base = (item.findtext(f"{{{MODEL}}}typeRef") or "").strip()
            return self._plain(type_, base, allowed or values, ours, item.find(f".//{{{OURS}}}enumeration"))
        return self._plain(name, type_, values, ours, None)

    def _plain(self, name: str, type_: str, values: str, ours: Element | None, told: Element | None) -> Domain:
        kind = type_.rpartition(":")[2]
        if kind == "boolean":
            return Boolean()
        if kind == "string":
            return self._enumeration(name, values, told)
        given = {} if ours is None else ours.attrib
        kind = given.get("kind", kind)
        if kind not in _LINES:
            _refuse(
                type_,
                "un type connu est attendu : string avec une liste de valeurs, boolean, number ou date",
                "a type that is read is expected: string with a list of values, boolean, number or date",
            )
        return _line(_LINES[kind], given.get("limits", values))

    def _enumeration(self, name: str, values: str, told: Element | None) -> Enumeration:
        codes = [value for value in literals(values) if value is not ABSENT]
        if not codes or len(set(codes)) < len(codes):
            _refuse_texts(values)
        member = self.members.get(name, str)
        labels = {} if told is None else {value.get("code"): value for value in told}
        return Enumeration(
            name,
            tuple(map(member, codes)),
            tuple(_label(code, labels.get(code)) for code in codes),
            told is not None and told.get("ordered") == "true",
        )


def _label(code: str, told: Element | None) -> Wording:
    return Wording(code, code) if told is None else Wording(told.get("fr", code), told.get("en", code))


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


def literals(values: str) -> Iterator[Any]:
    """The texts of a list, and `ABSENT` for null.

    Raises:
        FaultsError: something else stands in it.
    """
    for token in tokens(values):
        if token.kind == "text":
            yield unquoted(token.text)
        elif token.text == "null":
            yield ABSENT
        elif token.text not in {",", ""}:
            _refuse_texts(values)


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
