"""Event sourcing for the two aggregates, cases and plans: event types, event envelopes, guard tables, recording.

An event class declares itself once with the `register` decorator of its aggregate's `EventRegistry`. Documents,
narration, database views, strategies and the documentation read the registry.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from string import Formatter
from typing import Any, Final, Generic, TypeVar

import attrs

from reclamation_core.calendars.local_times import needed_offset
from reclamation_core.cases.codes import Permission, ProofStage
from reclamation_core.cases.references import LineReference
from reclamation_core.cases.texts import Commitment, SaltSource, Secret, TextKind, commitments, is_part, seal
from reclamation_core.codes import Audience, LabelledEnum
from reclamation_core.documents.codec import Variants
from reclamation_core.documents.versions import Upcaster, Versions
from reclamation_core.errors import ErrorKind, ReclamationError
from reclamation_core.missing import UNKNOWN
from reclamation_core.tables import Boolean, Decision, DecisionTable, Enumeration, HitPolicy, Input, Row
from reclamation_core.tables.explanation import sentence
from reclamation_core.validators import at_offset, instant, number, refuse_value
from reclamation_core.vocabulary import Role
from reclamation_core.wording import Lang, Wording, field_labels

C = TypeVar("C", bound=LabelledEnum)
T = TypeVar("T")

_ORIGIN: Final = "reclamation_core.origin"

_NOTHING_AGAINST: Final = Wording("rien ne s'y oppose", "nothing stands against it")


@attrs.frozen
class Example:
    """An example of an event, which its guards allow after the examples of other events.

    Args:
        data: returns the event, its texts in clear, for the case or the plan that it happens to.
        after: the types of the events that must precede it.
    """

    data: Callable[[Any], Any]
    after: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class EventType(Generic[C]):
    """What an event class declares of itself.

    Args:
        name: the `type` of its documents; it never changes.
        label: what a reader calls the event.
        stage: what it proves in an audit file; None if it proves nothing.
        no_stage: why it proves nothing; empty if it has a stage.
        example: an example of it.
        command: the command that produces it; None if no command does.
        presets: by the name of an argument of its command, a function of the case or the plan that returns the value
            that a form begins with.
        version: the version of its documents.
        upcasters: for each older version, a function that makes a document of the next version.

    Raises:
        TypeError: it has neither a stage nor the reason for having none, or both.
    """

    name: str
    label: Wording
    stage: ProofStage | None
    no_stage: str = ""
    example: Example
    command: C | None = None
    presets: Mapping[str, Callable[[Any], Any]] = attrs.field(factory=dict, hash=False)
    version: int = 1
    upcasters: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = attrs.field(factory=dict, hash=False)

    def __attrs_post_init__(self) -> None:
        if (self.stage is None) != bool(self.no_stage.strip()):
            raise TypeError(f"stage: {self.name!r} needs the stage that it proves, or stage=None with no_stage=, why")


def derived(**options: Any) -> Any:
    """Return a field of an event that the library fills in when the command is decided."""
    return attrs.field(metadata={_ORIGIN: "derived"}, **options)


def entered_apart(**options: Any) -> Any:
    """Return a field of an event that a form has no field for: the address has it, or other fields its content."""
    return attrs.field(metadata={_ORIGIN: "apart"}, **options)


def is_derived(field: attrs.Attribute[Any]) -> bool:
    """Return True for a field that `derived` declares."""
    return field.metadata.get(_ORIGIN) == "derived"


def is_entered(field: attrs.Attribute[Any]) -> bool:
    """Return True for a field that is an argument of its command, under its own name."""
    return _ORIGIN not in field.metadata


def _require_complete(cls: type[Any], declared: EventType[Any]) -> None:
    """Refuse an event class that lacks a part, naming it."""
    missing = sorted(getattr(cls, "__abstractmethods__", ()))
    if missing:
        raise TypeError(f"{cls.__name__}: {', '.join(missing)} is missing; an event class defines it")
    fields = attrs.fields(cls)
    labels = field_labels(cls)
    bare = [one.name for one in fields if is_entered(one) and one.name not in labels and not is_part(one)]
    if declared.command is not None and bare:
        raise TypeError(
            f"{cls.__name__}: a label of {', '.join(bare)} is missing; give the field metadata=labelled(fr, en), or "
            "declare it with derived() or entered_apart()"
        )


class EventRegistry(Generic[C]):
    """The event types of an aggregate, in the order of their definition."""

    def __init__(self) -> None:
        self._classes: dict[str, type[Any]] = {}

    def register(
        self,
        name: str,
        *,
        label: Wording,
        stage: ProofStage | None,
        example: Example,
        no_stage: str = "",
        command: C | None = None,
        presets: Mapping[str, Callable[[Any], Any]] | None = None,
        version: int = 1,
        upcasters: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] | None = None,
    ) -> Callable[[type[T]], type[T]]:
        """Return a class decorator that registers an event class; the arguments are those of `EventType`.

        Raises:
            TypeError: a part of the declaration is missing; the message names it.
            ValueError: another event class has that name.
        """
        if name in self._classes:
            raise ValueError(f"name: {name!r} is the type of {self._classes[name].__name__}; choose another one")
        declared = EventType(
            name=name,
            label=label,
            stage=stage,
            no_stage=no_stage,
            example=example,
            command=command,
            presets=presets or {},
            version=version,
            upcasters=upcasters or {},
        )

        def decorate(cls: type[T]) -> type[T]:
            _require_complete(cls, declared)
            cls.event_type = declared  # type: ignore[attr-defined]
            self._classes[name] = cls
            return cls

        return decorate

    @property
    def classes(self) -> Mapping[str, type[Any]]:
        """Return the event classes by the name of their documents."""
        return dict(self._classes)

    @property
    def types(self) -> tuple[EventType[C], ...]:
        """Return what each event class declares."""
        return tuple(cls.event_type for cls in self._classes.values())

    @property
    def commands(self) -> Mapping[type[Any], C]:
        """Return the command of each event class that has one."""
        asked = ((cls, cls.event_type.command) for cls in self._classes.values())
        return {cls: command for cls, command in asked if command is not None}

    def command_of(self, data: Any) -> C:
        """Return the command that produces an event.

        Raises:
            TypeError: no command does; the message lists the classes that have a command.
        """
        declared = getattr(type(data), "event_type", None)
        if declared is None or declared.command is None or self._classes.get(declared.name) is not type(data):
            names = ", ".join(cls.__name__ for cls in self.commands)
            raise TypeError(f"data: a {type(data).__name__} cannot be asked for; give one of {names}")
        command: C = declared.command
        return command

    def variants(self, base: type[Any]) -> Variants:
        """Return the document types of the events, for a codec; `base` is the annotation of any of them."""
        upcasters = [
            Upcaster(each.name, version, lift) for each in self.types for version, lift in each.upcasters.items()
        ]
        current = {each.name: each.version for each in self.types}
        return Variants(annotation=base, classes=self.classes, versions=Versions(current, upcasters))


def not_before_it_happened(stamped: Any, attribute: attrs.Attribute[Any], value: datetime) -> None:
    """Refuse to record an event before it happened."""
    if value < stamped.occurred_at:
        happened = stamped.occurred_at.isoformat()
        expected = Wording(
            f"un instant qui ne précède pas occurred_at ({happened}) est attendu : l'avenir ne s'enregistre pas",
            f"this is before occurred_at, {happened}; what is to come is planned, not recorded",
        )
        refuse_value(attribute.name, value, expected)


@attrs.frozen(kw_only=True)
class Envelope:
    """What is recorded with an event of any aggregate.

    Args:
        number: its place in the event stream, from 1, without holes.
        occurred_at: when it happened; a letter may be entered days after it arrived.
        recorded_at: when it was recorded; not before it happened, nor before the previous event was recorded.
        by: the commitment to the name of the person who did it.
        role: the role of that person.
    """

    number: int = attrs.field(validator=number)
    occurred_at: datetime = attrs.field(converter=at_offset, validator=instant)
    recorded_at: datetime = attrs.field(converter=at_offset, validator=[instant, not_before_it_happened])
    by: Commitment
    role: Role

    @property
    def type(self) -> str:
        """The code of the event type, as documents have it."""
        event_type: EventType[Any] = self.data.event_type  # type: ignore[attr-defined]  # of each subclass
        return event_type.name

    def label(self, lang: Lang = "fr") -> str:
        """Return the name of the event type for a reader."""
        event_type: EventType[Any] = self.data.event_type  # type: ignore[attr-defined]  # of each subclass
        return event_type.label.in_(lang)

    def texts(self) -> dict[Commitment, TextKind]:
        """Return the commitments of the event, that to its actor included, each with the reason to forget it."""
        return {self.by: TextKind.PERSONAL, **commitments(self.data)}  # type: ignore[attr-defined]  # of each subclass


def stream_first(_: type[Any], fields: list[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
    """Order the fields of an envelope as documents do: the stream, what every envelope has, the data."""
    inherited = [field for field in fields if field.inherited]  # type: ignore[attr-defined]  # absent from the stubs
    stream, data = (field for field in fields if not field.inherited)  # type: ignore[attr-defined]
    return [stream, *inherited, data]


R = TypeVar("R", bound=Envelope)


@attrs.frozen
class NewEvent(Generic[R]):
    """An event that a command produced, and the texts that it seals."""

    event: R
    secrets: tuple[Secret, ...] = attrs.field(repr=False)


def record(
    envelope: Callable[..., R],
    data: Any,
    *,
    actor: str,
    role: Role,
    occurred_at: datetime,
    now: datetime,
    salt: SaltSource,
    version: int,
    last_recorded_at: datetime | None,
    **stream: Any,
) -> NewEvent[R]:
    """Return the next event of a stream, its texts and its actor sealed, its instants in UTC.

    The clocks of two machines may differ: the event is never recorded before the last one, so that the order of the
    stream is the order of recording.

    Args:
        envelope: the class of the event envelope.
        data: the event, its texts in clear.
        actor: the name of the person who did it.
        role: the role of that person.
        occurred_at: when it happened.
        now: when it is recorded.
        salt: the source of salts.
        version: the number of events of the stream.
        last_recorded_at: when the last of them was recorded; None if there is none.
        stream: the field of the envelope that identifies the stream.
    """
    recorded_at = now.astimezone(UTC)
    sealed, secrets = seal(data, salt)
    secret = Secret(actor, salt())
    event = envelope(
        **stream,
        number=version + 1,
        occurred_at=occurred_at.astimezone(UTC),
        recorded_at=recorded_at if last_recorded_at is None else max(recorded_at, last_recorded_at),
        by=secret.commitment,
        role=role,
        data=sealed,
    )
    return NewEvent(event, (*secrets, secret))


@attrs.frozen(kw_only=True)
class Guard(Generic[C]):
    """A condition of some commands: a row that refuses.

    Args:
        id: its name.
        commands: the commands that it guards.
        when: the situation that it refuses, as the conditions of a row.
        wording: what is wrong, and what would do. A part in brackets has the values of one refusal, by their names in
            braces: `the case is closed[ since {closed_at}]`.
        clause: its clause of the procedure; None if it is common sense.
        interpretation: the interpretation of the procedure that it follows.
    """

    id: str
    commands: tuple[C, ...]
    when: Mapping[str, Any] = attrs.field(hash=False)
    template: Wording = attrs.field(alias="wording")
    clause: str | None = None
    interpretation: str | None = None

    @property
    def wording(self) -> Wording:
        """The reason and the remedy in general, without the values of a refusal."""
        return without_details(self.template)

    def details(self, values: Mapping[str, Callable[[], object]], zone: tzinfo) -> GuardDetails:
        """Return the refusal of a command by this guard.

        Args:
            values: by the names of the template, the functions that return the values; None is no value, and a name
                that is missing has none.
            zone: the time zone in which instants are written.
        """
        found = {name: values[name]() for name in _names_of(self.template.fr) if name in values}
        facts = {name: value for name, value in found.items() if value not in (None, (), UNKNOWN)}
        words = (_with_details(self.template.in_(lang), facts, lang, zone) for lang in ("fr", "en"))
        return GuardDetails(self.id, facts, Wording(*words))


_PART: Final = re.compile(r"\[([^\]]*)\]")
_MOST_LABELS: Final = 2
_MOST_REFERENCES: Final = 3
_PRECISIONS: Final = {
    "fr": ("%d/%m/%Y", "%d/%m/%Y à %-H h %M", "%d/%m/%Y à %-H h %M min %S s"),
    "en": ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"),
}


@attrs.frozen
class GuardDetails:
    """One guard that refused a command, with the values that it refused.

    Args:
        id: the name of the guard.
        facts: by name, the dates, references, counts, codes and labels that the refusal is about.
        wording: the obstacle with these values, and the remedy.
    """

    id: str
    facts: Mapping[str, Any]
    wording: Wording

    def to_document(self, lang: Lang) -> dict[str, Any]:
        """Return the facts for JSON: instants as ISO 8601, codes, texts, numbers and lists of texts."""
        return {name: _plain_value(value, lang) for name, value in self.facts.items()}


def without_details(template: Wording) -> Wording:
    """Return the general sentences of a template."""
    return Wording(_PART.sub("", template.fr), _PART.sub("", template.en))


def _names_of(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name]


def _in_zone(at: datetime, zone: tzinfo) -> datetime:
    """Return an instant in a zone; unchanged where it is none of the zone's years."""
    try:
        return at.astimezone(zone)
    except OverflowError:  # a user can type the last day of the year 9999
        return at


