"""The families of causes, the themes of complaints, and those that this library proposes to a training body."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import attrs

from reclamation_core.cases.causes import checks
from reclamation_core.errors import ErrorKind, Fault, FaultsError, ReclamationError
from reclamation_core.vocabulary.facts import THEMES
from reclamation_core.wording import Lang, Wording

if TYPE_CHECKING:
    from reclamation_core.cases.causes.base import CauseAnalysis, RootCause


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

    code: str
    wording: Wording

    def label(self, lang: Lang = "fr") -> str:
        """The family's name, for a reader."""
        return self.wording.in_(lang)

    def _faults(self) -> Iterator[Fault]:
        yield from checks.code("code", self.code)
        yield from checks.a(Wording)("wording", self.wording)


@attrs.define(eq=False)
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
        """What a family is called, for a reader; of a code that is no family's, the code itself.

        >>> Taxonomy([Family("planning", Wording("planification", "planning"))]).named("equipment").fr
        'equipment'
        """
        return next((family.wording for family in self.families if family.code == code), Wording(code, code))

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
        faults = [Fault(path, code, _one_of(self.codes)) for path, code in families if code not in self]
        if faults:
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
        """How many of the causes each family has, in the order of the taxonomy; a family without a cause has 0.

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
        _family("work_placement", "stage et accompagnement en entreprise", "work placement and its follow-up"),
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
