"""The request of a decision on a frame: decisions, edition, calendars, and the columns that the frame must have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.calendars import BusinessCalendar, DeadlineRule
from reclamation_core.calendars.calendar import rules_of_levels
from reclamation_core.cases import CaseKind
from reclamation_core.documents.similar_names import bare_name
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.frames.backends import ONCE
from reclamation_core.frames.layout import DECISIONS, LEVEL, LEVEL_SETS
from reclamation_core.frames.plan import FactColumn, FactsClass, LookUpPlan, plan_for
from reclamation_core.frames.receipts import ReceiptBlocks, Receipts, receipt_blocks
from reclamation_core.policy import Policy
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Boolean, Day, Integer
from reclamation_core.tables.domains import Domain, Enumeration
from reclamation_core.validators import of_class
from reclamation_core.vocabulary import FACTS, ComplaintFacts, Fact, Sites
from reclamation_core.vocabulary.column_names import MARKERS, labelled_columns, nearly_named_columns
from reclamation_core.vocabulary.facts import is_own_key
from reclamation_core.vocabulary.own_facts import OWN
from reclamation_core.wording import Wording, first_of

Calendars: TypeAlias = BusinessCalendar | Mapping[str, BusinessCalendar] | Sites
"""One calendar for all rows, one by name, or those of sites."""


def calendars_of(calendar: object, calendar_column: str | None) -> tuple[Mapping[str, BusinessCalendar], str | None]:
    """Return the calendars by the values of a column, and that column; a single calendar has the key "" and no column.

    Raises:
        TypeError, ValueError: these are no calendars, or the column is given for one alone.
    """
    if calendar is None:
        return {}, None
    if isinstance(calendar, BusinessCalendar):
        if calendar_column is not None:
            raise ValueError(
                f"calendar_column={calendar_column!r} has no effect with one calendar; give calendars by its values"
            )
        return {"": calendar}, None
    if isinstance(calendar, Sites):
        return {code: calendar[code].calendar() for code in calendar}, calendar_column or "site"
    if (
        calendar
        and isinstance(calendar, Mapping)
        and all(isinstance(one, BusinessCalendar) for one in calendar.values())
    ):
        return {str(name): one for name, one in calendar.items()}, calendar_column or "territory"
    raise TypeError(f"calendar: a BusinessCalendar, several by name, Sites or None is expected, got {calendar!r}")


def expected_keys(calendars: Mapping[str, BusinessCalendar]) -> Wording:
    """Return the expected values of the calendar column."""
    fr, en = "le nom d'un des calendriers", "the name of one of the calendars"
    if calendars:
        fr, en = f"l'un de {first_of(calendars)}", f"one of {first_of(calendars)}"
    return Wording(
        f"{fr} est attendu ; là où il n'y en a pas, mettez celui dont le calendrier vaut",
        f"{en} is expected; where there is none, fill in the one whose calendar holds",
    )


INSTANT: Final = "received_at"
DAY: Final = "received_on"
ITS_CALENDAR: Final = "its calendar"
"""The key of the codes of the calendar column."""
KIND: Final = "kind"
"""The column that may say which rows are complaints and which malfunctions, as `CaseKind` does."""

LEVEL_CHANGED: Final = "level_changed_on"
"""The column of the day on which the assessed level changed last while the answer clock ran, as `caseload` has it."""
CLOCK_LEVELS: Final = "deadline_levels"
"""The column of the levels whose time to answer counts, where they are not those of the facts, as `caseload` has it."""
_OF_CLOCK: Final = (LEVEL_CHANGED, CLOCK_LEVELS)

READABLE: Final = frozenset({INSTANT, *FACTS, *MARKERS, DAY, KIND, *_OF_CLOCK})
"""The names of all possible input columns except the calendar column, which may have any name."""

_AWARE = Wording(
    "une colonne de dates-heures avec leur fuseau est attendue ; indiquez-le (en pandas : "
    "pd.to_datetime(...).dt.tz_localize('Europe/Paris') ; en Polars : dt.replace_time_zone), ou nommez received_on "
    "une colonne de jours sans heure",
    "a column of datetimes with a time zone is expected; add it (in pandas: "
    "pd.to_datetime(...).dt.tz_localize('Europe/Paris'); in Polars: dt.replace_time_zone), or name a column of days "
    "received_on",
)
_DATES = Wording(
    "une colonne de dates est attendue (de textes : pd.to_datetime(...) en pandas, str.to_date en Polars)",
    "a column of dates is expected (from texts: pd.to_datetime(...) in pandas, str.to_date in Polars)",
)
_RECEIPT = Wording(
    f"une colonne {INSTANT} (date-heure avec fuseau) ou {DAY} (date) est attendue pour compter un délai ; "
    f"sans calendrier, aucun n'est compté",
    f"a column {INSTANT} (datetime with a time zone) or {DAY} (date) is expected to count a deadline; "
    f"without a calendar none is counted",
)
_MOMENT = Wording(
    "un moment de réception est attendu, dans les années du calendrier",
    "a moment of receipt is expected, within the calendar's years",
)
_TEXTS = Wording("une colonne de textes est attendue", "a column of texts is expected")
FREE = Wording(
    "cette colonne existe déjà ; renommez-la, ou indiquez un autre prefix",
    "that column is already there; rename it, or give another prefix",
)
_KEPT = Wording(
    "les noms qui commencent ainsi servent aux calculs ; choisissez-en un autre",
    "names that begin so are used on the way; choose another one",
)
_OTHER_KIND = Wording(
    "decide décide les réclamations, decide_malfunctions les dysfonctionnements ; séparez ces lignes des autres",
    "decide decides complaints, decide_malfunctions malfunctions; part these rows from the others",
)
_BOTH = Wording(
    f"{INSTANT} et {DAY} sont là toutes les deux : laquelle est lue changerait l'échéance ; retirez l'une des deux",
    f"{INSTANT} and {DAY} are both there, and which one is read would change the deadline; drop one of them",
)
_LEVELS = Wording(
    f"des codes de niveaux sont attendus, séparés par une espace, parmi : {' ; '.join(LEVEL_SETS[1:])}",
    f"codes of levels are expected with a space between, one of: {'; '.join(LEVEL_SETS[1:])}",
)
_BOOLEANS = Wording("une colonne de booléens est attendue", "a column of booleans is expected")
_KEYS = Wording(
    "une colonne qui dit le calendrier de chaque ligne est attendue sous ce nom",
    "a column that tells each row's calendar is expected under that name",
)


_NEVER_A_COLUMN = Wording(
    "une information personnelle ou un texte libre n'est jamais une colonne ; retirez cette colonne",
    "a personal fact or a free text is never a column; drop this column",
)

OWN_PREFIX: Final = f"{OWN}_"
"""The prefix of the columns of facts that editions declare themselves."""


def _column(field: str) -> str:
    """Return the name of the column of a field: `own_NAME` for `own.NAME`, else that of the field."""
    return OWN_PREFIX + field.removeprefix(f"{OWN}.") if is_own_key(field) else field


def own_fields(facts: Iterable[Fact]) -> tuple[str, ...]:
    """Return the fields of facts of editions and of the columns that mark them as unknown; texts have no column."""
    return tuple(name for fact in facts if not fact.is_erasable for name in (fact.key, fact.marker) if name)


def own_columns(editions: Iterable[Policy]) -> tuple[str, ...]:
    """Return the names of the columns of the facts that some editions declare themselves."""
    return tuple(dict.fromkeys(_column(field) for edition in editions for field in own_fields(edition.facts)))


def checked_ignore(ignore: object) -> frozenset[str]:
    """Return the names of the columns to ignore.

    Raises:
        TypeError: it is no collection of texts.
        ValueError: one is the very name of a column that is read.
    """
    if isinstance(ignore, str) or not isinstance(ignore, Iterable):
        raise TypeError(f"ignore: {ignore!r}; a list of column names is expected")
    names = frozenset(ignore)
    strange = sorted(names & READABLE, key=str)
    if strange:
        raise ValueError(f"ignore: {strange} are read under these very names; drop or rename these columns instead")
    return names


@attrs.frozen(eq=False, slots=False)
class DecisionRequest(SharedRepr):
    """The request of a decision on a frame.

    Args:
        policy: the edition.
        kind: whether the rows are complaints or malfunctions.
        decisions: the requested decisions, in order.
        calendars: the calendars by the values of `calendar_column`; by "" a single one; none for no due date.
        calendar_column: the column that names the calendar of each row; None for a single calendar.
        prefix: the prefix of the names of the columns added.
        marked: whether the column `invalid` is added.
        ignore: columns that are no facts although their names are close to one.
        labelled: the columns that are named by a label, by the field; see `reading`.
        empty: the columns that are null in every row: unknown whatever their type, which a reader of files guesses.
        days: the first and the last day of receipt of a query, in UTC; None for all days of the calendars.
        own: the tables that the edition declares itself, of those requested.
        shows_levels: whether the column `CLOCK_LEVELS` is added where the due date depends on the level.
        carried: facts of editions that are read although no requested table needs them.
    """

    policy: Policy = attrs.field(validator=of_class(Policy))
    kind: FactsClass
    decisions: tuple[str, ...]
    calendars: Mapping[str, BusinessCalendar]
    calendar_column: str | None
    prefix: str = attrs.field(validator=of_class(str))
    marked: bool
    ignore: frozenset[str] = attrs.field(default=(), converter=checked_ignore)
    labelled: Mapping[str, str] = attrs.field(factory=dict)
    empty: frozenset[str] = frozenset()
    days: tuple[int, int] | None = None
    own: tuple[str, ...] = ()
    shows_levels: bool = False
    carried: tuple[Fact, ...] = ()

    @cached_property
    def own_facts(self) -> Mapping[str, Fact]:
        """The facts that may have a column `own_NAME`, by `own.NAME`."""
        return {fact.key: fact for fact in (*self.policy.facts, *self.carried)}

    @cached_property
    def _fields_by_column(self) -> Mapping[str, str]:
        fields = own_fields(self.own_facts.values())
        return {**{_column(field): field for field in fields}, **{name: field for field, name in self.labelled.items()}}

    @cached_property
    def plan(self) -> LookUpPlan:
        """The plan of the look-ups."""
        with_clock = {*(["eligibility"] if self.has_clock else []), *([LEVEL] if self.has_level_clocks else [])}
        wanted = (*(name for name in DECISIONS if name in self.decisions or name in with_clock), *self.own)
        return plan_for(self.policy, self.kind, wanted)  # type: ignore[arg-type]  # a union of classes is hashed as a class

    @property
    def has_clock(self) -> bool:
        """True if the eligibility is needed: a message out of scope has neither a level nor a due date."""
        return self.kind is ComplaintFacts and (bool(self.calendars) or LEVEL in self.decisions)

    @property
    def has_level_clocks(self) -> bool:
        """True if the due date depends on the level."""
        return self.kind is ComplaintFacts and bool(self.calendars) and bool(self.policy.deadline.by_level)

    @cached_property
    def _level_sets(self) -> dict[tuple[DeadlineRule, ...], tuple[str, ...]]:
        """A set of levels for each different set of rules, in order; one empty set if all levels have the same rule."""
        sets = [tuple(codes.split()) for codes in LEVEL_SETS] if self.has_level_clocks else [()]
        found: dict[tuple[DeadlineRule, ...], tuple[str, ...]] = {}
        for levels in sets:
            found.setdefault(rules_of_levels(self.policy.deadline, levels), levels)
        return found

    @property
    def level_clocks(self) -> tuple[int, ...]:
        """For each set of levels, as a sum of powers of two, the number of the clock that counts its due date."""
        number_of = {rules: number for number, rules in enumerate(self._level_sets)}
        return tuple(number_of[rules_of_levels(self.policy.deadline, tuple(codes.split()))] for codes in LEVEL_SETS)

    @property
    def clocks(self) -> int:
        """How many different clocks each calendar has."""
        return len(self._level_sets)

    def name(self, column: str) -> str:
        """Return the name of a column that is added."""
        return f"{self.prefix}{column}"

    @property
    def added(self) -> tuple[str, ...]:
        """The columns that are added, in order."""
        due = ["due_date"] if self.calendars else []
        due += [CLOCK_LEVELS] if self.shows_levels and self.has_level_clocks else []
        return tuple(map(self.name, [*self.looked_up, *due, *(["invalid"] if self.marked else [])]))

    @property
    def looked_up(self) -> tuple[str, ...]:
        """The columns from look-up tables, in order and without the prefix."""
        shown = (*self.decisions, *self.own)
        return (*(name for decision in shown for name in (decision, f"{decision}_rows")), "undetermined")

    @property
    def of_complaints(self) -> tuple[str, ...]:
        """The columns from look-up tables that a message out of scope does not have, without the prefix."""
        return (LEVEL, f"{LEVEL}_rows") if self.has_clock and LEVEL in self.decisions else ()

    @property
    def level_bit(self) -> int:
        """The power of two of the level among the undetermined decisions; 0 if every row has a level."""
        return 1 << self.decisions.index(LEVEL) if self.of_complaints else 0

    @property
    def other_kind(self) -> CaseKind:
        """The value of `KIND` in rows of the other kind."""
        return CaseKind.MALFUNCTION if self.kind is ComplaintFacts else CaseKind.COMPLAINT

    def tells_kind(self, columns: Collection[str]) -> bool:
        """Return True if a column names the kind of the rows."""
        return KIND in columns and self.calendar_column != KIND

    def received(self, columns: Collection[str]) -> str | None:
        """Return `INSTANT` or `DAY`, whichever has a column; None if no due date is requested."""
        if not self.calendars:
            return None
        return INSTANT if self.column(INSTANT) in columns else DAY

    @property
    def needed(self) -> tuple[str, ...]:
        """The fields of the possible input columns of this request."""
        receipts = (INSTANT, DAY) if self.calendars else ()
        facts = [name for fact in self.plan.facts.values() if fact.given for name in (fact.name, fact.marker) if name]
        facts += own_fields(self.carried)
        keys = [self.calendar_column] if self.calendar_column is not None and self.calendars else []
        of_clock = _OF_CLOCK if self.has_level_clocks else ()
        return tuple(dict.fromkeys((*facts, *receipts, *keys, *of_clock, KIND)))

    @cached_property
    def different(self) -> tuple[BusinessCalendar, ...]:
        """The different calendars, with the edition's own closures; most sites share that of their territory."""
        return tuple(dict.fromkeys(map(self.policy.calendar, self.calendars.values())))

    @property
    def which(self) -> tuple[int, ...]:
        """The place of each named calendar among the different ones; then a place for all other names."""
        places = {calendar: place for place, calendar in enumerate(self.different)}
        named = (places[self.policy.calendar(calendar)] for calendar in self.calendars.values())
        return (*named, len(self.different))

    def receipt_blocks(self, field: str) -> ReceiptBlocks:
        """Return the last days to answer by the different calendars, computed when they are needed."""
        levels = tuple(self._level_sets.values())
        return receipt_blocks(self.different, self.policy.deadline, timed=field == INSTANT, levels=levels)

    def receipts(self, field: str) -> Receipts:
        """Return the last days to answer by the different calendars, for the days in UTC in question."""
        blocks = self.receipt_blocks(field)
        return blocks.between(*(self.days or blocks.bounds))

    def column(self, field: str) -> str:
        """Return the column of a field, of `ITS_CALENDAR` too."""
        if field == ITS_CALENDAR:
            field = str(self.calendar_column)
        return self.labelled.get(field) or _column(field)

    def marker(self, fact: FactColumn) -> str | None:
        """Return the column that is true where a fact is unknown; None where a null means that."""
        return None if fact.marker is None else self.column(fact.marker)

    def field(self, column: str) -> str:
        """Return the field of a column."""
        return self._fields_by_column.get(column, column)

    def reading(self, columns: Collection[Any], instants: Collection[Any]) -> DecisionRequest:
        """Return the request with the columns of a frame that are named by a label of a field without a column.

        Args:
            columns: the names of the frame's columns.
            instants: those that have instants; a receipt without them is a day.

        Raises:
            FaultsError: several columns are named by labels of one field.
        """
        labels = {key: fact.label for key, fact in self.own_facts.items()}
        named = labelled_columns(self._others(columns), self._missing(columns), labels)
        # Names are compared exactly here: `Channel` is nearly `channel`, and `sold service` a label.
        found = {
            field: kept
            for field, names in named.items()
            if (kept := [name for name in names if _is_exact(name, field) or bare_name(name) != bare_name(field)])
        }
        for field, other in ((INSTANT, DAY), (DAY, INSTANT)):
            fitting = [name for name in found.pop(field, []) if (name in instants) == (field == INSTANT)]
            if fitting:
                found[field] = fitting
                found.pop(other, None)
                break
        faults = [
            Fault(_column(field), ", ".join(names), _several_columns(_column(field)))
            for field, names in found.items()
            if len(names) > 1
        ]
        fields = Counter(name for names in found.values() for name in names)
        faults += [Fault(name, name, _several_fields(name)) for name, number in fields.items() if number > 1]
        if faults:
            raise FaultsError(faults)
        return attrs.evolve(self, labelled={field: name for field, (name,) in found.items()})

    def _missing(self, columns: Collection[Any]) -> list[str]:
        """Return the fields without a column; none of the receipts where there is one of them."""
        missing = [name for name in self.needed if self.column(name) not in columns]
        if {INSTANT, DAY} - set(missing):
            missing = [name for name in missing if name not in {INSTANT, DAY}]
        return missing

    def _others(self, columns: Collection[Any]) -> list[str]:
        """Return the columns that are not read."""
        known = {*READABLE, *self.ignore, self.calendar_column, *self.labelled.values(), *self._fields_by_column}
        return [name for name in columns if isinstance(name, str) and name not in known]

    def check_columns(self, columns: Collection[str], *, caseless: bool, reserved: str) -> None:
        """Refuse a frame without a receipt or calendar column, or with conflicting names.

        Args:
            columns: the names of the frame's columns.
            caseless: True if its engine compares names without case.
            reserved: the prefix of the names of temporary columns.

        Raises:
            FaultsError: with all that is wrong.
        """

        def same(name: str) -> str:
            return name.casefold() if caseless else name

        seen = Counter(map(same, columns))
        faults = self._named_in_the_way(columns, same, seen, reserved)
        refused = {fault.value for fault in faults}
        faults += [fault for fault in self.column_faults(columns, same) if fault.value not in refused]
        if faults:
            raise FaultsError(faults)

    def column_faults(self, columns: Collection[Any], same: Callable[[Any], Any] = lambda name: name) -> list[Fault]:
        """Return faults for near misses, and for a receipt or a calendar without a column.

        Args:
            columns: the names of the frame's columns.
            same: folds names that the engine takes for the same.
        """
        near, seen = self.near_misses(columns), set(map(same, columns))
        faults = list(near)
        meant = {fault.path for fault in near}
        there = {field for field in (INSTANT, DAY) if same(self.column(field)) in seen}
        if self.calendars and not there | ({INSTANT, DAY} & meant):
            faults.append(Fault(INSTANT, None, _RECEIPT))
        faults += self.double_receipt(there)
        if (
            self.calendars
            and self.calendar_column is not None
            and same(self.column(self.calendar_column)) not in seen
            and self.calendar_column not in meant
        ):
            faults.append(Fault(self.calendar_column, None, _KEYS))
        return faults

    def double_receipt(self, fields: Collection[str]) -> list[Fault]:
        """Return a fault if both an instant and a day of receipt are among the fields, and a deadline is counted."""
        return [Fault(INSTANT, None, _BOTH)] if self.calendars and {INSTANT, DAY} <= set(fields) else []

    def near_misses(self, columns: Collection[Any]) -> list[Fault]:
        """Return a fault for each column whose name is nearly that, or a label, of a field without a column.

        A column `own_NAME` of a personal fact, of a free text or of no fact is one.
        """
        others = self._others(columns)
        missing = {name: name for name in map(_column, self._missing(columns))}
        own = {fact.column: fact.label for fact in self.own_facts.values()}
        near = {column: near_miss(column, name) for column, name in nearly_named_columns(others, missing, own)}
        erasable = {_column(key): fact for key, fact in self.own_facts.items() if fact.is_erasable}
        for column in others:
            if column in erasable:
                near[column] = Fault(column, column, _NEVER_A_COLUMN)
            elif column.startswith(OWN_PREFIX):
                near.setdefault(column, Fault(column, column, self._undeclared(column)))
        return list(near.values())

    def _undeclared(self, column: str) -> Wording:
        declared = ", ".join(_column(key) for key, fact in self.own_facts.items() if not fact.is_erasable)
        return Wording(
            f"aucune version ne déclare cette information (colonnes déclarées : {declared or 'aucune'}) ; décidez sous "
            f"une version qui la déclare, renommez la colonne, ou passez ignore=[{column!r}]",
            f"no edition declares this fact (columns declared: {declared or 'none'}); decide under an edition that "
            f"declares it, rename the column, or pass ignore=[{column!r}]",
        )

    def domain(self, field: str) -> Domain | None:
        """Return the domain of a fact that is read; None for another field."""
        fact, own = self.plan.facts.get(field), self.own_facts.get(field)
        return fact.input.domain if fact is not None else None if own is None else own.domain

    def marker_of(self, field: str) -> str | None:
        """Return the column that is true where a fact that is read is unknown; None where a null means that."""
        fact = self.plan.facts.get(field) or self.own_facts.get(field)
        return None if fact is None or fact.marker is None else self.column(fact.marker)

    def _named_in_the_way(
        self, columns: Collection[str], same: Callable[[str], str], seen: Mapping[str, int], reserved: str
    ) -> list[Fault]:
        added = {same(name): name for name in self.added}
        read = {same(self.column(field)): self.column(field) for field in self.needed}
        faults = [Fault("prefix", self.prefix, _KEPT)] if same(self.prefix).startswith(reserved) else []
        for name in dict.fromkeys(columns):
            alike = same(name)
            if alike in added:
                faults.append(Fault(added[alike], name, FREE))
            elif alike in read and read[alike] != name and name not in self.ignore:
                faults.append(Fault(read[alike], name, _capitals(read[alike])))
            elif seen[alike] > 1:
                faults.append(Fault(name, name, ONCE))
            elif str(alike).startswith(reserved):  # in pandas a name may be anything
                faults.append(Fault(name, name, _KEPT))
        return faults