def _with_details(text: str, facts: Mapping[str, Any], lang: Lang, zone: tzinfo) -> str:
    """Fill the parts of a text whose values are known; the others are left out."""
    instants = [_in_zone(value, zone) for value in facts.values() if isinstance(value, datetime)]
    # Two instants of one day are written with their hours, those of one minute with their seconds, and those of the
    # hour that occurs twice with their offsets.
    pattern = next(
        (pattern for pattern in _PRECISIONS[lang] if len({_written(at, pattern) for at in instants}) == len(instants)),
        _PRECISIONS[lang][-1],
    )

    def words(value: object) -> str:
        match value:
            case datetime():
                text = _written(_in_zone(value, zone), pattern)
            case date():
                text = _written(value, _PRECISIONS[lang][0])
            case LabelledEnum():
                text = value.label(lang)
            case Wording():
                text = value.in_(lang)
            case LineReference():
                text = value.action
            case tuple():
                are_labels = any(isinstance(one, Wording) for one in value)
                most, separator = (_MOST_LABELS, " ; ") if are_labels else (_MOST_REFERENCES, ", ")
                left = len(value) - most
                more = (f" et {left} de plus" if lang == "fr" else f" and {left} more") if left > 0 else ""
                text = separator.join(map(words, value[:most])) + more
            case _:
                text = str(value)
        return text

    def part(found: re.Match[str]) -> str:
        names = _names_of(found[1])
        known = all(name in facts for name in names)
        return found[1].format(**{name: words(facts[name]) for name in names}) if known else ""

    return _PART.sub(part, text)


