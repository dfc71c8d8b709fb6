"""The parameters of a policy edition: thresholds, days, durations.

The metadata of each parameter cite its clause and its interpretation, as the rows of the tables do. A refused value
raises a FaultsError that names the field. A field whose validator reads other fields comes after them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final, NoReturn

import attrs

from reclamation_core.calendars import DayRange, DeadlineRule
from reclamation_core.calendars.definition import ADDED_LATER, MOST_DAYS, checked_date, day_ranges
from reclamation_core.codes import LabelledEnum
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.markup import NOT_IN_XML
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import (
    LONGEST_NAME,
    LONGEST_TEXT,
    Validator,
    as_tuple,
    describe,
    member_of,
    name,
    of_class,
    truth,
    whole_number,
)
from reclamation_core.vocabulary import Band, Level, RetentionMode, Role
from reclamation_core.vocabulary.commands import CommandType, PlanCommandType
from reclamation_core.wording import Wording


def refuse(field: str, value: object, fr: str, en: str) -> NoReturn:
    """Refuse the value of a field; `fr` and `en` say what is expected instead.

    Raises:
        FaultsError: always; a ValueError.
    """
    raise FaultsError((Fault(field, _plain(value), Wording(fr, en)),))


def _plain(value: object) -> object:
    """The codes of members, as a file has them; they equal the members."""
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return value.value if isinstance(value, LabelledEnum) else value


def is_number(value: object) -> bool:
    """Whether a value is a finite number; True and False are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def edition_name(edition: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse what is not the name of an edition: each event of a case has it, and each export of its tables."""
    if not isinstance(value, str) or not value.strip():
        refuse(attribute.name, value, "un nom de version est attendu", "the name of an edition is expected")
    writable(attribute.name, value)
    name(edition, attribute, value)


describe(edition_name, "string", pattern=r"\S", maxLength=LONGEST_NAME)


def writable(field: str, text: str) -> None:
    """Refuse a text that cannot be exported to DMN, which is XML.

    Raises:
        FaultsError: it holds a character that XML has not; a ValueError.
    """
    stray = NOT_IN_XML.search(text)
    if stray is not None:
        refuse(
            field,
            text,
            f"un texte que XML peut écrire est attendu, sans le caractère U+{ord(stray[0]):04X}",
            f"a text that XML can write is expected, without the character U+{ord(stray[0]):04X}",
        )


NO_CUT_OFF: Final = "none"
"""The value of `deadline.cut_off` in a policy file for no cut-off."""
_MONTHS: Final = whole_number(1, 1_200)
"""A hundred years: longer than any retention."""


_TECHNICAL: Final = "technical"
"""Marks parameters that the procedure does not speak of."""
_TECHNICAL_LATER: Final = dict.fromkeys((_TECHNICAL, ADDED_LATER))


def _source(clause: str | None = None, interpretation: str | None = None) -> dict[str, Any]:
    return {"clause": clause, "interpretation": interpretation}


def is_in_digest(attribute: attrs.Attribute[Any], value: object) -> bool:
    """Return False for a parameter added later that has its default: an upgrade of the library changes no digest."""
    return ADDED_LATER not in attribute.metadata or value != _default(attribute)


def _default(attribute: attrs.Attribute[Any]) -> object:
    default: Any = attribute.default
    return default.factory() if isinstance(default, attrs.Factory) else default  # type: ignore[arg-type]


@attrs.frozen(kw_only=True)
class SurveyParameters(SharedRepr):
    """The satisfaction score of the end-of-training survey (enquête de fin de formation). Source: M2-1 §1.4.

    Args:
        scale: the least and the greatest note, both possible.
        threshold: strictly below it a note is a complaint; above the least note, for one must be.

    Raises:
        FaultsError: a value is refused; a ValueError.
    """

    scale: tuple[float, float] = attrs.field(default=(0, 10), converter=as_tuple, metadata=_source("M2-1 §1.4", "I1"))
    threshold: float = attrs.field(default=6, metadata=_source("M2-1 §1.4", "I1"))

    @scale.validator
    def _ascending(self, _: object, scale: object) -> None:
        if not _is_scale(scale):
            refuse(
                "scale",
                scale,
                "la plus petite note, puis une plus grande, sont attendues : [0, 10]",
                "the least note, then a greater one, are expected: [0, 10]",
            )

    @threshold.validator
    def _on_the_scale(self, _: object, threshold: object) -> None:
        low, high = self.scale if _is_scale(self.scale) else (-float("inf"), float("inf"))
        if not is_number(threshold) or not low < threshold <= high:  # type: ignore[operator]
            refuse(
                "threshold",
                threshold,
                f"une note supérieure à {low:g} et d'au plus {high:g} est attendue",
                f"a score above {low:g} and of at most {high:g} is expected",
            )


def _is_scale(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(map(is_number, value)) and bool(value[0] < value[1])


@attrs.frozen(kw_only=True)
class RiskParameters(SharedRepr):
    """How criticality is judged (criticité). Source: M2-1 §2.2.

    Args:
        moderate_from: the least criticality of the moderate band; below is low.
        high_from: the least criticality of the high band.
        critical_from: the least criticality of the critical band, 16 at most.
        least_band_at_severity_4: a case of severity 4 is never in a lower band.
        recurrences: how many recurrences in twelve months make a likelihood of 2, of 3 and of 4.

    Raises:
        FaultsError: a value is refused; a ValueError.
    """

    moderate_from: int = attrs.field(default=4, validator=whole_number(2, 16), metadata=_source("M2-1 §2.2", "I13"))
    high_from: int = attrs.field(default=8, validator=whole_number(2, 16), metadata=_source("M2-1 §2.2", "I13"))
    critical_from: int = attrs.field(default=12, validator=whole_number(2, 16), metadata=_source("M2-1 §2.2", "I13"))
    least_band_at_severity_4: Band = attrs.field(
        default=Band.HIGH, validator=member_of(Band), metadata=_source("M2-1 §2.2", "I13")
    )
    recurrences: tuple[int, int, int] = attrs.field(
        default=(1, 3, 6), converter=as_tuple, metadata=_source("M2-1 §2.2", "I13")
    )

    @high_from.validator
    def _above_moderate(self, _: object, high_from: int) -> None:
        _rises("high_from", high_from, "moderate_from", self.moderate_from)

    @critical_from.validator
    def _above_high(self, _: object, critical_from: int) -> None:
        _rises("critical_from", critical_from, "high_from", self.high_from)

    @recurrences.validator
    def _counts_rise(self, _: object, counts: object) -> None:
        three = isinstance(counts, tuple) and len(counts) == 3 and all(type(count) is int for count in counts)
        if not three or not 0 < counts[0] < counts[1] < counts[2]:  # type: ignore[index]
            refuse(
                "recurrences",
                counts,
                "trois nombres entiers d'au moins 1 sont attendus, chacun plus grand que le précédent",
                "three whole numbers of at least 1 are expected, each greater than the one before",
            )


def _rises(field: str, value: int, before: str, bound: int) -> None:
    if value <= bound:
        fr, en = f"un nombre supérieur à {before}", f"a number greater than {before}"
        refuse(field, value, f"{fr}, {bound}, est attendu", f"{en}, {bound}, is expected")


@attrs.frozen(kw_only=True)
class ComplexityParameters(SharedRepr):
    """What makes a case complex (cas complexe). Source: M2-1 §4.2.

    Args:
        band: from this band of criticality on; not the lowest, which would make every case complex.
        causes: from this number of causes on.
        recurrences: from this number of recurrences in twelve months on.
        level: from this level on; not the lowest.
        conforming_exempt: whether a complex case needs no problem-solving method once its qualification judges that the
            requirement was met.

    Raises:
        FaultsError: a value is refused; a ValueError.
    """

    band: Band = attrs.field(default=Band.HIGH, validator=member_of(Band), metadata=_source("M2-1 §4.2", "I14"))
    causes: int = attrs.field(default=2, validator=whole_number(1), metadata=_source("M2-1 §4.2", "I14"))
    recurrences: int = attrs.field(default=1, validator=whole_number(1), metadata=_source("M2-1 §4.2", "I14"))
    level: Level = attrs.field(default=Level.REGIONAL, validator=member_of(Level), metadata=_source("M2-1 §4.2", "I14"))
    conforming_exempt: bool = attrs.field(
        default=False, validator=truth, metadata=_source("M2-1 §4.2", "I29") | {ADDED_LATER: None}
    )

    @band.validator
    @level.validator
    def _not_the_lowest(self, attribute: attrs.Attribute[Any], value: object) -> None:
        if value in (Band.LOW, Level.LOCAL):
            refuse(
                attribute.name,
                value,
                "une valeur plus haute est attendue : celle-ci rendrait tous les cas complexes",
                "a higher value is expected: this one would make every case complex",
            )


MAY_QUALIFY = tuple(role for role in Role if role is not Role.SYSTEM)
"""Who may be allowed to qualify: people, not the library itself."""


def _by_command(values: object) -> Any:
    """Return the roles of each command, in the order of their definition; anything else as it is."""
    if not isinstance(values, Mapping):
        return values
    return {command: _in_order(roles) for command, roles in sorted(values.items(), key=lambda item: str(item[0]))}


def _in_order(roles: object) -> Any:
    if isinstance(roles, list | tuple | set | frozenset) and all(isinstance(role, Role) for role in roles):
        return tuple(sorted(roles, key=list(Role).index))
    return roles


def _roles_of(commands: type[LabelledEnum]) -> Validator:
    """Roles by command: each command at least one role, each role once."""

    def check(_: object, attribute: attrs.Attribute[Any], table: object) -> None:
        if not isinstance(table, Mapping):
            refuse(attribute.name, table, "des rôles par opération sont attendus", "roles by command are expected")
        for command, roles in table.items():
            path = f"{attribute.name}.{command}"
            if command == CommandType.QUALIFY and commands is CommandType:
                fr, en = "les rôles qui qualifient s'indiquent dans", "the roles that may qualify are set in"
                refuse(path, roles, f"{fr} roles.qualifying", f"{en} roles.qualifying")
            if not isinstance(command, commands):
                codes = ", ".join(commands)
                refuse(
                    path,
                    roles,
                    f"le code d'une opération est attendu, parmi {codes}",
                    f"the code of a command is expected, among {codes}",
                )
            if not _are_people(roles):
                _refuse_roles(path, roles)

    return check


def _are_people(roles: object) -> bool:
    if not isinstance(roles, tuple) or not all(isinstance(role, Role) and role in MAY_QUALIFY for role in roles):
        return False
    return bool(roles) and len(set(roles)) == len(roles)


def _refuse_roles(path: str, roles: object) -> NoReturn:
    names = ", ".join(MAY_QUALIFY)
    refuse(
        path,
        roles,
        f"au moins un rôle est attendu, chacun une fois, parmi {names}",
        f"at least one role is expected, each once, among {names}",
    )


@attrs.frozen(kw_only=True)
class RoleParameters(SharedRepr):
    """Who may do what (rôles). Source: M2-1 §2.3.

    M2-1 reserves no command but the qualification. An edition may reserve others: a command that it does not name is
    open to every role. The library itself (`Role.SYSTEM`), which erases what has expired, is never limited by that.

    Args:
        qualifying: the roles that may qualify a case, never empty.
        commands: by command on a case, the roles that may give it.
        plan_commands: by command on a plan, the roles that may give it.
        reads_names: the roles that read names of persons, never empty; all by default.
        reads_documents: the roles that may open the documents of cases, never empty; all by default.

    Raises:
        FaultsError: a value is refused; a ValueError.
    """

    qualifying: tuple[Role, ...] = attrs.field(
        default=MAY_QUALIFY, converter=as_tuple, metadata=_source("M2-1 §2.3", "I15")
    )
    commands: Mapping[CommandType, tuple[Role, ...]] = attrs.field(
        factory=dict, converter=_by_command, validator=_roles_of(CommandType), hash=False, metadata=_TECHNICAL_LATER
    )
    plan_commands: Mapping[PlanCommandType, tuple[Role, ...]] = attrs.field(
        factory=dict, converter=_by_command, validator=_roles_of(PlanCommandType), hash=False, metadata=_TECHNICAL_LATER
    )
    reads_names: tuple[Role, ...] = attrs.field(default=MAY_QUALIFY, converter=_in_order, metadata=_TECHNICAL_LATER)

    reads_documents: tuple[Role, ...] = attrs.field(default=MAY_QUALIFY, converter=_in_order, metadata=_TECHNICAL_LATER)

    @qualifying.validator
    @reads_names.validator
    @reads_documents.validator
    def _somebody(self, attribute: attrs.Attribute[object], roles: object) -> None:
        if not _are_people(roles):
            _refuse_roles(attribute.name, roles)

    def allows(self, command: CommandType | PlanCommandType, role: Role) -> bool:
        """Return True if no table of roles reserves a command to others; `qualifying` is a guard of its own.

        >>> RoleParameters(commands={CommandType.ANSWER: (Role.RQR,)}).allows(CommandType.ANSWER, Role.AQ)
        False
        """
        roles: Mapping[Any, tuple[Role, ...]] = (
            self.plan_commands if isinstance(command, PlanCommandType) else self.commands
        )
        return role is Role.SYSTEM or command not in roles or role in roles[command]


@attrs.frozen(kw_only=True)
class QualificationParameters(SharedRepr):
    """What a qualification requires (qualification). Source: M2-1 §2.2.

    Args:
        risks_required: whether qualifying judges every risk domain and the likelihood or the recurrences, and whether a
            plan, "no action" and a closing as answered or treated require a determined complexity.

    Raises:
        FaultsError: a value is refused; a ValueError.
    """

    risks_required: bool = attrs.field(default=True, validator=truth, metadata=_source("M2-1 §2.2", "I24"))


@attrs.frozen(kw_only=True)
class RetentionParameters(SharedRepr):
    """The retention of personal data after closing (durées de conservation), in calendar months.

    Args:
        mode: whether data are anonymised at the end of the active period, or archived until the end of the archive.
        active_months: the active period, counted from the closing.
        archive_months: the end of the restricted archive, counted from the closing too.

    Raises:
        FaultsError: a value is refused; a ValueError.
    """

    mode: RetentionMode = attrs.field(
        default=RetentionMode.ANONYMISE, validator=member_of(RetentionMode), metadata=_source(interpretation="I17")
    )
    active_months: int = attrs.field(default=12, validator=_MONTHS, metadata=_source(interpretation="I17"))
    archive_months: int = attrs.field(default=60, validator=_MONTHS, metadata=_source(interpretation="I17"))

    @archive_months.validator
    def _not_before_the_active_period_ends(self, _: object, months: int) -> None:
        if months < self.active_months:
            refuse(
                "archive_months",
                months,
                f"au moins active_months, {self.active_months}, est attendu : les deux comptent depuis la clôture",
                f"at least active_months, {self.active_months}, is expected: both are counted from the closing",
            )

    def active_until(self, closed_on: date) -> date:
        """The last day of the active period of a case closed on a day; a day that a month lacks is its last.

        Raises:
            TypeError: not a plain date.
        """
        return _months_later(closed_on, self.active_months)

    def retained_until(self, closed_on: date) -> date:
        """Return the last day of retention of the personal data of a case closed on a day.

        Raises:
            TypeError: not a plain date.

        >>> RetentionParameters().retained_until(date(2024, 2, 29))
        datetime.date(2025, 2, 28)
        """
        months = self.active_months if self.mode is RetentionMode.ANONYMISE else self.archive_months
        return _months_later(closed_on, months)


def _months_later(closed_on: date, months: int) -> date:
    from dateutil.relativedelta import relativedelta  # loaded with the first closed case

    return checked_date(closed_on, "closed_on") + relativedelta(months=months)


@attrs.frozen(kw_only=True)
class AcknowledgementParameters(SharedRepr):
    """The acknowledgement of receipt (accusé de réception): M2-1 asks for none, an edition may (interpretation I3).

    Args:
        days: within how many business days receipt is to be acknowledged; 0 where no clock runs.

    Raises:
        FaultsError: a value is refused; a ValueError.
    """

    days: int = attrs.field(default=0, validator=whole_number(0, MOST_DAYS), metadata=_source("M2-1 §5.0", "I3"))

    @property
    def rule(self) -> DeadlineRule | None:
        """The rule for the last day to acknowledge; None where no clock runs."""
        return DeadlineRule(days=self.days, due_soon=0) if self.days else None


@attrs.frozen(kw_only=True)
class TextParameters(SharedRepr):
    """The texts that people write on cases and plans.

    Args:
        longest: the most characters of one text; a longer one is refused.

    Raises:
        FaultsError: a value is refused; a ValueError.
    """

    longest: int = attrs.field(default=LONGEST_TEXT, validator=whole_number(1_000, 10_000_000))


_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+_-]{0,126}/[a-z0-9][a-z0-9.+_-]{0,126}", re.ASCII)
_MEDIA_TYPES: Final = (
    "application/pdf",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "audio/mp4",
    "audio/mpeg",
    "audio/wav",
    "image/gif",
    "image/heif",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "image/webp",
    "message/rfc822",
    "text/plain",
    "video/mp4",
)


@attrs.frozen(kw_only=True)
class SupportParameters(SharedRepr):
    """The documents of factual supports (supports factuels). Source: M2-1 §6.1.

    Args:
        document_required: True if a case is only qualified once a support has a document, or its call is transcribed.
        largest_document: the most bytes of one document.
        most_documents: the most documents of a case.
        media_types: the types of documents that are accepted, as their content shows them, never empty.
        most_uploads_a_day: the most documents that one person uploads on a day (UTC), claimed by an event or not.
        most_bytes_a_day: the most bytes of these documents.

    Raises:
        FaultsError: a value is refused; a ValueError.
    """

    document_required: bool = attrs.field(
        default=False, validator=truth, metadata=_source("M2-1 §6.1", "I31") | {ADDED_LATER: None}
    )
    largest_document: int = attrs.field(
        default=25_000_000, validator=whole_number(1, 10**12), metadata=_TECHNICAL_LATER
    )
    most_documents: int = attrs.field(default=20, validator=whole_number(1, 1_000), metadata=_TECHNICAL_LATER)
    media_types: tuple[str, ...] = attrs.field(default=_MEDIA_TYPES, converter=as_tuple, metadata=_TECHNICAL_LATER)
    most_uploads_a_day: int = attrs.field(default=1_000, validator=whole_number(1, 10**6), metadata=_TECHNICAL_LATER)
    most_bytes_a_day: int = attrs.field(
        default=5_000_000_000, validator=whole_number(1, 10**15), metadata=_TECHNICAL_LATER
    )

    @media_types.validator
    def _some_types(self, attribute: attrs.Attribute[object], types: object) -> None:
        is_list = isinstance(types, tuple) and bool(types) and all(isinstance(one, str) for one in types)
        if not is_list or not all(map(_MEDIA_TYPE.fullmatch, types)):  # type: ignore[call-overload]
            refuse(
                attribute.name,
                types,
                "au moins un type de média est attendu, comme application/pdf",
                "at least one media type is expected, such as application/pdf",
            )


def _of_known_levels(_: object, attribute: attrs.Attribute[Any], rule: DeadlineRule) -> None:
    """Refuse a deadline by a level that does not exist."""
    faults = [
        Fault(
            f"{attribute.name}.by_level.{level}",
            level,
            Wording(
                f"le code d'un niveau est attendu, parmi {', '.join(Level)}",
                f"the code of a level is expected, among {', '.join(Level)}",
            ),
        )
        for level in rule.by_level
        if level not in list(Level)
    ]
    if faults:
        raise FaultsError(faults)


@attrs.frozen(kw_only=True)
class Parameters(SharedRepr):
    """All the parameters of an edition.

    Args:
        survey: the satisfaction score.
        deadline: how the last day to answer is counted; its durations `by_level` hold for cases of a level as assessed.
        acknowledgement: whether receipt is acknowledged by a date.
        risk: criticality.
        qualification: what a qualification requires.
        complexity: what makes a case complex.
        roles: who may do what.
        retention: the retention of personal data.
        texts: the length of texts.
        support: the documents of factual supports.
        closures: days on which the whole agency is closed, added to those of each site: dates or (first, last) pairs.

    Raises:
        FaultsError: a value is refused; a ValueError.
        TypeError, ValueError: the closures are not days or ranges of days.
    """

    survey: SurveyParameters = attrs.field(factory=SurveyParameters, validator=of_class(SurveyParameters))
    deadline: DeadlineRule = attrs.field(
        factory=DeadlineRule, validator=[of_class(DeadlineRule), _of_known_levels], metadata=_source("M2-1 §5.0", "I2")
    )
    acknowledgement: AcknowledgementParameters = attrs.field(
        factory=AcknowledgementParameters, validator=of_class(AcknowledgementParameters)
    )
    risk: RiskParameters = attrs.field(factory=RiskParameters, validator=of_class(RiskParameters))
    qualification: QualificationParameters = attrs.field(
        factory=QualificationParameters, validator=of_class(QualificationParameters)
    )
    complexity: ComplexityParameters = attrs.field(
        factory=ComplexityParameters, validator=of_class(ComplexityParameters)
    )
    roles: RoleParameters = attrs.field(factory=RoleParameters, validator=of_class(RoleParameters))
    retention: RetentionParameters = attrs.field(factory=RetentionParameters, validator=of_class(RetentionParameters))
    texts: TextParameters = attrs.field(
        factory=TextParameters, validator=of_class(TextParameters), metadata=_TECHNICAL_LATER
    )
    support: SupportParameters = attrs.field(
        factory=SupportParameters, validator=of_class(SupportParameters), metadata={ADDED_LATER: None}
    )
    closures: tuple[DayRange, ...] = attrs.field(default=(), converter=day_ranges, metadata=_source("M2-1 §5.0", "I2"))

    @closures.validator
    def _is_open(self, _: object, closures: tuple[DayRange, ...]) -> None:
        days = sum((one.last - one.first).days + 1 for one in closures)
        if days > MOST_DAYS:
            fr, en = f"au plus {MOST_DAYS} jours de fermeture sont attendus", f"at most {MOST_DAYS} days are expected"
            refuse("closures", days, fr, en)


_OWN_INTERPRETATIONS: Mapping[str, str] = {"deadline.suspensions_allowed": "I25"}
"""Parameters of the deadline whose interpretation is not that of the whole rule."""


@attrs.frozen
class Carrier(SharedRepr):
    """A parameter that carries a clause or an interpretation.

    Attributes:
        path: where a policy file sets it.
        value: what the edition sets.
        clause: the clause it cites.
        interpretation: the number of the interpretation.
    """

    path: str
    value: Any
    clause: str | None
    interpretation: str | None


def reserved_commands(parameters: Parameters) -> Mapping[str, tuple[Role, ...]]:
    """Return the commands that an edition reserves to roles, by path; M2-1 has no clause on them."""
    roles = parameters.roles
    on_cases = {f"roles.commands.{command}": allowed for command, allowed in roles.commands.items()}
    return on_cases | {f"roles.plan_commands.{command}": allowed for command, allowed in roles.plan_commands.items()}


def parameter_carriers(parameters: Parameters) -> tuple[Carrier, ...]:
    """The parameters of an edition with their sources, in their order; those without a source in M2-1 are left out."""
    return tuple(_carriers(parameters, "", {}))


def _carriers(group: attrs.AttrsInstance, prefix: str, source: Mapping[str, Any]) -> Iterator[Carrier]:
    values = attrs.asdict(group, recurse=False)
    for field in attrs.fields(type(group)):
        if _TECHNICAL in field.metadata:
            continue
        path, value, cites = f"{prefix}{field.name}", values[field.name], {**source, **field.metadata}
        if attrs.has(type(value)):
            yield from _carriers(value, f"{path}.", cites)
        else:
            yield Carrier(path, value, cites.get("clause"), _OWN_INTERPRETATIONS.get(path, cites.get("interpretation")))
