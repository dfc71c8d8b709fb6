"""Rows of an edition as documents have them, in a policy file or in JSON: conditions in S-FEEL, outcomes by code."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

import attrs

from reclamation_core.documents import Codec
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.policy.clauses import CLAUSES, cited
from reclamation_core.policy.interpretations import INTERPRETATIONS, interpretation_numbers
from reclamation_core.policy.refusals import refuse, writable
from reclamation_core.tables import Condition, DecisionTable, Input, Row, RowEdits, is_, read_condition, write_condition
from reclamation_core.tables.edits import EditedIds
from reclamation_core.wording import Wording

_CODEC: Final = Codec()
_SFEEL: Final = Wording(
    'une condition en S-FEEL est attendue, un texte comme "< 6" ou "[1..5]"',
    'a condition in S-FEEL is expected, a text like "< 6" or "[1..5]"',
)
KEYS: Final = Wording("des clés et leurs valeurs sont attendues", "keys and their values are expected")
"""What is expected where a document has no keys."""
_ROWS: Final = Wording("une liste de lignes est attendue", "a list of rows is expected")
_OPERATIONS: Final = Wording(
    "cette clé n'est pas connue ; écrivez add, replace ou remove", "unknown key; write add, replace or remove"
)


def _not_blank(_: object, attribute: attrs.Attribute[Any], text: str | None) -> None:
    if text is not None and not text.strip():
        refuse(attribute.name, text, "un texte qui n'est pas vide est attendu", "a text that is not blank is expected")


def _writable(_: object, attribute: attrs.Attribute[Any], text: str | Wording | None) -> None:
    for one in (text.fr, text.en) if isinstance(text, Wording) else (text,):
        if one is not None:
            writable(attribute.name, one)


def _one_word(_: object, attribute: attrs.Attribute[Any], text: str) -> None:
    """Where several rows decide, their ids stand side by side with a space between."""
    if text.split() != [text]:
        refuse(attribute.name, text, "un nom sans espace est attendu", "a name without whitespace is expected")


def _of_m2_1(_: object, attribute: attrs.Attribute[Any], clause: str | None) -> None:
    wrong = sorted(set(cited(clause)) - {known.id for known in CLAUSES})
    if wrong:
        refuse(attribute.name, clause, f"{wrong[0]} n'est pas une clause", f"{wrong[0]} is not a clause")


def _known(_: object, attribute: attrs.Attribute[Any], reading: str | None) -> None:
    wrong = sorted(set(interpretation_numbers(reading)) - {known.number for known in INTERPRETATIONS})
    if wrong:
        refuse(attribute.name, reading, f"la lecture {wrong[0]} n'existe pas", f"there is no reading {wrong[0]}")


@attrs.frozen
class RowDocument:
    """A row of an edition.

    Args:
        id: its name in the table, without whitespace.
        then: its outcome, by its code.
        when: for each input that it asks, the condition in S-FEEL; an input that is not named is any. It is to be
            given, empty where the row holds for all: a row without it is a fault.
        clause: where the rule comes from: a clause of M2-1, or any text of the edition's own.
        wording: the rule as a sentence without its full stop; made of the conditions where it is left out.
        reading: the number of the reading that it is; of the edition's own where it is no number of M2-1's.
    """

    id: str = attrs.field(validator=[_one_word, _writable])
    then: Any
    when: dict[str, Any]
    clause: str | None = attrs.field(default=None, validator=[_not_blank, _writable, _of_m2_1])
    wording: Wording | None = attrs.field(default=None, validator=_writable)
    reading: str | None = attrs.field(default=None, validator=[_not_blank, _writable, _known])


@attrs.frozen
class EditsDocument:
    """What an edition changes in the rows of a table.

    Args:
        add: rows that come after those of the table.
        replace: rows that take the place of those of the same id.
        remove: the ids of rows that are taken away.
    """

    add: tuple[RowDocument, ...] = ()
    replace: tuple[RowDocument, ...] = ()
    remove: tuple[str, ...] = ()


def described(row: Row, then: Any, when: Mapping[str, Any]) -> RowDocument:
    """The document of a row, from its outcome and conditions as documents have them.

    Raises:
        FaultsError: it has no name, or cites a clause or a reading that there is not; a ValueError.
    """
    return RowDocument(row.id, then, dict(when), row.clause, row.wording, row.reading)


def write_edits(edits: RowEdits, table: DecisionTable[Any]) -> dict[str, Any]:
    """The document of edits of a table: `EditsDocument` as plain data."""
    absent = {input_.name: input_.absent for input_ in table.inputs}

    def document(row: Row) -> RowDocument:
        when = {name: write_condition(condition, absent[name]) for name, condition in row.when.items()}
        return described(row, table.output.encode(row.then), when)

    written = EditsDocument(tuple(map(document, edits.add)), tuple(map(document, edits.replace)), edits.remove)
    plain: dict[str, Any] = _CODEC.write(written)
    return plain


def read_edits(document: Any, table: DecisionTable[Any], path: str, faults: list[Fault]) -> RowEdits:
    """The edits of a table that a document tells; what is wrong is added to the faults: then there are none.

    Args:
        document: `EditsDocument` as plain data, or anything else.
        table: the table, whose inputs and outcomes the rows are read in.
        path: where the document stands.
        faults: those met so far.
    """
    if not isinstance(document, Mapping):
        faults.append(Fault(path, document, KEYS))
        return RowEdits()
    before = len(faults)
    faults += (Fault(f"{path}.{key}", document[key], _OPERATIONS) for key in document if key not in _OPERATIONS_BY_NAME)
    add, replace = (
        tuple(_read_rows(document.get(key, ()), table, f"{path}.{key}", faults)) for key in ("add", "replace")
    )
    remove = _structured(document.get("remove", []), tuple[str, ...], f"{path}.remove", faults)
    ids = _ids(document, path, {fault.path for fault in faults})
    faults += at(path, (*ids.repeated(), *ids.misplaced(table)))
    return RowEdits() if len(faults) > before else RowEdits(add=add, replace=replace, remove=remove)


_OPERATIONS_BY_NAME: Final = frozenset(field.name for field in attrs.fields(EditsDocument))


def _ids(document: Mapping[str, Any], path: str, refused: Collection[str]) -> EditedIds:
    """The ids that a document tells, those of rows with other faults among them; none where one is refused itself."""

    def read(key: str, name: Callable[[Any], Any], end: str) -> tuple[str | None, ...]:
        given = document.get(key, ())
        found = map(name, given) if isinstance(given, list | tuple) else ()
        return tuple(
            id_ if isinstance(id_, str) and f"{path}.{key}[{place}]{end}" not in refused else None
            for place, id_ in enumerate(found)
        )

    def of_row(row: Any) -> Any:
        return row.get("id") if isinstance(row, Mapping) else None

    return EditedIds(read("add", of_row, ".id"), read("replace", of_row, ".id"), read("remove", lambda id_: id_, ""))


def at(path: str, faults: Iterable[Fault]) -> Iterator[Fault]:
    """Faults below a path."""
    return (attrs.evolve(fault, path=f"{path}.{fault.path}".rstrip(".")) for fault in faults)


def _read_rows(documents: Any, table: DecisionTable[Any], path: str, faults: list[Fault]) -> Iterator[Row]:
    if not isinstance(documents, list | tuple):
        faults.append(Fault(path, documents, _ROWS))
        return
    for place, document in enumerate(documents):
        before = len(faults)
        row = _read_row(document, table, f"{path}[{place}]", faults)
        if len(faults) == before:
            yield row


def _read_row(document: Any, table: DecisionTable[Any], path: str, faults: list[Fault]) -> Row:
    read = _structured(document, RowDocument, path, faults)
    given = document if isinstance(document, Mapping) else {}
    asked = given.get("when") if isinstance(given.get("when"), Mapping) else {}
    when = dict(_read_conditions(asked, table, f"{path}.when", faults))
    then = given.get("then", ABSENT)
    if then is not ABSENT:  # where it is not given, that is a fault already
        then = _read_outcome(then, table, f"{path}.then", faults)
    return (
        Row("", when, then)
        if read is None
        else Row(read.id, when, then, read.clause, read.wording, reading=read.reading)
    )


def _structured(document: Any, cls: Any, path: str, faults: list[Fault]) -> Any:
    try:
        return _CODEC.read(document, cls)
    except FaultsError as error:
        faults += (attrs.evolve(fault, path=f"{path}{fault.path.removeprefix('$')}") for fault in error.faults)
        return None


def _read_conditions(
    asked: Any, table: DecisionTable[Any], path: str, faults: list[Fault]
) -> Iterator[tuple[str, Condition]]:
    inputs = {input_.name: input_ for input_ in table.inputs}
    listed = ", ".join(inputs)
    unknown = Wording(f"une entrée de la table est attendue : {listed}", f"an input of the table: {listed}")
    for name, value in asked.items():
        if name not in inputs:
            faults.append(Fault(f"{path}.{name}", value, unknown))
            continue
        try:
            yield name, _condition(value, inputs[name])
        except FaultsError as error:
            faults += at(f"{path}.{name}", error.faults)


def _condition(value: Any, input_: Input) -> Condition:
    """A condition in S-FEEL; of a number, a day or a truth value, TOML's own way of writing it will do."""
    if isinstance(value, str):
        return read_condition(value, input_.domain, absent=input_.absent)
    if not isinstance(value, bool | int | float | date):
        raise FaultsError((Fault("", value, _SFEEL),))
    try:
        return is_(input_.domain.check(value))
    except ValueError as error:
        raise FaultsError((Fault("", value, input_.domain.expected),)) from error


def _read_outcome(value: Any, table: DecisionTable[Any], path: str, faults: list[Fault]) -> Any:
    try:
        return table.output.decode(value)
    except (TypeError, ValueError):
        expected = table.output.expected
        faults.append(Fault(path, value, Wording(f"attendu : {expected.fr}", f"{expected.en} is expected")))
        return None
