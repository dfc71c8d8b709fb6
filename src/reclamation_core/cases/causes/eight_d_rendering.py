"""The steps of an 8D in words and as a flowchart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from reclamation_core.cases.causes.blocks import Block, Field, Points
from reclamation_core.cases.causes.eight_d_steps import EightDStep
from reclamation_core.cases.causes.families import TRAINING_BODY
from reclamation_core.cases.causes.mermaid import Flowchart, Shape
from reclamation_core.cases.causes.root_cause import RootCause
from reclamation_core.cases.causes.taxonomy import Taxonomy
from reclamation_core.wording import Lang

_NOT_TAKEN: Final = "–"


def blocks(taken: Mapping[EightDStep, object], lang: Lang, families: Taxonomy) -> Iterator[Block]:
    """Each step as a block; what is not taken yet has a dash."""
    for step in EightDStep:
        said = _said(taken[step], lang, families) if step in taken else (_NOT_TAKEN,)
        yield Field(step.label(lang), said[0]) if len(said) == 1 else Points(said, title=step.label(lang))


def drawing(taken: Mapping[EightDStep, object], lang: Lang) -> Flowchart:
    """The steps one below the other; the way to what is not taken yet is dotted."""
    chart = Flowchart("TB")
    nodes = []
    for step in EightDStep:
        said = " / ".join((step.label(lang), *_said(taken[step], lang))) if step in taken else step.label(lang)
        nodes.append(chart.node(said, Shape.BOX if step in taken else Shape.ROUND))
    for (start, end), step in zip(pairwise(nodes), tuple(EightDStep)[1:]):
        chart.arrow(start, end, dotted=step not in taken)
    return chart


def _said(value: object, lang: Lang, families: Taxonomy = TRAINING_BODY) -> tuple[str, ...]:
    values = value if isinstance(value, tuple) else (value,)
    return tuple(_words(each, lang, families) for each in values)


def _words(value: Any, lang: Lang, families: Taxonomy) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, RootCause):
        return value.in_(lang, families)
    words: str = value.in_(lang)
    return words
