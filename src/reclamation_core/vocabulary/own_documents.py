"""Own values as documents have them: each says what it is, so that reading one needs no edition of the procedure.

A code is a string, true or false a boolean, a whole number an integer, another number `{"number": "0.5"}`, a day
`{"day": "2026-05-04"}`, a text `{"text": {"digest": ...}}` and a personal value `{"personal": {"digest": ...}}`: the
text is stored apart. A value that the edition of the case does not declare is in `{"unused": ...}`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, NoReturn

from reclamation_core.documents.codec import (
    Describe,
    Encoding,
    Schema,
    Structure,
    read_date,
    read_decimal,
    read_missing,
    read_object,
    read_text,
)
from reclamation_core.documents.faults import Refused, refuse
from reclamation_core.errors import REDACTED, Fault, FaultCollector, FaultsError
from reclamation_core.missing import Missing
from reclamation_core.tables import Boolean, Day, Domain, Enumeration, Integer, Number
from reclamation_core.vocabulary.facts import Fact
from reclamation_core.vocabulary.own_facts import (
    MOST_OWN,
    OWN,
    OWN_CODE,
    OWN_NAME,
    OwnFacts,
    OwnInput,
    OwnText,
    ShortText,
    own_facts,
)
from reclamation_core.wording import Wording

_FORMS: Final = Wording(
    'un code, vrai ou faux, un nombre entier, {"number": ...}, {"day": ...}, {"text": ...}, {"personal": ...} ou '
    '{"missing": "unknown"} est attendu',
    'a code, true or false, a whole number, {"number": ...}, {"day": ...}, {"text": ...}, {"personal": ...} or '
    '{"missing": "unknown"} is expected',
)
_SEALED: Final = Wording(
    'un code ou un texte scellé, {"text": {"digest": ...}}, est attendu : un texte en clair ne pourrait pas être '
    "oublié",
    'a code or a sealed text, {"text": {"digest": ...}}, is expected: one in clear could not be forgotten',
)


def _write(own: OwnFacts) -> dict[str, Any]:
    unused = {name: {"unused": _written(value)} for name, value in own.unused.items()}
    written = {name: _written(value) for name, value in own.items()} | unused
    return dict(sorted(written.items()))


def _written(value: object) -> object:
    if isinstance(value, OwnText):
        if value.digest is None:
            raise ValueError("own: a text in clear has no place in a document of facts; a command seals it")
        return {"personal" if value.personal else "text": {"digest": value.digest}}
    if isinstance(value, str) and not OWN_CODE.fullmatch(value):
        raise ValueError("own: a text in clear has no place in a document of facts; a command seals it")
    if isinstance(value, Decimal):
        return {"number": str(value)}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return {"missing": value.value} if isinstance(value, Missing) else value


def _read(document: object, _: Structure) -> OwnFacts:
    values: dict[str, Any] = {}
    unused: dict[str, Any] = {}
    faults = FaultCollector()
    for name, value in read_object(document).items():
        try:
            if isinstance(value, Mapping) and value.keys() == {"unused"}:
                unused[name] = _value(value["unused"])
            else:
                values[name] = _value(value)
        except FaultsError as error:
            faults += (Fault(f".{name}{fault.path}", fault.value, fault.expected) for fault in error.faults)
    if faults:
        raise FaultsError(faults)
    return _checked(own_facts(values, unused))


def _refuse(expected: Wording) -> NoReturn:
    refuse(REDACTED, expected.fr, expected.en)


def _checked(own: OwnFacts | Refused) -> OwnFacts:
    """Return own values; raises what is refused of them, its paths below the document."""
    if isinstance(own, Refused):
        _refuse(own.expected)
    if faults := tuple(own.faults()):
        raise FaultsError(Fault(fault.path.partition(".")[2], fault.value, fault.expected) for fault in faults)
    return own


def _value(value: object) -> Any:
    if isinstance(value, str):
        if not OWN_CODE.fullmatch(value):
            _refuse(_SEALED)
        return value
    if isinstance(value, bool | int):
        return value
    if not isinstance(value, Mapping) or len(value) != 1:
        _refuse(_FORMS)
    (form, inner) = next(iter(value.items()))
    reader = _READERS.get(form)
    if reader is None:
        _refuse(_FORMS)
    return reader(value, inner)


def _sealed(inner: object, *, personal: bool) -> OwnText:
    digest = inner.get("digest") if isinstance(inner, Mapping) and len(inner) == 1 else None
    if not isinstance(digest, str):
        _refuse(_SEALED)
    return OwnText(None, read_text(digest), personal=personal)


_READERS: Final[Mapping[object, Callable[[Any, Any], Any]]] = {
    "number": lambda _, inner: read_decimal(inner),
    "day": lambda _, inner: read_date(inner),
    "missing": lambda value, _: read_missing(value),
    "text": lambda _, inner: _sealed(inner, personal=False),
    "personal": lambda _, inner: _sealed(inner, personal=True),
}


def _form(name: str, of: Schema) -> Schema:
    return {"type": "object", "properties": {name: of}, "required": [name], "additionalProperties": False}


def _schema(describe: Describe) -> Schema:
    digest = _form("digest", {"type": "string"})
    values = [
        {"type": "boolean"},
        {"type": "integer"},
        {"type": "string", "pattern": f"^{OWN_CODE.pattern}$"},
        _form("number", {"type": "string"}),
        _form("day", describe(date)),
        _form("text", digest),
        _form("personal", digest),
        _form("missing", {"enum": [one.value for one in Missing]}),
    ]
    return _by_name({"anyOf": [*values, _form("unused", {"anyOf": values})]})


def _by_name(of: Schema) -> Schema:
    return {
        "type": "object",
        "propertyNames": {"pattern": f"^{OWN_NAME.pattern}$"},
        "additionalProperties": of,
        "maxProperties": MOST_OWN,
    }


OWN_FACTS: Final = Encoding(annotation=OwnFacts, read=_read, schema=_schema, write=_write)
"""The own values in documents of cases, which are stored."""


def write_plain(own: OwnFacts) -> dict[str, Any]:
    """Return own values as a view has them: days as ISO 8601, other numbers as text, a sealed text by its digest."""
    return {name: _plain(value) for name, value in own.items()}


def _plain(value: object) -> object:
    if isinstance(value, OwnText):
        return {"digest": value.digest}
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return {"missing": value.value} if isinstance(value, Missing) else value


def _read_plain(document: object, _: Structure) -> Mapping[str, Any]:
    """Read own values as a command has them: the edition of the case reads them by their declarations."""
    given = {name: _given(name, value) for name, value in read_object(document).items()}
    _checked(own_facts(given))
    return given


def _given(name: str, value: object) -> Any:
    if value is None or isinstance(value, bool | int | float | Decimal | date):
        return value
    if isinstance(value, str):
        return read_text(value)
    if isinstance(value, Mapping) and value.keys() == {"missing"}:
        return read_missing(value)
    raise FaultsError([Fault(name, REDACTED, _PLAIN_VALUE)])


_PLAIN_VALUE: Final = Wording(
    "un code, vrai ou faux, un nombre, un jour ou un texte est attendu, ou null",
    "a code, true or false, a number, a day or a text is expected, or null",
)


def _plain_schema(_: Describe) -> Schema:
    values: list[Schema] = [{"type": ["boolean", "number", "string", "null"]}]
    return _by_name({"anyOf": [*values, _form("missing", {"enum": [one.value for one in Missing]})]})


def fact_schema(fact: Fact) -> Schema:
    """Return the JSON Schema of the plain values of an edition's own fact, with its label and its question."""
    domain = fact.domain
    if isinstance(domain, Enumeration):
        labels = {
            code: {"fr": label.fr, "en": label.en} for code, label in zip(domain.values, domain.labels, strict=True)
        }
        schema: Schema = {"enum": [*domain.values, None], "x-labels": labels}
    elif isinstance(domain, ShortText):
        schema = {"type": ["string", "null"], "maxLength": domain.longest, "pattern": r"\S"}
    elif isinstance(domain, Day):
        schema = {"type": ["string", "null"], "format": "date"}
    elif isinstance(domain, Integer | Number):
        types = ["integer", "null"] if isinstance(domain, Integer) else ["number", "string", "null"]
        ends = {"minimum": domain.minimum, "maximum": domain.maximum}
        schema = {"type": types} | {name: float(end) for name, end in ends.items() if end is not None}
    else:
        schema = {"type": ["boolean", "null"]}
    described = f"{fact.question.fr}\n\n*{fact.question.en}*"
    return {**schema, "x-label": {"fr": fact.label.fr, "en": fact.label.en}, "description": described}


