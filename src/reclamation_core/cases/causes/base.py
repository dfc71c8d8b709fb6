"""Families of causes, root causes, and the base of the problem-solving methods: steps in order, circles of causes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final, TypeVar

import attrs

from reclamation_core.cases.causes import checks
from reclamation_core.cases.causes.checks import key
from reclamation_core.cases.causes.rendering import Block, Flowchart, bullets, inline, one_line
from reclamation_core.cases.codes import Method
from reclamation_core.cases.texts import redacted
from reclamation_core.codes import LabelledEnum
from reclamation_core.errors import REDACTED, ErrorKind, Fault, FaultCollector, FaultsError, ReclamationError
from reclamation_core.markup import card, element, listing, paragraph, section
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary.facts import THEMES
from reclamation_core.wording import Lang, Wording, capitalized

_TAKEN = Wording("ce code est déjà celui d'une autre famille", "this code is already another family's")


@attrs.frozen
class Family(checks.Checked):
    """A family of causes (famille de causes).

    Args:
        code: its code, small letters, digits and underscores.
        wording: its name.

    Raises:
        FaultsError: the code is no code, or the wording is missing.
    """

    code: str = attrs.field(metadata=checks.CODE)
    wording: Wording = attrs.field(metadata=checks.checked_by(checks.a(Wording)))

    def label(self, lang: Lang = "fr") -> str:
        """The family's name, for a reader."""
        return self.wording.in_(lang)


@attrs.define
class UnknownFamilyError(ReclamationError, LookupError):
    """A code that is no family's.

    Args:
        family: the unknown code.
        known: the codes of the taxonomy.
    """

    code = "unknown_family"
    kind = ErrorKind.INVALID
    argument = "family"

    family: str
    known: tuple[str, ...]

    def in_(self, lang: Lang) -> str:
        """The error as a sentence."""
        return Fault("family", self.family, _one_of(self.known)).in_(lang)

    def __str__(self) -> str:
        return self.in_("en")


def _proposed_themes() -> tuple[Family, ...]:
    return tuple(Family(code, wording) for code, wording in zip(THEMES.values, THEMES.labels, strict=True))


def _list_faults(name: str, entries: tuple[Family, ...]) -> Iterator[Fault]:
    misshapen = tuple(checks.items(name, entries, checks.a(Family), at_least=1))
    yield from misshapen
    if not misshapen:
        codes = tuple(entry.code for entry in entries)
        for index, code in enumerate(codes):
            if code in codes[:index]:
                yield Fault(f"{name}[{index}].code", code, _TAKEN)


def _one_of(codes: Iterable[str]) -> Wording:
    listed = ", ".join(codes)
    return Wording(f"l'une de ces familles est attendue : {listed}", f"one of these families is expected: {listed}")


