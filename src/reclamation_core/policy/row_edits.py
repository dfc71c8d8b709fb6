"""The rows that a policy edition adds, replaces or removes: validation, documents, and the edited tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final, Protocol

import attrs

from reclamation_core.documents.codec import Codec
from reclamation_core.errors import Fault, FaultCollector, FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.policy.m2_1_tables import TABLES, known_tables, m2_1_tables
from reclamation_core.policy.own_facts import asked_facts, input_of, own_inputs, unusable
from reclamation_core.policy.parameters import Parameters, refuse, writable
from reclamation_core.policy.sources import CLAUSES, INTERPRETATIONS, cited, interpretation_numbers
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import (
    Condition,
    DecisionTable,
    Input,
    Row,
    RowEdits,
    TableDefinitionError,
    TableProofError,
    is_,
)
from reclamation_core.tables.edits import EditedIds
from reclamation_core.tables.errors import Finding
from reclamation_core.tables.explanation import facts_in_words
from reclamation_core.tables.sfeel import read_condition, write_condition
from reclamation_core.vocabulary import Fact
from reclamation_core.vocabulary.own_facts import OWN
from reclamation_core.wording import Wording, safe_repr

_CODEC: Final = Codec()
_NONE: Final[Mapping[str, Any]] = MappingProxyType({})
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


def _known(_: object, attribute: attrs.Attribute[Any], interpretation: str | None) -> None:
    wrong = sorted(set(interpretation_numbers(interpretation)) - {known.number for known in INTERPRETATIONS})
    if wrong:
        refuse(
            attribute.name,
            interpretation,
            f"l'interprétation {wrong[0]} n'existe pas",
            f"there is no interpretation {wrong[0]}",
        )


@attrs.frozen
class RowEditDocument(SharedRepr):
    """A row of an edition.

    Args:
        id: its name in the table, without whitespace.
        then: its outcome, by its code.
        when: for each input that it asks, the condition in S-FEEL; an input that is not named is any. It is to be
            given, empty where the row holds for all: a row without it is a fault.
        clause: where the rule comes from: a clause of M2-1, or any text of the edition's own.
        wording: the rule as a sentence without its full stop; made of the conditions where it is left out.
        interpretation: the number of an interpretation of M2-1, or the name of one of the edition's own.
        plain: the rule in plain words for a complainant; left out if the rule is internal.
    """

    id: str = attrs.field(validator=[_one_word, _writable])
    then: Any
    when: dict[str, Any]
    clause: str | None = attrs.field(default=None, validator=[_not_blank, _writable, _of_m2_1])
    wording: Wording | None = attrs.field(default=None, validator=_writable)
    interpretation: str | None = attrs.field(default=None, validator=[_not_blank, _writable, _known])
    plain: Wording | None = attrs.field(default=None, validator=_writable)


@attrs.frozen
class EditsDocument(SharedRepr):
    """What an edition changes in the rows of a table.

    Args:
        add: rows that come after those of the table.
        replace: rows that take the place of those of the same id.
        remove: the ids of rows that are taken away.
    """

    add: tuple[RowEditDocument, ...] = ()
    replace: tuple[RowEditDocument, ...] = ()
    remove: tuple[str, ...] = ()


TABLE_KEY: Final = "tables"
"""The key of conditions, `tables.NAME`, on the outcome of a table that the edition declares itself."""


class OwnOutcomes(Protocol):
    """The tables that an edition declares itself, whose outcomes rows of M2-1 may ask for."""

    @property
    def names(self) -> Collection[str]:
        """The names of the tables."""

    def find(self, name: str, asker: str, known: Mapping[str, DecisionTable[Any]]) -> DecisionTable[Any] | None:
        """Return a table for the rows of a table of M2-1; None if the table has faults, which are listed already.

        Args:
            name: the name of the table.
            asker: the name of the table of M2-1.
            known: the tables of M2-1 that are decided before that one.

        Raises:
            FaultsError: the table reads what is decided later, or facts that not every case of that table has.
        """


def more_inputs(
    table: DecisionTable[Any],
    edits: RowEdits,
    facts: Iterable[Fact],
    own: OwnOutcomes,
    known: Mapping[str, DecisionTable[Any]],
) -> tuple[Input, ...]:
    """Return the inputs that a table needs for what rows ask for in addition: own facts, outcomes of own tables.

    Args:
        table: the table.
        edits: what the edition changes in its rows.
        facts: the facts that the edition declares.
        own: the tables that it declares.
        known: the tables of M2-1 that are decided before.

    Raises:
        FaultsError: a fact or a table cannot be an input of the table.
    """
    given = {input_.name for input_ in table.inputs}
    asked = dict.fromkeys(name for row in edits.own for name in row.when if name in own.names and name not in given)
    found = (own.find(name, table.name, known) for name in asked)
    outcomes = (Input.outcome_of(source) for source in found if source is not None)
    return (*own_inputs(table, facts, asked_facts(edits.own)), *outcomes)


def described(row: Row, then: object, when: Mapping[str, Any]) -> RowEditDocument:
    """The document of a row, from its outcome and conditions as documents have them.

    Raises:
        FaultsError: it has no name, or cites a clause or an interpretation that there is not; a ValueError.
    """
    return RowEditDocument(row.id, then, dict(when), row.clause, row.wording, row.interpretation, row.plain)


def write_edits(edits: RowEdits, table: DecisionTable[Any]) -> dict[str, Any]:
    """The document of edits of a table: `EditsDocument` as plain data."""
    inputs = {input_.name: input_ for input_ in table.inputs}

    def key(input_: Input) -> str:
        is_own = input_.source is not None and input_.name not in TABLES
        return f"{TABLE_KEY}.{input_.name}" if is_own else input_.name

    def document(row: Row) -> RowEditDocument:
        asked = ((inputs[name], condition) for name, condition in row.when.items())
        when = {key(input_): write_condition(condition, input_.absent) for input_, condition in asked}
        return described(row, table.output.encode(row.then), when)

    written = EditsDocument(tuple(map(document, edits.add)), tuple(map(document, edits.replace)), edits.remove)
    plain: dict[str, Any] = _CODEC.write(written)
    for row in (*plain["add"], *plain["replace"]):
        if row["plain"] is None:  # editions from before this key keep their digest
            del row["plain"]
    return plain


def read_edits(document: object, readable: _Readable, path: str, faults: FaultCollector) -> RowEdits:
    """Return the edits of a table in a document; faults are added to the list, and then the edits are empty.

    Args:
        document: `EditsDocument` as plain data, or anything else.
        readable: the table, and what its rows may ask for.
        path: the path of the document.
        faults: those met so far.
    """
    if not isinstance(document, Mapping):
        faults.append(Fault(path, document, KEYS))
        return RowEdits()
    before = len(faults)
    faults += (Fault(f"{path}.{key}", document[key], _OPERATIONS) for key in document if key not in _OPERATIONS_BY_NAME)
    add, replace = (
        tuple(_read_rows(document.get(key, ()), readable, f"{path}.{key}", faults)) for key in ("add", "replace")
    )
    remove = _structured(document.get("remove", []), tuple[str, ...], f"{path}.remove", faults)
    ids = _ids(document, path, {fault.path for fault in faults})
    faults += at(path, (*ids.repeated(), *ids.misplaced(readable.table)))
    return RowEdits() if len(faults) > before else RowEdits(add=add, replace=replace, remove=remove)


_OPERATIONS_BY_NAME: Final = frozenset(field.name for field in attrs.fields(EditsDocument))


def _ids(document: Mapping[str, Any], path: str, refused: Collection[str]) -> EditedIds:
    """Return the ids in a document, those of rows with other faults included; none if one is refused itself."""

    def read(key: str, name: Callable[[Any], Any], end: str) -> tuple[str | None, ...]:
        given = document.get(key, ())
        found = map(name, given) if isinstance(given, list | tuple) else ()
        return tuple(
            id_ if isinstance(id_, str) and f"{path}.{key}[{place}]{end}" not in refused else None
            for place, id_ in enumerate(found)
        )

    def of_row(row: object) -> Any:
        return row.get("id") if isinstance(row, Mapping) else None

    return EditedIds(read("add", of_row, ".id"), read("replace", of_row, ".id"), read("remove", lambda id_: id_, ""))


def at(path: str, faults: Iterable[Fault]) -> Iterator[Fault]:
    """Faults below a path."""
    return (attrs.evolve(fault, path=f"{path}.{fault.path}".rstrip(".")) for fault in faults)


@attrs.frozen
class _Readable(SharedRepr):
    """What rows of a table may ask for: its inputs, those of own facts and own tables, and why others cannot be.

    The reason is None for a table whose faults are listed already.
    """

    table: DecisionTable[Any]
    inputs: Mapping[str, Input]
    refused: Mapping[str, Wording | None]

    @classmethod
    def of(
        cls, table: DecisionTable[Any], facts: Iterable[Fact], outcomes: Mapping[str, Input | Wording | None] = _NONE
    ) -> _Readable:
        reasons = {fact: unusable(fact, table.name) for fact in facts}
        own = {fact.key: input_of(fact) for fact, reason in reasons.items() if reason is None}
        refused: dict[str, Wording | None] = {fact.key: reason for fact, reason in reasons.items() if reason}
        for name, found in outcomes.items():
            if isinstance(found, Input):
                own[f"{TABLE_KEY}.{name}"] = found
            else:
                refused[f"{TABLE_KEY}.{name}"] = found
        return cls(table, own | {input_.name: input_ for input_ in table.inputs}, refused)

    def asks_faulty(self, row: Row) -> bool:
        """Return True if a row asks for a table whose faults are listed already."""
        return any(self.refused.get(name, _ROWS) is None for name in row.when)


def read_rows(documents: object, table: DecisionTable[Any], path: str, faults: FaultCollector) -> Iterator[Row]:
    """Yield the rows of a table in a document; those with faults are left out, and the faults are added to the list."""
    yield from _read_rows(documents, _Readable.of(table, ()), path, faults)


def _read_rows(documents: object, readable: _Readable, path: str, faults: FaultCollector) -> Iterator[Row]:
    if not isinstance(documents, list | tuple):
        faults.append(Fault(path, documents, _ROWS))
        return
    for place, document in enumerate(documents):
        before = len(faults)
        row = _read_row(document, readable, f"{path}[{place}]", faults)
        if len(faults) == before and not readable.asks_faulty(row):
            yield row


def _read_row(document: object, readable: _Readable, path: str, faults: FaultCollector) -> Row:
    read = _structured(document, RowEditDocument, path, faults)
    given = document if isinstance(document, Mapping) else {}
    asked = given.get("when") if isinstance(given.get("when"), Mapping) else {}
    when = dict(_read_conditions(_by_path(asked), readable, f"{path}.when", faults))
    then = given.get("then", ABSENT)
    if then is not ABSENT:  # where it is not given, that is a fault already
        then = _read_outcome(then, readable.table, f"{path}.then", faults)
    return (
        Row("", when, then)
        if read is None
        else Row(read.id, when, then, read.clause, read.wording, interpretation=read.interpretation, plain=read.plain)
    )


def _structured(document: object, cls: type[Any], path: str, faults: FaultCollector) -> Any:
    try:
        return _CODEC.read(document, cls)
    except FaultsError as error:
        faults += (attrs.evolve(fault, path=f"{path}{fault.path.removeprefix('$')}") for fault in error.faults)
        return None


def _by_path(asked: Any) -> dict[str, Any]:
    """Return conditions with `own.NAME` and `tables.NAME` as keys: TOML reads the key without quotes as two keys."""
    found: dict[str, Any] = {}
    for name, value in asked.items():
        if name in {OWN, TABLE_KEY} and isinstance(value, Mapping):
            found |= {f"{name}.{key}": one for key, one in value.items()}
        else:
            found[name] = value
    return found


def _read_conditions(
    asked: Mapping[str, object], readable: _Readable, path: str, faults: FaultCollector
) -> Iterator[tuple[str, Condition]]:
    inputs = readable.inputs
    listed = ", ".join(inputs)
    unknown = Wording(f"une entrée de la table est attendue : {listed}", f"an input of the table: {listed}")
    for name, value in asked.items():
        if name not in inputs:
            reason = readable.refused.get(name, unknown)
            if reason is None:
                yield name, is_(None)
            else:
                faults.append(Fault(f"{path}.{name}", value, reason))
            continue
        try:
            yield inputs[name].name, _condition(value, inputs[name])
        except FaultsError as error:
            faults += at(f"{path}.{name}", error.faults)


def _condition(value: object, input_: Input) -> Condition:
    """A condition in S-FEEL; of a number, a day or a truth value, TOML's own way of writing it will do."""
    if isinstance(value, str):
        return read_condition(value, input_.domain, absent=input_.absent)
    if not isinstance(value, bool | int | float | date):
        raise FaultsError((Fault("", value, _SFEEL),))
    try:
        return is_(input_.domain.check(value))
    except ValueError as error:
        raise FaultsError((Fault("", value, input_.domain.expected),)) from error


