"""The facts of a complaint or of a malfunction: one field each, which declares its question, labels and domain.

The facts that an edition declares itself share one field, `own`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any, ClassVar, Final, TypedDict

import attrs

from reclamation_core.codes import LabelledEnum
from reclamation_core.documents.faults import Refused
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import ABSENT, UNKNOWN, Absent, Missing, Unknown
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Boolean, Domain, Enumeration, Integer, Number
from reclamation_core.validators import as_tuple, at_offset, offset_of
from reclamation_core.vocabulary import conversions
from reclamation_core.vocabulary.enumerations import (
    Channel,
    ClientScope,
    Complainant,
    Mobilisation,
    Nature,
    Requirement,
    RiskDomain,
    ServiceReach,
)
from reclamation_core.vocabulary.own_facts import (
    NO_OWN_FACTS,
    OWN,
    OWN_NAME,
    AnyOwnValue,
    OwnFacts,
    OwnInput,
    ShortText,
    own_facts,
)
from reclamation_core.wording import LABEL, FieldLabel, Lang, Wording

KINDS: Final = ("complaint", "malfunction")
"""The codes of the kinds of cases; see `CaseKind`."""


@attrs.frozen(kw_only=True)
class Fact(SharedRepr):
    """The declaration of one fact: in the metadata of its field, or in an edition of the procedure (`Policy.facts`).

    Table inputs, the columns of files and frames, forms, strategies and the documentation read it (`FACTS`).

    Args:
        label: its name for a reader.
        question: the question to ask when it is unknown, in the agent's words.
        domain: its values.
        null: the meaning of `None` and of an empty cell.
        risk_domain: the risk domain whose severity it is.
        question_to_complainant: the same question in the complainant's words; None if a complainant cannot know it.
        name: the name of its field; set by `facts_of`.
        kinds: the kinds of cases that have it, by their codes.
        personal: True if it names or locates a person: its values are then committed and erased as texts are.
        retired: the codes of the domain that are no longer given; cases that have them stay readable.
        is_own: True for a fact that an edition declares; set by `Policy`.
    """

    label: Wording
    question: Wording
    domain: Domain
    null: Missing = UNKNOWN
    risk_domain: RiskDomain | None = None
    question_to_complainant: Wording | None = None
    name: str = ""
    kinds: tuple[str, ...] = attrs.field(default=KINDS, converter=as_tuple)
    personal: bool = False
    retired: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)
    is_own: bool = False

    @property
    def key(self) -> str:
        """The name by which rows of tables and requests for information know it: `own.NAME` of an edition's own."""
        return f"{OWN}.{self.name}" if self.is_own else self.name

    @property
    def column(self) -> str:
        """The name of its column in files and frames: `own_NAME` of an edition's own."""
        return f"{OWN}_{self.name}" if self.is_own else self.name

    @property
    def is_erasable(self) -> bool:
        """True if its values are committed and erased as texts are; no table and no figure has them."""
        return self.personal or isinstance(self.domain, ShortText)

    @property
    def marker(self) -> str | None:
        """The column that is true where the fact is unknown; None where a null means that."""
        return f"{self.key}_unknown" if self.null is ABSENT else None


@attrs.frozen
class CodeList(Enumeration):
    """Codes with labels, proposed by the library, which an organisation may replace by its own.

    Every well-formed code is a value: small letters, digits and underscores, a letter first.
    """

    @classmethod
    def proposed(cls, name: str, *entries: tuple[str, str, str]) -> CodeList:
        """Return the list of codes, each given with its French and its English label."""
        labels = tuple(Wording(fr, en) for _, fr, en in entries)
        return cls(name, tuple(code for code, _, _ in entries), labels)

    @property
    def expected(self) -> Wording:
        """The codes proposed, and the form of the others."""
        codes = ", ".join(self.values)
        return Wording(
            f"un code en minuscules, chiffres et tirets bas est attendu ({codes}, ou un code de votre liste)",
            f"a code of small letters, digits and underscores is expected ({codes}, or a code of your own list)",
        )

    def check(self, value: object) -> str:
        """Return the code.

        Raises:
            ValueError: it is not well-formed.
        """
        if not isinstance(value, str) or not _CODE.fullmatch(value):
            raise self._refuse(value)
        return str(value)

    def label(self, value: object, lang: Lang) -> str:
        """Return the label of a code; the code itself where it is not one of those proposed."""
        known = dict(zip(self.values, self.labels, strict=True))
        return known[value].in_(lang) if value in known else str(value)


