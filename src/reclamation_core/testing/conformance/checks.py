"""What is found in the place of what is expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from reclamation_core.errors import FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.policy import Policy, m2_1
from reclamation_core.testing._arguments import expect
from reclamation_core.testing.conformance.cases import Conformance, ConformanceCase
from reclamation_core.testing.conformance.deciding import expected_of
from reclamation_core.testing.conformance.files import CODEC
from reclamation_core.testing.rules import without_rule_coverage
from reclamation_core.wording import Lang


@attrs.frozen
class Difference:
    """Something that is found to be otherwise than a case expects.

    Attributes:
        case: the name of the case.
        field: what differs, as a dotted path: `decisions.level.outcome`.
        expected: the value expected, as the file has it; `ABSENT` where the file has none.
        found: the value found; `ABSENT` where there is none.
    """

    case: str
    field: str
    expected: Any
    found: Any

    def in_(self, lang: Lang) -> str:
        """The difference as a sentence."""
        expected, found = _shown(self.expected, lang), _shown(self.found, lang)
        if lang == "fr":
            return f"{self.case}, {self.field} : attendu {expected}, trouvé {found}"
        return f"{self.case}, {self.field}: {expected} expected, {found} found"

    def __str__(self) -> str:
        return self.in_("en")


def check_conformance(conformance: Conformance, policy: Policy | None = None) -> tuple[Difference, ...]:
    """What an edition decides otherwise than conformance cases expect, in their order; nothing where it conforms.

    Args:
        conformance: the cases.
        policy: the edition; `m2_1()` by default.

    Raises:
        TypeError: they are no such cases, or it is no edition.
    """
    expect("conformance", conformance, Conformance, remedy="read_conformance and shipped_conformance give one")
    edition = m2_1() if policy is None else policy
    expect("policy", edition, Policy)
    with without_rule_coverage():
        return tuple(difference for case in conformance.cases for difference in _differences(case, edition))


def _differences(case: ConformanceCase, policy: Policy) -> Iterator[Difference]:
    expected = CODEC.write(case.expected)
    try:
        found = CODEC.write(expected_of(case, policy))
    except FaultsError as error:
        for fault in error.faults:
            yield Difference(case.id, fault.path, ABSENT, fault.in_("fr"))
        return
    for field, wanted, given in _apart("", expected, found):
        yield Difference(case.id, field, wanted, given)


def _apart(path: str, expected: Any, found: Any) -> Iterator[tuple[str, Any, Any]]:
    if not isinstance(expected, Mapping) or not isinstance(found, Mapping):
        if _plain(expected) != _plain(found):
            yield path, expected, found
        return
    for name in dict.fromkeys((*expected, *found)):
        below = f"{path}.{name}" if path else name
        yield from _apart(below, expected.get(name, ABSENT), found.get(name, ABSENT))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _shown(value: Any, lang: Lang) -> str:
    if value is ABSENT:
        return "rien" if lang == "fr" else "nothing"
    if value is None:
        return "null"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_shown(item, lang) for item in value)}]"
    return f"« {value} »" if lang == "fr" and isinstance(value, str) else repr(value)