# Criteria, as texts of a request

_RANGE: Final = ".."
_ONE: Final = Wording("une seule valeur est attendue", "a single value is expected")


def searched_facts(facts: Iterable[Fact]) -> dict[str, Fact]:
    """Return by the names of query parameters, `own_NAME`, the facts of editions that cases are found by."""
    return {fact.column: fact for fact in facts if not fact.is_erasable}


def own_criteria(facts: Mapping[str, Fact], query: Iterable[tuple[str, str]]) -> dict[str, dict[str, Any]]:
    """Return the criteria of a query of a request by the facts of editions, as arguments of `CaseQuery`.

    A number or a day may be a range, with either end left out: `5..20`, `..2026-06-30`.

    Args:
        facts: the facts by the names of their parameters.
        query: the parameters, each with its text; those of no fact are left aside.

    Raises:
        FaultsError: a value is none of its fact, or a fact is given twice.
    """
    found: dict[str, dict[str, Any]] = {}
    faults, counts = FaultCollector(), Counter[str]()
    for column, text in query:
        fact = facts.get(column)
        if fact is None:
            continue
        counts[column] += 1
        try:
            for argument, value in _criterion(fact.domain, text):
                found.setdefault(argument, {})[fact.name] = value
        except ValueError:
            faults.append(Fault(column, REDACTED, _criterion_expected(fact)))
    faults += (Fault(column, REDACTED, _ONE) for column, times in counts.items() if times > 1)
    if faults:
        raise FaultsError(faults)
    return found


