"""Event sourcing for the two aggregates, cases and plans: event types, event envelopes, recording, guards.

An event class declares itself once with the `register` decorator of its aggregate's `EventRegistry`. Documents,
narration, database views, strategies and the documentation read the registry. A guard is a row of the decision table of
its commands; its inputs are evaluated on a command as far as it is given (`PartialCommand`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from enum import Enum
from functools import cached_property
from inspect import getattr_static
from typing import Any, Final, Generic, NoReturn, Self, TypeVar

import attrs

from reclamation_core.cases.codes import Permission, ProofStage
from reclamation_core.cases.refusals import GuardDetails, names_of, with_details, without_details
from reclamation_core.cases.texts import (
    Commitment,
    SaltSource,
    Secret,
    TextKind,
    commitments,
    fresh_salt,
    is_part,
    seal,
)
from reclamation_core.cases.trace import Trace
from reclamation_core.codes import LabelledEnum
from reclamation_core.documents.codec import LEFT_OUT_BY_DEFAULT, Variants
from reclamation_core.documents.versions import Upcaster, Versions
from reclamation_core.missing import UNKNOWN
from reclamation_core.policy import RoleParameters
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Boolean, Decision, DecisionTable, Enumeration, HitPolicy, Input, Row
from reclamation_core.tables.domains import Domain
from reclamation_core.validators import (
    LONGEST_TEXT,
    at_offset,
    instant,
    member_of,
    not_blank,
    number,
    of_class,
    optional,
    refuse_value,
)
from reclamation_core.vocabulary import Role
from reclamation_core.vocabulary.commands import CommandGroup, CommandType
from reclamation_core.wording import LANGUAGES, Lang, Wording, field_labels

C = TypeVar("C", bound=LabelledEnum)
T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")
S = TypeVar("S", bound="PartialCommand")
S_contra = TypeVar("S_contra", bound="PartialCommand", contravariant=True)

_ORIGIN: Final = "reclamation_core.origin"


@attrs.frozen
class Example(SharedRepr):
    """An example of an event, which its guards allow after the examples of other events.

    Args:
        data: returns the event, its texts in clear, for the case or the plan that it happens to.
        after: the types of the events that must precede it.
        registration: the fields in which the registration of its case differs from the example of a registration.
    """

    data: Callable[[Any], Any]
    after: tuple[str, ...] = ()
    registration: Mapping[str, Any] = attrs.field(factory=dict, hash=False)


@attrs.frozen(kw_only=True)
class EventType(SharedRepr, Generic[C]):
    """What an event class declares of itself.

    Args:
        name: the `type` of its documents; it never changes.
        label: what a reader calls the event.
        stage: what it proves in an audit file; None if it proves nothing.
        no_stage: why it proves nothing; empty if it has a stage.
        example: an example of it.
        command: the command that produces it; None if no command does.
        group: what that command is for; plans have no groups.
        is_internal: True if its texts are notes for the unit that handles the case: audit files leave them out.
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
    group: CommandGroup | None = None
    is_internal: bool = False
    presets: Mapping[str, Callable[[Any], Any]] = attrs.field(factory=dict, hash=False)
    version: int = 1
    upcasters: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = attrs.field(factory=dict, hash=False)

    def __attrs_post_init__(self) -> None:
        if (self.stage is None) != bool(self.no_stage.strip()):
            raise TypeError(f"stage: {self.name!r} needs the stage that it proves, or stage=None with no_stage=, why")