def _is_exact(label: str, field: str) -> bool:
    return label.replace(" ", "_") == field


def _several_columns(field: str) -> Wording:
    return Wording(
        f"ces colonnes sont toutes des libellés de {field} ; nommez {field} celle qui est à lire",
        f"these columns are all labels of {field}; rename the one to read to {field}",
    )


def _several_fields(column: str) -> Wording:
    return Wording(
        f"{column} est le libellé de plusieurs informations ; nommez la colonne comme celle qu'elle contient",
        f"{column} is the label of several facts; give the column the name of the one that it has",
    )


def near_miss(column: str, name: str) -> Fault:
    """Return the fault of a column whose name is close to that of an input column."""
    return Fault(
        name,
        column,
        Wording(
            f"cette colonne n'est pas lue : il faut la nommer {name} ; renommez-la ou, si elle n'a rien à voir, "
            f"passez ignore=[{column!r}]",
            f"that column is not read: {name} is; rename it or, if it is something else, pass ignore=[{column!r}]",
        ),
    )


def _capitals(name: str) -> Wording:
    return Wording(
        f"ce moteur prend ce nom pour {name}, qui est lu sous ce nom exact ; renommez la colonne",
        f"this engine takes that name for {name}, which is read under this very name; rename the column",
    )


def fact_fault(fact: FactColumn, dtype: object, column: str) -> Fault:
    """Return the fault of a column whose type cannot have the values of its fact, or mark it as unknown."""
    domain = fact.input.domain
    if isinstance(domain, Enumeration):
        codes = ", ".join(map(str, domain.values))
        expected = Wording(f"une colonne de codes est attendue ({codes})", f"a column of codes is expected ({codes})")
    elif isinstance(domain, Boolean):
        expected = _BOOLEANS
    elif isinstance(domain, Day):
        expected = _DATES
    elif isinstance(domain, Integer):
        expected = Wording("une colonne de nombres entiers est attendue", "a column of whole numbers is expected")
    else:
        expected = Wording("une colonne de nombres est attendue", "a column of numbers is expected")
    return Fault(column, str(dtype), expected)


