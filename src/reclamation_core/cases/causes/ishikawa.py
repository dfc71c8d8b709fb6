"""Ishikawa's diagram: the possible causes of an effect, by category, each weighed until it is retained or rejected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

import attrs

from reclamation_core.cases.causes import checks
from reclamation_core.cases.causes.base import CauseAnalysis, LocatedCause, RootCause, Taxonomy
from reclamation_core.cases.causes.rendering import Block, Field, Flowchart, Grid, Shape
from reclamation_core.cases.codes import Method
from reclamation_core.cases.texts import redacted
from reclamation_core.codes import LabelledEnum
from reclamation_core.errors import Fault
from reclamation_core.wording import Lang, Wording


class Category(LabelledEnum):
    """A family of bones of the diagram (les M)."""

    MATERIAL = "material", "matière", "material"
    MACHINE = "machine", "matériel", "machine"
    METHOD = "method", "méthode", "method"
    MANPOWER = "manpower", "main-d'œuvre", "manpower"
    MILIEU = "milieu", "milieu", "milieu"
    MEASURE = "measure", "mesure", "measure"
    MANAGEMENT = "management", "management", "management"
    MEANS_OF_FINANCE = "means_of_finance", "moyens financiers", "means of finance"


class Scheme(LabelledEnum):
    """Which categories a diagram has: five, a sixth that is measure or management, a seventh that is finance."""

    FIVE_M = "5m", "5M", "5M"
    SIX_M_MEASURE = "6m_measure", "6M (avec la mesure)", "6M (with measure)"
    SIX_M_MANAGEMENT = "6m_management", "6M (avec le management)", "6M (with management)"
    SEVEN_M_MEASURE = "7m_measure", "7M (avec la mesure)", "7M (with measure)"
    SEVEN_M_MANAGEMENT = "7m_management", "7M (avec le management)", "7M (with management)"

    @property
    def categories(self) -> tuple[Category, ...]:
        """The categories of the scheme, in the order in which they are drawn."""
        return _FIVE + _BEYOND_FIVE[self]


_FIVE: Final = (Category.MATERIAL, Category.MACHINE, Category.METHOD, Category.MANPOWER, Category.MILIEU)
_BEYOND_FIVE: Final[dict[Scheme, tuple[Category, ...]]] = {
    Scheme.FIVE_M: (),
    Scheme.SIX_M_MEASURE: (Category.MEASURE,),
    Scheme.SIX_M_MANAGEMENT: (Category.MANAGEMENT,),
    Scheme.SEVEN_M_MEASURE: (Category.MEASURE, Category.MEANS_OF_FINANCE),
    Scheme.SEVEN_M_MANAGEMENT: (Category.MANAGEMENT, Category.MEANS_OF_FINANCE),
}


class CauseStatus(LabelledEnum):
    """What became of a possible cause (statut)."""

    HYPOTHESIS = "hypothesis", "hypothèse", "hypothesis"
    RETAINED = "retained", "retenue", "retained"
    REJECTED = "rejected", "écartée", "rejected"


_EFFECT: Final = Wording("Effet", "Effect")
_CAUSES: Final = Wording("Causes possibles", "Possible causes")
_HEADER: Final = (
    Wording("Catégorie", "Category"),
    Wording("Cause possible", "Possible cause"),
    Wording("Statut", "Status"),
    Wording("Preuve", "Proof"),
)
_UNPROVED: Final = Wording(
    "une cause retenue est prouvée ; indiquez la preuve, ou laissez-la en hypothèse",
    "a retained cause is proved; give the proof, or leave it a hypothesis",
)
_HOMELESS: Final = Wording(
    "une cause retenue est rattachée à une famille ; indiquez son code",
    "a retained cause is put under a family; give its code",
)


@attrs.frozen(kw_only=True)
class PossibleCause(checks.Checked):
    """A cause on the diagram (cause possible).

    Args:
        category: its bone of the diagram.
        statement: the cause, as a sentence.
        status: a hypothesis until it is retained or rejected.
        proof: what shows it, or shows that it is none; required of a retained one.
        family: the code of its family; required of a retained one.

    Raises:
        FaultsError: a text is blank, a retained cause has no proof or no family.
    """

    category: Category = attrs.field(metadata=checks.checked_by(checks.a(Category)))
    statement: str = attrs.field(repr=redacted, metadata=checks.TEXT)
    status: CauseStatus = attrs.field(default=CauseStatus.HYPOTHESIS, metadata=checks.checked_by(checks.a(CauseStatus)))
    proof: str | None = attrs.field(default=None, repr=redacted, metadata=checks.OPTIONAL_TEXT)
    family: str | None = attrs.field(default=None, metadata=checks.checked_by(checks.optional(checks.code)))

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        if self.status is CauseStatus.RETAINED:
            yield from self._wanting()

    def _wanting(self) -> Iterator[Fault]:
        if self.proof is None:
            yield Fault("proof", None, _UNPROVED)
        if self.family is None:
            yield Fault("family", None, _HOMELESS)


@attrs.frozen(kw_only=True)
class Ishikawa(CauseAnalysis):
    """An analysis by Ishikawa's diagram (diagramme d'Ishikawa, 5M, 6M ou 7M). Its root causes are those retained.

    Args:
        effect: what is to be explained.
        scheme: the closed list of its categories.
        causes: the possible causes, at least one, each once.

    Raises:
        FaultsError: there is no cause, one is in no category of the scheme, or two are the same.

    Source: M2-1 §4.1, §4.2.

    >>> diagram = Ishikawa(
    ...     effect="Un poste de travail sur deux est en panne",
    ...     causes=[
    ...         PossibleCause(category=Category.MANPOWER, statement="Mauvais usage", status=CauseStatus.REJECTED),
    ...         PossibleCause(
    ...             category=Category.MACHINE,
    ...             statement="Aucune maintenance n'est prévue",
    ...             status=CauseStatus.RETAINED,
    ...             proof="contrat de maintenance échu en mars",
    ...             family="equipment",
    ...         ),
    ...     ],
    ... )
    >>> [cause.statement for cause in diagram.root_causes]
    ["Aucune maintenance n'est prévue"]
    """

    method: ClassVar[Method] = Method.ISHIKAWA

    effect: str = attrs.field(repr=redacted)
    scheme: Scheme = Scheme.FIVE_M
    causes: tuple[PossibleCause, ...] = attrs.field(converter=checks.as_tuple)

    def _faults(self) -> Iterator[Fault]:
        yield from checks.text("effect", self.effect)
        misshapen = (
            *checks.a(Scheme)("scheme", self.scheme),
            *checks.items("causes", self.causes, checks.a(PossibleCause), at_least=1),
        )
        yield from misshapen
        if not misshapen:
            yield from self._misplaced()
            yield from checks.repeated(
                (f"causes[{index}].statement", cause.statement) for index, cause in enumerate(self.causes)
            )

    def _misplaced(self) -> Iterator[Fault]:
        codes = ", ".join(self.scheme.categories)
        expected = Wording(
            f"l'une des catégories {self.scheme.label('fr')} est attendue : {codes}",
            f"one of the categories of {self.scheme.label('en')} is expected: {codes}",
        )
        for index, cause in enumerate(self.causes):
            if cause.category not in self.scheme.categories:
                yield Fault(f"causes[{index}].category", cause.category, expected)

    @property
    def located_causes(self) -> tuple[LocatedCause, ...]:
        """The retained causes."""
        return tuple(
            LocatedCause(f"causes[{index}].family", RootCause(cause.statement, cause.family))
            for index, cause in enumerate(self.causes)
            if cause.status is CauseStatus.RETAINED and cause.family is not None
        )

    def _in(self, category: Category) -> Iterator[PossibleCause]:
        return (cause for cause in self.causes if cause.category is category)

    def _blocks(self, lang: Lang, _: Taxonomy) -> Iterator[Block]:
        yield Field(_EFFECT.in_(lang), self.effect)
        rows = tuple(
            (category.label(lang), cause.statement, cause.status.label(lang), cause.proof or "–")
            for category in self.scheme.categories
            for cause in self._in(category)
        )
        yield Grid(_CAUSES.in_(lang), tuple(title.in_(lang) for title in _HEADER), rows)

    def _drawing(self, lang: Lang) -> Flowchart:
        chart = Flowchart("LR")
        effect = chart.node(self.effect, Shape.HEXAGON)
        for category in self.scheme.categories:
            bone = chart.node(category.label(lang), Shape.ROUND)
            chart.arrow(bone, effect)
            for cause in self._in(category):
                retained = cause.status is CauseStatus.RETAINED
                shown = cause.statement if retained else f"{cause.statement} ({cause.status.label(lang)})"
                node = chart.node(shown, Shape.STADIUM if retained else Shape.BOX)
                chart.arrow(node, bone, dotted=not retained)
        return chart