def adding(**fields: object) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return an upcaster to a version that has more fields, with the values of documents without them."""
    return lambda document: document | fields


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
    if isinstance(declared.command, CommandType) and declared.group is None:
        raise TypeError(f"{cls.__name__}: group= is missing; a command on a case is in a group of the menu")
    fields = attrs.fields(cls)
    labels = field_labels(cls)
    bare = [one.name for one in fields if is_entered(one) and one.name not in labels and not is_part(one)]
    if declared.command is not None and bare:
        raise TypeError(
            f"{cls.__name__}: a label of {', '.join(bare)} is missing; give the field metadata=labelled(fr, en), or "
            "declare it with derived() or entered_apart()"
        )

    for one in fields:
        if "datetime" in re.findall(r"\w+", str(one.type)) and _accepts_naive(one):
            raise TypeError(
                f"{cls.__name__}: {one.name} takes an instant without a time zone; give the field validator=instant, "
                "or optional(instant)"
            )


def _accepts_naive(field: attrs.Attribute[Any]) -> bool:
    """Return True if a field of an event takes an instant without a time zone, alone or in a list."""
    naive = datetime(2026, 1, 1)  # noqa: DTZ001  to be refused
    for value in (naive, (naive,)):
        with suppress(TypeError, ValueError):
            if field.validator is not None:
                field.validator(None, field, value)
            return True
    return False


class EventRegistry(Generic[C]):
    """The event types of an aggregate, in the order of their definition."""

    def __init__(self) -> None:
        self._classes: dict[str, type[Any]] = {}
        self._by_command: dict[C, type[Any]] = {}

    def register(
        self,
        name: str,
        *,
        label: Wording,
        stage: ProofStage | None,
        example: Example,
        no_stage: str = "",
        command: C | None = None,
        group: CommandGroup | None = None,
        is_internal: bool = False,
        presets: Mapping[str, Callable[[Any], Any]] | None = None,
        version: int = 1,
        upcasters: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] | None = None,
    ) -> Callable[[type[T]], type[T]]:
        """Return a class decorator that registers an event class; the arguments are those of `EventType`.

        Raises:
            TypeError: a part of the declaration is missing; the message names it.
            ValueError: another event class has that name, or that command.
        """
        if name in self._classes:
            raise ValueError(f"name: {name!r} is the type of {self._classes[name].__name__}; choose another one")
        if command in self._by_command:
            event = self._by_command[command].__name__
            raise ValueError(f"command: {event} is the event of {command.value!r}; choose another one")
        declared = EventType(
            name=name,
            label=label,
            stage=stage,
            no_stage=no_stage,
            example=example,
            command=command,
            group=group,
            is_internal=is_internal,
            presets=presets or {},
            version=version,
            upcasters=upcasters or {},
        )

        def decorate(cls: type[T]) -> type[T]:
            _require_complete(cls, declared)
            cls.event_type = declared  # type: ignore[attr-defined]
            self._classes[name] = cls
            if command is not None:
                self._by_command[command] = cls
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
        return {cls: command for command, cls in self._by_command.items()}

    def event_of(self, command: C) -> type[Any]:
        """Return the class of the event that a command produces."""
        return self._by_command[command]

    def command_of(self, data: object) -> C:
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
class Envelope(SharedRepr):
    """What is recorded with an event of any aggregate.

    Args:
        number: its place in the event stream, from 1, without holes.
        occurred_at: when it happened; a letter may be entered days after it arrived.
        recorded_at: when it was recorded; not before it happened, nor before the previous event was recorded.
        by: the commitment to the name of the person who did it.
        role: the role of that person.
        trace: the identifiers by which it is found in the logs of the host; None if it was recorded without.
    """

    number: int = attrs.field(validator=number)
    occurred_at: datetime = attrs.field(converter=at_offset, validator=instant)
    recorded_at: datetime = attrs.field(converter=at_offset, validator=[instant, not_before_it_happened])
    by: Commitment
    role: Role
    trace: Trace | None = attrs.field(default=None, validator=optional(of_class(Trace)), metadata=LEFT_OUT_BY_DEFAULT)

    @property
    def type(self) -> str:
        """The code of the event type, as documents have it."""
        event_type: EventType[Any] = self.data.event_type  # type: ignore[attr-defined]  # of each subclass
        return event_type.name

    def label(self, lang: Lang = "fr") -> str:
        """Return the name of the event type for a reader."""
        event_type: EventType[Any] = self.data.event_type  # type: ignore[attr-defined]  # of each subclass
        return event_type.label.in_(lang)

    def texts(self) -> Mapping[Commitment, TextKind]:
        """Return the commitments of the event, that to its actor included, each with the reason to forget it."""
        return self._texts

    @cached_property
    def _texts(self) -> Mapping[Commitment, TextKind]:
        return {self.by: TextKind.PERSONAL, **commitments(self.data)}  # type: ignore[attr-defined]  # of each subclass


def stream_first(_: type[Any], fields: list[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
    """Order the fields of an envelope as documents do: the stream, what every envelope has, the data."""
    inherited = [field for field in fields if field.inherited]  # type: ignore[attr-defined]  # absent from the stubs
    stream, data = (field for field in fields if not field.inherited)  # type: ignore[attr-defined]
    return [stream, *inherited, data]


R = TypeVar("R", bound=Envelope)


@attrs.frozen
class NewEvent(SharedRepr, Generic[R]):
    """An event that a command produced, and the texts that it seals."""

    event: R
    secrets: tuple[Secret, ...] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class AggregateCommand(SharedRepr):
    """A command on an aggregate: who gives it, and when it happened; a subclass has what happened.

    Args:
        actor: the name of the person.
        role: in which role.
        occurred_at: when it happened; aware.
        trace: the identifiers of its request and of its client, for its event; None without.
    """

    actor: str = attrs.field(repr=False, validator=not_blank)
    role: Role = attrs.field(validator=member_of(Role))
    occurred_at: datetime = attrs.field(converter=at_offset, validator=instant)
    trace: Trace | None = attrs.field(default=None, validator=optional(of_class(Trace)))


@attrs.frozen(kw_only=True)
class CommandContext(SharedRepr):
    """The context of a decision on any aggregate.

    Args:
        now: the current instant; aware.
        salt: where salts come from.
        longest_text: the most characters of a text.
        roles: the roles that may give each command; by default every role every command.
    """

    now: datetime = attrs.field(converter=at_offset, validator=instant)
    salt: SaltSource = attrs.field(default=fresh_salt, repr=False)
    longest_text: int = LONGEST_TEXT
    roles: RoleParameters = attrs.field(factory=RoleParameters)


@attrs.frozen
class StreamEnd(SharedRepr, Generic[R]):
    """The end of an event stream, which the next event follows.

    Args:
        envelope: the class of the event envelopes.
        stream: the field of the envelope that identifies the stream.
        version: the number of events.
        recorded_at: when the last event was recorded; None if there is none.
    """

    envelope: Callable[..., R]
    stream: Mapping[str, object]
    version: int = 0
    recorded_at: datetime | None = None


def record(end: StreamEnd[R], data: object, command: AggregateCommand, context: CommandContext) -> NewEvent[R]:
    """Return the next event of a stream, its texts and its actor sealed, its instants in UTC.

    The clocks of two machines may differ: the event is never recorded before the last one, so that the order of the
    stream is the order of recording.

    Args:
        end: the end of the stream.
        data: the event, its texts in clear.
        command: its actor and its date.
        context: when it is recorded, and the source of salts.
    """
    recorded_at = context.now.astimezone(UTC)
    sealed, secrets = seal(data, context.salt)
    secret = Secret(command.actor, context.salt())
    event = end.envelope(
        **end.stream,
        number=end.version + 1,
        occurred_at=command.occurred_at.astimezone(UTC),
        recorded_at=recorded_at if end.recorded_at is None else max(recorded_at, end.recorded_at),
        by=secret.commitment,
        role=command.role,
        trace=command.trace,
        data=sealed,
    )
    return NewEvent(event, (*secrets, secret))


def with_event(apply: Callable[[B, R], A], aggregate: B, new: NewEvent[R]) -> A:
    """Return an aggregate with one more event and its texts.

    Args:
        apply: returns the aggregate after an event.
        aggregate: the aggregate before it; None before the first event of a case.
        new: the event.
    """
    after: Any = apply(aggregate, new.event)  # an attrs class
    with_texts: A = attrs.evolve(after, vault=after.vault.with_(new.secrets))
    return with_texts


_NOTHING_AGAINST: Final = Wording("rien ne s'y oppose", "nothing stands against it")


class Need(Enum):
    """What a guard input is computed from."""

    CASE = "case"
    ACTION = "action"
    ROLE = "role"
    DATE = "date"
    DATA = "data"
    EDITION = "edition"


class NotGivenError(LookupError):
    """A part of a command is not given yet."""


@attrs.frozen(kw_only=True)
class PartialCommand(SharedRepr):
    """A command as far as it is given: what guards are evaluated on.

    Args:
        event: the class of its event.
        given_role: the role of the actor; None if it is not given.
        given_date: when the event happened; None if it is not given.
        given_data: the event, completed; None if it is not given.
    """

    event: type[Any]
    given_role: Role | None = None
    given_date: datetime | None = None
    given_data: Any = None

    @property
    def given(self) -> frozenset[Need]:
        """What is given."""
        parts = {Need.ROLE: self.given_role, Need.DATE: self.given_date, Need.DATA: self.given_data}
        return frozenset(need for need, value in parts.items() if value is not None)

    @property
    def command(self) -> Any:
        """The command."""
        return self.event.event_type.command

    @property
    def role(self) -> Role:
        """The role of the actor.

        Raises:
            NotGivenError: it is not given; as for `occurred_at` and `data`.
        """
        return self.given_role or _refuse(Need.ROLE)

    @property
    def occurred_at(self) -> datetime:
        """When the event happened."""
        return self.given_date or _refuse(Need.DATE)

    @property
    def data(self) -> Any:
        """The event, completed."""
        return _refuse(Need.DATA) if self.given_data is None else self.given_data


def _refuse(need: Need) -> NoReturn:
    raise NotGivenError(need.value)


class GivenFields:
    """An event, or a part of one, as far as its fields are given: reading another field raises `NotGivenError`.

    Args:
        of: the class of the event.
        values: the values of its fields, by name.
    """

    def __init__(self, of: type[Any], values: Mapping[str, object]) -> None:
        self._of, self._values = of, values

    def __getattr__(self, name: str) -> Any:
        if name in self._values:
            return self._values[name]
        if name in attrs.fields_dict(self._of):
            raise NotGivenError(Need.DATA.value)
        found = getattr_static(self._of, name)
        return found.__get__(self, self._of) if hasattr(found, "__get__") else found


_BOOLEAN: Final = Boolean()


def _each_once(needs: Iterable[Need]) -> frozenset[Need]:
    return frozenset(needs)


@attrs.frozen
class GuardInput(SharedRepr, Generic[S_contra]):
    """An input of guards: a column of their decision tables.

    Args:
        name: its name in the conditions of guards.
        label: what a reader calls it.
        value: computes it.
        needs: what it is computed from, for every command; where a part is not given, the input is unknown. It is
            unknown too where `value` reads another part that is not given.
        domain: its values; true or false by default.
        fields: the arguments of the command that it reads, of all commands: what a form has to ask for.
    """

    name: str
    label: Wording
    value: Callable[[S_contra], Any] = attrs.field(eq=False)
    needs: frozenset[Need] = attrs.field(converter=_each_once)
    domain: Domain = _BOOLEAN
    fields: tuple[str, ...] = ()

    @classmethod
    def of_command(
        cls,
        name: str,
        fr: str,
        en: str,
        value: Callable[[S_contra], Any],
        *needs: Need,
        domain: Domain = _BOOLEAN,
        fields: tuple[str, ...] = (),
    ) -> Self:
        """Return an input by its label in French and in English, and what it needs one by one."""
        return cls(name, Wording(fr, en), value, needs, domain, fields)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments of the command that it depends on, the date of the event among them."""
        return (*self.fields, *(("occurred_at",) if Need.DATE in self.needs else ()))

    def of(self, partial: S_contra, given: frozenset[Need]) -> Any:
        """Return its value for a command, of which so much is given; UNKNOWN where that is not what it needs."""
        if not self.needs <= given:
            return UNKNOWN
        try:
            return self.value(partial)
        except NotGivenError:  # a need of some commands alone
            return UNKNOWN

    @property
    def column(self) -> Input:
        """The input of the decision tables."""
        return Input(self.name, self.domain, self.label)