_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_FACT: Final = "fact"


def _fact(label: Wording, question: Wording, domain: Domain, **options: Any) -> dict[str, Any]:
    fact = Fact(label=label, question=question, domain=domain, **options)
    return {_FACT: fact, LABEL: FieldLabel(label, question), **_keywords(domain)}


def _keywords(domain: Domain) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the keywords of JSON Schema for the values of a domain."""
    if isinstance(domain, CodeList):
        return {"json_schema": ("string", {"pattern": f"^{_CODE.pattern}$"})}
    if isinstance(domain, Integer):
        bounds = {"minimum": domain.minimum, "maximum": domain.maximum}
        return {"json_schema": ("integer", {name: bound for name, bound in bounds.items() if bound is not None})}
    return {}


def _severity_of(risk: RiskDomain) -> dict[str, Any]:
    fr, en = risk.label("fr"), risk.label("en")
    return _fact(
        Wording(f"gravité, {fr}", f"severity, {en}"),
        Wording(
            f"Quelle est la gravité dans le domaine « {fr} » : 0 (non concerné), 1 (faible), 2, 3 ou 4 (très grave) ?",
            f"How severe is it in the domain “{en}”: 0 (not concerned), 1 (slight), 2, 3 or 4 (very severe)?",
        ),
        Integer(0, 4),
        risk_domain=risk,
    )


THEMES: Final = CodeList.proposed(
    "Theme",
    ("trainer", "professionnalisme du formateur", "trainer's professionalism"),
    ("training", "formation", "training"),
    ("organisation", "organisation", "organisation"),
    ("sanction", "sanction disciplinaire", "disciplinary sanction"),
    ("discrimination", "discrimination", "discrimination"),
    ("equipment", "matériel et sécurité", "equipment and safety"),
    ("invoicing", "facturation", "invoicing"),
    ("refund", "remboursement", "refund"),
    ("accessibility", "accessibilité", "accessibility"),
    ("platform", "formation à distance", "distance learning"),
    ("other", "autre thème", "other theme"),
)
"""The themes that the library proposes (thèmes): the families of the mediator's yearly report, then others."""


# The converters have names, because the attrs plugin of mypy reads their annotations. Values of the right type take the
# fast path and skip the conversion.


def _instant(value: datetime) -> datetime:
    return conversions.refused_instant(value) if offset_of(value) is None else at_offset(value)


def _channel(value: Channel | str | Unknown | None) -> Channel | Unknown:
    return value if isinstance(value, Channel) or value is UNKNOWN else conversions.member(Channel, value)


def _complainant(value: Complainant | str | Unknown | None) -> Complainant | Unknown:
    return value if isinstance(value, Complainant) or value is UNKNOWN else conversions.member(Complainant, value)


def _nature(value: Nature | str | Unknown | None) -> Nature | Unknown:
    return value if isinstance(value, Nature) or value is UNKNOWN else conversions.member(Nature, value)


def _requirement(value: Requirement | str | Unknown | None) -> Requirement | Unknown:
    return value if isinstance(value, Requirement) or value is UNKNOWN else conversions.member(Requirement, value)


def _client_scope(value: ClientScope | str | Unknown | None) -> ClientScope | Unknown:
    return value if isinstance(value, ClientScope) or value is UNKNOWN else conversions.member(ClientScope, value)