@attrs.frozen
class Taxonomy(checks.Checked):
    """The families of causes of an organisation, and its themes, in the order of reports (nomenclature).

    It is a plain value: `documents.structure` reads it from a JSON or TOML document.

    Args:
        families: families of causes, at least one, each under a code of its own.
        themes: the themes of complaints, each under a code of its own; those proposed by default.

    Raises:
        FaultsError: there is no family, or two families or two themes have one code.

    Source: M2-1 §4.1, §0.3: a family that comes back announces the complaints to come.

    >>> from reclamation_core.cases.causes import RootCause
    >>> taxonomy = Taxonomy([Family("planning", Wording("planification", "planning"))])
    >>> taxonomy["planning"].label()
    'planification'
    >>> taxonomy.count([RootCause("Deux groupes dans une salle", "planning")])
    {'planning': 1}
    """

    families: tuple[Family, ...] = attrs.field(converter=checks.as_tuple)
    themes: tuple[Family, ...] = attrs.field(factory=_proposed_themes, converter=checks.as_tuple)

    def _faults(self) -> Iterator[Fault]:
        yield from _list_faults("families", self.families)
        yield from _list_faults("themes", self.themes)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the families, in order."""
        return tuple(family.code for family in self.families)

    def named(self, code: str) -> Wording:
        """Return the label of a family; of an unknown code, the code itself.

        >>> Taxonomy([Family("planning", Wording("planification", "planning"))]).named("equipment").fr
        'equipment'
        """
        return next((family.wording for family in self.families if family.code == code), Wording(code, code))

    def named_theme(self, code: str) -> Wording:
        """Return the label of a theme; of an unknown code, the code itself."""
        return next((theme.wording for theme in self.themes if theme.code == code), Wording(code, code))

    def __contains__(self, code: object) -> bool:
        return code in self.codes

    def __getitem__(self, code: str) -> Family:
        """The family of a code.

        Raises:
            UnknownFamilyError: no family has it; the error lists those there are.
        """
        for family in self.families:
            if family.code == code:
                return family
        raise UnknownFamilyError(code, self.codes)

    def __iter__(self) -> Iterator[Family]:
        return iter(self.families)

    def __len__(self) -> int:
        return len(self.families)

    def check(self, analysis: CauseAnalysis) -> None:
        """Refuse an analysis that puts a cause under a family which is not here.

        Raises:
            FaultsError: with every such family, each with its path in the analysis; it lists the families there are.
        """
        self.require((located.path, located.cause.family) for located in analysis.located_causes)

    def require(self, families: Iterable[tuple[str, str]]) -> None:
        """Refuse codes of no family; each comes with its path or field.

        Raises:
            FaultsError: with every such code; it lists the families there are.
        """
        expected = _one_of(self.codes)
        if faults := FaultCollector(Fault(path, code, expected) for path, code in families if code not in self):
            raise FaultsError(faults)

    def require_theme(self, theme: str) -> None:
        """Refuse a code that is not the code of a theme.

        Raises:
            FaultsError: with the codes of the themes.
        """
        codes = tuple(one.code for one in self.themes)
        if theme not in codes:
            listed = ", ".join(codes)
            expected = Wording(
                f"l'un de ces thèmes est attendu : {listed}", f"one of these themes is expected: {listed}"
            )
            raise FaultsError([Fault("theme", theme, expected)])

    def count(self, causes: Iterable[RootCause]) -> dict[str, int]:
        """Return the number of causes of each family, in the order of the taxonomy; 0 for a family without a cause.

        Raises:
            UnknownFamilyError: a cause is under none of the families.
        """
        met = Counter(self[cause.family].code for cause in causes)
        return {code: met[code] for code in self.codes}


def _family(code: str, fr: str, en: str) -> Family:
    return Family(code, Wording(fr, en))


TRAINING_BODY: Final = Taxonomy(
    (
        _family("trainer_availability", "présence et remplacement des formateurs", "presence and cover of trainers"),
        _family("trainer_practice", "compétences et posture des formateurs", "skills and conduct of trainers"),
        _family("programme", "contenu et déroulé de la formation", "content and course of the training"),
        _family("teaching_material", "méthodes et supports pédagogiques", "teaching methods and material"),
        _family("assessment", "évaluation et certification", "assessment and certification"),
        _family("work_placement", "période en entreprise (stage, PAE) et suivi", "work placement and its follow-up"),
        _family("planning", "planification et organisation des sessions", "planning and organisation of sessions"),
        _family("admission", "positionnement et entrée en formation", "placement and admission"),
        _family("information", "information du client", "information of the client"),
        _family("contract", "engagements contractuels et devis", "contractual commitments and quotes"),
        _family("administration", "gestion administrative et financière", "administration and finance"),
        _family("premises", "locaux et sécurité", "premises and safety"),
        _family("equipment", "équipements et matière d'œuvre", "equipment and working material"),
        _family("digital_tools", "outils et accès numériques", "digital tools and access"),
        _family("accommodation", "hébergement et restauration", "accommodation and meals"),
        _family("accessibility", "accessibilité et handicap", "accessibility and disability"),
        _family("group_life", "vie du groupe et discipline", "life of the group and discipline"),
        _family("staffing", "effectifs et charge de travail", "staffing and workload"),
        _family("procedure", "procédure absente ou non appliquée", "procedure missing or not applied"),
        _family("supplier", "sous-traitants et partenaires", "subcontractors and partners"),
        _family("outside", "cause extérieure à l'organisme", "cause outside the body"),
    )
)
"""Twenty-one families, from the trainer to what the body does not control."""

_ONE_FAMILY = Wording(
    "cette cause est déjà rattachée à une autre famille ; n'en gardez qu'une",
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

    statement: str = attrs.field(repr=redacted, metadata=checks.TEXT)
    family: str = attrs.field(metadata=checks.CODE)

    def in_(self, lang: Lang, families: Taxonomy = TRAINING_BODY) -> str:
        """Return the cause with the label of its family, or the code of an unknown family."""
        return f"{self.statement} ({families.named(self.family).in_(lang)})"


@attrs.frozen
class LocatedCause(SharedRepr):
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
    """Return disjoint cycles of causes, at least one of each knot; the first node of a cycle causes the last.

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
    """Return the nodes that lead into a cycle, each with the causes that do."""
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


@attrs.define
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
        words = Wording(f"« {step} » : il faut d'abord {before}", f"{step!r}: first comes {before}")
        if not self.missing:
            words = Wording(f"« {step} » : cette étape est déjà faite", f"{step!r}: this step is already taken")
        return words.in_(lang)

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


class CauseAnalysis(checks.Checked, ABC):
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

    def _title(self, lang: Lang) -> str:
        return capitalized(self.method.label(lang))

    def to_markdown(self, lang: Lang = "fr", *, families: Taxonomy = TRAINING_BODY) -> str:
        """The analysis as Markdown: a heading of the third level, the analysis, the root causes.

        Before it is printed, `typeset` gives it its typography.

        Args:
            lang: the language.
            families: what the families of causes are called; one that is none of them is shown by its code.

        Raises:
            ValueError: the language is neither "fr" nor "en".
        """
        said = (block.to_markdown(lang) for block in self._blocks(lang, families))
        blocks = [f"### {inline(self._title(lang))}", *said]
        if self.root_causes:
            causes = (
                f"{inline(cause.statement)} ({inline(families.named(cause.family).in_(lang))})"
                for cause in self.root_causes
            )
            blocks += [f"**{_ROOTS.in_(lang)}**", bullets(causes)]
        return "\n\n".join(blocks) + "\n"

    def to_text(self, lang: Lang = "fr", *, families: Taxonomy = TRAINING_BODY) -> str:
        """The analysis as plain text, which a case stores as the report of its analysis.

        Args:
            lang: the language.
            families: as for `to_markdown`.

        Raises:
            ValueError: the language is neither "fr" nor "en".
        """
        parts = [self._title(lang), *(block.to_text(lang) for block in self._blocks(lang, families))]
        if self.root_causes:
            causes = (one_line(cause.in_(lang, families)) for cause in self.root_causes)
            parts += [_ROOTS.in_(lang), bullets(causes)]
        return "\n\n".join(parts)

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
        return card(section(self._title(lang), *blocks), lang=lang)

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
