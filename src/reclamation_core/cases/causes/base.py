"""The base of the problem-solving methods: root causes, steps in order, circles of causes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, TypeVar

import attrs

from reclamation_core.cases.causes import checks
from reclamation_core.cases.causes.checks import key
from reclamation_core.cases.causes.rendering import Block, Flowchart, bullets, inline, one_line
from reclamation_core.cases.causes.taxonomy import TRAINING_BODY, Taxonomy
from reclamation_core.cases.codes import Method
from reclamation_core.cases.texts import redacted
from reclamation_core.documents import REDACTED
from reclamation_core.errors import ErrorKind, Fault, ReclamationError
from reclamation_core.markup import card, element, listing, paragraph, section
from reclamation_core.vocabulary import LabelledEnum
from reclamation_core.wording import Lang, Wording

_ONE_FAMILY = Wording(
    "cette cause est déjà rangée dans une autre famille ; n'en gardez qu'une",
    "this cause is already under another family; keep one",
)


@attrs.frozen
class RootCause(checks.Checked):
    """A root cause (cause racine, « cause exacte »).

    Args:
        statement: what is the cause, as a sentence.
        family: the code of its family; a `Taxonomy` lists the codes.

    Raises:
        FaultsError: a text is blank, or the family is no code.

    Source: M2-1 §4.1.

    >>> RootCause("Le remplacement des formateurs n'est pas organisé", "trainer_availability").family
    'trainer_availability'
    """

    statement: str = attrs.field(repr=redacted)
    family: str

    def in_(self, lang: Lang, families: Taxonomy = TRAINING_BODY) -> str:
        """The cause and what its family is called; the code of one that is none of the families."""
        return f"{self.statement} ({families.named(self.family).in_(lang)})"

    def _faults(self) -> Iterator[Fault]:
        yield from checks.text("statement", self.statement)
        yield from checks.code("family", self.family)


@attrs.frozen
class LocatedCause:
    """A root cause and the path, in its analysis, of the family that it is put under."""

    path: str
    cause: RootCause


def distinct(located: Iterable[LocatedCause]) -> tuple[RootCause, ...]:
    """The causes, each once, in the order they are met."""
    causes: dict[str, RootCause] = {}
    for each in located:
        causes.setdefault(key(each.cause.statement), each.cause)
    return tuple(causes.values())


def under_one_family(located: Iterable[LocatedCause]) -> Iterator[Fault]:
    """The causes that are met twice, under two families."""
    families: dict[str, str] = {}
    for each in located:
        if families.setdefault(key(each.cause.statement), each.cause.family) != each.cause.family:
            yield Fault(each.path, each.cause.family, _ONE_FAMILY)


Node = TypeVar("Node")


def cycles(causes: Mapping[Node, tuple[Node, ...]]) -> Iterator[tuple[Node, ...]]:
    """Circles that share no node, one at least of each knot; a circle's last node is caused by its first.

    Args:
        causes: the causes of each node; every node is a key.

    >>> list(cycles({"a": ("b",), "b": ("a",), "c": ("a",)}))
    [('a', 'b')]
    """
    left = dict(causes)
    while True:
        left = _knotted(left)
        if not left:
            return
        circle = _circle(left)
        yield circle
        left = {node: of for node, of in left.items() if node not in circle}


def _knotted(causes: Mapping[Node, tuple[Node, ...]]) -> dict[Node, tuple[Node, ...]]:
    """The nodes from which causes can be followed for ever, with the causes that lead on."""
    effects: dict[Node, list[Node]] = {node: [] for node in causes}
    awaited = {node: sum(cause in causes for cause in of) for node, of in causes.items()}
    for node, of in causes.items():
        for cause in of:
            if cause in causes:
                effects[cause].append(node)
    free = [node for node, count in awaited.items() if not count]
    while free:
        for effect in effects[free.pop()]:
            awaited[effect] -= 1
            if not awaited[effect]:
                free.append(effect)
    return {
        node: tuple(cause for cause in of if awaited.get(cause)) for node, of in causes.items() if awaited[node] > 0
    }


def _circle(knotted: Mapping[Node, tuple[Node, ...]]) -> tuple[Node, ...]:
    """The first circle met from the first node on, beginning with its own first node in the order of the mapping."""
    order = {node: index for index, node in enumerate(knotted)}
    path: dict[Node, None] = {}
    node = next(iter(knotted))
    while node not in path:
        path[node] = None
        node = knotted[node][0]
    followed = list(path)
    circle = followed[followed.index(node) :]
    start = min(range(len(circle)), key=lambda index: order[circle[index]])
    return (*circle[start:], *circle[:start])


S = TypeVar("S", bound=LabelledEnum)


@attrs.define(eq=False)
class StepOrderError(ReclamationError, ValueError):
    """A step that cannot be taken now; nothing has changed.

    Args:
        step: the step that was to be taken.
        missing: the steps that come before it and are not taken; none where the step itself is taken already.
    """

    code = "step_out_of_order"
    kind = ErrorKind.REFUSED

    step: LabelledEnum
    missing: tuple[LabelledEnum, ...] = ()

    def in_(self, lang: Lang) -> str:
        """The refusal as a sentence, with what would do."""
        step = self.step.label(lang)
        before = ", ".join(missing.label(lang) for missing in self.missing)
        if not self.missing:
            return Wording(f"« {step} » : cette étape est déjà faite", f"{step!r}: this step is already taken").in_(
                lang
            )
        return Wording(f"« {step} » : il faut d'abord {before}", f"{step!r}: first comes {before}").in_(lang)

    def __str__(self) -> str:
        return self.in_("en")


def refuse_out_of_order(step: S, taken: Mapping[S, object], needs: Mapping[S, tuple[S, ...]]) -> None:
    """Refuse a step that is taken already, or before those that it needs.

    Raises:
        StepOrderError: it is.
    """
    missing = tuple(need for need in needs[step] if need not in taken)
    if missing or step in taken:
        raise StepOrderError(step, missing)


def out_of_order(taken: Mapping[S, object], needs: Mapping[S, tuple[S, ...]]) -> Iterator[Fault]:
    """Yield a fault for each step without the steps that it needs; the code of a step is the name of its field."""
    for step in taken:
        missing = tuple(need for need in needs[step] if need not in taken)
        if missing:
            error = StepOrderError(step, missing)
            yield Fault(step.value, REDACTED, Wording(error.in_("fr"), error.in_("en")))


_ROOTS = Wording("Causes racines", "Root causes")


class CauseAnalysis(checks.Checked):
    """An analysis by one of the problem-solving methods (méthodes et outils de résolution de problèmes).

    Source: M2-1 §4.1 (la ou les causes exactes), §4.2 (méthodes et outils).
    """

    __slots__ = ()

    method: ClassVar[Method]
    """The method it follows."""

    @property
    def located_causes(self) -> tuple[LocatedCause, ...]:
        """The root causes with their places in the analysis; a cause in two places is listed twice."""
        return ()

    @property
    def root_causes(self) -> tuple[RootCause, ...]:
        """The root causes found, each once, in the order of the analysis; empty where the method seeks none."""
        return distinct(self.located_causes)

    def to_markdown(self, lang: Lang = "fr", *, families: Taxonomy = TRAINING_BODY) -> str:
        """The analysis as Markdown: a heading of the third level, the analysis, the root causes.

        Args:
            lang: the language.
            families: what the families of causes are called; one that is none of them is shown by its code.

        Raises:
            ValueError: the language is neither "fr" nor "en".
        """
        said = (block.to_markdown(lang) for block in self._blocks(lang, families))
        blocks = [f"### {inline(self.method.label(lang))}", *said]
        if self.root_causes:
            causes = (
                f"{inline(cause.statement)} ({inline(families.named(cause.family).in_(lang))})"
                for cause in self.root_causes
            )
            blocks += [f"**{_ROOTS.in_(lang)}**", bullets(causes)]
        return "\n\n".join(blocks) + "\n"

    def to_html(self, lang: Lang = "fr", *, families: Taxonomy = TRAINING_BODY) -> str:
        """The analysis as an HTML fragment, every text escaped; a notebook shows it so, in French.

        Args:
            lang: the language.
            families: as for `to_markdown`.

        Raises:
            ValueError: the language is neither "fr" nor "en".
        """
        blocks = [block.to_html(lang) for block in self._blocks(lang, families)]
        if self.root_causes:
            roots = (one_line(cause.in_(lang, families)) for cause in self.root_causes)
            blocks += [paragraph(element("strong", _ROOTS.in_(lang))), listing(roots)]
        return card(section(self.method.label(lang), *blocks), lang=lang)

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_mermaid(self, lang: Lang = "fr") -> str:
        """The analysis as a Mermaid flowchart.

        Raises:
            ValueError: the language is neither "fr" nor "en".
        """
        self.method.label(lang)  # refuses an unknown language whether or not the drawing has words of its own
        return str(self._drawing(lang))

    @abstractmethod
    def _blocks(self, lang: Lang, families: Taxonomy) -> Iterator[Block]:
        """The analysis as blocks, to be written as Markdown or as HTML."""

    @abstractmethod
    def _drawing(self, lang: Lang) -> Flowchart:
        """The analysis as a flowchart."""
