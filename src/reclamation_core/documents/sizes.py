"""Maximum sizes of documents that come from outside, checked before any part of them is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from reclamation_core.errors import REDACTED, Fault, FaultsError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Wording


@attrs.frozen
class MostItems(SharedRepr):
    """The largest document that is read.

    Args:
        each: the most items of a list, and keys of an object.
        total: the most items and keys of the whole document.
    """

    each: int
    total: int

    def require(self, document: object) -> None:
        """Refuse a larger document; stored documents are read without this check.

        Raises:
            FaultsError: with the path from `$` of the list or object that is too large, or of the whole.
        """
        total, left = 0, [document]
        while left:
            items = _items(left.pop())
            total += len(items)
            if len(items) > self.each or total > self.total:
                raise FaultsError([self._fault(document)])
            left.extend(item for item in items if isinstance(item, Mapping | list | tuple))

    def list_faults(self, values: attrs.AttrsInstance) -> list[Fault]:
        """Return a fault for each field of an attrs object whose list of texts is longer, by the name of the field."""
        return [
            self._of_list(name, len(value))
            for name, value in attrs.asdict(values, recurse=False).items()
            if isinstance(value, tuple) and len(value) > self.each and isinstance(value[0], str)
        ]

    def _fault(self, document: object) -> Fault:
        """Return the fault of a document that is too large: paths are built only now."""
        left = [("$", document)]
        while left:
            path, value = left.pop()
            items = _items(value)
            if len(items) > self.each:
                return self._of_list(path, len(items))
            keys = value if isinstance(value, Mapping) else ()
            paths = [f"{path}.{key}" for key in keys] or [f"{path}[{place}]" for place in range(len(items))]
            left.extend(pair for pair in zip(paths, items, strict=True) if isinstance(pair[1], Mapping | list | tuple))
        expected = Wording(
            f"un document de {self.total} éléments au plus est attendu, listes et clés comprises",
            f"a document of at most {self.total} items is expected, those of its lists and objects together",
        )
        return Fault("$", REDACTED, expected)

    def _of_list(self, path: str, count: int) -> Fault:
        expected = Wording(
            f"{self.each} éléments au plus sont attendus ; il y en a {count}",
            f"at most {self.each} items are expected; there are {count}",
        )
        return Fault(path, REDACTED, expected)


def _items(value: object) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple) else []


OF_COMMANDS: Final = MostItems(each=1_000, total=20_000)
"""The largest document of a command, of facts or of an analysis, and the longest list of a command."""
OF_FILES: Final = MostItems(each=10_000, total=500_000)
"""The largest file of a policy, a table or a mapping."""
