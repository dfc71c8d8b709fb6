"""The difference of two policy editions: tables and parameters, as values, Markdown and HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from itertools import chain
from typing import Any, Final

import attrs

from reclamation_core.calendars import DayRange
from reclamation_core.markup import Html, card, joined, listing, paragraph, section
from reclamation_core.policy.formatting import PARAMETERS, declaration, format_facts, format_value
from reclamation_core.policy.m2_1_tables import TABLES
from reclamation_core.policy.own_facts import facts_digest
from reclamation_core.policy.parameters import MAY_QUALIFY, Parameters, parameter_carriers, reserved_commands
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Decision, DecisionTable, FactsError
from reclamation_core.tables.comparison import (
    Conditions,
    OutcomeChange,
    RowChange,
    RowChangeKind,
    TableDifference,
    refused,
)
from reclamation_core.tables.decision import deciding_reasons
from reclamation_core.tables.explanation import rule_sentence
from reclamation_core.tables.model import CompiledTable
from reclamation_core.tables.rendering import markdown_text
from reclamation_core.tables.rules import Row
from reclamation_core.vocabulary import Fact
from reclamation_core.wording import LANGUAGES, Lang, Wording, capitalized, colon, semicolon, typeset

_IN_TABLES: Final = ("survey.", "risk.", "complexity.", "facts.")
"""The groups of parameters that rows carry, and the facts that rows ask for: the tables show their effect."""


@attrs.frozen
class ParameterChange(SharedRepr):
    """A parameter that is not the same in both editions.

    Attributes:
        path: where a policy file sets it: `deadline.days`; `facts.NAME` and `tables.NAME` for what an edition declares.
        before: what the one edition sets; a `Wording`, or None, for what an edition declares.
        after: what the other does.
    """

    path: str
    before: Any
    after: Any

    @property
    def in_tables(self) -> bool:
        """True if rows of the tables carry it, so that the tables show its effect."""
        return self.path.startswith(_IN_TABLES)


@attrs.frozen
class PolicyDifference(SharedRepr):
    """The difference of two editions. It is true exactly if they decide some case differently.

    Attributes:
        before: the name of the one edition.
        after: the name of the other.
        tables: the tables that decide some facts differently, or whose rows differ.
        parameters: the parameters, the declared facts and the declared tables that differ, each with its `path`, and
            its value `before` and `after`.
    """

    before: str
    after: str
    tables: tuple[TableDifference, ...]
    parameters: tuple[ParameterChange, ...]

    def __bool__(self) -> bool:
        return any(self.tables) or any(not change.in_tables for change in self.parameters)

    def to_markdown(self, lang: Lang = "fr") -> str:
        """Return the difference as Markdown: changed decisions with an example each, then parameters and rows."""
        return difference_markdown(self, lang)

    def to_html(self, lang: Lang = "fr") -> str:
        """The difference as an HTML fragment, every text escaped."""
        return difference_html(self, lang)

    def _repr_html_(self) -> str:
        return difference_card(self)


def parameter_changes(before: Parameters, after: Parameters) -> tuple[ParameterChange, ...]:
    """Return the parameters that differ, in their order."""
    pairs = zip(parameter_carriers(before), parameter_carriers(after), strict=True)
    changes = [ParameterChange(mine.path, mine.value, theirs.value) for mine, theirs in pairs]
    of_roles = reserved_commands(before), reserved_commands(after)
    changes += (
        ParameterChange(path, *(roles.get(path, MAY_QUALIFY) for roles in of_roles))
        for path in dict.fromkeys([*of_roles[0], *of_roles[1]])
    )
    return tuple(change for change in changes if _meant(change.before) != _meant(change.after))


def table_changes(
    before: Mapping[str, DecisionTable[Any]], after: Mapping[str, DecisionTable[Any]]
) -> Iterator[ParameterChange]:
    """Yield the tables that one edition alone has, by their titles."""
    for name in dict.fromkeys([*before, *after]):
        if (name in before) is not (name in after):
            titles = (tables[name].title if name in tables else None for tables in (before, after))
            yield ParameterChange(f"tables.{name}", *titles)


def fact_changes(before: Iterable[Fact], after: Iterable[Fact]) -> Iterator[ParameterChange]:
    """Yield the facts that one edition alone declares, or that both declare otherwise; labels do not count."""
    sides = [{fact.name: fact for fact in facts} for facts in (before, after)]
    for name in dict.fromkeys(chain.from_iterable(sides)):
        found = [facts.get(name) for facts in sides]
        if len({str(facts_digest([fact] if fact else [])) for fact in found}) > 1:
            yield ParameterChange(f"facts.{name}", *(fact and declaration(fact) for fact in found))


def _meant(value: object) -> Any:
    """Return a value in a normal form: the order and the grouping of days and roles have no meaning."""
    if isinstance(value, tuple) and value and all(isinstance(item, DayRange) for item in value):
        return frozenset(day for item in value for day in item.days())
    return frozenset(value) if isinstance(value, tuple) and all(isinstance(item, str) for item in value) else value


_TITLE: Final = Wording("De la version « {} » à la version « {} »", "From the edition “{}” to the edition “{}”")
_ALIKE: Final = Wording("Les deux versions donnent les mêmes décisions.", "The two editions decide alike.")
_DECISIONS: Final = Wording("Décisions modifiées", "What is decided otherwise")
_PARAMETERS: Final = Wording("Paramètres", "Parameters")
_ROWS: Final = Wording("Règles", "Rows")
_AMONG: Final = Wording(
    "Chaque ligne donne la décision de « {} », puis celle de « {} », et les cas concernés. La "
    "condition ne vaut que pour les cas qui recevaient la première décision.",
    "Each line says what “{}” decides, then what “{}” decides, and in which cases. This condition is read only among "
    "the cases that had the first outcome.",
)
_ALWAYS: Final = Wording("tous ces cas", "all of these cases")
_EXCEPT: Final = Wording("sauf", "except")
_ANY: Final = Wording("n'importe quel cas", "any case")
_EXAMPLE: Final = Wording("exemple", "example")
_DECLARED: Final = {"facts": Wording("information own.{}", "fact own.{}"), "tables": Wording("table {}", "table {}")}
_KINDS: Final = {
    RowChangeKind.ADDED: Wording("ajoutée", "added"),
    RowChangeKind.REMOVED: Wording("retirée", "removed"),
    RowChangeKind.CHANGED: Wording("modifiée", "changed"),
    RowChangeKind.REWORDED: Wording("reformulée, sans effet sur les décisions", "reworded, no decision depends on it"),
}


@attrs.frozen
class _Item(SharedRepr):
    """A list item with its nested items."""

    text: str
    below: tuple[_Item, ...] = ()


@attrs.frozen
class _Section(SharedRepr):
    """A heading of a level, a paragraph or none, and items."""

    level: int
    heading: str
    paragraph: str = ""
    items: tuple[_Item, ...] = ()


def difference_markdown(difference: PolicyDifference, lang: Lang) -> str:
    """The page as Markdown."""
    parts = []
    for part in _sections(difference, lang):
        lines = [f"{'#' * part.level} {markdown_text(part.heading)}", ""]
        lines += [markdown_text(part.paragraph), ""] if part.paragraph else []
        lines += [*(line for item in part.items for line in _markdown(item, "")), ""] if part.items else []
        parts += lines
    return typeset("\n".join(parts), lang)


def _markdown(item: _Item, indent: str) -> Iterator[str]:
    yield f"{indent}- {markdown_text(item.text)}"
    for below in item.below:
        yield from _markdown(below, f"{indent}    ")


def difference_html(difference: PolicyDifference, lang: Lang) -> str:
    """The page as an HTML fragment."""
    parts = []
    for part in _sections(difference, lang):
        parts.append(f"<h{part.level}>{escape(part.heading)}</h{part.level}>")
        parts.append(f"<p>{escape(part.paragraph)}</p>" if part.paragraph else "")
        parts.append(_html(part.items))
    return typeset(f'<section lang="{lang}">{"".join(parts)}</section>', lang)


def _html(items: tuple[_Item, ...]) -> str:
    listed = "".join(f"<li>{escape(item.text)}{_html(item.below)}</li>" for item in items)
    return f"<ul>{listed}</ul>" if listed else ""


def difference_card(difference: PolicyDifference) -> Html:
    """The page as a notebook shows it: on a ground of its own, without headings that it would put among its own."""
    shown_as = (
        section(part.heading, *([paragraph(part.paragraph)] if part.paragraph else []), _listed(part.items))
        for part in _sections(difference, "fr")
    )
    return card(*shown_as)


def _listed(items: tuple[_Item, ...]) -> Html:
    return listing(joined([item.text, _listed(item.below)]) for item in items) if items else Html()


def _sections(difference: PolicyDifference, lang: Lang) -> Iterator[_Section]:
    title = _TITLE.in_(lang).format(difference.before, difference.after)
    yield _Section(1, title, "" if difference else _ALIKE.in_(lang))
    deciding = [table for table in difference.tables if table]
    if deciding:
        among = _AMONG.in_(lang).format(difference.before, difference.after)
        yield _Section(2, _DECISIONS.in_(lang), among)
    for table in deciding:
        items = tuple(_decided(difference, table, change, lang) for change in table.changes)
        yield _Section(3, capitalized(table.after.title.in_(lang)), items=items)
    if difference.parameters:
        changes = (
            _Item(
                f"{_label(change.path, lang)}{colon(lang)}{_valued(change.path, change.before, lang)} → "
                f"{_valued(change.path, change.after, lang)}"
            )
            for change in difference.parameters
        )
        yield _Section(2, _PARAMETERS.in_(lang), items=tuple(changes))
    rows = tuple(_row(table, change, lang) for table in difference.tables for change in table.rows)
    if rows:
        yield _Section(2, _ROWS.in_(lang), items=rows)


def _decided(difference: PolicyDifference, table: TableDifference, change: OutcomeChange, lang: Lang) -> _Item:
    both = (table.before, change.before), (table.after, change.after)
    before, after = (
        refused(lang) if outcome is None else side.outcome_label(outcome).in_(lang) for side, outcome in both
    )
    facts = format_facts(change.read, change.witness, lang) or _ANY.in_(lang)
    reasons = (
        _reasons(difference.before, change.decided_before, lang),
        _reasons(difference.after, change.decided_after, lang),
    )
    example = _Item(f"{_EXAMPLE.in_(lang)}{colon(lang)}{facts}", reasons)
    exceptions = (_Item(f"{_EXCEPT.in_(lang)}{colon(lang)}{_which(asked, lang)}") for asked in change.exceptions)
    return _Item(f"{before} → {after}{colon(lang)}{_which(change.conditions, lang)}", (*exceptions, example))


def _which(conditions: Conditions, lang: Lang) -> str:
    told = (
        f"{input_.label.in_(lang)}{colon(lang)}{condition.in_(lang, input_.domain)}" for input_, condition in conditions
    )
    return semicolon(lang).join(told) or _ALWAYS.in_(lang)


def _reasons(edition: str, said: Decision[Any] | FactsError, lang: Lang) -> _Item:
    told = said.in_(lang).split("\n") if isinstance(said, FactsError) else list(deciding_reasons(said, lang))
    start = f"{edition}{colon(lang)}"
    return _Item(f"{start}{told[0]}") if len(told) == 1 else _Item(start.rstrip(), tuple(map(_Item, told)))


def listed_changes(difference: PolicyDifference) -> Iterator[tuple[Wording, Wording | None, Wording | None]]:
    """Yield each parameter and each row that differs: its name, and its content before and after; None without one."""
    for change in difference.parameters:
        path, sides = change.path, (change.before, change.after)
        before, after = (Wording(*(_valued(path, value, lang) for lang in LANGUAGES)) for value in sides)
        yield Wording(*(_label(path, lang) for lang in LANGUAGES)), before, after
    for table in difference.tables:
        for row in table.rows:
            number, kind = f"{_number(table, row)} ({row.id})", _KINDS[row.kind]
            name = Wording(f"{number} : {kind.fr}", f"{number}: {kind.en}")
            yield name, _stated(table.before, row.before), _stated(table.after, row.after)


def _stated(table: CompiledTable[Any], row: Row | None) -> Wording | None:
    """Return the outcome and the conditions of a row of a table."""
    return None if row is None else Wording(*(_sentence(table, row, lang) for lang in LANGUAGES))


def _sentence(table: CompiledTable[Any], row: Row, lang: Lang) -> str:
    return f"{table.outcome_label(row.then).in_(lang)}{colon(lang)}{rule_sentence(table, row, lang)}"


def _row(table: TableDifference, change: RowChange, lang: Lang) -> _Item:
    sides = (table.before, change.before), (table.after, change.after)
    told = (_Item(_sentence(side, row, lang)) for side, row in sides if row is not None)
    return _Item(f"{_number(table, change)} ({change.id}){colon(lang)}{_KINDS[change.kind].in_(lang)}", tuple(told))


def _number(table: TableDifference, change: RowChange) -> str:
    """Return the number of a row, as `Policy.rule_numbers` has it: of the edition before, or after if it is added."""
    side = table.after if change.before is None else table.before
    number = next(place for place, row in enumerate(side.rows, start=1) if row.id == change.id)
    tables = TABLES if side.owner is None else tuple(side.owner.tables)  # those of the edition come after M2-1's
    return f"R{tables.index(side.name) + 1}.{number}" if side.name in tables else f"{side.name}.{number}"


def _label(path: str, lang: Lang) -> str:
    """Return the name of a parameter for a reader; its path where it has none."""
    group, _, name = path.partition(".")
    if group in _DECLARED:
        return _DECLARED[group].in_(lang).format(name)
    parameter = PARAMETERS.get(path.replace(".", "_"))
    return path if parameter is None else parameter.wording.in_(lang)


def _valued(path: str, value: object, lang: Lang) -> str:
    """Return a value of a parameter with its unit."""
    parameter = PARAMETERS.get(path.replace(".", "_"))
    return format_value(value, lang) if parameter is None else parameter.valued(value, lang)
