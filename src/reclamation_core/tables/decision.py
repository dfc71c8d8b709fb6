"""Decisions: the cell that facts fall in, the decision on these facts with its reasons, and why not another one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from copy import copy
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Any, Generic, TypeVar

import attrs

from reclamation_core.codes import Audience
from reclamation_core.errors import InternalTextError
from reclamation_core.markup import html_of
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables.cells import numbers
from reclamation_core.tables.conditions import Condition, absent
from reclamation_core.tables.errors import OutcomeError
from reclamation_core.tables.explanation import row_wording, rule_sentence, sentence, value_label
from reclamation_core.tables.facts import read_fact, read_facts
from reclamation_core.tables.look_up import LARGEST_TREE
from reclamation_core.tables.model import CompiledTable, Input, Known, depends
from reclamation_core.tables.rules import HitPolicy, Row
from reclamation_core.wording import Lang, Wording, colon, semicolon

O = TypeVar("O")  # noqa: E741 the outcome
O_co = TypeVar("O_co", covariant=True)


class Cell(Generic[O_co]):
    """Where some facts fall in a table: one cell, or, facts being unknown, the set of cells still possible.

    Attributes:
        table: the table.
        known: for each base fact, the set of its atoms that are still possible.
        cells: the cells still possible, as a set of numbers.
        outcome: the outcome, or None while several are possible.
        possible: the outcomes still possible.
        rows: the rows that fire for every value of the unknown facts, in the table's order.
        may_fire: the rows that fire for some of them and not for others.
        requires: the cells of the source tables, by name.
    """

    # No __slots__: a table caches its few cells, and each cell caches its derived properties.

    def __init__(self, table: CompiledTable[O_co], known: Known, cells: int, requires: Mapping[str, Cell[Any]]) -> None:
        self.table = table
        self.known = known
        self.cells = cells
        self.requires = requires
        given = table.cells
        self.possible: frozenset[O_co] = frozenset(o for o, where in given.outcomes.items() if where & cells)
        self.outcome: O_co | None = next(iter(self.possible)) if len(self.possible) == 1 else None
        if not table.validate and self.outcome is not None and cells & table.reachable & ~given.outcomes[self.outcome]:
            self.outcome = None  # some of these facts fall in a gap
        fired = [(row, where & cells) for row, where in zip(table.rows, given.rows, strict=True)]
        self.rows: tuple[Row, ...] = tuple(row for row, where in fired if where == cells)
        self.may_fire: tuple[Row, ...] = tuple(row for row, where in fired if where and where != cells)

    @cached_property
    def deciding(self) -> tuple[Row, ...]:
        """Of the rows that fire, those that give the outcome: all under a sum or a count, none while undetermined."""
        policy = self.table.hit_policy
        if self.outcome is None or policy.adds_up:
            return self.rows if self.outcome is not None else ()
        winners = tuple(row for row in self.rows if row.then == self.outcome)
        return winners[:1] if policy is HitPolicy.FIRST else winners

    @cached_property
    def unknown(self) -> tuple[Input, ...]:
        """The base facts that are not known and on which the outcome may still depend, in the table's order."""
        if len(self.possible) < 2 and (self.outcome is not None or not self.possible):
            return ()
        places = [place for place, atoms in enumerate(self.known) if atoms.bit_count() > 1]
        return tuple(self.table.base[place] for place in places if _matters(self, place))

    @cached_property
    def question(self) -> Input | None:
        """The base fact to ask for: the one whose knowledge settles most. None once the outcome is determined.

        It is the one for which the most of its values determine the outcome, these counting equally; of those, the one
        that leaves the fewest outcomes possible on average; of those, the first in the table's order.
        """
        return min(self.unknown, key=lambda input_: _left(self, input_), default=None)

    @cached_property
    def plain_question(self) -> Input | None:
        """The base fact to ask the complainant for: of the unknown facts with a plain question, that of `question`."""
        asked = (input_ for input_ in self.unknown if input_.plain_question is not None)
        return min(asked, key=lambda input_: _left(self, input_), default=None)

    def atoms_left(self, input_: Input) -> int:
        """The atoms of one of the table's own inputs that are still possible, as a set."""
        return self.table.cells.atoms_left(self.table.index_of(input_.name), self.cells)

    def __repr__(self) -> str:
        rows = ", ".join(row.id for row in self.rows)
        outcome = repr(self.outcome) if self.outcome is not None else f"one of {sorted(map(str, self.possible))}"
        return (
            f"<Cell of {self.table.name!r}: {outcome}, rows {rows or 'none'}, {len(list(numbers(self.cells)))} cells>"
        )