def _read_outcome(value: object, table: DecisionTable[Any], path: str, faults: FaultCollector) -> Any:
    try:
        return table.output.decode(value)
    except (TypeError, ValueError):
        expected = table.output.expected
        faults.append(Fault(path, value, Wording(f"attendu : {expected.fr}", f"{expected.en} is expected")))
        return None


def read_tables(
    documents: object,
    parameters: Parameters,
    inherited: tuple[tuple[str, RowEdits], ...],
    path: str,
    faults: FaultCollector,
    *,
    facts: tuple[Fact, ...],
    own: OwnOutcomes,
) -> dict[str, RowEdits]:
    """Return by table the inherited edits and those of a document, combined.

    Args:
        documents: for the name of a table an `EditsDocument`, as plain data.
        parameters: what the tables are made of.
        inherited: the edits of the edition that this one starts from.
        path: the path of the document.
        faults: those met so far; of a table that is refused, each finding with its witness in the words of the facts.
        facts: the facts that the edition declares itself, which rows may ask for.
        own: the tables that it declares, whose outcomes rows may ask for.
    """
    given = documents
    if not isinstance(given, Mapping):
        faults.append(Fault(path, given, KEYS))
        given = {}
    faults += (Fault(f"{path}.{name}", given[name], known_tables()) for name in given if name not in TABLES)
    met = len(faults)
    edits = dict(inherited)
    known: dict[str, DecisionTable[Any]] = {}

    def edit(table: DecisionTable[Any]) -> DecisionTable[Any]:
        where, document = f"{path}.{table.name}", given.get(table.name, {})
        try:
            earlier = edits.get(table.name, RowEdits())
            start = earlier.apply(table, more_inputs(table, earlier, facts, own, known))
        except (FaultsError, TableDefinitionError, TableProofError) as error:
            faults.extend(table_faults(error, table.base, where, document))
            return table
        before = len(faults)
        asked = {name: _outcome(own, name, table.name, known) for name in _asked_tables(document)}
        later = read_edits(document, _Readable.of(start, facts, asked), where, faults)
        if len(faults) > before:
            return start
        try:
            result = later.apply(start, more_inputs(start, later, facts, own, known))
        except (FaultsError, TableDefinitionError, TableProofError) as error:
            faults.extend(table_faults(error, table.base, where, document))
            return start
        edits[table.name] = edits.get(table.name, RowEdits()).then(later)
        return result

    def note(table: DecisionTable[Any]) -> DecisionTable[Any]:
        known[table.name] = edit(table)
        return known[table.name]

    m2_1_tables(parameters, note)
    return edits if len(faults) == met else {}