@attrs.frozen(kw_only=True, eq=False)
class Guard(SharedRepr, Generic[C, S_contra]):
    """A condition of some commands: a row that refuses.

    Args:
        id: its name.
        commands: the commands that it guards.
        when: the situation that it refuses, as the conditions of a row.
        wording: what is wrong, and what would do. A part in brackets has the values of one refusal, by their names in
            braces: `the case is closed[ since {closed_at}]`.
        general: what is wrong, and what would do, without values; by default the wording without its parts.
        clause: its clause of the procedure; None if it is common sense.
        interpretation: the interpretation of the procedure that it follows.
        values: by the names in braces, the functions that return the values of a refusal; None is no value.
        missing: returns the facts to complete, if the guard refuses for want of them.
        remedy: the command of the aggregate that does what the wording asks for, or a function of the refused command
            that returns it; None if another argument does, or a command on another aggregate.

    Raises:
        TypeError: the wording names other values than `values` has, or other ones in each language.
    """

    id: str
    commands: tuple[C, ...]
    when: Mapping[str, Any]
    template: Wording = attrs.field(alias="wording")
    general: Wording | None = None
    clause: str | None = None
    interpretation: str | None = None
    values: Mapping[str, Callable[[S_contra], object]] = attrs.field(factory=dict)
    missing: Callable[[S_contra], tuple[Input, ...]] | None = None
    remedy: C | Callable[[S_contra], C | None] | None = None

    def __attrs_post_init__(self) -> None:
        for text in (self.template.fr, self.template.en):
            if differing := sorted(self.values.keys() ^ set(names_of(text))):
                raise TypeError(f"values: guard {self.id!r} has them for other names than its wording: {differing}")

    @property
    def wording(self) -> Wording:
        """The reason and the remedy in general, without the values of a refusal."""
        return without_details(self.template) if self.general is None else self.general

    def remedy_of(self, partial: S_contra) -> C | None:
        """Return the command that does what the wording asks for; None if no command of the aggregate does."""
        return self.remedy(partial) if callable(self.remedy) else self.remedy

    def details(self, partial: S_contra, zone: tzinfo) -> GuardDetails:
        """Return the refusal of a command by this guard; what is not given is not named.

        Args:
            partial: the command.
            zone: the time zone in which instants are written.
        """
        facts: dict[str, Any] = {}
        for name in names_of(self.template.fr):
            with suppress(NotGivenError):
                value = self.values[name](partial)
                if value not in (None, (), UNKNOWN):
                    facts[name] = value
        wording = self.wording
        if facts:
            wording = Wording(*(with_details(self.template.in_(lang), facts, lang, zone) for lang in LANGUAGES))
        remedy, missing = None, tuple[str, ...]()
        with suppress(NotGivenError):
            remedy = self.remedy_of(partial)
            missing = tuple(fact.name for fact in self.missing(partial)) if self.missing else ()
        return GuardDetails(self.id, facts, wording, remedy, missing)


