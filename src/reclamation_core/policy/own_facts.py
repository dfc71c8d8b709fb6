"""The facts that an edition declares itself: their documents, the inputs that they are, the values that they take."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any, Final, TypeVar

import attrs

from reclamation_core.documents.codec import Codec
from reclamation_core.errors import REDACTED, Fault, FaultCollector, FaultsError
from reclamation_core.missing import ABSENT, UNKNOWN, Missing
from reclamation_core.policy.parameters import refuse, writable
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Boolean, Day, DecisionTable, Domain, Enumeration, Input, Integer, Number, Row
from reclamation_core.validators import Validator
from reclamation_core.vocabulary.facts import KINDS, ComplaintFacts, Fact, MalfunctionFacts
from reclamation_core.vocabulary.own_facts import (
    FEWER,
    MOST_OWN,
    NO_OWN_FACTS,
    OWN,
    OWN_CODE,
    OWN_NAME,
    OwnFacts,
    OwnText,
    ShortText,
    own_facts,
)
from reclamation_core.wording import Wording, safe_repr

F = TypeVar("F", bound=ComplaintFacts | MalfunctionFacts)

TYPES: Final[Mapping[str, Wording]] = {
    "boolean": Wording("oui ou non", "yes or no"),
    "codes": Wording("une valeur d'une liste", "a value of a list"),
    "ordered_codes": Wording("une valeur d'une liste ordonnée", "a value of an ordered list"),
    "integer": Wording("nombre entier", "whole number"),
    "number": Wording("nombre", "number"),
    "day": Wording("jour", "day"),
    "text": Wording("texte court", "short text"),
}
"""The types of the facts of an edition, as a policy file names them, with their labels."""
_BLANKS: Final = {"unknown": UNKNOWN, "absent": ABSENT}
ELIGIBILITY: Final = "eligibility"
"""The table that judges complaints alone."""
_LONGEST_TEXT: Final = 1_000
_LONGEST_LABEL: Final = 300
_MOST_CODES: Final = 500


def type_of(domain: Domain) -> str:
    """Return the type of a fact by its domain, as a policy file names it.

    Raises:
        TypeError: no fact of an edition has such a domain.
    """
    if isinstance(domain, Enumeration):
        return "ordered_codes" if domain.ordered else "codes"
    for cls, name in _TYPES.items():
        if type(domain) is cls:
            return name
    raise TypeError(f"domain: {safe_repr(domain)} is no domain of an edition's fact; use one of {', '.join(TYPES)}")


_TYPES: Final[Mapping[type[Domain], str]] = {
    Boolean: "boolean",
    Integer: "integer",
    Number: "number",
    Day: "day",
    ShortText: "text",
}


# Documents


def _one_of(known: Collection[object]) -> Validator:
    listed = ", ".join(map(str, known))

    def check(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if value not in known:
            refuse(
                attribute.name, value, f"une valeur parmi {listed} est attendue", f"one of these is expected: {listed}"
            )

    return check


def _a_name(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, str) or not OWN_NAME.fullmatch(value) or keyword.iskeyword(value):
        refuse(
            attribute.name,
            value,
            "un nom est attendu : des minuscules, des chiffres et « _ », 40 au plus, une lettre d'abord, et aucun mot "
            "clé de Python",
            "a name is expected: small letters, digits and underscores, at most 40, a letter first, and no keyword of "
            "Python",
        )


def _a_code(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, str) or not OWN_CODE.fullmatch(value):
        refuse(
            attribute.name,
            value,
            "un code est attendu : des lettres, des chiffres et « _ . - », 60 au plus, sans espace",
            "a code is expected: letters, digits and '_ . -', at most 60, without a space",
        )


def _a_label(_: object, attribute: attrs.Attribute[Any], value: Wording | None) -> None:
    for one in () if value is None else (value.fr, value.en):
        writable(attribute.name, one)
        if len(one) > _LONGEST_LABEL:
            refuse(
                attribute.name,
                REDACTED,
                f"un texte de {_LONGEST_LABEL} caractères au plus est attendu",
                f"a text of at most {_LONGEST_LABEL} characters is expected",
            )


@attrs.frozen(kw_only=True)
class CodeDocument(SharedRepr):
    """A code of a fact of an edition.

    Args:
        code: the code, which cases have.
        label: what a reader calls it.
        retired: True for a code that is no longer given; cases that have it stay readable.
    """

    code: str = attrs.field(validator=_a_code)
    label: Wording = attrs.field(validator=_a_label)
    retired: bool = False


@attrs.frozen
class FactDocument(SharedRepr):
    """A fact that an edition declares (information propre à une version).

    Args:
        name: its name: rows of tables know it as `own.NAME`, files and frames as the column `own_NAME`.
        label: what a reader calls it.
        type: the type of its values.
        question: the question to ask an agent for it; made of the label where it is left out.
        question_to_complainant: the same question in the complainant's words; left out if a complainant cannot know.
        blank: what a blank means: that it is unknown, or that there is no value.
        personal: whether it names or locates a person: it is then committed and erased as texts are.
        kinds: the kinds of cases that have it.
        codes: the codes, from least to greatest where they are ordered.
        minimum: the least value of a number or a day.
        maximum: the greatest value of a number or a day.
        longest: the most characters of a text.
    """

    name: str = attrs.field(validator=_a_name)
    label: Wording = attrs.field(validator=_a_label)
    type: str = attrs.field(validator=_one_of(TYPES))
    question: Wording | None = attrs.field(default=None, validator=_a_label)
    question_to_complainant: Wording | None = attrs.field(default=None, validator=_a_label)
    blank: str = attrs.field(default="unknown", validator=_one_of(_BLANKS))
    personal: bool = False
    kinds: tuple[str, ...] = attrs.field(default=KINDS)
    codes: tuple[CodeDocument, ...] = ()
    minimum: Any = None
    maximum: Any = None
    longest: int | None = None

    @kinds.validator
    def _known_kinds(self, attribute: attrs.Attribute[Any], kinds: tuple[str, ...]) -> None:
        if not kinds or len(set(kinds)) != len(kinds) or not set(kinds) <= set(KINDS):
            listed = ", ".join(KINDS)
            refuse(
                attribute.name,
                kinds,
                f"au moins une de ces natures de dossiers est attendue, chacune une fois : {listed}",
                f"at least one of these kinds of cases is expected, each once: {listed}",
            )


_CODEC: Final = Codec()


def fact_document(fact: Fact) -> FactDocument:
    """Return the document of a fact of an edition."""
    domain, kind = fact.domain, type_of(fact.domain)
    codes: tuple[CodeDocument, ...] = ()
    bounds: dict[str, Any] = {}
    if isinstance(domain, Enumeration):
        pairs = zip(domain.values, domain.labels, strict=True)
        codes = tuple(CodeDocument(code=code, label=label, retired=code in fact.retired) for code, label in pairs)
    elif isinstance(domain, Integer | Number | Day):
        ends = (("minimum", domain.minimum), ("maximum", domain.maximum))
        bounds = {name: domain.encode(bound) for name, bound in ends if bound is not None}
    return FactDocument(
        name=fact.name,
        label=fact.label,
        type=kind,
        question=fact.question,
        question_to_complainant=fact.question_to_complainant,
        blank=fact.null.value,
        personal=fact.personal,
        kinds=fact.kinds,
        codes=codes,
        longest=domain.longest if isinstance(domain, ShortText) else None,
        **bounds,
    )


_LEFT_OUT: Final = {
    field.name: field.default for field in attrs.fields(FactDocument) if field.default is not attrs.NOTHING
}


def write_facts(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """Return facts as plain data, what is as it is by default left out."""
    documents = (fact_document(fact) for fact in facts)
    return [{name: value for name, value in _written(one).items() if value is not None} for one in documents]


def _written(document: FactDocument) -> dict[str, Any]:
    values = attrs.asdict(document, recurse=False)
    given = {name: value for name, value in values.items() if name not in _LEFT_OUT or value != _LEFT_OUT[name]}
    return {name: _plain(value) for name, value in given.items()}


def _plain(value: object) -> object:
    if isinstance(value, Wording):
        return {"fr": value.fr, "en": value.en}
    if isinstance(value, CodeDocument):
        retired = {"retired": True} if value.retired else {}
        return {"code": value.code, "label": _plain(value.label), **retired}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def facts_digest(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """Return what the digest of an edition has of its facts: names, domains and blanks, without labels."""
    labels = {"label", "question", "question_to_complainant"}
    plain = ({name: value for name, value in one.items() if name not in labels} for one in write_facts(facts))
    bare = (
        one | {"codes": [{"code": code["code"], "retired": "retired" in code} for code in one["codes"]]}
        if "codes" in one
        else one
        for one in plain
    )
    return sorted(bare, key=lambda one: str(one["name"]))


def read_facts(documents: object, inherited: tuple[Fact, ...], path: str, faults: FaultCollector) -> tuple[Fact, ...]:
    """Return the facts of an edition: those that it inherits, and those of a document, which replace them by name.

    Args:
        documents: a list of `FactDocument` as plain data, or anything else.
        inherited: the facts of the edition that this one starts from.
        path: the path of the documents.
        faults: those met so far; the facts that are refused are left out.
    """
    if not isinstance(documents, list | tuple):
        faults.append(Fault(path, REDACTED, _LIST))
        return inherited
    if len(documents) > MOST_OWN:
        faults.append(Fault(path, len(documents), FEWER))
        return inherited
    found = {fact.name: fact for fact in inherited}
    met: set[str] = set()
    for place, document in enumerate(documents):
        where = f"{path}[{place}]"
        try:
            fact = _fact(_CODEC.read(document, FactDocument))
        except FaultsError as error:
            faults += (attrs.evolve(one, path=_joined(where, one.path.removeprefix("$"))) for one in error.faults)
            continue
        if fact.name in met:
            faults.append(Fault(f"{where}.name", fact.name, _TWICE))
        met.add(fact.name)
        found[fact.name] = fact
    faults += (Fault(path, f"{name}_unknown", _marks(name)) for name in _marked(found.values()))
    return tuple(found.values())


def _marked(facts: Iterable[Fact]) -> Iterator[str]:
    """Yield the facts whose column of unknown values, `own_NAME_unknown`, is that of another fact."""
    declared = tuple(facts)
    names = {fact.name for fact in declared}
    marked = dict.fromkeys(fact.name for fact in declared if fact.null is ABSENT)
    yield from (name for name in marked if f"{name}_unknown" in names)


def _marks(name: str) -> Wording:
    return Wording(
        f"own_{name}_unknown est déjà la colonne où « {name} » est inconnue ; renommez l'une des deux informations",
        f"own_{name}_unknown is the column that marks {name!r} as unknown; rename one of the two facts",
    )


def _joined(path: str, inner: str) -> str:
    return f"{path}{inner}" if not inner or inner.startswith((".", "[")) else f"{path}.{inner}"


_LIST: Final = Wording("une liste d'informations est attendue, [[facts]]", "a list of facts is expected, [[facts]]")
_TWICE: Final = Wording(
    "une information de ce nom est déjà déclarée ; gardez-en une", "a fact of that name is declared already; keep one"
)


def _fact(document: FactDocument) -> Fact:
    """Return the fact of a document.

    Raises:
        FaultsError: what it has does not fit its type.
    """
    label = document.label
    domain, retired = _domain(document)
    return Fact(
        label=label,
        question=document.question or Wording(f"{label.fr} ?", f"{label.en}?"),
        question_to_complainant=document.question_to_complainant,
        domain=domain,
        null=_BLANKS[document.blank],
        name=document.name,
        kinds=tuple(kind for kind in KINDS if kind in document.kinds),
        personal=document.personal,
        retired=retired,
        is_own=True,
    )


_OF_TYPE: Final = {
    "codes": ("codes", "ordered_codes"),
    "minimum": ("integer", "number", "day"),
    "maximum": ("integer", "number", "day"),
    "longest": ("text",),
}


def _domain(document: FactDocument) -> tuple[Domain, tuple[str, ...]]:
    faults = FaultCollector()
    given = attrs.asdict(document, recurse=False)
    for name, types in _OF_TYPE.items():
        if given[name] not in (None, ()) and document.type not in types:
            listed = ", ".join(types)
            expected = Wording(f"seulement pour le type {listed} ; retirez-la", f"only of the type {listed}; remove it")
            faults.append(Fault(name, REDACTED, expected))
    if faults:
        raise FaultsError(faults)
    match document.type:
        case "boolean":
            return Boolean(), ()
        case "codes" | "ordered_codes":
            return _codes(document)
        case "text":
            return _text(document), ()
    return _line(document), ()


def _codes(document: FactDocument) -> tuple[Domain, tuple[str, ...]]:
    codes = document.codes
    names = [one.code for one in codes]
    retired = tuple(one.code for one in codes if one.retired)
    if not codes or len(codes) > _MOST_CODES or len(set(names)) < len(names) or len(retired) == len(codes):
        refuse(
            "codes",
            len(codes),
            f"de 1 à {_MOST_CODES} codes sont attendus, chacun une fois, et au moins un qui ne soit pas retiré",
            f"from 1 to {_MOST_CODES} codes are expected, each once, and at least one that is not retired",
        )
    labels = tuple(one.label for one in codes)
    ordered = document.type == "ordered_codes"
    return Enumeration(f"{OWN}_{document.name}", tuple(names), labels, ordered), retired


def _text(document: FactDocument) -> Domain:
    longest = ShortText().longest if document.longest is None else document.longest
    if not 1 <= longest <= _LONGEST_TEXT:
        refuse(
            "longest",
            longest,
            f"un nombre entier de 1 à {_LONGEST_TEXT} est attendu",
            f"a whole number from 1 to {_LONGEST_TEXT} is expected",
        )
    return ShortText(longest)


_LINES: Final[Mapping[str, type[Integer | Number | Day]]] = {"integer": Integer, "number": Number, "day": Day}


def _line(document: FactDocument) -> Domain:
    cls = _LINES[document.type]
    faults = FaultCollector()
    read: dict[str, Any] = {}
    for name, bound in (("minimum", document.minimum), ("maximum", document.maximum)):
        try:
            read[name] = None if bound is None else _value(cls(), bound)
        except ValueError:
            expected = cls().expected
            faults.append(Fault(name, bound, Wording(f"attendu : {expected.fr}", f"{expected.en} is expected")))
    if faults:
        raise FaultsError(faults)
    return cls(**read)


# Validation of facts made in Python


def as_facts(facts: object) -> Any:
    """Return facts as those of an edition; anything else as it is."""
    if not isinstance(facts, list | tuple):
        return facts
    return tuple(attrs.evolve(fact, is_own=True) if isinstance(fact, Fact) else fact for fact in facts)


def each_declared(_: object, attribute: attrs.Attribute[Any], facts: object) -> None:
    """Refuse what is not a tuple of facts that a policy file could declare.

    Raises:
        TypeError: it is not, or a domain is none of an edition's facts.
        FaultsError: a name is refused or repeated, or a part of a fact is.
    """
    if not isinstance(facts, tuple) or not all(isinstance(fact, Fact) for fact in facts):
        raise TypeError(f"{attribute.name}: a list of Fact is expected, got {safe_repr(facts)}")
    faults = FaultCollector()
    documents = []
    for place, fact in enumerate(facts):
        try:
            documents += write_facts([fact])
        except FaultsError as error:
            faults += (attrs.evolve(one, path=f"{attribute.name}[{place}].{one.path}") for one in error.faults)
    if not faults and documents:
        read_facts(documents, (), attribute.name, faults)
    if faults:
        raise FaultsError(faults)


# Inputs of tables


def input_of(fact: Fact) -> Input:
    """Return the input that a fact of an edition is."""
    return Input(
        fact.key,
        fact.domain,
        fact.label,
        question=fact.question,
        plain_question=fact.question_to_complainant,
        none=fact.null,
        absent=fact.null is ABSENT,
    )


NEVER_AN_INPUT: Final = Wording(
    "une information personnelle ou un texte libre n'est jamais une entrée de table",
    "a personal fact or a free text is never an input of a table",
)
_OF_COMPLAINTS: Final = Wording(
    "cette table ne juge que les demandes des clients, qui n'ont pas cette information",
    "this table judges complaints alone, which do not have this fact",
)
_OF_ONE_KIND: Final = Wording(
    "cette table juge les deux natures de dossiers, et l'une n'a pas cette information : déclarez-la pour les deux, ou "
    'avec blank = "absent"',
    "this table judges both kinds of cases, and one does not have this fact: declare it for both, or with "
    'blank = "absent"',
)


def unusable(fact: Fact, table: str) -> Wording | None:
    """Return why a fact cannot be an input of a table; None if it can."""
    if fact.is_erasable:
        return NEVER_AN_INPUT
    if table == ELIGIBILITY:
        return None if KINDS[0] in fact.kinds else _OF_COMPLAINTS
    return None if fact.kinds == KINDS or fact.null is ABSENT else _OF_ONE_KIND


def asked_facts(rows: Iterable[Row]) -> frozenset[str]:
    """Return the names of the own facts that rows ask for, as `own.NAME`."""
    return frozenset(name for row in rows for name in row.when if name.startswith(f"{OWN}."))


def own_inputs(table: DecisionTable[Any], facts: Iterable[Fact], asked: Iterable[str]) -> tuple[Input, ...]:
    """Return the inputs that a table needs in addition for the own facts that rows ask for.

    Args:
        table: the table.
        facts: the facts of the edition.
        asked: the facts that rows ask for, as `own.NAME`.

    Raises:
        FaultsError: a fact that is asked for cannot be an input of the table.
    """
    wanted = frozenset(asked) - {input_.name for input_ in table.inputs}
    found = [fact for fact in facts if fact.key in wanted]
    refused = ((fact.key, reason) for fact in found if (reason := unusable(fact, table.name)) is not None)
    faults = FaultCollector(Fault(f"{table.name}.{key}", key, reason) for key, reason in refused)
    if faults:
        raise FaultsError(faults)
    return tuple(map(input_of, found))


# Values


def admit(
    facts: F, declared: Mapping[str, Fact], edition: str, before: OwnFacts = NO_OWN_FACTS, *, is_same: bool = True
) -> F:
    """Return facts with their own values as an edition declares them.

    A value that is new to the case is converted by its declaration. A value that the case has is unchanged; after a
    change of the edition those that it does not declare are unused, and unused ones that it declares are used.

    Args:
        facts: the facts, new values as they are given.
        declared: the facts of the edition by name.
        edition: the name of the edition.
        before: the own values of the case before.
        is_same: False if another edition governs the case from now on.

    Raises:
        FaultsError: with every new value that the edition does not declare, or that is not of the domain.
    """
    own = facts.own
    if own is before and is_same:
        return facts
    kind = KINDS[0] if isinstance(facts, ComplaintFacts) else KINDS[1]
    own_declared = {name: fact for name, fact in declared.items() if kind in fact.kinds}
    values: dict[str, Any] = {}
    unused: dict[str, Any] = {}
    faults = FaultCollector()
    for name, value in (*own.items(), *own.unused.items()):
        is_kept = name not in own or _is_same(value, before.get(name))
        fact = own_declared.get(name)
        if is_kept:
            is_used = name in own if is_same else fact is not None and _is_of(fact, value)
            (values if is_used else unused)[name] = value
            continue
        if fact is None:
            expected = _OF_THE_OTHER_KIND[kind] if name in declared else _undeclared(own_declared, edition)
            faults.append(Fault(f"{OWN}.{name}", REDACTED, expected))
            continue
        try:
            admitted = new_value(fact, value)
        except FaultsError as error:
            faults += (attrs.evolve(fault, path=f"{OWN}.{name}") for fault in error.faults)
            continue
        if admitted is not None:
            values[name] = admitted
    if faults:
        raise FaultsError(faults)
    return attrs.evolve(facts, own=own_facts(values, unused))


def _is_same(value: object, before: object) -> bool:
    return type(value) is type(before) and value == before


_OF_THE_OTHER_KIND: Final = {
    KINDS[0]: Wording(
        "cette information n'est déclarée que pour les dysfonctionnements ; retirez-la",
        "this fact is declared for malfunctions alone; leave it out",
    ),
    KINDS[1]: Wording(
        "cette information n'est déclarée que pour les réclamations ; retirez-la",
        "this fact is declared for complaints alone; leave it out",
    ),
}


def _undeclared(declared: Iterable[str], edition: str) -> Wording:
    listed = ", ".join(declared)
    return Wording(
        f"la version « {edition} » ne déclare pas cette information (elle déclare : {listed or 'aucune'})",
        f"the edition {edition!r} does not declare this fact (it declares: {listed or 'none'})",
    )


def new_value(fact: Fact, value: object) -> Any:
    """Return a value that is newly given for a fact, in the form that cases have; None for a blank.

    A day may be given as its ISO 8601 text, a number as text, as documents have them.

    Raises:
        FaultsError: it is not a value of the fact, or a code that is no longer given; the path is empty.
    """
    if isinstance(value, Missing):
        if value is fact.null:
            return None
        if value is UNKNOWN:
            return value
    if isinstance(value, OwnText):
        value = value.text
    try:
        read = _value(fact.domain, value)
    except ValueError:
        raise FaultsError([Fault("", _shown(fact, value), _expected(fact))]) from None
    if read in fact.retired:
        raise FaultsError([Fault("", _shown(fact, value), _expected(fact))])
    if not fact.is_erasable:
        return read
    return OwnText(str(fact.domain.encode(read)), personal=fact.personal)


def _shown(fact: Fact, value: object) -> object:
    is_code = isinstance(value, str) and OWN_CODE.fullmatch(value)
    is_plain = is_code or isinstance(value, bool | int | float | Decimal | date)
    return value if is_plain and not fact.is_erasable else REDACTED


def _expected(fact: Fact) -> Wording:
    given = fact.domain.expected
    if isinstance(fact.domain, Enumeration):
        codes = ", ".join(code for code in fact.domain.values if code not in fact.retired)
        given = Wording(f"une valeur parmi {codes}", f"one of {codes}")
    return Wording(f"« {fact.label.fr} » ; attendu : {given.fr}", f"{fact.label.en}: {given.en} is expected")


def _value(domain: Domain, value: object) -> Any:
    """Return a value of a domain, given as it is or as a document has it; raises ValueError."""
    is_text = isinstance(value, str) and isinstance(domain, Number | Day)
    return domain.decode(value) if is_text else domain.check(value)


def _is_of(fact: Fact, value: object) -> bool:
    """Return True if a value that a case has is one of a fact, retired codes among them."""
    if isinstance(value, OwnText):
        return fact.is_erasable and value.personal == fact.personal
    if fact.is_erasable:
        return False
    if isinstance(value, Missing):
        return value is UNKNOWN
    try:
        fact.domain.check(value)
    except ValueError:
        return False
    return True


# The editions of a desk


def clashes(editions: Iterable[tuple[str, Iterable[Fact]]]) -> Iterator[Wording]:
    """Yield in a sentence each fact that two editions declare with different types, or in names that clash."""
    met: dict[str, tuple[str, str]] = {}
    declared = [(edition, tuple(facts)) for edition, facts in editions]
    for edition, facts in declared:
        for fact in facts:
            kind = f"{type_of(fact.domain)}{', personal' if fact.personal else ''}"
            first, as_ = met.setdefault(fact.name, (edition, kind))
            if as_ != kind:
                yield Wording(
                    f"l'information « {fact.name} » est de type {as_} dans « {first} » et {kind} dans « {edition} » ; "
                    f"renommez l'une des deux",
                    f"the fact {fact.name!r} is {as_} in {first!r} and {kind} in {edition!r}; rename one of them",
                )
    yield from map(_marks, _marked(chain.from_iterable(facts for _, facts in declared)))


def joined(editions: Iterable[Iterable[Fact]]) -> dict[str, Fact]:
    """Return the facts of several editions by name, the latest declaration of each, with the codes of all of them.

    Args:
        editions: the facts of each edition, from the oldest to the latest.
    """
    found: dict[str, Fact] = {}
    for facts in editions:
        for fact in facts:
            before = found.get(fact.name)
            found[fact.name] = fact if before is None else _with_older(fact, before)
    return found


def _with_older(fact: Fact, older: Fact) -> Fact:
    """Return a declaration with what an older one has in addition: codes, bounds, kinds."""
    mine, theirs = fact.domain, older.domain
    kinds = tuple(kind for kind in KINDS if kind in (*fact.kinds, *older.kinds))
    if isinstance(mine, Enumeration) and isinstance(theirs, Enumeration):
        labels = dict(zip(theirs.values, theirs.labels, strict=True)) | dict(zip(mine.values, mine.labels, strict=True))
        codes = (*mine.values, *(code for code in theirs.values if code not in mine.values))
        gone = (*fact.retired, *(code for code in theirs.values if code not in mine.values))
        domain: Domain = Enumeration(mine.name, codes, tuple(labels[code] for code in codes), mine.ordered)
        return attrs.evolve(fact, domain=domain, retired=gone, kinds=kinds)
    if isinstance(mine, ShortText) and isinstance(theirs, ShortText):
        return attrs.evolve(fact, domain=ShortText(max(mine.longest, theirs.longest)), kinds=kinds)
    if isinstance(mine, Integer | Number | Day) and type(theirs) is type(mine):
        ends = ((min, mine.minimum, theirs.minimum), (max, mine.maximum, theirs.maximum))
        bounds: list[Any] = [None if None in (one, other) else of(one, other) for of, one, other in ends]  # type: ignore[type-var]
        return attrs.evolve(fact, domain=type(mine)(*bounds), kinds=kinds)
    return attrs.evolve(fact, kinds=kinds)
