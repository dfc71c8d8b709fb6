"""Edits of a table's rows: what is added, what takes the place of a row, what is removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import attrs

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables.model import Input
from reclamation_core.tables.rules import Row
from reclamation_core.tables.table import DecisionTable
from reclamation_core.wording import Wording

_ONCE = Wording("une ligne n'est modifiée qu'une fois ; gardez-en une", "a row is edited once; keep one of these")
_TAKEN = Wording(
    "la table a déjà une ligne de ce nom ; nommez-la autrement, ou remplacez-la",
    "the table has a row of that name; give another name, or replace it",
)


@attrs.frozen
class EditedIds(SharedRepr):
    """The ids of rows that are edited, each in its place; None in that of a row whose id cannot be read."""

    add: tuple[str | None, ...]
    replace: tuple[str | None, ...]
    remove: tuple[str | None, ...]

    def repeated(self) -> Iterator[Fault]:
        """The ids of rows that are edited twice."""
        yield from _repeated("add", ".id", self.add, self.replace)
        yield from _repeated("replace", ".id", self.replace, self.remove)
        yield from _repeated("remove", "", self.remove, ())

    def misplaced(self, table: DecisionTable[Any]) -> Iterator[Fault]:
        """The ids that are not in the table and should be, and those that are and should not."""
        known = [row.id for row in table.rows]
        listed = ", ".join(known)
        unknown = Wording(f"l'une des lignes de la table est attendue : {listed}", f"one of the table's rows: {listed}")
        for place, id_ in enumerate(self.replace):
            if id_ is not None and id_ not in known:
                yield Fault(f"replace[{place}].id", id_, unknown)
        for place, id_ in enumerate(self.remove):
            if id_ is not None and id_ not in known:
                yield Fault(f"remove[{place}]", id_, unknown)
        for place, id_ in enumerate(self.add):
            if id_ in known and id_ not in self.remove:
                yield Fault(f"add[{place}].id", id_, _TAKEN)


def _rows(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(rows)


def _ids(ids: Iterable[str]) -> tuple[str, ...]:
    if isinstance(ids, str):
        raise TypeError(f"remove: a collection of row ids is expected, got the text {ids!r}; wrap it: [...]")
    return tuple(ids)


@attrs.frozen(kw_only=True)
class RowEdits(SharedRepr):
    """What an edition changes in the rows of one table.

    Args:
        add: rows that come after the table's own; a row of an id that is removed may be among them.
        replace: rows that take the place of those of the same id.
        remove: the ids of rows that are taken away.

    Raises:
        FaultsError: a row is edited twice; a ValueError.
        TypeError: `remove` is a text, not a collection.
    """

    add: tuple[Row, ...] = attrs.field(default=(), converter=_rows)
    replace: tuple[Row, ...] = attrs.field(default=(), converter=_rows)
    remove: tuple[str, ...] = attrs.field(default=(), converter=_ids)

    def __attrs_post_init__(self) -> None:
        _refuse(self._ids.repeated())

    def __bool__(self) -> bool:
        return bool(self.add or self.replace or self.remove)

    @property
    def _ids(self) -> EditedIds:
        return EditedIds(tuple(row.id for row in self.add), tuple(row.id for row in self.replace), self.remove)

    @property
    def own(self) -> tuple[Row, ...]:
        """The rows that the edits bring in."""
        return (*self.replace, *self.add)

    def apply(self, table: DecisionTable[Any], inputs: Iterable[Input] = ()) -> DecisionTable[Any]:
        """The table with these edits, proved as it was.

        Args:
            table: the table.
            inputs: inputs that the rows ask for in addition to those of the table.

        Raises:
            FaultsError: rows that are replaced or removed are not there, or rows that are added are: all of them.
            TableDefinitionError: a row does not fit the table's inputs or its outcomes.
            TableProofError: the table that results leaves gaps, contradicts itself or breaks a promise.
        """
        _refuse(self._ids.misplaced(table))
        replaced = {row.id: row for row in self.replace}
        kept = (replaced.get(row.id, row) for row in table.rows if row.id not in self.remove)
        return attrs.evolve(table, inputs=(*table.inputs, *inputs), rows=(*kept, *self.add)) if self else table

    def then(self, later: RowEdits) -> RowEdits:
        """These edits and later ones, made on what these give, as one."""
        gone = {*later.remove, *(row.id for row in later.replace)}
        added = {row.id for row in self.add}
        newer = {row.id: row for row in later.replace}
        return RowEdits(
            add=(*(newer.get(row.id, row) for row in self.add if row.id not in later.remove), *later.add),
            replace=(
                *(row for row in self.replace if row.id not in gone),
                *(row for row in later.replace if row.id not in added),
            ),
            remove=(*self.remove, *(id_ for id_ in later.remove if id_ not in added)),
        )


def _repeated(list_: str, key: str, ids: Iterable[str | None], elsewhere: Collection[str | None]) -> Iterator[Fault]:
    met: Counter[str] = Counter()
    for place, id_ in enumerate(ids):
        if id_ is None:
            continue
        met[id_] += 1
        if met[id_] > 1 or id_ in elsewhere:
            yield Fault(f"{list_}[{place}]{key}", id_, _ONCE)


def _refuse(found: Iterable[Fault]) -> None:
    faults = tuple(found)
    if faults:
        raise FaultsError(faults)