def _matters(cell: Cell[Any], place: int) -> bool:
    table = cell.table
    fact = table.base[place]
    if fact in table.inputs and fact.name not in table.chain.shared:
        return table.cells.matters(table.index_of(fact.name), cell.cells)
    return depends(table, cell.known, place)


def _left(cell: Cell[Any], input_: Input) -> tuple[float, float]:
    counts = [len(outcomes) for outcomes in _answers(cell, cell.table.chain.places[input_.name])]
    return sum(count > 1 for count in counts) / len(counts), sum(counts) / len(counts)


def _answers(cell: Cell[Any], place: int) -> Iterator[set[Any]]:
    """For each value that the fact may have, the outcomes it would leave."""
    table = cell.table
    for code in numbers(cell.known[place]):
        reached = table.chain.reach((*cell.known[:place], 1 << code, *cell.known[place + 1 :]))
        yield {outcome for outcome, cells in table.cells.outcomes.items() if cells & reached}


class Decision(Generic[O_co]):
    """A cell and the facts that led to it: what was decided, and why.

    Decisions are equal when they come of equal tables and facts of the same meaning.
    """

    __slots__ = ("cell", "facts")

    def __init__(self, cell: Cell[O_co], facts: Any) -> None:
        self.cell = cell
        self.facts = facts

    @property
    def table(self) -> CompiledTable[O_co]:
        """The table that decided."""
        return self.cell.table

    @property
    def outcome(self) -> O_co | None:
        """The outcome; None while it is undetermined."""
        return self.cell.outcome

    @property
    def possible(self) -> frozenset[O_co]:
        """The outcomes still possible; of one element once the outcome is determined."""
        return self.cell.possible

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that fired for every value of the unknown facts, in the table's order."""
        return self.cell.rows

    @property
    def deciding(self) -> tuple[Row, ...]:
        """The rows with the outcome."""
        return self.cell.deciding

    @property
    def may_fire(self) -> tuple[Row, ...]:
        """The rows that unknown facts may still make fire."""
        return self.cell.may_fire

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses of the rows with the outcome, without repetition."""
        return tuple(dict.fromkeys(row.clause for row in self.deciding if row.clause is not None))

    @property
    def question(self) -> Input | None:
        """The one fact to ask for, None once the outcome is determined; its `question` is the sentence to say."""
        return self.cell.question

    @property
    def plain_question(self) -> Input | None:
        """The one fact to ask the complainant for; None if the outcome depends on no fact with a plain question."""
        return self.cell.plain_question

    @property
    def requires(self) -> Mapping[str, Decision[Any]]:
        """The decisions this one rests on, by table."""
        return {name: Decision(cell, self.facts) for name, cell in self.cell.requires.items()}

    def value(self, input_: Input) -> Any:
        """What an input of the table was: a value, `UNKNOWN` or `ABSENT`; an outcome of another table if it is one."""
        if input_.source is not None:
            outcome = self.cell.requires[input_.name].outcome
            return UNKNOWN if outcome is None else outcome
        return read_fact(self.facts, input_)

    def explain(self, lang: Lang = "fr", *, audience: Audience | str = Audience.AGENT) -> str:
        """The decision in sentences, one a line: what was decided, by which rules, on which facts, what is missing.

        Args:
            lang: the language of the text; the text for developers is in English.
            audience: who reads it. A complainant reads the outcome and its reasons in plain words, without their
                sources; a developer reads the ids of the table, its rows and its facts.

        Raises:
            InternalTextError: the audience is the complainant, and the outcomes of the table are internal.
            ValueError: there is no such language or audience.
        """
        match Audience.parse(audience):
            case Audience.COMPLAINANT:
                told = plain_lines(self, lang)
            case Audience.DEVELOPER:
                told = developer_lines(self)
            case _:
                told = lines(self, lang)
        return "\n".join(told)

    def why_not(self, outcome: Any) -> WhyNot[O_co]:
        """Why another outcome was not given, row by row, and the smallest change of facts that would give it.

        Raises:
            OutcomeError: no row of the table has that outcome.
        """
        return why_not(self, outcome)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Decision):
            return NotImplemented
        return self.table == other.table and self.cell.known == other.cell.known and self._values() == other._values()

    def __hash__(self) -> int:
        return hash((self.table.name, self.cell.known))

    def _values(self) -> tuple[Any, ...]:
        return tuple(read_fact(self.facts, input_) for input_ in self.table.base)

    def __repr__(self) -> str:
        return f"<Decision of {self.table.name!r}: {self.outcome!r}, rows {[row.id for row in self.rows]}>"

    def _repr_html_(self) -> str:
        return html_of(self, "reclamation_core.tables.rendering")


def cell_of(table: CompiledTable[O], known: Known) -> Cell[O]:
    """Return the cell, or set of cells, of a table where each base fact is limited to some of its atoms."""
    found: Cell[O] | None = table.met.get(known)
    if found is None:
        if len(table.met) >= LARGEST_TREE:
            table.met.clear()
        found = table.met[known] = _find(table, known)
    return found


def _find(table: CompiledTable[O], known: Known) -> Cell[O]:
    chain = table.chain
    requires = {source.name: cell_of(source, chain.known_to(source, known)) for source in table.sources}
    if any(cell.outcome is None for cell in requires.values()):
        return Cell(table, known, chain.reach(known), requires)
    outcomes = {name: cell.outcome for name, cell in requires.items()}
    return Cell(table, known, chain.cells_of(table, outcomes, known), requires)


def decide(table: CompiledTable[O], facts: object) -> Decision[O]:
    """Return the decision of a table on facts, without the look-up that is generated for many."""
    return Decision(cell_of(table, read_facts(facts, table.chain)), facts)


_UNDETERMINED = Wording("à déterminer, une information manque", "to be determined, a fact is missing")
_REASONS = Wording("Motifs", "Reasons")
_WHATEVER = Wording(
    "Quelles que soient les informations encore attendues, l'une de ces règles s'applique",
    "Whatever the facts still unknown, one of these rules applies",
)
_ALSO = Wording("Autres règles applicables, non décisives", "Other rules that apply without deciding")
_FACTS = Wording("Éléments pris en compte", "Facts used")
_POSSIBLE = Wording("Issues encore possibles", "Outcomes still possible")
_ASK = Wording("Question à poser", "Question to ask")
_MISSING = Wording("Conditions non remplies", "Conditions not met")
_OVERRIDDEN = Wording("Cette règle s'applique, mais une autre l'emporte.", "It applies, but another prevails.")
_MAY_BE_OVERRIDDEN = Wording(
    "Cette règle s'applique, mais une autre peut encore l'emporter.", "It applies, but another may still prevail."
)
_COUNTED = Wording(
    "Selon les informations encore attendues, ces règles pourraient aussi s'appliquer",
    "Depending on the facts still unknown, these rules may apply too",
)
_COUNTEREXAMPLE = Wording(
    "Contre-exemple, à usage interne, qui donnerait ce résultat", "Counterexample, for internal use, of this outcome"
)
_NO_RULE = Wording("aucune règle ne s'applique à ces informations", "no rule applies to these facts")


def headline(decision: Decision[Any], lang: Lang) -> str:
    """What was decided, without why."""
    table, outcome = decision.table, decision.outcome
    if outcome is not None:
        stated = dict(table.statements).get(outcome)
        label = f"{table.title.in_(lang)}{colon(lang)}{table.outcome_label(outcome).in_(lang)}"
        return stated.in_(lang) if stated is not None else label
    settled = _UNDETERMINED if decision.possible else _NO_RULE
    return f"{table.title.in_(lang)}{colon(lang)}{settled.in_(lang)}"


def lines(decision: Decision[Any], lang: Lang) -> Iterator[str]:
    """The same line by line: what was decided, then why; the rules begin with a dash."""
    table = decision.table
    yield sentence(headline(decision, lang))
    if decision.outcome is None:
        ordered = sorted(decision.possible, key=table.output.rank)
        labels = [table.outcome_label(outcome).in_(lang) for outcome in ordered]
        if labels:
            yield f"{_POSSIBLE.in_(lang)}{colon(lang)}{semicolon(lang).join(labels)}."
        if decision.question is not None:
            yield f"{_ASK.in_(lang)}{colon(lang)}{sentence(decision.question.question.in_(lang))}"
    else:
        yield from _reasons(decision, lang)
    facts = ", ".join(_facts(decision, lang))
    if facts:
        yield f"{_FACTS.in_(lang)}{colon(lang)}{facts}."


def deciding_reasons(decision: Decision[Any], lang: Lang) -> Iterator[str]:
    """Why the outcome holds, all facts being known: one sentence for each rule that fired."""
    if not decision.deciding:
        yield sentence(_NO_RULE.in_(lang))
    yield from (rule_sentence(decision.table, row, lang) for row in decision.deciding)


def _reasons(decision: Decision[Any], lang: Lang) -> Iterator[str]:
    table, deciding = decision.table, decision.deciding
    if deciding:
        yield f"{_REASONS.in_(lang)}{colon(lang).rstrip()}"
        yield from (_rule(table, row, lang) for row in deciding)
    if table.hit_policy.adds_up:
        if decision.may_fire:
            yield f"{_COUNTED.in_(lang)}{colon(lang).rstrip()}"
            yield from (_rule(table, row, lang) for row in decision.may_fire)
        elif not deciding:
            yield sentence(_NO_RULE.in_(lang))
    elif not deciding:
        yield f"{_WHATEVER.in_(lang)}{colon(lang).rstrip()}"
        yield from (_rule(table, row, lang) for row in decision.may_fire if row.then == decision.outcome)
    others = [row for row in decision.rows if row not in deciding]
    if others:
        yield f"{_ALSO.in_(lang)}{colon(lang).rstrip()}"
        yield from (_rule(table, row, lang) for row in others)


def _rule(table: CompiledTable[Any], row: Row, lang: Lang) -> str:
    return f"- {rule_sentence(table, row, lang)}"


def _facts(decision: Decision[Any], lang: Lang) -> Iterator[str]:
    rows = decision.rows if decision.deciding else (*decision.rows, *decision.may_fire)
    asked = {name for row in rows for name in row.when}
    for input_ in decision.table.inputs:
        value = decision.value(input_)
        if input_.name in asked and value is not UNKNOWN:
            yield f"{input_.label.in_(lang)} ({value_label(input_, value, lang)})"


_LACKING = Wording(
    "Pour traiter votre demande, il nous manque une information", "To handle your message, we need one more fact"
)
_GOING_ON = Wording("L'examen de votre demande se poursuit.", "Your message is still being examined.")
_BECAUSE = Wording("En voici la raison", "The reason is")
_BECAUSE_OF_SEVERAL = Wording("En voici les raisons", "The reasons are")


def plain_lines(decision: Decision[Any], lang: Lang) -> Iterator[str]:
    """Yield the decision for the person whom it concerns: the outcome and its reasons, or the question to answer.

    Raises:
        InternalTextError: the outcomes of the table are internal.
    """
    stated = dict(decision.table.plain_statements)
    if not stated:
        raise InternalTextError(decision.table.title)
    question = decision.plain_question
    if decision.outcome in stated:
        yield sentence(stated[decision.outcome].in_(lang))
        reasons = [sentence(row.plain.in_(lang)) for row in decision.deciding if row.plain is not None]
        if reasons:
            yield f"{(_BECAUSE if len(reasons) == 1 else _BECAUSE_OF_SEVERAL).in_(lang)}{colon(lang).rstrip()}"
        yield from (f"- {reason}" for reason in reasons)
    elif question is None or question.plain_question is None:
        yield _GOING_ON.in_(lang)
    else:
        yield sentence(_LACKING.in_(lang))
        yield question.plain_question.in_(lang)


def developer_lines(decision: Decision[Any]) -> Iterator[str]:
    """Yield the decision for a programmer: the ids of the table, of its rows and of its facts, in English."""
    table, encode = decision.table, decision.table.output.encode
    if decision.outcome is not None:
        yield f"{table.name}: {encode(decision.outcome)}"
    else:
        ordered = sorted(decision.possible, key=table.output.rank)
        yield f"{table.name}: undetermined; possible: {', '.join(str(encode(one)) for one in ordered) or 'none'}"
    for title, rows in (
        ("decides", decision.deciding),
        ("fires", [row for row in decision.rows if row not in decision.deciding]),
        ("may fire", () if decision.deciding else decision.may_fire),
    ):
        for row in rows:
            cited = ", ".join(filter(None, [row.clause, row.interpretation]))
            yield f"- {title}: {row.id}{f' ({cited})' if cited else ''}: {row_wording(table, row, 'en')}"
    if decision.question is not None:
        yield f"question: {decision.question.name}: {decision.question.question.en}"
    known = ((input_, decision.value(input_)) for input_ in table.inputs)
    facts = (f"{input_.name}={_in_code(input_, value)}" for input_, value in known)
    yield f"inputs: {', '.join(facts)}"


def _in_code(input_: Input, value: object) -> str:
    return repr(value) if value is UNKNOWN or value is ABSENT else str(input_.domain.encode(value))


@attrs.frozen
class FailedCondition(SharedRepr):
    """A condition of a row that the facts do not meet, or, where they are unknown, may not meet."""

    input: Input
    condition: Condition
    value: Any
    """What the input was: a value, `ABSENT`, or `UNKNOWN`, which may turn out to meet it."""


@attrs.frozen
class Miss(SharedRepr):
    """A row with the outcome and the conditions that prevent it from firing; none if it fires and is overridden."""

    row: Row
    failed: tuple[FailedCondition, ...]


@attrs.frozen
class Change(SharedRepr):
    """One base fact to change: what it is, and a value that would do. Every value of the same class would."""

    input: Input
    before: Any
    after: Any


@attrs.frozen
class WhyNot(SharedRepr, Generic[O]):
    """The answer to "why not this outcome?".

    Attributes:
        outcome: the outcome in question.
        misses: the rows that give it, in the table's order; where rows are counted, those that may not fire. Rows that
            no facts of this class could meet are left out. Each has its `row`, and in `failed` the conditions that
            prevent it from firing, each with its `input`, its `condition` and the `value` that does not meet it.
        changes: a smallest set of base facts whose change leads to it, each with its `input` and its value `before` and
            `after`; empty if it is the outcome already; None if no facts of their class give it.
    """

    decision: Decision[O]
    outcome: O
    misses: tuple[Miss, ...]
    changes: tuple[Change, ...] | None

    def apply(self) -> Any:
        """The facts with the changes made: a new object of the same class, or a new dict if they were a mapping.

        Raises:
            ValueError: no change of facts leads to the outcome.
        """
        if self.changes is None:
            raise ValueError(f"no facts give the outcome {self.outcome!r}")
        values = {change.input.name: change.after for change in self.changes}
        facts = self.decision.facts
        if isinstance(facts, Mapping):
            return {**facts, **values}
        values = _by_attribute(facts, values)
        if attrs.has(type(facts)):
            return attrs.evolve(facts, **values)
        if is_dataclass(facts):
            return replace(facts, **values)  # type: ignore[type-var]  # an instance: a class holds no facts
        changed = copy(facts)
        for name, value in values.items():
            setattr(changed, name, value)
        return changed

    def explain(self, lang: Lang = "fr", *, audience: Audience | str = Audience.AGENT) -> str:
        """The answer in sentences, one a line; it is for internal use, because it names what would change the outcome.

        Args:
            lang: the language of the text; the text for developers is in English.
            audience: who reads it: an agent, or a developer, who reads the ids of rows and facts.

        Raises:
            InternalTextError: the audience is the complainant.
            ValueError: there is no such language or audience.
        """
        match Audience.parse(audience):
            case Audience.COMPLAINANT:
                raise InternalTextError(self.decision.table.title)
            case Audience.DEVELOPER:
                told = why_not_developer_lines(self)
            case _:
                told = why_not_lines(self, lang)
        return "\n".join(told)

    def _repr_html_(self) -> str:
        return html_of(self, "reclamation_core.tables.rendering")


def why_not(decision: Decision[O], outcome: O) -> WhyNot[O]:
    """Answer "why not `outcome`?"; raises OutcomeError if no row has it."""
    table = decision.table
    try:
        given = table.output.check(outcome) in table.cells.outcomes
    except ValueError:
        given = False
    if not given:
        raise OutcomeError(table.name, outcome, table.outcomes)
    changeable = _changeable(decision)
    fixed = {input_.name for place, input_ in enumerate(table.base) if place not in changeable}
    found = (Miss(row, tuple(_failed(decision, row))) for row in _missing(decision, outcome))
    misses = tuple(miss for miss in found if all(_may_be_met(decision, failed, fixed) for failed in miss.failed))
    nearest = _nearest(table, decision.cell.known, outcome, changeable)
    changes = None if nearest is None else tuple(_changes(decision, nearest))
    return WhyNot(decision, outcome, misses, changes)


def _missing(decision: Decision[Any], outcome: object) -> Iterator[Row]:
    counted = decision.table.hit_policy.adds_up
    for row in decision.table.rows:
        if row not in decision.rows if counted else row.then == outcome:
            yield row


def _failed(decision: Decision[Any], row: Row) -> Iterator[FailedCondition]:
    table, cell = decision.table, decision.cell
    for place, input_ in enumerate(table.inputs):
        condition = row.when.get(input_.name)
        left = cell.atoms_left(input_)
        if condition and not all(condition.holds(table.cells.atoms[place][code].sample) for code in numbers(left)):
            yield FailedCondition(input_, condition, decision.value(input_))


def _may_be_met(decision: Decision[Any], failed: FailedCondition, fixed: Collection[str]) -> bool:
    """Return False if a constant of the facts' class contradicts the condition."""
    if failed.input.name in fixed:
        return False
    if failed.condition != absent() or not attrs.has(type(decision.facts)):
        return True
    try:
        attrs.evolve(decision.facts, **_by_attribute(decision.facts, {failed.input.name: ABSENT}))
    except (TypeError, ValueError):  # a complaint has a client, who is not absent but unknown
        return False
    return True