def _asked_tables(document: object) -> Iterator[str]:
    """Yield the names of the own tables that the rows of a document ask for."""
    lists = (document.get(key) for key in ("add", "replace")) if isinstance(document, Mapping) else ()
    for row in (row for rows in lists if isinstance(rows, list | tuple) for row in rows):
        when = row.get("when") if isinstance(row, Mapping) else None
        for name in _by_path(when) if isinstance(when, Mapping) else ():
            holder, _, key = str(name).partition(".")
            if holder == TABLE_KEY:
                yield key


def _outcome(
    own: OwnOutcomes, name: str, asker: str, known: Mapping[str, DecisionTable[Any]]
) -> Input | Wording | None:
    """Return the input that the outcome of an own table is, why it cannot be one, or None if it has faults."""
    if name not in own.names:
        listed = ", ".join(sorted(own.names)) or "—"
        return Wording(
            f"le nom d'une table de la version est attendu : {listed}",
            f"the name of a table of the edition is expected: {listed}",
        )
    try:
        table = own.find(name, asker, known)
    except FaultsError as error:
        return error.faults[0].expected
    return None if table is None else Input.outcome_of(table)


def edited_tables(
    parameters: Parameters, edits: Mapping[str, RowEdits], facts: tuple[Fact, ...], own: OwnOutcomes
) -> Mapping[str, DecisionTable[Any]]:
    """Return the tables of M2-1 with the parameters and the rows of an edition.

    Raises:
        FaultsError: a row asks for a fact or a table that cannot be an input of its table.
        TableDefinitionError, TableProofError: a table is refused.
    """
    known: dict[str, DecisionTable[Any]] = {}

    def edit(table: DecisionTable[Any]) -> DecisionTable[Any]:
        of_table = edits.get(table.name, RowEdits())
        known[table.name] = of_table.apply(table, more_inputs(table, of_table, facts, own, known))
        return known[table.name]

    return m2_1_tables(parameters, edit)