def _written(at: date, pattern: str) -> str:
    if not isinstance(at, datetime):
        return at.strftime(pattern)
    offset = needed_offset(at) if "%M" in pattern else ""
    return f"{at.strftime(pattern.replace('%-H', str(at.hour)))}{offset}"


def _plain_value(value: object, lang: Lang) -> object:
    match value:
        case date():  # an instant is a date too
            return value.isoformat()
        case LabelledEnum():
            return value.value
        case Wording():
            return value.in_(lang)
        case tuple():
            return [_plain_value(one, lang) for one in value]
        case int():
            return value
    return str(value)


def flag(name: str, fr: str, en: str) -> Input:
    """Return an input that is true or false."""
    return Input(name, Boolean(), Wording(fr, en))


def permissions(command: C, guards: Iterable[Guard[C]], inputs: Iterable[Input]) -> DecisionTable[Permission]:
    """Return the decision table that allows or refuses a command.

    Its rows are the guards of the command and, below them, a row that allows: a refusal lists every guard that is not
    met, with its reason and its remedy.
    """
    own = [guard for guard in guards if command in guard.commands]
    names = {name for guard in own for name in guard.when}
    refusals = [
        Row(guard.id, guard.when, Permission.REFUSED, guard.clause, guard.wording, interpretation=guard.interpretation)
        for guard in own
    ]
    return DecisionTable(
        f"may_{command.value}",
        tuple(input_ for input_ in inputs if input_.name in names),
        Enumeration.of(Permission),
        (*refusals, Row("allowed", {}, Permission.ALLOWED, None, _NOTHING_AGAINST)),
        HitPolicy.PRIORITY,
        command.wording,
        priority=(Permission.REFUSED, Permission.ALLOWED),
    )