def _service_reach(value: ServiceReach | str | Unknown | None) -> ServiceReach | Unknown:
    return value if isinstance(value, ServiceReach) or value is UNKNOWN else conversions.member(ServiceReach, value)


def _mobilisation(value: Mobilisation | str | Unknown | None) -> Mobilisation | Unknown:
    return value if isinstance(value, Mobilisation) or value is UNKNOWN else conversions.member(Mobilisation, value)


def _truth(value: bool | Unknown | None) -> bool | Unknown:
    return value if value is UNKNOWN or value is True or value is False else conversions.truth(value)


def _note(value: float | Decimal | Absent | Unknown | None) -> float | Decimal | Absent | Unknown:
    return value if value is ABSENT else conversions.note(value)


def _severity(value: int | Unknown | None) -> int | Unknown:
    return value if value is UNKNOWN else conversions.whole(value, 0, 4)


def _likelihood(value: int | Unknown | None) -> int | Unknown:
    return value if value is UNKNOWN else conversions.whole(value, 1, 4)


def _count(value: int | Unknown | None) -> int | Unknown:
    return value if value is UNKNOWN else conversions.whole(value, 0)


def _theme(value: str | Unknown | None) -> str | Unknown:
    return value if value is UNKNOWN else conversions.code(THEMES, value)


def _own_facts(value: Mapping[str, OwnInput]) -> OwnFacts:
    return value if value.__class__ is OwnFacts else own_facts(value)


