"""Values, conditions and rules of a table in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.tables.model import CompiledTable, Input
from reclamation_core.tables.rules import Row
from reclamation_core.wording import Lang, capitalized, colon, semicolon


def value_label(input_: Input, value: object, lang: Lang) -> str:
    """A value of an input for a reader, UNKNOWN and ABSENT included."""
    if value is UNKNOWN:
        return "inconnu" if lang == "fr" else "unknown"
    if value is ABSENT:
        return "sans objet" if lang == "fr" else "none"
    return input_.domain.label(value, lang)


def facts_in_words(inputs: Iterable[Input], facts: Mapping[str, Any], lang: Lang) -> str:
    """Facts in the words of their inputs: `canal : courriel ; expression formelle : oui`."""
    told = (
        f"{input_.label.in_(lang)}{colon(lang)}{value_label(input_, facts[input_.name], lang)}" for input_ in inputs
    )
    return semicolon(lang).join(told)


def row_wording(table: CompiledTable[Any], row: Row, lang: Lang) -> str:
    """The rule in words: its wording, or its conditions where it has none."""
    if row.wording is not None:
        return row.wording.in_(lang)
    asked = [(input_, row.when[input_.name]) for input_ in table.inputs if input_.name in row.when]
    conditions = (f"{input_.label.in_(lang)}{colon(lang)}{cond.in_(lang, input_.domain)}" for input_, cond in asked)
    return ", ".join(conditions) or ("toujours" if lang == "fr" else "always")


def rule_sentence(table: CompiledTable[Any], row: Row, lang: Lang) -> str:
    """The rule as a sentence, with its source."""
    source, text = row.source(lang), row_wording(table, row, lang)
    return sentence(f"{text} ({source})" if source else text)


def sentence(text: str) -> str:
    """The text with a capital and a full stop, unless it ends with one or with a sentence that is quoted.

    >>> sentence("« Rien. »"), sentence("au motif « rien »")
    ('« Rien. »', 'Au motif « rien ».')
    """
    is_ended = text.rstrip("»” \u00a0\u202f").endswith((".", "?", "!", "…"))
    return capitalized(text) + ("" if is_ended else ".")
