"""Commands as plain data: read with all their faults at once, described by JSON Schemas, executed by their verb.

The shape of each command follows from the signature of its verb and from the fields of its event class: nothing is
declared twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache, cached_property
from inspect import Parameter, getdoc, isclass, signature
from pkgutil import resolve_name
from types import NoneType, SimpleNamespace, UnionType
from typing import Any, ClassVar, Final, Self, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs

from reclamation_core.cases import plain
from reclamation_core.cases.causes.documents import ANALYSES
from reclamation_core.cases.events import CASE_EVENTS, Registered
from reclamation_core.cases.references import LineReference
from reclamation_core.cases.support_documents import UploadedDocument
from reclamation_core.cases.texts import Text
from reclamation_core.codes import LabelledEnum
from reclamation_core.documents.codec import (
    Codec,
    Describe,
    Encoding,
    Schema,
    Structure,
    Variants,
    read_integer,
    read_text,
)
from reclamation_core.documents.faults import Refused
from reclamation_core.documents.schema import json_schema
from reclamation_core.documents.sizes import OF_COMMANDS
from reclamation_core.errors import REDACTED, Fault, FaultsError
from reclamation_core.missing import Missing
from reclamation_core.plans import ActionSheet
from reclamation_core.plans.action import new_action
from reclamation_core.plans.events import PLAN_EVENTS
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import (
    LONGEST_TEXT,
    Validator,
    each_a_label,
    instant,
    label,
    long_texts,
    not_empty,
    optional,
    refuse_value,
    require,
)
from reclamation_core.vocabulary import FACTS, ComplaintFacts, RiskDomain
from reclamation_core.vocabulary.own_documents import OWN_CHANGES, PLAIN_OWN_FACTS
from reclamation_core.vocabulary.own_facts import OWN
from reclamation_core.wording import Wording

C = TypeVar("C", bound="Command")

_NO_REFERENCE: Final = Wording(
    "aucune référence n'est attendue : l'enregistrement en donne une", "no reference is expected: registering gives one"
)
_REFERENCE: Final = Wording("la référence d'un dossier est attendue", "the reference of a case is expected")


class _NotGiven:
    """The type of `_NOT_GIVEN`."""


_NOT_GIVEN: Final = _NotGiven()
"""The value of an argument that a document leaves out: the verb has its own default."""
_WORD: Final = re.compile(r"[A-Za-z0-9_.:-]{1,40}")


@attrs.frozen
class Argument(SharedRepr):
    """An argument of a verb, as the signature of its method declares it.

    Args:
        name: its name.
        annotation: the type of its value; a tuple if it takes several.
        default: its default; `Parameter.empty` without one.
        is_several: True if it takes any number of values (`*actions`).
        is_by_name: True if it takes values by their own names (`**facts`).
    """

    name: str
    annotation: Any
    default: Any
    is_several: bool = False
    is_by_name: bool = False

    @property
    def is_required(self) -> bool:
        """True if the verb cannot be called without it."""
        return self.default is Parameter.empty and not (self.is_several or self.is_by_name)


@cache
def arguments_of(method: Callable[..., Any]) -> Mapping[str, Argument]:
    """Return the arguments of a method by name, in their order."""
    hints, parameters = get_type_hints(method), signature(method).parameters
    return {name: _argument(one, hints[name]) for name, one in parameters.items() if name != "self"}


def _argument(parameter: Parameter, hint: Any) -> Argument:
    is_several, is_by_name = (parameter.kind is kind for kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD))
    annotation = tuple[hint, ...] if is_several else hint
    return Argument(parameter.name, annotation, parameter.default, is_several, is_by_name)


class CommandShape:
    """The annotation that documents of commands are read as: each is one of the classes of the verbs."""

    __slots__ = ()


@attrs.frozen
class Command(SharedRepr):
    """A command on a case, as plain data (acte).

    Args:
        type: the name of its verb: `answer`, `close`, `register` ...
        arguments: the arguments of the verb, by name.
    """

    family: ClassVar[CommandFamily]

    type: str
    arguments: Mapping[str, Any] = attrs.field(repr=False)

    @classmethod
    def from_document(cls, document: object, *, longest_text: int = LONGEST_TEXT) -> Self:
        """Return the command of a document, `{"type": "answer", "decision": "founded", "text": "..."}`.

        The keys are the parameters of the verb; facts are in an object of their own. Instants and days are ISO 8601
        texts, members of enumerations their codes.

        Args:
            document: the document.
            longest_text: the most characters of a text.

        Raises:
            FaultsError: with every fault of the document at once, each with its path, in both languages. No fault
                shows a text that could be personal.
        """
        return cls(*cls.family.read(document, longest_text))

    def run(self, target: Any, *placed: str, **options: Any) -> Any:
        """Call the verb of the command.

        Args:
            target: the desk, or the plan service.
            placed: the reference of the case.
            options: arguments in addition to those of the command, or in their place, unless they are None.

        Raises the errors of the verb. A fault of a fact has the path that it has in the document, `facts.own.funder`.
        """
        arguments = {**self.arguments, **{name: value for name, value in options.items() if value is not None}}
        several: tuple[Any, ...] = ()
        for argument in self.family.arguments(self.type):
            if argument.is_several:
                several = arguments.pop(argument.name, ())
            elif argument.is_by_name:
                arguments |= arguments.pop(argument.name, {})
        try:
            return getattr(target, self.type)(*placed, *several, **arguments)
        except FaultsError as error:
            error.faults = tuple(map(self._placed, error.faults))
            raise

    def _placed(self, fault: Fault) -> Fault:
        """Return a fault of the verb with its path in the document."""
        names = {argument.name for argument in self.family.arguments(self.type)}
        head = fault.path.partition(".")[0]
        is_of_fact = "facts" in names and head not in names and head in {OWN, *FACTS}
        return attrs.evolve(fault, path=f"facts.{fault.path}") if is_of_fact else fault


@attrs.frozen
class PlanCommand(Command):
    """A command on a plan, as plain data: `{"type": "finish", "reference": "A-1", "evidence": "..."}`."""


def as_command(cls: type[C], command: C | Mapping[str, Any], longest_text: int) -> C:
    """Return a command as it is, or the command of a document; raises the faults of `Command.from_document`."""
    return command if isinstance(command, cls) else cls.from_document(command, longest_text=longest_text)


@attrs.define(slots=False, eq=False)
class CommandFamily(SharedRepr):
    """The commands on a kind of aggregate: their classes, and what reads and describes them.

    Args:
        events: the command of each event class.
        others: the verbs that produce the first event of a case.
        placed: the parameter that is no part of a document, because the route of a request has it.
        noun: the end of the names of the classes.
        verbs: the class whose methods are the verbs, as `module:name`; it is loaded when a command is first used.
    """

    events: Mapping[type[Any], LabelledEnum]
    others: Mapping[str, type[Any]]
    placed: frozenset[str]
    noun: str
    verbs: str

    def method(self, verb: str) -> Callable[..., Any]:
        """Return the method of a verb."""
        method: Callable[..., Any] = resolve_name(f"{self.verbs}.{verb}")
        return method

    def arguments(self, verb: str) -> tuple[Argument, ...]:
        """Return the arguments of a verb that documents have."""
        return tuple(one for one in arguments_of(self.method(verb)).values() if one.name not in self.placed)

    @cached_property
    def classes(self) -> Mapping[str, type[Any]]:
        """The class of each command, by the name of its verb."""
        events = {str(command): event for event, command in self.events.items()}
        return {verb: self._class(verb, event) for verb, event in {**self.others, **events}.items()}

    @cached_property
    def codec(self) -> Codec:
        """Reads the documents."""
        variants = Variants(annotation=CommandShape, classes=self.classes, is_versioned=False)
        return Codec((variants, plain.FACTS, ANALYSES), encodings=_ENCODINGS)

    def read(self, document: object, longest: int) -> tuple[str, dict[str, Any]]:
        """Return the verb and the arguments of a document; see `Command.from_document`."""
        faults: dict[str, Fault] = {}
        try:
            OF_COMMANDS.require(document)
            faults = {fault.path: fault for fault in long_texts(longest, _texts(document, ""))}
            shape: Any = self.codec.read(document, CommandShape)
        except FaultsError as error:
            found = (_redacted(fault) for fault in error.faults)
            faults = {fault.path: fault for fault in found} | faults
        if faults:
            raise FaultsError(faults.values())
        verb = next(verb for verb, cls in self.classes.items() if cls is type(shape))
        return verb, _given(shape)

    def schema(self, name: str, verb: str | None = None) -> Schema:
        """Return the JSON Schema of the documents of a verb; without one, of all."""
        return json_schema(self.codec, CommandShape if verb is None else self.classes[verb], name)

    def _class(self, verb: str, event: type[Any]) -> type[Any]:
        fields = {one.name: _field(one, event) for one in self.arguments(verb)}
        cls = attrs.make_class(
            "".join(word.capitalize() for word in f"{verb}_{self.noun}".split("_")),
            fields,
            frozen=True,
            kw_only=True,
            slots=False,
        )
        cls.__doc__ = getdoc(self.method(verb))
        cls.__module__ = __name__
        return cls


def _field(argument: Argument, event: type[Any]) -> Any:
    """Return the field of an argument: as its event class declares it, else by the annotation of the verb."""
    declared = {field.name: field for field in attrs.fields(event)}.get(argument.name)
    annotation, validator, metadata = _annotation(argument.annotation), _VALIDATORS.get(argument.name), {}
    converter: Any = None
    if argument.is_by_name:
        annotation = FactsChange if argument.name == "facts" else SheetChange
    elif argument.name in _ANNOTATIONS:
        annotation = _ANNOTATIONS[argument.name]
    elif declared is not None and (argument.is_several or argument.name not in _OF_VERBS):
        attrs.resolve_types(event)
        annotation, metadata = declared.type, dict(declared.metadata)
        validator, converter = validator or declared.validator, declared.converter
    is_required = argument.is_required
    if argument.is_several and argument.name == "actions":
        is_required = True
        validator = attrs.validators.and_(not_empty, _new_actions)
        annotation, converter = tuple[ActionSheet | str, ...], tuple
    if argument.default is None and NoneType not in get_args(annotation):
        annotation = annotation | None
        validator = None if validator is None else optional(validator)
        converter = None if converter is None else attrs.converters.optional(converter)
    return attrs.field(
        type=annotation,
        default=attrs.NOTHING if is_required else _NOT_GIVEN,
        converter=None if converter is None else _unless_left_out(converter),
        validator=None if validator is None else _if_given(validator),
        metadata=metadata,
    )


def _new_actions(_: object, attribute: attrs.Attribute[Any], actions: tuple[ActionSheet | str, ...]) -> None:
    """Refuse a new action whose reference is no short code."""
    for place, action in enumerate(actions):
        require(new_action, **{f"{attribute.name}[{place}]": action})


def _annotation(hint: Any) -> Any:
    """Return an annotation without the code beside a member: documents have codes alone."""
    parts = get_args(hint)
    if get_origin(hint) in {Union, UnionType} and any(isclass(part) and issubclass(part, StrEnum) for part in parts):
        parts = tuple(part for part in parts if part is not str)
        return Union[parts]  # noqa: UP007  of as many parts as there are
    return hint


def _unless_left_out(converter: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: value if value is _NOT_GIVEN else converter(value)


def _if_given(validator: Validator) -> Validator:
    """Return a validator that leaves out what a document leaves out, and sees the other arguments that are given."""

    def check(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if value is not _NOT_GIVEN:
            given = {name: one for name, one in vars(instance).items() if one is not _NOT_GIVEN}
            validator(SimpleNamespace(**given), attribute, value)

    vars(check)["wraps"] = validator
    return check


def _part(name: str, of: type[Any], left_out: Iterable[str], describe: str) -> type[Any]:
    """Return a class with some fields of another one, each of which a document may leave out."""
    attrs.resolve_types(of)
    fields = {
        field.name: attrs.field(
            type=field.type if NoneType in get_args(field.type) or of is ActionSheet else field.type | None,
            default=_NOT_GIVEN,
            validator=_if_given(_of_field(field)),
            metadata=dict(field.metadata),
        )
        for field in attrs.fields(of)
        if field.name not in left_out
    }
    cls = attrs.make_class(name, fields, frozen=True, kw_only=True, slots=False)
    cls.__doc__ = describe
    cls.__module__ = __name__
    return cls


def _of_field(field: attrs.Attribute[Any]) -> Validator:
    """Return what the class of a field refuses of its values, by its converter and its validator."""

    def check(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
        convert: Any = field.converter
        converted = value if convert is None else convert(value)
        if isinstance(converted, Refused):
            refuse_value(attribute.name, converted.safe_value, converted.expected)
        if field.validator is not None:
            try:
                field.validator(instance, attribute, converted)
            except AttributeError:
                return  # it compares with a field that is left out

    vars(check)["wraps"] = field.validator
    return check


def _given(shape: attrs.AttrsInstance) -> dict[str, Any]:
    """Return the fields that are given."""
    given = attrs.asdict(shape, recurse=False, filter=lambda _, value: value is not _NOT_GIVEN)
    return {name: _given(value) if isinstance(value, _CHANGES) else value for name, value in given.items()}


def _texts(document: object, path: str) -> Iterator[tuple[str, str]]:
    """Yield every text of a document with its path."""
    if isinstance(document, str):
        yield path or "command", document  # a key may be an empty text
    elif isinstance(document, Mapping):
        for key, value in document.items():
            yield from _texts(value, f"{path}.{key}" if path else str(key))
    elif isinstance(document, list | tuple):
        for place, value in enumerate(document):
            yield from _texts(value, f"{path}[{place}]")


def _redacted(fault: Fault) -> Fault:
    """Return a fault with the path of the argument; of texts only one that looks like a code is shown."""
    shown = fault.value
    is_shown = shown is None or isinstance(shown, int | float | Missing)
    if not is_shown and not (isinstance(shown, str) and _WORD.fullmatch(shown)):
        shown = REDACTED
    path = "command" if fault.path == "$" else fault.path.removeprefix("$.")
    return attrs.evolve(fault, path=path, value=shown)


def _text_or(cls: type[Any]) -> Encoding:
    """Return the encoding of a text, or of an object."""

    def read(value: object, structure: Structure) -> Any:
        return read_text(value) if isinstance(value, str) else structure(value, cls)

    def schema(describe: Describe) -> Schema:
        return {"anyOf": [describe(str), describe(cls)]}

    return Encoding(annotation=cls | str, read=read, schema=schema)


_ENCODINGS: Final = (
    Encoding(annotation=Text, read=lambda value, _: read_text(value), schema=lambda _: {"type": "string"}),
    Encoding(
        annotation=int | str,
        read=lambda value, _: read_text(value) if isinstance(value, str) else read_integer(value),
        schema=lambda _: {"type": ["integer", "string"]},
    ),
    _text_or(ActionSheet),
    _text_or(LineReference),
    PLAIN_OWN_FACTS,
    OWN_CHANGES,
)
FactsChange: Final = _part(
    "FactsChange",
    ComplaintFacts,
    (),
    "Facts to change, by name (informations à compléter ou à rectifier); null means unknown.",
)
SheetChange: Final = _part(
    "SheetChange", ActionSheet, ("reference", "cases"), "Fields of an action to change, by name (fiche d'action)."
)
_CHANGES: Final = (FactsChange, SheetChange)
_ANNOTATIONS: Final[Mapping[str, Any]] = {
    "documents": tuple[UploadedDocument, ...],
    "expected_version": int | str | None,
    "risks": Mapping[RiskDomain, int] | None,
}
_OF_VERBS: Final = frozenset({"facts", "follow_up"})
"""The parameters that have another type than the field of the event."""
_VALIDATORS: Final[Mapping[str, Validator]] = {
    "handling_unit": label,
    "occurred_at": optional(instant),
    "received_at": instant,
    "reference": label,
    "service_sites": each_a_label,
    "sheet": new_action,
    "site": label,
}
_FIRST: Final = {"register": Registered, "register_survey_result": Registered}
CASE_COMMANDS: Final = CommandFamily(
    CASE_EVENTS.commands,
    _FIRST,
    placed=frozenset({"reference"}),
    noun="case_command",
    verbs="reclamation_core.desk.desk:Desk",
)
"""The commands on cases, and those that open one."""
PLAN_COMMANDS: Final = CommandFamily(
    PLAN_EVENTS.commands,
    {},
    placed=frozenset(),
    noun="plan_command",
    verbs="reclamation_core.desk.plan_service:PlanService",
)
"""The commands on plans."""
Command.family, PlanCommand.family = CASE_COMMANDS, PLAN_COMMANDS


def require_placed(command: Command, reference: str | None) -> tuple[str, ...]:
    """Return the reference that the verb of a command takes in addition to its arguments.

    Raises:
        FaultsError: a reference is missing, or is passed to a command that gives one.
    """
    opens = command.type in _FIRST
    if opens and reference is not None:
        refuse_value("reference", reference, _NO_REFERENCE)
    if not opens and reference is None:
        refuse_value("reference", None, _REFERENCE)
    return () if reference is None else (reference,)
