"""Cells of DMN that name a variable: the comparison of a fact with another fact is an input of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from reclamation_core.missing import UNKNOWN
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables.conditions import Condition, is_in
from reclamation_core.tables.domains import Enumeration
from reclamation_core.tables.model import Input
from reclamation_core.wording import Wording

_LESS, _EQUAL, _GREATER, _DIFFERENT = "less", "equal", "greater", "different"
_LABELS: Final[Mapping[str, Wording]] = {
    _LESS: Wording("inférieur", "less"),
    _EQUAL: Wording("égal", "equal"),
    _GREATER: Wording("supérieur", "greater"),
    _DIFFERENT: Wording("différent", "different"),
}
_MET: Final[Mapping[str, tuple[str, ...]]] = {
    "": (_EQUAL,),
    "=": (_EQUAL,),
    "<": (_LESS,),
    "<=": (_LESS, _EQUAL),
    ">": (_GREATER,),
    ">=": (_EQUAL, _GREATER),
}
_LONGEST: Final = 1_000
"""The most characters of a cell that names variables."""
_TEST: Final = re.compile(r"(<=|>=|<|>|=|)\s*([^<>=()\[\]\",]+)")
_NOT: Final = re.compile(r"not\s*\(([^<>=()\[\]\",]+)\)")
_RANGE: Final = re.compile(r"([\[(\]])([^<>=()\[\]\",]+)([\])\[])")


@attrs.frozen
class VariableTest(SharedRepr):
    """A test of a fact against the value of a name.

    Args:
        name: the name, as DMN writes it.
        met: the results of the comparison that meet the test; `different` in place of two for a test of equality.
    """

    name: str
    met: tuple[str, ...]

    @property
    def orders(self) -> bool:
        """True if the test needs an order of the values."""
        return not {_LESS, _GREATER}.isdisjoint(self.met)


def variable_tests(cell: str) -> Iterator[VariableTest]:
    """Yield the tests of a cell, all of which have to be met, if all that it names are names; nothing otherwise."""
    cell = " ".join(cell.split()) if len(cell) <= _LONGEST else ""
    if (found := _NOT.fullmatch(cell)) is not None:
        yield VariableTest(found[1].strip(), (_DIFFERENT,))
    elif (found := _RANGE.fullmatch(cell)) is not None:
        low, _, high = found[2].partition("..")
        yield VariableTest(low.strip(), _MET[">=" if found[1] == "[" else ">"])
        yield VariableTest(high.strip(), _MET["<=" if found[3] == "]" else "<"])
    elif (found := _TEST.fullmatch(cell)) is not None:
        yield VariableTest(found[2].strip(), _MET[found[1]])


@attrs.frozen
class DmnComparison(SharedRepr):
    """The comparison of two facts, which a table has as an input.

    Args:
        name: the identifier of the input.
        fact: the identifier of the fact that is compared.
        other: the identifier of the fact that a cell names.
        is_ordered: True if the values are in an order; False if they are equal or different.
    """

    name: str
    fact: str
    other: str
    is_ordered: bool

    @property
    def input(self) -> Input:
        """The input of the tables."""
        codes = (_LESS, _EQUAL, _GREATER) if self.is_ordered else (_EQUAL, _DIFFERENT)
        domain = Enumeration(f"{self.name}_result", codes, tuple(_LABELS[code] for code in codes))
        return Input(
            self.name, domain, Wording(f"{self.fact} par rapport à {self.other}", f"{self.fact} against {self.other}")
        )

    def condition(self, test: VariableTest) -> Condition:
        """Return the condition on the input that a test is."""
        different = (_LESS, _GREATER) if self.is_ordered else (_DIFFERENT,)
        return is_in(*(code for one in test.met for code in (different if one == _DIFFERENT else (one,))))

    def of(self, facts: Mapping[str, Any]) -> Any:
        """Return the result for facts; UNKNOWN if one of the two is missing, None or UNKNOWN.

        Raises:
            TypeError: the values have no order.
        """
        one, other = facts.get(self.fact), facts.get(self.other)
        if one is None or other is None or one is UNKNOWN or other is UNKNOWN:
            return UNKNOWN
        if one == other:
            return _EQUAL
        if not self.is_ordered:
            return _DIFFERENT
        return _LESS if one < other else _GREATER