@attrs.frozen(kw_only=True)
class _CaseFacts(SharedRepr):
    """The facts that complaints and malfunctions share: receipt, reach and risk."""

    received_at: datetime = attrs.field(converter=_instant)
    service_reach: ServiceReach | Unknown = attrs.field(
        default=UNKNOWN,
        converter=_service_reach,
        metadata=_fact(
            Wording("périmètre de la prestation", "service reach"),
            Wording(
                "La prestation a-t-elle été réalisée par un centre, plusieurs centres de la région "
                "ou plusieurs régions ?",
                "Was the service delivered by one site, several sites of the region, or several regions?",
            ),
            Enumeration.of(ServiceReach),
            question_to_complainant=Wording(
                "Dans quel centre, ou dans quels centres, la prestation a-t-elle eu lieu ?",
                "At which site, or sites, did the service take place?",
            ),
        ),
    )
    mobilisation: Mobilisation | Unknown = attrs.field(
        default=UNKNOWN,
        converter=_mobilisation,
        metadata=_fact(
            Wording("mobilisation nécessaire", "mobilisation needed"),
            Wording(
                "Quelle mobilisation le traitement du problème nécessite-t-il : locale, régionale ou nationale ?",
                "Which mobilisation does handling the problem call for: local, regional or national?",
            ),
            Enumeration.of(Mobilisation),
        ),
    )
    severity_safety: int | Unknown = attrs.field(
        default=UNKNOWN, converter=_severity, metadata=_severity_of(RiskDomain.SAFETY)
    )
    severity_legal: int | Unknown = attrs.field(
        default=UNKNOWN, converter=_severity, metadata=_severity_of(RiskDomain.LEGAL)
    )
    severity_contract: int | Unknown = attrs.field(
        default=UNKNOWN, converter=_severity, metadata=_severity_of(RiskDomain.CONTRACT)
    )
    severity_financial: int | Unknown = attrs.field(
        default=UNKNOWN, converter=_severity, metadata=_severity_of(RiskDomain.FINANCIAL)
    )
    severity_relation: int | Unknown = attrs.field(
        default=UNKNOWN, converter=_severity, metadata=_severity_of(RiskDomain.RELATION)
    )
    severity_training: int | Unknown = attrs.field(
        default=UNKNOWN, converter=_severity, metadata=_severity_of(RiskDomain.TRAINING)
    )
    likelihood: int | Unknown = attrs.field(
        default=UNKNOWN,
        converter=_likelihood,
        metadata=_fact(
            Wording("vraisemblance évaluée", "likelihood as judged"),
            Wording(
                "Quelle est la vraisemblance que le problème se reproduise, de 1 (très faible) à 4 (très forte) ?",
                "Which likelihood, from 1 to 4?",
            ),
            Integer(1, 4),
        ),
    )
    recurrences: int | Unknown = attrs.field(
        default=UNKNOWN,
        converter=_count,
        metadata=_fact(
            Wording("récurrences en douze mois", "recurrences in twelve months"),
            Wording(
                "Combien de fois le même problème s'était-il déjà produit dans les douze mois précédents ?",
                "How many times had the same problem already occurred in the twelve months before?",
            ),
            Integer(0),
        ),
    )
    causes: int | Unknown = attrs.field(
        default=UNKNOWN,
        converter=_count,
        metadata=_fact(
            Wording("nombre de causes", "number of causes"),
            Wording("Combien de causes l'analyse a-t-elle établies ?", "How many causes has the analysis found?"),
            Integer(0),
        ),
    )
    own: OwnFacts = attrs.field(default=NO_OWN_FACTS, converter=_own_facts)

    def __attrs_post_init__(self) -> None:
        cls: Any = self.__class__
        values = _values_of(cls)(self)
        own = () if self.own is NO_OWN_FACTS or not isinstance(self.own, OwnFacts) else tuple(self.own.faults())
        if Refused in map(type, values) or own:
            faults = ((name, value) for name, value in zip(_names(cls), values, strict=True) if type(value) is Refused)
            raise FaultsError([*(Fault(name, value.safe_value, value.expected) for name, value in faults), *own])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002  (IPython passes it)
        """Write the known facts as arguments, codes as texts, for notebooks and failing examples of Hypothesis."""
        cls: Any = type(self)
        declared = facts_of(cls)
        values = attrs.asdict(self, recurse=False)
        known = [name for name in values if name not in declared or values[name] is not declared[name].null]
        known = [name for name in known if values[name] is not NO_OWN_FACTS]
        with printer.group(4, f"{cls.__name__}(", ")"):
            for place, name in enumerate(known):
                if place:
                    printer.text(",")
                    printer.breakable()
                value = values[name]
                printer.text(f"{name}={(value.value if isinstance(value, LabelledEnum) else value)!r}")

    def get(self, name: str, default: object = None) -> Any:
        """Return the value of a fact by its name; the default if facts of this kind do not have it."""
        return getattr(self, name, default)


@cache
def _names(cls: type[attrs.AttrsInstance]) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(cls))


@cache
def _values_of(cls: type[attrs.AttrsInstance]) -> Callable[[object], tuple[Any, ...]]:
    return attrgetter(*_names(cls))