def _criterion(domain: Domain, text: str) -> Iterator[tuple[str, Any]]:
    if _RANGE not in text or not isinstance(domain, Integer | Number | Day):
        yield OWN, _read_criterion(domain, text)
        return
    ends = [end.strip() for end in text.split(_RANGE, 1)]
    found: list[Any] = [_read_criterion(type(domain)(), end) if end else None for end in ends]
    if not any(ends) or (all(ends) and found[1] < found[0]):
        raise ValueError(text)
    yield from (
        (name, end) for name, end in zip((f"{OWN}_from", f"{OWN}_until"), found, strict=True) if end is not None
    )


def _read_criterion(domain: Domain, text: str) -> Any:
    if isinstance(domain, Boolean):
        return domain.check({"true": True, "false": False}.get(text))
    if isinstance(domain, Integer):
        return domain.check(int(text))
    return domain.decode(text) if isinstance(domain, Number | Day) else domain.check(text)


def _criterion_expected(fact: Fact) -> Wording:
    label, expected = fact.label, fact.domain.expected
    fr, en = f"« {label.fr} » ; attendu : {expected.fr}", f"{label.en}: {expected.en} is expected"
    if not isinstance(fact.domain, Integer | Number | Day):
        return Wording(fr, en)
    example = "2026-01-01..2026-06-30" if isinstance(fact.domain, Day) else "5..20"
    return Wording(f"{fr}, ou un intervalle : {example}", f"{en}, or a range: {example}")


def criterion_schema(fact: Fact) -> Schema:
    """Return the JSON Schema of a criterion by a fact of an edition, as `own_criteria` reads it."""
    schema = fact_schema(fact)
    if not isinstance(fact.domain, Integer | Number | Day):
        return schema
    value = {key: schema[key] for key in ("type", "format", "minimum", "maximum") if key in schema}
    kept = {key: one for key, one in schema.items() if key not in value}
    return {"anyOf": [value, {"type": "string", "pattern": r"\.\."}], **kept}


PLAIN_OWN_FACTS: Final = Encoding(annotation=OwnFacts, read=_read_plain, schema=_plain_schema, write=write_plain)
"""The own values in views, and those that a command is given with its facts."""
OWN_CHANGES: Final = Encoding(annotation=Mapping[str, OwnInput], read=_read_plain, schema=_plain_schema)
"""The own values that a command changes."""