class Guards(Generic[C, S]):
    """The guards of an aggregate, and the decision table that they make of each command.

    Args:
        guards: every guard, in the order of a refusal.
        inputs: every input of the guards.

    Attributes:
        by_id: the guards by their names.
        inputs: the inputs by their names.

    Raises:
        TypeError: two inputs or two guards have one name, or a guard names an input that there is not.
    """

    def __init__(self, guards: Iterable[Guard[C, S]], inputs: Iterable[GuardInput[S]]) -> None:
        self.by_id: dict[str, Guard[C, S]] = {}
        self.inputs: dict[str, GuardInput[S]] = {}
        for one in inputs:
            if one.name in self.inputs:
                raise TypeError(f"guard inputs: {one.name!r} is declared twice; an input of several commands is shared")
            self.inputs[one.name] = one
        for guard in guards:
            if guard.id in self.by_id:
                raise TypeError(f"guard {guard.id!r} is declared twice; give it all of its commands at once")
            self.by_id[guard.id] = guard
            if unknown := sorted(guard.when.keys() - self.inputs):
                raise TypeError(f"guard {guard.id!r}: no guard input is called {', '.join(unknown)}")
        self._tables: dict[C, DecisionTable[Permission]] = {}

    def __iter__(self) -> Iterator[Guard[C, S]]:
        return iter(self.by_id.values())

    def __len__(self) -> int:
        return len(self.by_id)

    def of(self, command: C) -> list[Guard[C, S]]:
        """Return the guards of a command."""
        return [guard for guard in self if command in guard.commands]

    def table(self, command: C) -> DecisionTable[Permission]:
        """Return the decision table that allows or refuses a command.

        Its rows are the guards of the command and, below them, a row that allows: a refusal lists every guard that is
        not met, with its reason and its remedy.
        """
        if command not in self._tables:
            self._tables[command] = self._table(command)
        return self._tables[command]

    def _table(self, command: C) -> DecisionTable[Permission]:
        own = self.of(command)
        names = {name for guard in own for name in guard.when}
        refused = Permission.REFUSED
        refusals = [
            Row(guard.id, guard.when, refused, guard.clause, guard.wording, interpretation=guard.interpretation)
            for guard in own
        ]
        return DecisionTable(
            f"may_{command.value}",
            tuple(one.column for one in self.inputs.values() if one.name in names),
            Enumeration.of(Permission),
            (*refusals, Row("allowed", {}, Permission.ALLOWED, None, _NOTHING_AGAINST)),
            HitPolicy.PRIORITY,
            command.wording,
            priority=(Permission.REFUSED, Permission.ALLOWED),
        )

    def evaluate(self, partial: S) -> Decision[Permission]:
        """Return the permission of a command, as far as given; the outcome is None while it depends on the rest."""
        table, given = self.table(partial.command), partial.given
        return table.decide({one.name: self.inputs[one.name].of(partial, given) for one in table.inputs})

    def refusing(self, permission: Decision[Permission]) -> tuple[Guard[C, S], ...]:
        """Return the guards that refuse a command, each once."""
        return tuple(self.by_id[name] for name in dict.fromkeys(row.id for row in permission.deciding))

    def against(self, partial: S) -> tuple[Guard[C, S], ...]:
        """Return the guards that refuse a command whatever else is given; none while it may be allowed."""
        permission = self.evaluate(partial)
        return self.refusing(permission) if permission.outcome is Permission.REFUSED else ()

    def refusals(self, permission: Decision[Permission], partial: S, zone: tzinfo) -> tuple[GuardDetails, ...]:
        """Return the guards that refuse a command, each once, with the values that they name."""
        return tuple(guard.details(partial, zone) for guard in self.refusing(permission))

    def fields(self, *guards: Guard[C, S]) -> tuple[str, ...]:
        """Return the arguments of a command that guards read: a refusal by them is about these."""
        named = (name for guard in guards for input_ in guard.when for name in self.inputs[input_].arguments)
        return tuple(dict.fromkeys(named))