def table_faults(
    error: FaultsError | TableDefinitionError | TableProofError, base: Sequence[Input], path: str, document: object
) -> Iterator[Fault]:
    """Yield the faults of a refused table, each finding of its proof with its witness in the words of base facts."""
    if isinstance(error, FaultsError):
        yield from at(path, error.faults)
    elif isinstance(error, TableDefinitionError):
        fr, en = error.reason.fr, error.reason.en
        yield Fault(path, error.part, Wording(f"table impossible : {fr}", f"impossible table: {en}"))
    else:
        yield from (_found(finding, base, path, document) for finding in error.findings)


def _found(finding: Finding, base: Sequence[Input], path: str, document: object) -> Fault:
    fr, en = facts_in_words(base, finding.witness, "fr"), facts_in_words(base, finding.witness, "en")
    message = finding.message
    expected = Wording(f"{message.fr} (exemple : {fr})", f"{message.en} (witness: {en})")
    return Fault(path, finding.rows or document, expected)  # a gap has no row


def as_pairs(edits: object) -> Any:
    """Edits by table as pairs, in the order of the tables, those that change nothing left out."""
    if not isinstance(edits, Mapping | tuple | list):
        return edits
    given = tuple(edits.items() if isinstance(edits, Mapping) else edits)
    if not _are_pairs(given):
        return given
    changing = (pair for pair in given if pair[1] or not isinstance(pair[1], RowEdits))
    return tuple(sorted(changing, key=lambda pair: TABLES.index(pair[0]) if pair[0] in TABLES else -1))


