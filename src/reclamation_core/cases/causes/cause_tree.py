"""The cause tree: facts, each with the facts that were needed for it to happen, up to one ultimate fact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import ClassVar, Final

import attrs

from reclamation_core.cases.causes import checks
from reclamation_core.cases.causes.base import CauseAnalysis, LocatedCause, RootCause, Taxonomy, cycles
from reclamation_core.cases.causes.rendering import Block, Field, Flowchart, Grid, Shape
from reclamation_core.cases.codes import Method
from reclamation_core.cases.texts import redacted
from reclamation_core.codes import LabelledEnum
from reclamation_core.errors import Fault
from reclamation_core.wording import Lang, Wording


class TreeLink(LabelledEnum):
    """How facts hang together, in the words of the French method (liaison)."""

    SEQUENCE = "sequence", "enchaînement", "sequence"
    CONJUNCTION = "conjunction", "conjonction", "conjunction"
    DISJUNCTION = "disjunction", "disjonction", "disjunction"


_HEADER: Final = (
    Wording("Fait", "Fact"),
    Wording("Énoncé", "Statement"),
    Wording("Source", "Source"),
    Wording("Causes", "Causes"),
    Wording("Liaison", "Link"),
)
_FACTS: Final = Wording("Faits", "Facts")
_ULTIMATE: Final = Wording("Fait ultime", "Ultimate fact")
_CANDIDATE: Final = Wording("cause candidate", "candidate cause")
_TAKEN: Final = Wording("ce code est déjà celui d'un autre fait", "this code is already another fact's")
_UNKNOWN: Final = Wording("aucun fait n'a ce code", "no fact has this code")
_CIRCLE: Final = Wording(
    "ces faits forment une boucle : aucun ne peut être sa propre cause",
    "these facts go round in a circle: none can be its own cause",
)
_SEVERAL_ENDS: Final = Wording(
    "un seul fait ultime est attendu : reliez ces faits, ou faites un arbre pour chacun",
    "one ultimate fact is expected: link these facts, or draw a tree for each",
)
_EXPLAINED: Final = Wording(
    "seule une feuille est une cause racine ; retirez la famille, ou les causes de ce fait",
    "only a leaf is a root cause; remove the family, or the causes of this fact",
)


@attrs.frozen(kw_only=True)
class TreeFact(checks.Checked):
    """A fact of the tree (fait). A fact is not a judgement; each has its evidence.

    Args:
        code: its code in the tree.
        statement: the fact, without judgement.
        source: what shows it: a document, a witness, a measure.
        causes: the codes of the facts without which it would not have happened, all of which were needed.
        family: the code of the family of a leaf that is retained as a root cause.

    Raises:
        FaultsError: a text is blank, a code is repeated, or a fact that has causes has a family.
    """

    code: str
    statement: str = attrs.field(repr=redacted)
    source: str = attrs.field(repr=redacted)
    causes: tuple[str, ...] = attrs.field(default=(), converter=checks.as_tuple)
    family: str | None = None

    def _faults(self) -> Iterator[Fault]:
        yield from checks.code("code", self.code)
        yield from checks.text("statement", self.statement)
        yield from checks.text("source", self.source)
        misshapen = tuple(checks.items("causes", self.causes, checks.code, at_least=0))
        yield from misshapen
        if not misshapen:
            yield from checks.repeated((f"causes[{index}]", code) for index, code in enumerate(self.causes))
        yield from checks.optional(checks.code)("family", self.family)
        if self.family is not None and self.causes:
            yield Fault("family", self.family, _EXPLAINED)


@attrs.frozen
class CauseTree(CauseAnalysis):
    """An analysis by the cause tree (arbre des causes). Its root causes are the leaves put under a family.

    How facts hang together follows from the causes of each: one cause with one effect is a sequence, several causes of
    one fact are a conjunction (all were needed), one cause of several facts is a disjunction.

    Args:
        facts: the facts, at least two, in any order.

    Raises:
        FaultsError: two facts have one code or one statement, a cause is no fact of the tree, facts go round in a
            circle, or there is not exactly one ultimate fact.

    Source: M2-1 §4.1, §4.2.

    >>> tree = CauseTree([
    ...     TreeFact(code="fall", statement="Un stagiaire est tombé", source="registre", causes=["wet"]),
    ...     TreeFact(code="wet", statement="Le sol était mouillé", source="photo", causes=["leak"]),
    ...     TreeFact(code="leak", statement="Le toit fuit", source="devis", family="premises"),
    ... ])
    >>> tree.ultimate.code, [fact.code for fact in tree.leaves]
    ('fall', ['leak'])
    """

    method: ClassVar[Method] = Method.CAUSE_TREE

    facts: tuple[TreeFact, ...] = attrs.field(converter=checks.as_tuple)

    def _faults(self) -> Iterator[Fault]:
        misshapen = tuple(checks.items("facts", self.facts, checks.a(TreeFact), at_least=2))
        yield from misshapen
        if not misshapen:
            ambiguous = (*self._same_codes(), *self._dangling())
            yield from ambiguous
            yield from checks.repeated(
                (f"facts[{index}].statement", fact.statement) for index, fact in enumerate(self.facts)
            )
            if not ambiguous:
                yield from self._circles()
                yield from self._ends()

    def _same_codes(self) -> Iterator[Fault]:
        met: set[str] = set()
        for index, fact in enumerate(self.facts):
            if fact.code in met:
                yield Fault(f"facts[{index}].code", fact.code, _TAKEN)
            met.add(fact.code)

    def _dangling(self) -> Iterator[Fault]:
        codes = {fact.code for fact in self.facts}
        for index, fact in enumerate(self.facts):
            for place, cause in enumerate(fact.causes):
                if cause not in codes:
                    yield Fault(f"facts[{index}].causes[{place}]", cause, _UNKNOWN)

    def _circles(self) -> Iterator[Fault]:
        place = {fact.code: index for index, fact in enumerate(self.facts)}
        for circle in cycles({fact.code: fact.causes for fact in self.facts}):
            yield Fault(f"facts[{place[circle[0]]}].causes", circle, _CIRCLE)

    def _ends(self) -> Iterator[Fault]:
        effects = self._effects
        ends = tuple(fact.code for fact in self.facts if not effects[fact.code])
        # Without any end the facts form a circle, which is reported already.
        if len(ends) > 1:
            yield Fault("facts", ends, _SEVERAL_ENDS)

    @property
    def _effects(self) -> Counter[str]:
        return Counter(cause for fact in self.facts for cause in fact.causes)

    def effects(self, fact: TreeFact) -> tuple[TreeFact, ...]:
        """The facts that a fact was needed for, in the order of the tree."""
        return tuple(other for other in self.facts if fact.code in other.causes)

    @property
    def ultimate(self) -> TreeFact:
        """The one fact that causes no other (fait ultime)."""
        effects = self._effects
        return next(fact for fact in self.facts if not effects[fact.code])

    @property
    def leaves(self) -> tuple[TreeFact, ...]:
        """The facts without causes: the candidate causes, in the order of the tree."""
        return tuple(fact for fact in self.facts if not fact.causes)

    def links(self, fact: TreeFact) -> frozenset[TreeLink]:
        """How a fact hangs on its causes; nothing for a leaf.

        A conjunction and a disjunction may meet in one fact: it has several causes, one of which has other effects.
        """
        effects = self._effects
        kinds = {TreeLink.CONJUNCTION} if len(fact.causes) > 1 else set()
        if any(effects[cause] > 1 for cause in fact.causes):
            kinds.add(TreeLink.DISJUNCTION)
        if fact.causes and not kinds:
            kinds.add(TreeLink.SEQUENCE)
        return frozenset(kinds)

    @property
    def located_causes(self) -> tuple[LocatedCause, ...]:
        """The leaves that are put under a family."""
        return tuple(
            LocatedCause(f"facts[{index}].family", RootCause(fact.statement, fact.family))
            for index, fact in enumerate(self.facts)
            if fact.family is not None
        )

    def _blocks(self, lang: Lang, _: Taxonomy) -> Iterator[Block]:
        yield Field(_ULTIMATE.in_(lang), self.ultimate.statement)
        rows = tuple(
            (fact.code, fact.statement, fact.source, ", ".join(fact.causes) or "–", self._link(fact, lang))
            for fact in self.facts
        )
        yield Grid(_FACTS.in_(lang), tuple(title.in_(lang) for title in _HEADER), rows)

    def _link(self, fact: TreeFact, lang: Lang) -> str:
        kinds = self.links(fact)
        return ", ".join(kind.label(lang) for kind in TreeLink if kind in kinds) or _CANDIDATE.in_(lang)

    def _drawing(self, lang: Lang) -> Flowchart:  # noqa: ARG002  the drawing has no words of its own
        chart = Flowchart("LR")
        ultimate = self.ultimate
        names = {
            fact.code: chart.node(
                fact.statement, Shape.HEXAGON if fact is ultimate else Shape.BOX if fact.causes else Shape.STADIUM
            )
            for fact in self.facts
        }
        for fact in self.facts:
            for cause in fact.causes:
                chart.arrow(names[cause], names[fact.code])
        return chart