@attrs.frozen(kw_only=True)
class ComplaintFacts(_CaseFacts):
    """The facts of one complaint (réclamation) that the rules of M2-1 use.

    Every fact but `received_at` may be unknown: `None` is short for `UNKNOWN`. For `satisfaction`, `None` is short for
    `ABSENT`: there is no note. Where it is not known whether there is a note, or which, it is `UNKNOWN`. The instance
    holds the sentinel, never `None`.

    Args:
        received_at: the instant at which the complaint reached the agency, at any of its entrances; aware. Its zone
            becomes a fixed offset, so that instants are compared as in UTC; days are counted in the zone of the
            handling site.
        channel: how it arrived; like the six other enumerations, a member or its code.
        formal: the dissatisfaction was expressed in a formal way.
        complainant: the kind of person who complains.
        nature: the nature of the message.
        requirement: the kind of requirement that is claimed to be breached.
        sold_service: it is about a service that was sold.
        satisfaction: the satisfaction score of the end-of-training survey, a finite number; the scale is the policy's.
        client_scope: the reach of the client.
        theme: the code of what it is about (thème): one of those proposed, `FACTS["theme"].domain`, or of the
            organisation's own list, `Taxonomy.themes`; no rule depends on it.
        service_reach: the units that delivered the service.
        mobilisation: the mobilisation that the problem calls for.
        severity_safety: for this risk domain as for the five others, 0 (not touched) or 1 to 4.
        severity_legal: see `severity_safety`.
        severity_contract: see `severity_safety`.
        severity_financial: see `severity_safety`.
        severity_relation: see `severity_safety`.
        severity_training: see `severity_safety`.
        likelihood: 1 to 4, when judged.
        recurrences: the number of similar complaints in the last twelve months, 0 or more.
        causes: the number of causes found by the analysis, 0 or more.
        own: the facts that the edition declares itself (`Policy.facts`), by name.

    Raises:
        FaultsError: with every refused value at once; a `ValueError`.

    Source: M2-1 §1.2 to §1.6, §2.2, §5.1 to §5.3.

    >>> from datetime import UTC
    >>> facts = ComplaintFacts(received_at=datetime(2026, 5, 2, tzinfo=UTC), channel="email", formal=None)
    >>> facts.channel, facts.formal, facts.satisfaction
    (<Channel.EMAIL: 'email'>, UNKNOWN, ABSENT)
    """

    channel: Channel | Unknown = attrs.field(
        default=UNKNOWN,
        converter=_channel,
        metadata=_fact(
            Wording("canal", "channel"),
            Wording("Par quel canal la demande est-elle arrivée ?", "By which channel did the message arrive?"),
            Enumeration.of(Channel),
            question_to_complainant=Wording(
                "Comment nous avez-vous adressé votre message : par courrier, courriel, téléphone ou autrement ?",
                "How did you send us your message: by letter, e-mail, telephone or otherwise?",
            ),
        ),
    )
    formal: bool | Unknown = attrs.field(
        default=UNKNOWN,
        converter=_truth,
        metadata=_fact(
            Wording("expression formelle", "formal expression"),
            Wording(
                "Le mécontentement est-il exprimé de façon formelle ?",
                "Is the dissatisfaction expressed in a formal way?",
            ),
            Boolean(),
            question_to_complainant=Wording(
                "Souhaitez-vous que votre message soit traité comme une réclamation ?",
                "Do you want your message to be handled as a complaint?",
            ),
        ),
    )
    complainant: Complainant | Unknown = attrs.field(
        default=UNKNOWN,
        converter=_complainant,
        metadata=_fact(
            Wording("qualité de l'auteur", "complainant"),
            Wording(
                "Qui s'adresse à l'Afpa : un stagiaire, un financeur, un prescripteur, un partenaire, une entreprise, "
                "ou quelqu'un d'autre ?",
                "Who turns to the agency: a trainee, a funder, a prescriber, a partner, a company, or someone else?",
            ),
            Enumeration.of(Complainant),
            question_to_complainant=Wording(
                "Êtes-vous stagiaire, financeur, prescripteur, partenaire, représentant d'une entreprise, ou autre ?",
                "Are you a trainee, a funder, a prescriber, a partner, a representative of a company, or someone else?",
            ),
        ),
    )
    nature: Nature | Unknown = attrs.field(
        default=UNKNOWN,
        converter=_nature,
        metadata=_fact(
            Wording("nature de la demande", "nature"),
            Wording(
                (
                    "S'agit-il d'un mécontentement, d'une demande initiale d'information, d'une opinion "
                    "générale ou d'un jugement ?"
                ),
                "Is it a grievance, an initial request for information or a general opinion?",
            ),
            Enumeration.of(Nature),
            question_to_complainant=Wording(
                "Souhaitez-vous signaler un problème, demander un renseignement ou donner un avis général ?",
                "Do you want to report a problem, ask for information or give a general opinion?",
            ),
        ),
    )
    requirement: Requirement | Unknown = attrs.field(
        default=UNKNOWN,
        converter=_requirement,
        metadata=_fact(
            Wording("exigence en cause", "requirement"),
            Wording(
                "Quelle exigence est en cause : contractuelle, légale, réglementaire, ou aucune ?",
                "Which requirement is said to be breached: contractual, legal, regulatory, or none?",
            ),
            Enumeration.of(Requirement),
            question_to_complainant=Wording(
                "Qu'est-ce qui avait été prévu et n'a pas été tenu ? Merci de joindre le document (contrat, "
                "convention, règlement).",
                "What had been agreed and was not done? Please attach the document (contract, agreement, rules).",
            ),
        ),
    )
    sold_service: bool | Unknown = attrs.field(
        default=UNKNOWN,
        converter=_truth,
        metadata=_fact(
            Wording("prestation vendue", "sold service"),
            Wording(
                "La demande porte-t-elle sur une prestation vendue ?", "Is the message about a service that was sold?"
            ),
            Boolean(),
            question_to_complainant=Wording(
                "Quelle formation ou quelle autre prestation de l'Afpa est concernée ?",
                "Which training or other service of the Afpa is concerned?",
            ),
        ),
    )
    satisfaction: float | Decimal | Absent | Unknown = attrs.field(
        default=ABSENT,
        converter=_note,
        metadata=_fact(
            Wording("note de satisfaction", "satisfaction score"),
            Wording(
                "Quelle note a été donnée à l'enquête de fin de formation ?",
                "Which score was given in the end-of-training survey?",
            ),
            Number(),
            null=ABSENT,
            question_to_complainant=Wording(
                "Quelle note avez-vous donnée à l'enquête de fin de formation ?",
                "Which score did you give in the end-of-training survey?",
            ),
        ),
    )
    client_scope: ClientScope | Unknown = attrs.field(
        default=UNKNOWN,
        converter=_client_scope,
        metadata=_fact(
            Wording("type de client", "client scope"),
            Wording(
                "Le client est-il local, régional ou national (Grands Comptes) ?",
                "Is the client local, regional or national (Grands Comptes)?",
            ),
            Enumeration.of(ClientScope),
            question_to_complainant=Wording(
                "Nous écrivez-vous en votre nom, ou pour une entreprise ou un organisme ? Lequel, et dans quelle "
                "ville ?",
                "Do you write for yourself, or for a company or an organisation? Which one, and in which town?",
            ),
        ),
    )
    theme: str | Unknown = attrs.field(
        default=UNKNOWN,
        converter=_theme,
        metadata=_fact(
            Wording("thème", "theme"),
            Wording("Sur quoi porte la demande ?", "What is the message about?"),
            THEMES,
            question_to_complainant=Wording("Sur quoi porte votre message ?", "What is your message about?"),
        ),
    )


