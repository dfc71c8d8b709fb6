"""Editions of the procedure M2-1, the assessment of a case under one, and the book of editions by date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from datetime import date
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import attrs

from reclamation_core.calendars import BusinessCalendar, DayRange, Deadline, DeadlineRule
from reclamation_core.codes import Audience
from reclamation_core.documents import canonical_json
from reclamation_core.errors import InternalTextError
from reclamation_core.markup import html_of
from reclamation_core.policy.documents import CODEC, PolicyDocument, digest, policy_toml, read_document, write_tables
from reclamation_core.policy.errors import NoEditionError, UnknownEditionError
from reclamation_core.policy.formatting import deadline_sentence
from reclamation_core.policy.m2_1_tables import TABLES
from reclamation_core.policy.own_facts import as_facts, clashes, each_declared, facts_digest, joined, write_facts
from reclamation_core.policy.own_tables import (
    BoundTables,
    as_own_tables,
    each_own,
    judges_malfunctions,
    table_digest,
    write_table,
)
from reclamation_core.policy.parameters import Parameters, RetentionParameters, RoleParameters, edition_name
from reclamation_core.policy.row_edits import as_pairs, edited_tables, more_inputs, of_known_tables
from reclamation_core.policy.sources import INTERPRETATIONS, Interpretation
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Decision, DecisionTable, FactsError, Input, Row, RowEdits
from reclamation_core.tables.decision import Cell
from reclamation_core.validators import NONE_GIVEN, day, of_class, optional, refuse_value, require_order
from reclamation_core.vocabulary import Band, ComplaintFacts, Complexity, Eligibility, Fact, Level, MalfunctionFacts
from reclamation_core.vocabulary.facts import values_of
from reclamation_core.wording import Lang, Wording, safe_repr

if TYPE_CHECKING:
    from reclamation_core.policy.difference import PolicyDifference

_MALFUNCTION: Final = Wording("dysfonctionnement interne", "internal malfunction")


class CaseAssessment:
    """The assessment of a case, complaint or malfunction: level, risk, complexity.

    The outcomes are decided at construction; decisions are wrapped on first access.

    Attributes:
        policy: the edition that it was judged under.
        facts: the facts judged.
    """

    __slots__ = ("_complexity", "facts", "policy")

    def __init__(self, policy: Policy, facts: Any, complexity: Cell[Complexity]) -> None:
        self.policy = policy
        self.facts = facts
        self._complexity = complexity

    @property
    def level(self) -> Decision[Level]:
        """The level that handles the case (niveau de traitement). Source: M2-1 §5.1 to §5.3."""
        return Decision(self._complexity.requires["level"], self.facts)

    @property
    def handling_level(self) -> Level:
        """The level that handles the case until the level is determined: the lowest one still possible (I19)."""
        level: Cell[Level] = self._complexity.requires["level"]
        return min(level.possible)

    @property
    def severity(self) -> Decision[int]:
        """The severity, 1 to 4 (gravité). Source: M2-1 §2.2."""
        return Decision(self._complexity.requires["band"].requires["severity"], self.facts)

    @property
    def likelihood(self) -> Decision[int]:
        """The likelihood retained, 1 to 4 (vraisemblance). Source: M2-1 §2.2."""
        criticality = self._complexity.requires["band"].requires["criticality"]
        return Decision(criticality.requires["retained_likelihood"], self.facts)

    @property
    def criticality(self) -> Decision[int]:
        """The criticality, 1 to 16 (criticité). Source: M2-1 §2.2."""
        return Decision(self._complexity.requires["band"].requires["criticality"], self.facts)

    @property
    def risk(self) -> Decision[Band]:
        """The band of the criticality (niveau de criticité). Source: M2-1 §2.2."""
        return Decision(self._complexity.requires["band"], self.facts)

    @property
    def complexity(self) -> Decision[Complexity]:
        """Whether a problem-solving method is required (cas complexe). Source: M2-1 §4.2."""
        return Decision(self._complexity, self.facts)

    @property
    def own(self) -> Mapping[str, Decision[Any]]:
        """The decisions of the tables that the edition declares itself, by their names."""
        tables = self.policy.tables
        return {name: tables[name].decide(self.facts) for name in self.policy.own_tables_of(type(self.facts))}

    @property
    def decisions(self) -> tuple[Decision[Any], ...]:
        """The decisions in the order in which they are made and explained."""
        return (self.level, self.risk, self.complexity, *self.own.values())

    @property
    def question(self) -> Input | None:
        """The fact to ask for first: that of the first decision still undetermined; None once these are made.

        The complexity has no question here: its causes are known after the analysis.
        """
        asked = (decision.question for decision in self.decisions if decision.table.name != "complexity")
        return next(filter(None, asked), None)

    def explain(self, lang: Lang = "fr", *, audience: Audience | str = Audience.AGENT) -> str:
        """All the decisions in sentences, one a line, a blank line between decisions.

        Args:
            lang: the language of the text; the text for developers is in English.
            audience: who reads it. A complainant reads the eligibility, the level once the message is a complaint, and
                the deadline, in plain words.

        Raises:
            InternalTextError: the audience is the complainant, and an internal malfunction has none.
            ValueError: there is no such language or audience.
        """
        if Audience.parse(audience) is Audience.COMPLAINANT:
            raise InternalTextError(_MALFUNCTION)
        return "\n\n".join(decision.explain(lang, audience=audience) for decision in self.decisions)

    def _repr_html_(self) -> str:
        return html_of(self, "reclamation_core.policy.pages")

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__ or not isinstance(other, CaseAssessment):
            return NotImplemented
        return self.policy == other.policy and bool(self.facts == other.facts)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} under {self.policy.edition!r}: {', '.join(map(repr, self.decisions))}>"


class MalfunctionAssessment(CaseAssessment):
    """The assessment of an internal malfunction (dysfonctionnement interne): no eligibility, no deadline."""

    __slots__ = ()


class Assessment(CaseAssessment):
    """The assessment of a complaint (réclamation).

    Attributes:
        deadline: the last day to answer and how it was counted; None for what is out of scope. Source: M2-1 §5.0.
    """

    __slots__ = ("_eligibility", "deadline")

    def __init__(
        self,
        policy: Policy,
        facts: Any,
        eligibility: Cell[Eligibility],
        complexity: Cell[Complexity],
        deadline: Deadline | None,
    ) -> None:
        # All is set here, without a detour by the base: a complaint is judged in about a microsecond.
        self.policy = policy
        self.facts = facts
        self._complexity = complexity
        self._eligibility = eligibility
        self.deadline = deadline

    @property
    def eligibility(self) -> Decision[Eligibility]:
        """Whether it is a complaint (recevabilité). Source: M2-1 §1."""
        return Decision(self._eligibility, self.facts)

    @property
    def deadline_levels(self) -> tuple[Level, ...]:
        """The levels that may handle the case, if the edition has durations by level: the earliest deadline holds."""
        return tuple(sorted(self.level.possible)) if self.policy.deadline.by_level else ()

    @property
    def decisions(self) -> tuple[Decision[Any], ...]:
        """The decisions in the order in which they are made and explained; of what is out of scope, the first alone."""
        if self._eligibility.outcome is Eligibility.OUT_OF_SCOPE:
            return (self.eligibility,)
        return (self.eligibility, self.level, self.risk, self.complexity, *self.own.values())

    def explain(self, lang: Lang = "fr", *, audience: Audience | str = Audience.AGENT) -> str:
        """The decisions and the deadline in sentences, one a line, a blank line between them; see the base class."""
        if Audience.parse(audience) is Audience.COMPLAINANT:
            told = [decision for decision in self.decisions if decision.table.plain_statements]
            told = told if self._eligibility.outcome is Eligibility.COMPLAINT else told[:1]
            text = "\n\n".join(decision.explain(lang, audience=audience) for decision in told)
        else:
            text = super().explain(lang, audience=audience)
        if self.deadline is None:
            return text
        return f"{text}\n\n{deadline_sentence(self.deadline, lang, audience=audience, levels=self.deadline_levels)}"

    def __eq__(self, other: object) -> bool:
        same = super().__eq__(other)
        if same is not True or not isinstance(other, Assessment):
            return same
        return self.deadline == other.deadline

    __hash__ = None


_NONE = RowEdits()


@attrs.frozen(slots=False, kw_only=True)
class Policy(SharedRepr):
    """An edition of the procedure M2-1 (édition).

    Args:
        edition: its name.
        parameters: what it sets.
        in_force_from: the first day of receipt that it governs; None for no beginning.
        in_force_until: the last such day, included; None for no end.
        edits: by table, the rows that the edition adds, replaces or removes in what its parameters make; a mapping is
            converted to pairs, in the order of the tables.
        facts: the facts that the edition declares in addition to those of the library; its rows ask for them as
            `own.NAME`.
        own_tables: the tables that the edition declares in addition to those of M2-1, each after those that it reads.

    Raises:
        TypeError: a field is not of its type.
        FaultsError: the edition has no name, it ends before it begins, its edits name tables or rows that are not
            there, a fact is refused, or a row asks for a fact that cannot be an input of its table; a ValueError.
        TableDefinitionError: an edited row does not fit its table.
        TableProofError: an edited table leaves gaps, contradicts itself or breaks a promise.

    >>> from reclamation_core.tables import RowEdits
    >>> Policy(edition="sans §1.6", edits={"eligibility": RowEdits(remove=["general-opinion"])})
    Traceback (most recent call last):
        ...
    reclamation_core.tables.errors.TableProofError: table 'eligibility' is refused:
    - no row fires in 150 cells; add a row (witness: ...)
    """

    edition: str = attrs.field(validator=edition_name)
    parameters: Parameters = attrs.field(factory=Parameters, validator=of_class(Parameters))
    in_force_from: date | None = attrs.field(default=None, validator=optional(day))
    in_force_until: date | None = attrs.field(default=None, validator=optional(day))
    edits: tuple[tuple[str, RowEdits], ...] = attrs.field(default=(), converter=as_pairs, validator=of_known_tables)
    facts: tuple[Fact, ...] = attrs.field(default=(), converter=as_facts, validator=each_declared)
    own_tables: tuple[DecisionTable[Any], ...] = attrs.field(default=(), converter=as_own_tables, validator=each_own)

    @in_force_until.validator
    def _not_before_it_begins(self, _: object, last: date | None) -> None:
        require_order(self.in_force_from, in_force_until=last)

    def __attrs_post_init__(self) -> None:
        if self.edits or self.own_tables:
            _ = self.tables  # an edition that does not hold is refused here, not where a complaint meets it

    @cached_property
    def tables(self) -> Mapping[str, DecisionTable[Any]]:
        """The decision tables: eligibility, level, severity, retained_likelihood, criticality, band, complexity.

        Those that the edition declares itself come after them.
        """
        own = BoundTables(self.own_tables, self.facts, self.parameters)
        tables = dict(edited_tables(self.parameters, dict(self.edits), self.facts, own))
        tables |= {table.name: table for table in own.all(tables)}
        return MappingProxyType({name: table.owned_by(self) for name, table in tables.items()})

    @cached_property
    def facts_by_name(self) -> Mapping[str, Fact]:
        """The facts that the edition declares, by name."""
        return MappingProxyType({fact.name: fact for fact in self.facts})

    def own_tables_of(self, kind: type[ComplaintFacts | MalfunctionFacts]) -> tuple[str, ...]:
        """The names of the tables that the edition declares, of those that judge a kind of case."""
        names = (table.name for table in self.own_tables)
        if kind is ComplaintFacts:
            return tuple(names)
        return tuple(name for name in names if judges_malfunctions(self.tables[name], self.facts))

    def with_tables(self, *tables: DecisionTable[Any], edition: str | None = None) -> Policy:
        """The edition with more tables of its own, such as which service handles a theme.

        They are evaluated with the assessment and in columns, and change neither eligibility, level nor deadline. Their
        inputs are facts, by their names and with their domains, and outcomes of other tables of the edition.

        Args:
            tables: the tables, whose outcomes are codes; one of a name that the edition has takes its place.
            edition: the name of the new edition; the same name where it is left out.

        Raises:
            FaultsError: a table has a name that is taken, an input that is no fact and no table, or outcomes that are
                no codes; a ValueError.
            TableProofError: a table leaves gaps or contradicts itself for the values of the facts.
        """
        kept = [table for table in self.own_tables if table.name not in {new.name for new in tables}]
        return attrs.evolve(self, edition=self.edition if edition is None else edition, own_tables=(*kept, *tables))

    def edits_of(self, table: str) -> RowEdits:
        """What the edition changes in the rows of a table; nothing where it leaves them as M2-1 has them."""
        return dict(self.edits).get(table, _NONE)

    def is_own(self, table: str, row: str) -> bool:
        """Whether a row of a table is the edition's own (propre à l'édition), and not one of M2-1."""
        declared = any(own.name == table for own in self.own_tables)
        return declared or any(own.id == row for own in self.edits_of(table).own)

    def with_rows(
        self,
        table: str,
        *,
        add: Iterable[Row] = (),
        replace: Iterable[Row] = (),
        remove: Iterable[str] = (),
        edition: str | None = None,
    ) -> Policy:
        """The edition with other rows in a table, made on the rows that it has, and proved.

        Args:
            table: the name of the table.
            add: rows to add.
            replace: rows that take the place of those of the same id.
            remove: the ids of rows to remove.
            edition: the name of the new edition; the same name where it is left out.

        Raises:
            FaultsError: there is no such table, or no such rows; a ValueError.
            TableDefinitionError: a row does not fit the table.
            TableProofError: the table that results is refused.
        """
        later = RowEdits(add=add, replace=replace, remove=remove)
        if table in self.tables:
            before, own = self.tables[table], BoundTables(self.own_tables, self.facts, self.parameters)
            known = {name: self.tables[name] for name in TABLES[: TABLES.index(table)]} if table in TABLES else {}
            later.apply(before, more_inputs(before, later, self.facts, own, known))
        edits = {**dict(self.edits), table: self.edits_of(table).then(later)}
        return attrs.evolve(self, edition=self.edition if edition is None else edition, edits=edits)

    @property
    def deadline(self) -> DeadlineRule:
        """How the last day to answer is counted. Source: M2-1 §5.0."""
        return self.parameters.deadline

    @property
    def roles(self) -> RoleParameters:
        """Who may do what. Source: M2-1 §2.3."""
        return self.parameters.roles

    @property
    def retention(self) -> RetentionParameters:
        """The retention of personal data."""
        return self.parameters.retention

    @cached_property
    def digest(self) -> str:
        """The SHA-256 digest of its parameters, rows and facts, in hexadecimal: equal rules give the same.

        Of a fact it has the name, the domain and the meaning of a blank, but no label and no question.

        Its name and the days on which it is in force are not part of it: an edition that comes to its end keeps its
        digest.

        >>> m2_1().digest == Policy(edition="another name", in_force_until=date(2026, 12, 31)).digest
        True
        """
        own = {table.name: table_digest(table) for table in self.own_tables}
        return digest(self.parameters, write_tables(self.edits, self.tables), facts_digest(self.facts), own)

    @property
    def interpretations(self) -> tuple[Interpretation, ...]:
        """What the text leaves open and how this edition reads it, by number."""
        return INTERPRETATIONS

    @property
    def rule_numbers(self) -> Mapping[tuple[str, str], str]:
        """The number of each rule by table and row, for readers: `R1.1` is the first row of the first table.

        A number is that of this edition; across editions a row is known by its `id`.
        """
        return {
            (name, row.id): f"R{place}.{number}"
            for place, (name, table) in enumerate(self.tables.items(), start=1)
            for number, row in enumerate(table.rows, start=1)
        }

    def governs(self, day: date) -> bool:
        """Whether the edition is in force for a complaint received on a day."""
        first, last = self.in_force_from, self.in_force_until
        return (first is None or first <= day) and (last is None or day <= last)

    def assess(self, facts: ComplaintFacts, calendar: BusinessCalendar) -> Assessment:
        """Judge a complaint.

        While eligibility is undetermined the clock runs and a due date is given; out of scope has none. With durations
        by level, the level as assessed counts, and while it is undetermined the earliest of the possible deadlines.

        Args:
            facts: what is known of it.
            calendar: that of its handling site; the edition's own closures are added to it.

        Raises:
            FactsError: the satisfaction score is outside the edition's scale; a ValueError.
            OutsideHorizonError: the receipt or the due date is outside the calendar's years.
            TypeError: these are no facts, or that is no calendar.
        """
        try:
            eligibility = self._eligibility(facts)
            complexity = self._complexity(facts)
            if eligibility.outcome is Eligibility.OUT_OF_SCOPE:
                return Assessment(self, facts, eligibility, complexity, None)
            parameters = self.parameters
            if parameters.closures:
                calendar = self.calendar(calendar)
            rule = parameters.deadline
            if rule.by_level:
                possible = complexity.requires["level"].possible
                deadline = calendar.deadline(facts.received_at, rule, levels=sorted(possible))
            else:
                deadline = Deadline(calendar, rule, facts.received_at)
        except (AttributeError, FactsError):  # looking first would take as long as deciding
            _require(facts, ComplaintFacts, "facts")
            _require(calendar, BusinessCalendar, "calendar")
            raise
        return Assessment(self, facts, eligibility, complexity, deadline)

    def assess_malfunction(
        self,
        facts: MalfunctionFacts,
        calendar: BusinessCalendar | None = None,  # noqa: ARG002  same signature as `assess`
    ) -> MalfunctionAssessment:
        """Judge an internal malfunction: neither eligibility nor answer clock (I5, I22).

        Args:
            facts: what is known of it.
            calendar: taken as by `assess`, so that both are called alike; no day is counted on it.
        """
        return MalfunctionAssessment(self, facts, self._complexity(facts))

    def complexity_decision(
        self, facts: ComplaintFacts | MalfunctionFacts, level: Level | None = None
    ) -> Decision[Complexity]:
        """Whether a case is complex, and the fact that settles it while it is undetermined, as `question`.

        Args:
            facts: what is known of the case.
            level: the level imposed on it; the procedure's own where there is none.

        Source: M2-1 §4.2 (interpretations I14, I24).

        Raises:
            FactsError: a fact is outside the edition's scale; a ValueError.
        """
        if level is None:
            return Decision(self._complexity(facts), facts)
        imposed = {**values_of(facts), self.tables["level"].name: level}
        return Decision(self._complexity_by_level.look_up(imposed), imposed)

    @cached_property
    def _complexity_by_level(self) -> DecisionTable[Complexity]:
        """The complexity table with the level as a plain input."""
        table, level = self.tables["complexity"], self.tables["level"]
        asked = (attrs.evolve(one, source=None) if one.source == level else one for one in table.inputs)
        return attrs.evolve(table, inputs=asked, validate=False).owned_by(self)

    def calendar(self, calendar: BusinessCalendar) -> BusinessCalendar:
        """A site's calendar with the edition's own closures."""
        closures = self.parameters.closures
        return _closed(calendar, closures) if closures else calendar

    @cached_property
    def _eligibility(self) -> Any:
        return self.tables["eligibility"].look_up

    @cached_property
    def _complexity(self) -> Any:
        return self.tables["complexity"].look_up

    def diff(self, other: Policy) -> PolicyDifference:
        """Return the difference to another edition: changed decisions by table, with an example each, and parameters.

        Args:
            other: the edition to compare with; the difference goes from this one to it.

        >>> from reclamation_core.policy import Parameters, SurveyParameters
        >>> stricter = Policy(edition="7", parameters=Parameters(survey=SurveyParameters(threshold=7)))
        >>> found = m2_1().diff(stricter).tables[0].changes[0]
        >>> found.before.value, found.after.value, found.witness["satisfaction"]
        ('out_of_scope', 'complaint', 6)
        >>> bool(m2_1().diff(Policy(edition="the same under another name")))
        False
        """
        from reclamation_core.policy.difference import PolicyDifference, fact_changes, parameter_changes, table_changes
        from reclamation_core.tables.comparison import compare_tables

        common = {name: table for name, table in self.tables.items() if name in other.tables}
        found = compare_tables((table, other.tables[name]) for name, table in common.items())
        tables = tuple(table for table in found if table or table.rows)
        changes = (
            *parameter_changes(self.parameters, other.parameters),
            *fact_changes(self.facts, other.facts),
            *table_changes(self.tables, other.tables),
        )
        return PolicyDifference(self.edition, other.edition, tables, changes)

    def to_dmn(self) -> str:
        """The tables of the edition as one DMN 1.3 document, which decision editors open."""
        from reclamation_core.tables import to_dmn

        return to_dmn(*self.tables.values(), name=self.edition)

    def to_json(self) -> str:
        """The edition as canonical JSON, every parameter and every row of its own; equal ones give the same text."""
        plain: dict[str, Any] = CODEC.write(self._document)
        if not self.facts:  # the documents of editions without own facts have no such key
            del plain["facts"]
        return canonical_json(plain)

    def to_toml(self) -> str:
        """The edition as a policy file, which `read_policy` reads back: what differs from M2-1, rows and facts.

        >>> print(Policy(edition="7", parameters=Parameters(deadline=DeadlineRule(days=8))).to_toml())
        starts_from = "M2-1"
        edition = "7"
        <BLANKLINE>
        [deadline]
        days = 8
        <BLANKLINE>
        """
        return policy_toml(self._document, m2_1().edition)

    @property
    def _document(self) -> PolicyDocument:
        own = {table.name: write_table(table) for table in self.own_tables}
        return PolicyDocument(
            edition=self.edition,
            parameters=self.parameters,
            in_force_from=self.in_force_from,
            in_force_until=self.in_force_until,
            tables=write_tables(self.edits, self.tables) | own,
            facts=write_facts(self.facts),
        )

    @classmethod
    def from_json(cls, text: str) -> Policy:
        """The edition that `to_json` wrote.

        Raises:
            FaultsError: with all the faults of the document at once, each with its path from `$`; a ValueError.
        """
        document, parts = read_document(text)
        return cls(
            edition=document.edition,
            parameters=document.parameters,
            in_force_from=document.in_force_from,
            in_force_until=document.in_force_until,
            **parts,
        )

    def _repr_html_(self) -> str:
        return html_of(self, "reclamation_core.policy.pages")

    def __getstate__(self) -> dict[str, Any]:
        # The tables hold generated code; they are made again where the policy arrives.
        return attrs.asdict(self, recurse=False)

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state)


def with_look_ups_of(policy: Policy, other: Policy) -> Policy:
    """Return an edition that finds the cells of its equal tables with another one: each combination of facts once."""
    shared = copy(policy)
    shared.__dict__["tables"] = policy.tables
    for table, look_up in (("eligibility", "_eligibility"), ("complexity", "_complexity")):
        if policy.tables[table] == other.tables[table]:
            shared.__dict__[look_up] = other.tables[table].look_up
    return shared


def _require(given: object, cls: type[Any], name: str) -> None:
    if not isinstance(given, cls):
        remedy = f"; pass its {name}" if hasattr(given, name) else ""
        raise TypeError(f"{name}: {cls.__name__} is expected, got {safe_repr(given)}{remedy}")


@lru_cache(maxsize=512)
def _closed(calendar: BusinessCalendar, closures: tuple[DayRange, ...]) -> BusinessCalendar:
    # Closures of years that the calendar does not cover say nothing of its days, and it would refuse them.
    covered = (
        DayRange(max(days.first, calendar.first), min(days.last, calendar.last))
        for days in closures
        if days.first <= calendar.last and days.last >= calendar.first
    )
    definition = calendar.definition
    return BusinessCalendar(attrs.evolve(definition, closures=(*definition.closures, *covered)))


@cache
def m2_1() -> Policy:
    """The default edition: the text of M2-1 with the interpretations of this library, in force on every day.

    >>> from datetime import datetime
    >>> from zoneinfo import ZoneInfo
    >>> facts = ComplaintFacts(received_at=datetime(2026, 5, 2, 9, 30, tzinfo=ZoneInfo("Europe/Paris")), satisfaction=5)
    >>> assessment = m2_1().assess(facts, BusinessCalendar.france())
    >>> assessment.eligibility.outcome, assessment.deadline.due
    (<Eligibility.COMPLAINT: 'complaint'>, datetime.date(2026, 5, 19))
    """
    return Policy(edition="M2-1")


def _by_date(editions: Iterable[Policy]) -> tuple[Policy, ...]:
    if isinstance(editions, Policy):
        raise TypeError(
            f"editions: a collection of editions is expected, got {editions.edition!r} alone; wrap it: [...]"
        )
    given = tuple(editions)
    for policy in given:
        if not isinstance(policy, Policy):
            raise TypeError(f"editions: editions (Policy) are expected, got {policy!r}; read a file with read_policy")
    return tuple(sorted(given, key=lambda policy: policy.in_force_from or date.min))


_NAMED: Final = Wording("indiquez un nom propre à chaque version", "give each edition a name of its own")


def _both_in_force(earlier: str, later: str, start: date | None) -> Wording:
    """Return why two editions are in force on one day: the later one begins on `start`, None for the beginning."""
    return Wording(
        f"« {earlier} » est encore en vigueur quand « {later} » l'est, "
        f"{'depuis toujours' if start is None else f'à partir du {start:%d/%m/%Y}'} ; indiquez pour l'une un "
        f"in_force_until qui précède l'in_force_from de l'autre",
        f"{earlier!r} is still in force when {later!r} is, "
        f"{'from the beginning' if start is None else f'from {start} on'}; give one an in_force_until before the "
        f"in_force_from of the other",
    )


@attrs.frozen
class PolicyBook(SharedRepr):
    """The editions of the procedure, ordered by the day from which they are in force.

    Raises:
        TypeError: what is given is no collection of editions.
        FaultsError: there is none, two share a name, two are in force on the same day, or two declare a fact with
            different types.

    >>> from reclamation_core.policy import Policy
    >>> old = Policy(edition="2025", in_force_until=date(2025, 12, 31))
    >>> book = PolicyBook([Policy(edition="2026", in_force_from=date(2026, 1, 1)), old])
    >>> book.in_force_on(date(2025, 12, 31)).edition
    '2025'
    """

    editions: tuple[Policy, ...] = attrs.field(converter=_by_date)

    @editions.validator
    def _apart(self, _: object, editions: tuple[Policy, ...]) -> None:
        names = [policy.edition for policy in editions]
        if not editions:
            refuse_value("editions", names, NONE_GIVEN)
        if len(set(names)) != len(names):
            refuse_value("editions", names, _NAMED)
        for earlier, later in pairwise(editions):
            start = later.in_force_from
            if earlier.in_force_until is None or start is None or start <= earlier.in_force_until:
                refuse_value("editions", names, _both_in_force(earlier.edition, later.edition, start))
        for clash in clashes((policy.edition, policy.facts) for policy in editions):
            refuse_value("editions", names, clash)

    @classmethod
    def of(cls, policy: Policy | PolicyBook | None) -> PolicyBook:
        """Return the book of the option `policy` of a desk: that of one edition, of `m2_1()` for None."""
        return policy if isinstance(policy, PolicyBook) else cls([m2_1() if policy is None else policy])

    @property
    def facts(self) -> Mapping[str, Fact]:
        """The facts that the editions declare themselves, by name: the latest declaration, with the codes of all."""
        return MappingProxyType(joined(policy.facts for policy in self.editions))

    def __iter__(self) -> Iterator[Policy]:
        return iter(self.editions)

    def __len__(self) -> int:
        return len(self.editions)

    def in_force_on(self, day: date) -> Policy:
        """The edition in force for what is received on a day.

        Raises:
            NoEditionError: none is; a LookupError.
        """
        for policy in self.editions:
            if policy.governs(day):
                return policy
        raise NoEditionError(day, tuple(policy.edition for policy in self.editions))

    def get(self, edition: str) -> Policy:
        """The edition with a name.

        Raises:
            UnknownEditionError: the book has none; a LookupError.
        """
        for policy in self.editions:
            if policy.edition == edition:
                return policy
        raise UnknownEditionError(edition, tuple(policy.edition for policy in self.editions))

    def assess(self, facts: ComplaintFacts, calendar: BusinessCalendar) -> Assessment:
        """Judge a complaint under the edition in force on its day of receipt, in the calendar's zone.

        Raises what `Policy.assess` does, and NoEditionError.
        """
        return self.in_force_on(calendar.day_of(facts.received_at)).assess(facts, calendar)

    def assess_malfunction(self, facts: MalfunctionFacts, calendar: BusinessCalendar) -> MalfunctionAssessment:
        """Judge a malfunction under the edition in force on the day it was received, in the calendar's zone."""
        return self.in_force_on(calendar.day_of(facts.received_at)).assess_malfunction(facts, calendar)
