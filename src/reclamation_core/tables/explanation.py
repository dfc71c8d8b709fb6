"""Explanations of a decision, and the question that settles most of what is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.tables.cells import numbers
from reclamation_core.tables.chain import depends
from reclamation_core.tables.model import Input, Row
from reclamation_core.wording import Lang, Wording

if TYPE_CHECKING:
    from reclamation_core.tables.cell import Cell, Decision
    from reclamation_core.tables.change import Change, FailedCondition, WhyNot
    from reclamation_core.tables.table import DecisionTable


def open_inputs(cell: Cell[Any]) -> tuple[Input, ...]:
    """The unknown base facts that the outcome may still depend on."""
    if len(cell.possible) < 2:
        return ()
    places = [place for place, atoms in enumerate(cell.known) if atoms.bit_count() > 1]
    return tuple(cell.table.base[place] for place in places if _matters(cell, place))


def _matters(cell: Cell[Any], place: int) -> bool:
    table = cell.table
    fact = table.base[place]
    if fact in table.inputs and fact.name not in table.chain.shared:
        return table.cells.matters(table.index_of(fact.name), cell.cells)
    return depends(table, cell.known, place)


def best_question(cell: Cell[Any]) -> Input | None:
    """The open fact whose knowledge settles most, its values counting equally.

    The one for which the most of its values determine the outcome; of those, the one that leaves the fewest outcomes
    possible on average; of those, the first in the table's order.
    """
    return min(cell.unknown, key=lambda input_: _left(cell, input_), default=None)


def _left(cell: Cell[Any], input_: Input) -> tuple[float, float]:
    counts = [len(outcomes) for outcomes in _answers(cell, cell.table.chain.places[input_.name])]
    return sum(count > 1 for count in counts) / len(counts), sum(counts) / len(counts)


def _answers(cell: Cell[Any], place: int) -> Iterator[set[Any]]:
    """For each value that the fact may have, the outcomes it would leave."""
    table = cell.table
    for code in numbers(cell.known[place]):
        reached = table.chain.reach((*cell.known[:place], 1 << code, *cell.known[place + 1 :]))
        yield {outcome for outcome, cells in table.cells.outcomes.items() if cells & reached}


_UNDETERMINED = Wording("la décision n'est pas encore acquise", "the decision is not settled yet")
_REASONS = Wording("Motifs", "Reasons")
_WHATEVER = Wording(
    "Quels que soient les faits encore inconnus, l'une de ces règles s'applique",
    "Whatever the facts still unknown, one of these rules applies",
)
_ALSO = Wording("Ont aussi été retenues, sans l'emporter", "Also applied, without prevailing")
_FACTS = Wording("Faits retenus", "Facts used")
_POSSIBLE = Wording("Restent possibles", "Still possible")
_ASK = Wording("À demander", "To ask")
_MISSING = Wording("Conditions manquantes", "Missing conditions")
_OVERRIDDEN = Wording("Elle s'applique, mais une autre l'emporte.", "It applies, but another prevails.")
_MAY_BE_OVERRIDDEN = Wording(
    "Elle s'applique, mais une autre peut encore l'emporter.", "It applies, but another may still prevail."
)
_COUNTED = Wording(
    "Selon les faits encore inconnus, certaines de ces règles s'appliquent aussi",
    "Depending on the facts still unknown, some of these rules apply too",
)
_NO_RULE = Wording("aucune règle ne s'applique à ces faits", "no rule applies to these facts")


def value_label(input_: Input, value: Any, lang: Lang) -> str:
    """A value of an input for a reader, UNKNOWN and ABSENT included."""
    if value is UNKNOWN:
        return "inconnu" if lang == "fr" else "unknown"
    if value is ABSENT:
        return "sans objet" if lang == "fr" else "none"
    return input_.domain.label(value, lang)


def facts_in_words(inputs: Iterable[Input], facts: Mapping[str, Any], lang: Lang) -> str:
    """Facts in the words of their inputs: `canal : courriel ; expression formelle : oui`."""
    told = (
        f"{input_.label.in_(lang)}{_colon(lang)}{value_label(input_, facts[input_.name], lang)}" for input_ in inputs
    )
    return (" ; " if lang == "fr" else "; ").join(told)


def row_wording(table: DecisionTable[Any], row: Row, lang: Lang) -> str:
    """The rule in words: its wording, or its conditions where it has none."""
    if row.wording is not None:
        return row.wording.in_(lang)
    asked = [(input_, row.when[input_.name]) for input_ in table.inputs if input_.name in row.when]
    conditions = (f"{input_.label.in_(lang)}{_colon(lang)}{cond.in_(lang, input_.domain)}" for input_, cond in asked)
    return ", ".join(conditions) or ("toujours" if lang == "fr" else "always")


def rule_sentence(table: DecisionTable[Any], row: Row, lang: Lang) -> str:
    """The rule as a sentence, with its source."""
    source, text = row.source(lang), row_wording(table, row, lang)
    return sentence(f"{text} ({source})" if source else text)


def sentence(text: str) -> str:
    """The text with a capital and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!", "…")) else ".")


def explain(decision: Decision[Any], lang: Lang) -> str:
    """The decision in sentences, one a line."""
    return "\n".join(lines(decision, lang))