def of_known_tables(_: object, attribute: attrs.Attribute[Any], edits: object) -> None:
    """Refuse what is not RowEdits by the name of a table, each table once."""
    if not isinstance(edits, tuple) or not _are_pairs(edits) or len({pair[0] for pair in edits}) < len(edits):
        raise TypeError(f"{attribute.name}: RowEdits by the name of a table are expected, got {safe_repr(edits)}")
    for table, edit in edits:
        if table not in TABLES:
            raise FaultsError((Fault(f"edits.{table}", table, known_tables()),))
        if not isinstance(edit, RowEdits):
            raise TypeError(f"edits.{table}: RowEdits are expected, got a {type(edit).__name__}")
        _check_sources(table, edit)


def _are_pairs(edits: tuple[Any, ...]) -> bool:
    return all(isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[0], str) for pair in edits)


def _check_sources(table: str, edits: RowEdits) -> None:
    """Refuse rows that no document can hold: without an id, or citing unknown clauses or interpretations."""
    faults = FaultCollector()
    for list_, rows in (("add", edits.add), ("replace", edits.replace)):
        for place, row in enumerate(rows):
            try:
                described(row, row.then, {})
            except FaultsError as error:
                faults += at(f"edits.{table}.{list_}[{place}]", error.faults)
    if faults:
        raise FaultsError(faults)
