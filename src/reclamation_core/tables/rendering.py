"""Tables and decisions as Markdown and HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from reclamation_core import markup
from reclamation_core.markup import Html, Tone, badge, card, element, html_writer, joined, listing, paragraph, section
from reclamation_core.tables.decision import Decision, WhyNot, lines, why_not_lines
from reclamation_core.tables.explanation import row_wording
from reclamation_core.tables.model import CompiledTable
from reclamation_core.tables.rules import HitPolicy, Row
from reclamation_core.wording import Lang, Wording, capitalized, cite_interpretation, semicolon, typeset

_POLICIES = {
    HitPolicy.UNIQUE: Wording("une seule règle s'applique", "only one row fires"),
    HitPolicy.ANY: Wording("les règles qui s'appliquent s'accordent", "the rows that fire agree"),
    HitPolicy.FIRST: Wording("la première règle qui s'applique l'emporte", "the first row that fires wins"),
    HitPolicy.PRIORITY: Wording("le résultat prioritaire l'emporte", "the outcome of highest priority wins"),
    HitPolicy.COLLECT_MAX: Wording("le plus grand des résultats", "the greatest outcome"),
    HitPolicy.COLLECT_MIN: Wording("le plus petit des résultats", "the least outcome"),
    HitPolicy.COLLECT_SUM: Wording("la somme des résultats", "the sum of the outcomes"),
    HitPolicy.COLLECT_COUNT: Wording("le nombre de règles qui s'appliquent", "how many rows fire"),
}


def table_markdown(table: CompiledTable[Any], lang: Lang) -> str:
    """The table as Markdown: title, hit policy, one line a row."""
    header, rows = _grid(table, lang)
    policy = hit_policy_in_words(table, lang)
    head = [f"### {markdown_text(table.title.in_(lang))}", "", markdown_text(capitalized(policy)), ""]
    head += [_markdown_row(header), "|" + " --- |" * len(header)]
    return typeset("\n".join([*head, *map(_markdown_row, rows)]) + "\n", lang)


def table_html(table: CompiledTable[Any], lang: Lang) -> Html:
    """The table as an HTML fragment without any style, to be put into a page that has its own."""
    header, rows = _grid(table, lang)
    head = element("thead", element("tr", *(element("th", title, scope="col") for title in header)))
    body = element("tbody", *(element("tr", *(element("td", cell) for cell in row)) for row in rows))
    return Html(typeset(element("table", element("caption", _caption(table, lang)), head, body, lang=lang), lang))


@html_writer(CompiledTable)
def table_card(table: CompiledTable[Any]) -> Html:
    """The table as a notebook shows it."""
    header, rows = _grid(table, "fr")
    return card(markup.table(_caption(table, "fr"), header, rows))


@html_writer(Decision)
def decision_card(decision: Decision[Any]) -> Html:
    """A decision and its reasons as a notebook shows them."""
    return card(decision_block(decision))


def decision_block(decision: Decision[Any]) -> Html:
    """The same without a ground of its own, to be put into another object's."""
    first, *rest = lines(decision, "fr")
    heading = first if decision.outcome is not None else joined([first, " ", badge("à préciser", Tone.WARNING)])
    return section(heading, *_paragraphs(rest))


@html_writer(WhyNot)
def why_not_card(answer: WhyNot[Any]) -> Html:
    """Why another outcome was not given, and what would change it, as a notebook shows them."""
    first, *rest = why_not_lines(answer, "fr")
    return card(section(first, *_paragraphs(rest)))


def _paragraphs(rest: Iterable[str]) -> Iterator[Html]:
    """Lines as paragraphs, the rules among them as lists."""
    for is_rule, group in groupby(rest, key=lambda line: line.startswith("- ")):
        if is_rule:
            yield listing(line.removeprefix("- ") for line in group)
        else:
            yield from map(paragraph, group)


def _caption(table: CompiledTable[Any], lang: Lang) -> str:
    return f"{table.title.in_(lang)} – {hit_policy_in_words(table, lang)}"


def _grid(table: CompiledTable[Any], lang: Lang) -> tuple[list[str], list[list[str]]]:
    inputs = [input_.label.in_(lang) for input_ in table.inputs]
    outcome, rule, source = ("résultat", "règle", "source") if lang == "fr" else ("outcome", "rule", "source")
    header = ["identifiant" if lang == "fr" else "id", *inputs, outcome, rule, source]
    return header, [_row(table, row, lang) for row in table.rows]


def _row(table: CompiledTable[Any], row: Row, lang: Lang) -> list[str]:
    conditions = [
        row.when[input_.name].in_(lang, input_.domain) if input_.name in row.when else "–" for input_ in table.inputs
    ]
    outcome = table.outcome_label(row.then).in_(lang)
    interpretation = row.interpretation and cite_interpretation(row.interpretation, lang)
    source = semicolon(lang).join(filter(None, [row.clause, interpretation]))
    return [row.id, *conditions, outcome, row_wording(table, row, lang), source]


def hit_policy_in_words(table: CompiledTable[Any], lang: Lang, between: str | None = None) -> str:
    """Return how the outcome is selected among the rules that fire, with the order of the outcomes."""
    between = between or (", puis " if lang == "fr" else " > ")
    order = between.join(table.outcome_label(outcome).in_(lang) for outcome in table.priority)
    text = _POLICIES[table.hit_policy].in_(lang)
    if lang == "fr":
        return f"{text}{' : ' if order else ''}{order}"
    return f"{table.hit_policy.name} ({text}{': ' if order else ''}{order})"


_SPECIAL = str.maketrans(
    {**{sign: f"\\{sign}" for sign in "\\`*_{}[]#+|~"}, "<": "&lt;", ">": "&gt;", "&": "&amp;", "\n": " ", "\r": " "}
)


def markdown_text(text: str) -> str:
    """A text with the signs of Markdown escaped."""
    return text.translate(_SPECIAL)


def _markdown_row(cells: list[str]) -> str:
    return f"| {' | '.join(map(markdown_text, cells))} |"