def _changes(decision: Decision[Any], nearest: Known) -> Iterator[Change]:
    chain = decision.table.chain
    for input_, atoms, before, after in zip(chain.base, chain.atoms, decision.cell.known, nearest, strict=True):
        if before != after:
            value = atoms[after.bit_length() - 1].sample
            yield Change(input_, read_fact(decision.facts, input_), value)


def _changeable(decision: Decision[Any]) -> list[int]:
    """The base facts that can change: the fields of an object, not the constants of its class."""
    cls = type(decision.facts)
    fields = None
    if attrs.has(cls):
        fields = {field.name for field in attrs.fields(cls) if field.init}
    elif is_dataclass(cls):
        fields = {field.name for field in dataclass_fields(cls) if field.init}
    base = enumerate(decision.table.base)
    return [place for place, input_ in base if fields is None or input_.name.partition(".")[0] in fields]


def _by_attribute(facts: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of facts for values by the names of inputs; `own.funder` is a key of the mapping `own`."""
    changed: dict[str, Any] = {}
    for name, value in values.items():
        holder, _, key = name.partition(".")
        changed[holder] = {**changed.get(holder, getattr(facts, holder)), key: value} if key else value
    return changed


def _nearest(table: CompiledTable[Any], known: Known, outcome: object, changeable: list[int]) -> Known | None:
    """The facts that differ in the fewest places and make the outcome certain; earlier places are changed first."""
    for size in range(len(changeable) + 1):
        for places in combinations(changeable, size):
            found = _assign(table, known, places, outcome)
            if found is not None:
                return found
    return None


def _assign(table: CompiledTable[Any], known: Known, places: tuple[int, ...], outcome: object) -> Known | None:
    """Values for these facts that make the outcome certain, the others staying as they are."""
    free = list(known)
    for place in places:
        free[place] = (1 << len(table.chain.atoms[place])) - 1
    reached = table.chain.reach(tuple(free))
    target = table.cells.outcomes[outcome]
    if not reached & target:
        return None
    if not places:
        others = (cells for other, cells in table.cells.outcomes.items() if other != outcome)
        return tuple(free) if not reached & ~target and not any(reached & cells for cells in others) else None
    first, rest = places[0], places[1:]
    for code in numbers(free[first]):
        if 1 << code != known[first]:
            found = _assign(table, (*free[:first], 1 << code, *known[first + 1 :]), rest, outcome)
            if found is not None:
                return found
    return None


def why_not_lines(answer: WhyNot[Any], lang: Lang) -> Iterator[str]:
    """The same line by line; the rules begin with a dash."""
    table = answer.decision.table
    label = table.outcome_label(answer.outcome).in_(lang)
    if answer.changes == ():
        yield f"Le résultat est déjà {label}." if lang == "fr" else f"The outcome is {label} already."
        return
    yield f"Pourquoi pas {label} ?" if lang == "fr" else f"Why not {label}?"
    for miss in answer.misses:
        reasons = ", ".join(_failure(failed, lang) for failed in miss.failed)
        overridden = _MAY_BE_OVERRIDDEN if answer.decision.outcome is None else _OVERRIDDEN
        listed = f"{_MISSING.in_(lang)}{colon(lang)}{reasons}." if reasons else overridden.in_(lang)
        yield f"{_rule(table, miss.row, lang)} {listed}"
    if answer.changes is None:
        yield "Aucune information ne donne ce résultat." if lang == "fr" else "No facts give this outcome."
    else:
        changed = semicolon(lang).join(_change(change, lang) for change in answer.changes)
        yield f"{_COUNTEREXAMPLE.in_(lang)}{colon(lang)}{changed}."


def why_not_developer_lines(answer: WhyNot[Any]) -> Iterator[str]:
    """Yield the answer for a programmer: the ids of rows and facts, in English."""
    table = answer.decision.table
    yield f"{table.name}: not {table.output.encode(answer.outcome)}"
    for miss in answer.misses:
        failed = (
            f"{one.input.name}={_in_code(one.input, one.value)} ({one.condition.in_('en', one.input.domain)})"
            for one in miss.failed
        )
        yield f"- {miss.row.id}: {', '.join(failed) or 'overridden'}"
    if answer.changes is not None:
        changed = (f"{change.input.name}={_in_code(change.input, change.after)}" for change in answer.changes)
        yield f"changes: {', '.join(changed) or 'none'}"


def _failure(failed: FailedCondition, lang: Lang) -> str:
    value = value_label(failed.input, failed.value, lang)
    asked = failed.condition.in_(lang, failed.input.domain)
    name = failed.input.label.in_(lang)
    return f"{name} ({value} ; il faudrait {asked})" if lang == "fr" else f"{name} ({value}; needed: {asked})"


def _change(change: Change, lang: Lang) -> str:
    after = value_label(change.input, change.after, lang)
    before = value_label(change.input, change.before, lang)
    name = change.input.label.in_(lang)
    return f"{name}, {after} (au lieu de {before})" if lang == "fr" else f"{name}, {after} (instead of {before})"