class RefusalError(ReclamationError, ValueError):
    """Guards of a command are not met; the aggregate has not changed."""

    code = "refused"
    kind = ErrorKind.REFUSED

    command: Any
    permission: Decision[Permission]
    missing: tuple[Input, ...] = ()
    details: tuple[GuardDetails, ...] = ()

    @abstractmethod
    def subject(self, lang: Lang) -> str:
        """Return the name of the case or the plan."""

    @property
    def guards(self) -> tuple[Row, ...]:
        """The guards that are not met, as the rows that refused: id, clause, interpretation, wording."""
        return self.permission.deciding

    def in_(self, lang: Lang, audience: Audience | str = Audience.AGENT) -> str:
        """Return the refusal in sentences: the reason and the remedy of each guard that is not met.

        Args:
            lang: the language of the text; the text for developers is in English.
            audience: who reads it. A complainant reads that the act is not possible, and the questions to answer; a
                developer reads the codes of the command and the guards.

        Raises:
            ValueError: there is no such language or audience.
        """
        match Audience.parse(audience):
            case Audience.COMPLAINANT:
                return self._to_complainant(lang)
            case Audience.DEVELOPER:
                return self._to_developer()
        label = self.command.label(lang)
        lines = "\n".join(
            [
                *(f"- {self._reason(row, lang)}" for row in self.guards),
                *(_question(fact, lang) for fact in self.missing),
            ]
        )
        if lang == "fr":
            subject = self.subject(lang)
            subject = f"{subject[0].lower()}{subject[1:]}" if subject.startswith("Dossier ") else subject
            return f"Opération refusée : {label} ({subject}).\n{lines}"
        return f"{self.subject(lang)}, {label!r} is refused:\n{lines}"

    def _to_complainant(self, lang: Lang) -> str:
        asked = [fact.plain_question.in_(lang) for fact in self.missing if fact.plain_question is not None]
        return "\n".join([_NOT_NOW.in_(lang), *asked])

    def _to_developer(self) -> str:
        cited = ((row, ", ".join(filter(None, [row.clause, row.interpretation]))) for row in self.guards)
        lines = (f"- {row.id} ({source or 'no clause'}): {self._text(row, 'en')}" for row, source in cited)
        asked = (f"  {fact.name}: {fact.question.en}" for fact in self.missing)
        return "\n".join([f"{self.subject('en')}: {self.command.value} is refused:", *lines, *asked])

    def to_document(self, lang: Lang = "fr") -> dict[str, Any]:
        """Return the refusal as problem details; the facts to complete are its faults."""
        facts = {details.id: details.to_document(lang) for details in self.details}
        return super().to_document(lang) | {
            "faults": [{"path": fact.name, "detail": fact.question.in_(lang)} for fact in self.missing],
            "guards": [
                {
                    "id": row.id,
                    "clause": row.clause,
                    "interpretation": row.interpretation,
                    "detail": self._reason(row, lang),
                    "facts": facts.get(row.id, {}),
                }
                for row in self.guards
            ],
        }

    def _text(self, row: Row, lang: Lang) -> str:
        wording = next((details.wording for details in self.details if details.id == row.id), row.wording)
        return row.id if wording is None else wording.in_(lang)

    def _reason(self, row: Row, lang: Lang) -> str:
        source, text = row.source(lang), self._text(row, lang)
        return sentence(f"{text} ({source})" if source else text)


_NOT_NOW: Final = Wording(
    "Cette opération n'est pas possible sur votre dossier pour le moment.",
    "This is not possible for your case at the moment.",
)


def _question(fact: Input, lang: Lang) -> str:
    # `str(error)` is in English and read by programmers, who pass the fact by its name; people read French.
    return f"  {fact.question.fr}" if lang == "fr" else f"  {fact.name}: {fact.question.en}"
