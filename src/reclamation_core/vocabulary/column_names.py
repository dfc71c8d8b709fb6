"""The names of the columns of files and frames: the fields' own, their labels, and other names, which are refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from reclamation_core.codes import fold_label
from reclamation_core.documents.similar_names import bare_name, near_misses
from reclamation_core.vocabulary.facts import FACTS
from reclamation_core.wording import Wording

MARKERS: Final[Mapping[str, str]] = MappingProxyType(
    {fact.marker: name for name, fact in FACTS.items() if fact.marker is not None}
)
"""The columns that are true where a fact is unknown, each with its fact: those whose null means that there is none."""

_RECEIPT: Final = (Wording("reçue le", "received on"), Wording("date de réception", "date of receipt"))
COLUMN_LABELS: Final[Mapping[str, tuple[Wording, ...]]] = MappingProxyType(
    {
        "reference": (Wording("référence", "reference"),),
        "site": (Wording("centre", "site"),),
        "received_at": _RECEIPT,
        "received_on": _RECEIPT,
        "text": (Wording("texte", "text"),),
        **{name: (fact.label,) for name, fact in FACTS.items()},
        "complainant": (FACTS["complainant"].label, Wording("auteur de la demande", "complainant")),
        "satisfaction": (FACTS["satisfaction"].label, Wording("note de satisfaction", "satisfaction note")),
        **{
            marker: (Wording(f"{FACTS[name].label.fr} inconnue", f"{FACTS[name].label.en} unknown"),)
            for marker, name in MARKERS.items()
        },
    }
)
"""The labels by which a column is read, the first being the one that is written, by the name of the field."""

_OTHER_NAMES: Final = MappingProxyType({"score": "satisfaction", "isnoteunknown": "satisfaction_unknown"})
"""Names that other tools have for a field, as letters."""
_IS: Final = re.compile(r"^(?:is|has|est)[ _-]", re.IGNORECASE)


def labelled_columns(
    columns: Iterable[str], fields: Iterable[str], own: Mapping[str, Wording] = MappingProxyType({})
) -> dict[str, list[str]]:
    """Return the columns that are named by a label of a field, by the field; fields without one are left out.

    Case, accents and separators of labels are left aside.

    Args:
        columns: the names of the columns.
        fields: the fields.
        own: the labels of fields that an edition declares itself.

    >>> labelled_columns(["Canal", "Note de satisfaction", "Couleur"], ["channel", "formal", "satisfaction"])
    {'channel': ['Canal'], 'satisfaction': ['Note de satisfaction']}
    """
    folded = [(column, fold_label(column)) for column in columns]
    labels = {field: folded_labels(field, own.get(field)) for field in fields}
    found = {field: [column for column, text in folded if text in named] for field, named in labels.items()}
    return {field: named for field, named in found.items() if named}


@cache
def folded_labels(field: str, own: Wording | None = None) -> frozenset[str]:
    """Return the labels of a field, in both languages, as `fold_label` has them.

    Args:
        field: the field.
        own: the label of a field that an edition declares itself.
    """
    return frozenset(fold_label(label) for wording in column_labels(field, own) for label in (wording.fr, wording.en))


def column_labels(field: str, own: Wording | None) -> tuple[Wording, ...]:
    """Return the labels by which the column of a field is read; `own` is the label of a fact of an edition."""
    return COLUMN_LABELS.get(field, ()) if own is None else (own,)


def nearly_named_columns(
    columns: Iterable[str], names: Mapping[str, str], own: Mapping[str, Wording] = MappingProxyType({})
) -> Iterator[tuple[str, str]]:
    """Yield each column whose name is nearly that of a field, a label of it or another name in use, with the field.

    Args:
        columns: the names of columns that are not read.
        names: the expected names, by field; labels are expected where that is the field's own name.
        own: the labels of fields that an edition declares itself.
    """
    targets: dict[str, str] = {}
    for field, name in names.items():
        targets.setdefault(name, field)
    for field, name in names.items():
        for wording in column_labels(field, own.get(field)) if name == field else ():
            targets.setdefault(wording.fr, field)
            targets.setdefault(wording.en, field)
    for column in columns:
        other = _OTHER_NAMES.get(bare_name(column), "")
        if names.get(other) == other:
            yield column, other
            continue
        without = _IS.sub("", column)
        near = _nearest(column, targets) or (_nearest(without, targets) if without != column else None)
        if near is not None:
            yield column, near


def _nearest(column: str, targets: Mapping[str, str]) -> str | None:
    return next((targets[name] for _, name in near_misses([column], targets)), None)