@attrs.frozen(kw_only=True)
class MalfunctionFacts(_CaseFacts):
    """The facts of one internal malfunction (dysfonctionnement interne).

    It has no complainant and no client: its client scope is always `ABSENT`, and the clauses on the reach of the
    service and on the mobilisation give its level. The facts are as in `ComplaintFacts`.

    Raises:
        FaultsError: with every refused value at once; a `ValueError`.

    Source: M2-1 §7, as read (I5, I22).

    >>> from datetime import UTC
    >>> MalfunctionFacts(received_at=datetime(2026, 5, 2, tzinfo=UTC), service_reach="one_centre").client_scope
    ABSENT
    """

    client_scope: ClassVar[Absent] = ABSENT


class FactsUpdate(TypedDict, total=False):
    """The facts to change, by name, as `ComplaintFacts` takes them; of a malfunction, those that it has.

    A test compares these keys and types with the fields of `ComplaintFacts`.
    """

    received_at: datetime
    channel: Channel | str | Unknown | None
    formal: bool | Unknown | None
    complainant: Complainant | str | Unknown | None
    nature: Nature | str | Unknown | None
    requirement: Requirement | str | Unknown | None
    sold_service: bool | Unknown | None
    satisfaction: float | Decimal | Absent | Unknown | None
    client_scope: ClientScope | str | Unknown | None
    theme: str | Unknown | None
    service_reach: ServiceReach | str | Unknown | None
    mobilisation: Mobilisation | str | Unknown | None
    severity_safety: int | Unknown | None
    severity_legal: int | Unknown | None
    severity_contract: int | Unknown | None
    severity_financial: int | Unknown | None
    severity_relation: int | Unknown | None
    severity_training: int | Unknown | None
    likelihood: int | Unknown | None
    recurrences: int | Unknown | None
    causes: int | Unknown | None
    own: Mapping[str, OwnInput]