def marker_fault(column: str, dtype: object) -> Fault:
    """Return the fault of a column that is to mark unknown facts, and is not of booleans."""
    return Fault(column, str(dtype), _BOOLEANS)


def receipt_fault(field: str, dtype: object, column: str) -> Fault:
    """Return the fault of a receipt column of a wrong type."""
    return Fault(column, str(dtype), _AWARE if field == INSTANT else _DATES)


def keys_fault(column: str, dtype: object) -> Fault:
    """Return the fault of a calendar column of a wrong type."""
    return Fault(column, str(dtype), _TEXTS)


def expected_value(request: DecisionRequest, column: str) -> Wording:
    """Return the expected values of a column."""
    name = request.field(column)
    domain = request.domain(name)
    if domain is not None:
        given = domain.expected
        fr, en = f"attendu : {given.fr}, ou rien", f"{given.en} is expected, or nothing"
        marker = request.marker_of(name)
        if marker is not None:
            return Wording(f"{fr} ; rien si {marker} est vrai", f"{en}; nothing where {marker} is true")
        return Wording(fr, en)
    if name in {INSTANT, DAY}:
        return _MOMENT
    if name == CLOCK_LEVELS:
        return _LEVELS
    if request.tells_kind([name]):
        return _OTHER_KIND
    return expected_keys(request.calendars)