def headline(decision: Decision[Any], lang: Lang) -> str:
    """What was decided, without why."""
    table, outcome = decision.table, decision.outcome
    if outcome is not None:
        stated = dict(table.statements).get(outcome)
        label = f"{table.title.in_(lang)}{_colon(lang)}{table.outcome_label(outcome).in_(lang)}"
        return stated.in_(lang) if stated is not None else label
    settled = _UNDETERMINED if decision.possible else _NO_RULE
    return f"{table.title.in_(lang)}{_colon(lang)}{settled.in_(lang)}"


def lines(decision: Decision[Any], lang: Lang) -> Iterator[str]:
    """The same line by line: what was decided, then why; the rules begin with a dash."""
    table = decision.table
    yield sentence(headline(decision, lang))
    if decision.outcome is None:
        ordered = sorted(decision.possible, key=table.output.rank)
        labels = [table.outcome_label(outcome).in_(lang) for outcome in ordered]
        if labels:
            yield f"{_POSSIBLE.in_(lang)}{_colon(lang)}{' ; '.join(labels) if lang == 'fr' else '; '.join(labels)}."
        if decision.question is not None:
            yield f"{_ASK.in_(lang)}{_colon(lang)}{sentence(decision.question.question.in_(lang))}"
    else:
        yield from _reasons(decision, lang)
    facts = "; ".join(_facts(decision, lang)) if lang == "en" else " ; ".join(_facts(decision, lang))
    if facts:
        yield f"{_FACTS.in_(lang)}{_colon(lang)}{facts}."


def deciding_reasons(decision: Decision[Any], lang: Lang) -> Iterator[str]:
    """Why the outcome holds, all facts being known: one sentence for each rule that fired."""
    if not decision.deciding:
        yield sentence(_NO_RULE.in_(lang))
    yield from (rule_sentence(decision.table, row, lang) for row in decision.deciding)


def _reasons(decision: Decision[Any], lang: Lang) -> Iterator[str]:
    table, deciding = decision.table, decision.deciding
    if deciding:
        yield f"{_REASONS.in_(lang)}{_colon(lang).rstrip()}"
        yield from (_rule(table, row, lang) for row in deciding)
    if table.hit_policy.adds_up:
        if decision.may_fire:
            yield f"{_COUNTED.in_(lang)}{_colon(lang).rstrip()}"
            yield from (_rule(table, row, lang) for row in decision.may_fire)
        elif not deciding:
            yield sentence(_NO_RULE.in_(lang))
    elif not deciding:
        yield f"{_WHATEVER.in_(lang)}{_colon(lang).rstrip()}"
        yield from (_rule(table, row, lang) for row in decision.may_fire if row.then == decision.outcome)
    others = [row for row in decision.rows if row not in deciding]
    if others:
        yield f"{_ALSO.in_(lang)}{_colon(lang).rstrip()}"
        yield from (_rule(table, row, lang) for row in others)


def _rule(table: DecisionTable[Any], row: Row, lang: Lang) -> str:
    return f"- {rule_sentence(table, row, lang)}"


def _facts(decision: Decision[Any], lang: Lang) -> Iterator[str]:
    rows = decision.rows if decision.deciding else (*decision.rows, *decision.may_fire)
    asked = {name for row in rows for name in row.when}
    for input_ in decision.table.inputs:
        value = decision.value(input_)
        if input_.name in asked and value is not UNKNOWN:
            yield f"{input_.label.in_(lang)}{_colon(lang)}{value_label(input_, value, lang)}"


def _colon(lang: Lang) -> str:
    return " : " if lang == "fr" else ": "


def explain_why_not(answer: WhyNot[Any], lang: Lang) -> str:
    """Why another outcome was not given, one sentence a line."""
    return "\n".join(why_not_lines(answer, lang))


def why_not_lines(answer: WhyNot[Any], lang: Lang) -> Iterator[str]:
    """The same line by line; the rules begin with a dash."""
    table = answer.decision.table
    label = table.outcome_label(answer.outcome).in_(lang)
    if answer.changes == ():
        yield f"Le résultat est déjà {label}." if lang == "fr" else f"The outcome is {label} already."
        return
    yield f"Pourquoi pas {label} ?" if lang == "fr" else f"Why not {label}?"
    for miss in answer.misses:
        reasons = (" ; " if lang == "fr" else "; ").join(_failure(failed, lang) for failed in miss.failed)
        overridden = _MAY_BE_OVERRIDDEN if answer.decision.outcome is None else _OVERRIDDEN
        listed = f"{_MISSING.in_(lang)}{_colon(lang)}{reasons}." if reasons else overridden.in_(lang)
        yield f"{_rule(table, miss.row, lang)} {listed}"
    if answer.changes is None:
        yield "Aucun fait ne donne ce résultat." if lang == "fr" else "No facts give this outcome."
    else:
        changed = (" ; " if lang == "fr" else "; ").join(_change(change, lang) for change in answer.changes)
        yield f"Il en irait ainsi avec{_colon(lang)}{changed}." if lang == "fr" else f"It would be so with: {changed}."


def _failure(failed: FailedCondition, lang: Lang) -> str:
    value = value_label(failed.input, failed.value, lang)
    asked = failed.condition.in_(lang, failed.input.domain)
    name = failed.input.label.in_(lang)
    return f"{name} : {value} (il faudrait : {asked})" if lang == "fr" else f"{name}: {value} (needed: {asked})"


def _change(change: Change, lang: Lang) -> str:
    after = value_label(change.input, change.after, lang)
    before = value_label(change.input, change.before, lang)
    now = "actuellement" if lang == "fr" else "currently"
    return f"{change.input.label.in_(lang)}{_colon(lang)}{after} ({now}{_colon(lang)}{before})"