def facts_of(cls: type[ComplaintFacts | MalfunctionFacts]) -> Mapping[str, Fact]:
    """Return the declared facts of a class by name, those of complaints alone first; `received_at` is not one.

    >>> [name for name, fact in facts_of(MalfunctionFacts).items() if fact.risk_domain is None]
    ['service_reach', 'mobilisation', 'likelihood', 'recurrences', 'causes']
    """
    fields = sorted(attrs.fields(cls), key=lambda field: field.inherited)
    declared = {field.name: field.metadata[_FACT] for field in fields if _FACT in field.metadata}
    kinds = {name: KINDS if name in _names(MalfunctionFacts) else KINDS[:1] for name in declared}
    return MappingProxyType({name: attrs.evolve(fact, name=name, kinds=kinds[name]) for name, fact in declared.items()})


def values_of(facts: ComplaintFacts | MalfunctionFacts) -> dict[str, Any]:
    """Return the values of facts by name, the receipt among them, then those of an edition's own by `own.NAME`."""
    values = attrs.asdict(facts, recurse=False, filter=lambda field, _: field.name != OWN)
    return (
        values if facts.own is NO_OWN_FACTS else {**values, **{f"{OWN}.{name}": facts.own[name] for name in facts.own}}
    )


FACTS: Final = facts_of(ComplaintFacts)
"""Every declared fact by name, in the order of files and forms; `received_at`, which is never unknown, is apart."""
_NO_FACTS: Final[Mapping[str, Fact]] = MappingProxyType({})


def by_key(own: Iterable[Fact]) -> dict[str, Fact]:
    """Return the declared facts by the names that rows and requests have, then those of editions by `own.NAME`."""
    return {**FACTS, **{fact.key: fact for fact in own}}


def label_of(name: str, own: Mapping[str, Fact] = _NO_FACTS) -> Wording:
    """Return the label of a fact by its name, `own.NAME` for an edition's own; NAME if it is not declared.

    Args:
        name: the name.
        own: the facts that editions declare, by their names without `own.`.
    """
    key = name.removeprefix(f"{OWN}.")
    fact = FACTS.get(name) or (own.get(key) if is_own_key(name) else None)
    return Wording(key, key) if fact is None else fact.label


def undeclared_fact(name: str) -> Fact:
    """Return the declaration of a fact that no edition at hand declares: its name is its label."""
    label = Wording(name, name)
    return Fact(name=name, label=label, question=label, domain=AnyOwnValue(), is_own=True)


def is_own_key(name: object) -> bool:
    """Return True for a name in the form of the facts that an edition declares: `own.NAME`."""
    holder, _, key = name.partition(".") if isinstance(name, str) else ("", "", "")
    return holder == OWN and OWN_NAME.fullmatch(key) is not None


SEVERITIES: Final[Mapping[RiskDomain, str]] = MappingProxyType(
    {fact.risk_domain: fact.name for fact in FACTS.values() if fact.risk_domain is not None}
)
"""The name of the severity of each risk domain."""
