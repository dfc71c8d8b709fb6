"""The register of complaints and malfunctions (registre des réclamations et dysfonctionnements): its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars import BusinessCalendar, DeadlineStatus
from reclamation_core.cases import AnswerDecision, Case, Method, Reaction, columns
from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.cases.columns import CaseColumn
from reclamation_core.cases.events import Acknowledged, Qualified, Reopened
from reclamation_core.cases.narration import own_value
from reclamation_core.cases.references import LineReference
from reclamation_core.codes import LabelledEnum
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import Missing
from reclamation_core.policy import Policy
from reclamation_core.ports import CaseQuery
from reclamation_core.reporting.register_lines import (
    PARTS,
    TOTALS,
    TOTALS_COLUMNS,
    FollowedCase,
    RegisterEntry,
    Totals,
    TotalsRow,
)
from reclamation_core.reporting.report import (
    MOST_COLUMNS,
    Emphasis,
    Report,
    ReportColumn,
    ReportTable,
    RowGroups,
    Value,
    ValueKind,
    choose,
    clause_source,
    report_column,
)
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Boolean, Day, Domain, Enumeration, Integer, Number
from reclamation_core.vocabulary import FACTS, Fact, OwnText, Requirement, Sites
from reclamation_core.vocabulary.facts import label_of
from reclamation_core.vocabulary.own_facts import OWN
from reclamation_core.wording import LANGUAGES, Lang, Wording, capitalized_wording, verbatim

_TEXT, _COUNT, _DATE = ValueKind.TEXT, ValueKind.INTEGER, ValueKind.DATE
_FLAG, _CODE = ValueKind.FLAG, ValueKind.CODE
_TITLE: Final = Wording(
    "Registre des réclamations et dysfonctionnements", "Register of complaints and internal malfunctions"
)
_NOTES: Final = (
    Wording(
        "« Réclamation M2-1 » compte les demandes que la procédure reconnaît, y compris au téléphone et sur une note "
        "d'enquête. « Réclamation écrite » ne compte que celles reçues par courrier, courriel ou portail, comme le "
        "référentiel national qualité. Les deux totaux diffèrent : dites toujours lequel vous citez.",
        "“M2-1 complaint” counts the messages that the procedure recognises, those by telephone and survey score "
        "included. “Written complaint” counts only those received by letter, e-mail or portal, as the national quality "
        "reference does. The two totals differ: always say which one you quote.",
    ),
    Wording(
        "L'indicateur 31 compte les réclamations : ce qui est hors du cadre, à clarifier, ou un dysfonctionnement "
        "interne est compté à part.",
        "Indicator 31 counts complaints: what is out of scope, to be clarified, or an internal malfunction is counted "
        "apart.",
    ),
    Wording(
        "La colonne « Aléa » des classeurs et des fichiers CSV et JSON reste vide : M2-1 ne traite pas des aléas de "
        "formation, que le référentiel national demande de suivre. Elle est là pour être remplie à la main, ou pour "
        "rappeler où ils sont suivis.",
        "The column “Hazard” of workbooks, CSV and JSON stays empty: M2-1 does not deal with the hazards of a "
        "training, which the national reference asks to follow. Fill it in by hand, or note in it where they are "
        "followed.",
    ),
)


_ASSIGNMENT: Final = Wording("affectation du dossier", "assignment of the case")
_REGISTRATION: Final = Wording("enregistrement du dossier", "registration of the case")
EVENTS: Final = Wording("événements du dossier", "events of the case")
_REFERENCE: Final = Wording("référentiel national qualité, indicateur 31", "national quality reference, indicator 31")


_KINDS: Final[tuple[tuple[type[Any], ValueKind], ...]] = ((LabelledEnum, _CODE), (date, _DATE), (int, _COUNT))


def _case_column(
    name: str,
    column: CaseColumn[Any],
    meaning: tuple[str, str],
    value: Callable[[RegisterEntry], Value] | None = None,
    **options: Any,
) -> ReportColumn[RegisterEntry]:
    """Return a column of the cases under its name in the register, with its title, kind and codes.

    Its value is that of the case by default, and the day of an instant.
    """
    is_instant, is_code = issubclass(column.type, datetime), issubclass(column.type, LabelledEnum)
    return ReportColumn(
        name=name,
        title=column.title,
        meaning=Wording(*meaning),
        kind=next((kind for base, kind in _KINDS if issubclass(column.type, base)), _TEXT),
        codes=column.type if is_code else None,
        value=value or (lambda entry: entry.day(column(entry.case)) if is_instant else column(entry.case)),
        **options,
    )


def _fact_meaning(fact: str) -> tuple[str, str]:
    label = FACTS[fact].label
    return (
        f"{label.fr[0].upper()}{label.fr[1:]} ; vide si ce n'est pas connu.",
        f"{label.en[0].upper()}{label.en[1:]}; empty if it is not known.",
    )


def _theme(entry: RegisterEntry) -> Wording | None:
    code = columns.theme(entry.case)
    return None if code is None else entry.taxonomy.named_theme(code)


def _note(entry: RegisterEntry) -> Decimal | int | None:
    note = entry.fact("satisfaction")
    # Fifteen digits, those that a spreadsheet holds.
    return Decimal(f"{note:.15g}") if isinstance(note, float) else note


def _causes(entry: RegisterEntry) -> Wording | None:
    codes = entry.case.analysis.causes if entry.case.analysis is not None else ()
    names = [entry.taxonomy.named(code) for code in codes]
    return Wording(*(", ".join(name.in_(lang) for name in names) for lang in LANGUAGES)) if codes else None


def _links(entry: RegisterEntry) -> Wording | None:
    links = entry.case.links
    fr = " ; ".join(f"{link.kind.label('fr')} {link.to}" for link in links)
    return Wording(fr, "; ".join(f"{link.kind.label('en')} {link.to}" for link in links)) if links else None


def _subject(entry: RegisterEntry) -> Wording | None:
    case = entry.case
    nature = columns.nature(case)
    label = _theme(entry) or (None if nature is None else nature.wording)
    problem = None if case.qualification is None else case.qualification.problem
    return entry.stated([label] if label else [], problem or case.registration.verbatim)


def _basis(entry: RegisterEntry) -> Wording | None:
    requirement, qualified = entry.fact("requirement"), entry.case.qualification
    labels = [] if requirement is None else [requirement.wording]
    return entry.stated(labels, None if qualified is None else qualified.requirement_reference)


def _answer_given(entry: RegisterEntry) -> Wording | None:
    answer = entry.answer
    if answer is None:
        return None
    also = ((answer.remedies, _REMEDY), (answer.recourse, _RECOURSE), (answer.collective, _COLLECTIVE))
    labels = [answer.decision.wording, *(wording for value, wording in also if value)]
    return entry.stated(labels, answer.text, *([answer.remedies] if answer.remedies else []))


_REMEDY: Final = Wording("solution proposée", "remedy proposed")
_RECOURSE: Final = Wording("recours indiqué", "recourse named")
_COLLECTIVE: Final = Wording("réponse collective", "collective answer")


def _followed_actions(entry: RegisterEntry) -> Wording | None:
    today = entry.case.day_of(entry.at)

    def followed(line: LineReference, lang: Lang) -> str:
        action = entry.actions.get(line)
        if action is None:
            return verbatim(line.action)
        state = (action.status_in_words(today), action.effectiveness and action.effectiveness.wording)
        return f"{verbatim(line.action)} ({', '.join(one.in_(lang) for one in state if one)})"

    lines = entry.case.actions
    both = (", ".join(followed(line, lang) for line in lines) for lang in LANGUAGES)
    return Wording(*both) if lines else None


_LATE: Final = {
    DeadlineStatus.OVERDUE: Emphasis.BAD,
    DeadlineStatus.MET_LATE: Emphasis.WARNING,
    DeadlineStatus.DUE_TODAY: Emphasis.WARNING,
}

REGISTER_COLUMNS: Final[tuple[ReportColumn[RegisterEntry], ...]] = (
    _case_column(
        "dossier",
        columns.reference,
        ("La référence du dossier, unique dans le registre.", "The reference of the case, unique in the register."),
        source=_REGISTRATION,
        width=15,
    ),
    _case_column(
        "type_dossier",
        columns.kind,
        (
            "Une demande de client, ou un dysfonctionnement interne.",
            "A customer's message, or an internal malfunction.",
        ),
        source=clause_source("M2-1 §7"),
        width=16,
    ),
    report_column(
        "reclamation_m2_1",
        ("Réclamation M2-1", "M2-1 complaint"),
        (
            (
                "« oui » si la procédure M2-1 reconnaît une réclamation ; « non » si c'est hors du cadre, à "
                "clarifier ou un dysfonctionnement."
            ),
            (
                "“yes” if the procedure M2-1 recognises a complaint; “no” if it is out of scope, to be clarified or "
                "a malfunction."
            ),
        ),
        lambda entry: entry.is_complaint,
        kind=_FLAG,
        source=clause_source("M2-1 §1.2"),
    ),
    report_column(
        "reclamation_ecrite",
        ("Réclamation écrite", "Written complaint"),
        (
            (
                "« oui » si cette réclamation est arrivée par courrier, courriel ou portail : ce que compte le "
                "référentiel national qualité."
            ),
            "“yes” if this complaint arrived by letter, e-mail or portal: what the national quality reference counts.",
        ),
        lambda entry: entry.is_written_complaint,
        kind=_FLAG,
        source=_REFERENCE,
    ),
    _case_column(
        "recevabilite",
        columns.admissibility,
        (
            "Dans le cadre de la procédure, hors du cadre, ou à clarifier tant qu'une information manque.",
            "In the scope of the procedure, out of it, or to be clarified while a fact is missing.",
        ),
        source=clause_source("M2-1 §1.2"),
        width=16,
    ),
    _case_column(
        "centre",
        columns.site,
        ("Le centre qui a enregistré le dossier.", "The site that registered the case."),
        lambda entry: entry.sites.name_of(entry.case.site),
        source=_REGISTRATION,
        width=16,
    ),
    report_column(
        "region",
        ("Région", "Region"),
        (
            "La région du centre ; vide si la liste des centres ne la donne pas.",
            "The region of the site; empty if the list of sites does not give it.",
        ),
        lambda entry: entry.sites.region_of(entry.case.site),
        kind=_TEXT,
        source=Wording("liste des centres", "list of sites"),
        width=16,
    ),
    report_column(
        "centres_prestation",
        ("Centres de la prestation", "Service sites"),
        ("Les centres qui ont réalisé la prestation.", "The sites that delivered the service."),
        lambda entry: ", ".join(entry.sites.name_of(code) for code in entry.case.service_sites),
        kind=_TEXT,
        source=_REGISTRATION,
        width=18,
    ),
    _case_column(
        "traite_par",
        columns.handling_unit,
        ("L'unité qui traite le dossier aujourd'hui.", "The unit that handles the case today."),
        lambda entry: entry.sites.name_of(entry.case.handling_unit),
        source=clause_source("M2-1 §5.1"),
        width=16,
    ),
    _case_column(
        "suivi_par",
        columns.assigned_to,
        (
            "L'identifiant de la personne qui suit le dossier ; vide si elle est inconnue, ou si son nom est effacé.",
            "The identifier of the person who follows the case; empty if there is none, or once the name is erased.",
        ),
        source=_ASSIGNMENT,
        width=14,
    ),
    _case_column(
        "message",
        columns.source,
        (
            "L'identifiant du message d'origine dans l'outil qui l'a reçu ; vide s'il n'y en a pas.",
            "The identifier of the source message in the tool that received it; empty if there is none.",
        ),
        source=_REGISTRATION,
        width=16,
    ),
    _case_column(
        "recu_le",
        columns.received_on,
        ("Le jour d'arrivée à l'Afpa, au fuseau du centre.", "The day of arrival, in the time zone of the site."),
        source=_REGISTRATION,
        width=10,
    ),
    _case_column(
        "enregistre_le",
        columns.registered_at,
        ("Le jour d'enregistrement du dossier.", "The day on which the case was registered."),
        source=_REGISTRATION,
        width=11,
    ),
    _case_column("canal", columns.channel, _fact_meaning("channel"), source=clause_source("M2-1 §1.3"), width=16),
    _case_column(
        "auteur", columns.complainant, _fact_meaning("complainant"), source=clause_source("M2-1 §1.2"), width=13
    ),
    _case_column("nature", columns.nature, _fact_meaning("nature"), source=clause_source("M2-1 §1.2"), width=16),
    report_column(
        "exigence",
        ("Exigence", "Requirement"),
        _fact_meaning("requirement"),
        lambda entry: entry.fact("requirement"),
        kind=_CODE,
        source=clause_source("M2-1 §1.2"),
        codes=Requirement,
        width=16,
    ),
    _case_column(
        "theme",
        columns.theme,
        ("Le thème de la demande ; vide s'il n'est pas connu.", "The theme of the message; empty if it is not known."),
        _theme,
        source=Wording("liste des thèmes de l'organisme", "list of themes of the organisation"),
        width=16,
    ),
    report_column(
        "objet",
        ("Objet", "Subject"),
        (
            "Le thème ou la nature de la demande ; avec les textes, le problème reformulé, ou les mots de son auteur.",
            "The theme or nature of the message; with the texts, the problem restated, or the words of its author.",
        ),
        _subject,
        source=clause_source("M2-1 §2.1"),
        width=30,
    ),
    report_column(
        "base_reglementaire",
        ("Base réglementaire", "Regulatory basis"),
        (
            "L'exigence en cause : contractuelle, légale ou réglementaire ; avec les textes, où elle est écrite.",
            "The requirement in question: contractual, legal or regulatory; with the texts, where it is written.",
        ),
        _basis,
        source=clause_source("M2-1 §1.2"),
        width=16,
    ),
    report_column(
        "note",
        ("Note de satisfaction", "Satisfaction score"),
        (
            "La note de satisfaction de l'enquête de fin de formation ; vide sans note.",
            "The satisfaction score of the survey at the end of the training; empty without one.",
        ),
        _note,
        kind=ValueKind.DECIMAL,
        source=clause_source("M2-1 §1.4"),
        width=8,
    ),
    _case_column(
        "niveau",
        columns.level,
        (
            "Le niveau qui traite : local, régional ou national ; vide hors du cadre, sauf s'il a été imposé.",
            "The handling level: local, regional or national; empty for a message out of scope, unless it was imposed.",
        ),
        source=clause_source("M2-1 §5.1"),
        width=10,
    ),
    report_column(
        "niveau_impose",
        ("Niveau imposé", "Level imposed"),
        (
            "« oui » si le niveau a été imposé par une personne, au lieu de celui des règles.",
            "“yes” if a person imposed the level, instead of that of the rules.",
        ),
        lambda entry: entry.case.level_override is not None,
        kind=_FLAG,
        source=Wording("décision d'un RQR ou AQ", "decision of an RQR or AQ"),
        width=9,
    ),
    _case_column(
        "criticite",
        columns.band,
        (
            "Le niveau de criticité du risque ; vide tant qu'une information manque.",
            "The band of the criticality of the risk; empty while a fact is missing.",
        ),
        source=clause_source("M2-1 §2.2"),
        width=10,
    ),
    _case_column(
        "complexite",
        columns.complexity,
        (
            "Cas complexe : l'analyse demande une méthode de résolution de problèmes.",
            "Complex case: the analysis calls for a problem-solving method.",
        ),
        source=clause_source("M2-1 §4.2"),
    ),
    _case_column(
        "etat", columns.state, ("L'étape où en est le dossier.", "How far the case has come."), source=EVENTS, width=14
    ),
    report_column(
        "accuse_le",
        ("Accusé de réception le", "Acknowledged on"),
        ("Le jour du premier accusé de réception.", "The day of the first acknowledgement of receipt."),
        lambda entry: min(entry.dates_of(Acknowledged), default=None),
        kind=_DATE,
        source=EVENTS,
        width=11,
    ),
    report_column(
        "supports",
        ("Supports factuels", "Factual supports"),
        ("Le nombre de supports factuels versés au dossier.", "The number of factual supports on file."),
        lambda entry: entry.case.supports,
        kind=_COUNT,
        source=clause_source("M2-1 §6.1"),
        width=9,
    ),
    report_column(
        "documents",
        ("Documents", "Documents"),
        (
            "Le nombre de documents des supports factuels, effacés compris.",
            "The number of documents of the factual supports, erased ones included.",
        ),
        lambda entry: len(entry.case.documents),
        kind=_COUNT,
        source=EVENTS,
        width=9,
    ),
    report_column(
        "mesures_conservatoires",
        ("Mesures conservatoires", "Containment measures"),
        ("Le nombre de mesures prises pour limiter l'impact.", "The number of measures taken to limit the impact."),
        lambda entry: len(entry.case.containments),
        kind=_COUNT,
        source=clause_source("M2-1 §3"),
    ),
    report_column(
        "qualifie_le",
        ("Qualifié le", "Qualified on"),
        ("Le jour de la dernière qualification.", "The day of the latest qualification."),
        lambda entry: max(entry.dates_of(Qualified), default=None),
        kind=_DATE,
        source=clause_source("M2-1 §2.1"),
        width=10,
    ),
    report_column(
        "methode",
        ("Méthode d'analyse", "Method of analysis"),
        (
            "La méthode de résolution de problèmes de la dernière analyse ; vide sans méthode.",
            "The problem-solving method of the latest analysis; empty without a method.",
        ),
        lambda entry: entry.case.analysis.method if entry.case.analysis else None,
        kind=_CODE,
        source=clause_source("M2-1 §4.2"),
        codes=Method,
        width=13,
    ),
    report_column(
        "causes",
        ("Familles de causes", "Families of causes"),
        ("Les familles des causes établies par la dernière analyse.", "The families of the causes that were found."),
        _causes,
        kind=_TEXT,
        source=clause_source("M2-1 §4.1"),
        width=22,
    ),
    report_column(
        "actions",
        ("Actions", "Actions"),
        ("Les actions décidées pour ce dossier, dans le PGAAC.", "The actions planned for this case, in the PGAAC."),
        lambda entry: ", ".join(line.action for line in entry.case.actions),
        kind=_TEXT,
        source=clause_source("M2-1 §4.1"),
        width=18,
    ),
    report_column(
        "etat_des_actions",
        ("État des actions", "State of the actions"),
        (
            (
                "Chaque action décidée pour ce dossier, avec son état et son efficacité ; sa référence seule si "
                "son plan n'est pas visible."
            ),
            (
                "Each action planned for this case with its state and its effectiveness; its reference alone if "
                "its plan cannot be seen."
            ),
        ),
        _followed_actions,
        source=clause_source("M2-1 §4.1"),
        width=26,
    ),
    _case_column(
        "a_repondre_le",
        columns.due_on,
        (
            "Le dernier jour pour répondre ; vide pour un dysfonctionnement et hors du cadre.",
            "The last day to answer; empty for a malfunction and out of scope.",
        ),
        source=clause_source("M2-1 §5.0"),
        width=10,
    ),
    _case_column(
        "repondu_le",
        columns.answered_on,
        (
            "Le jour de la dernière réponse (après une réouverture, la nouvelle) ; vide tant qu'il n'y en a pas.",
            "The day of the answer of the latest cycle; empty while there is none.",
        ),
        source=EVENTS,
        width=10,
    ),
    report_column(
        "delai",
        ("Échéance de réponse", "Deadline"),
        (
            "Où en est l'échéance ; vide si aucune réponse n'est attendue ou si le délai est suspendu.",
            "The status of the deadline; empty if no answer is awaited or if the clock is suspended.",
        ),
        lambda entry: entry.status,
        kind=_CODE,
        source=clause_source("M2-1 §5.0"),
        codes=DeadlineStatus,
        width=19,
        emphasis=_LATE,
    ),
    report_column(
        "jours_ouvres_de_retard",
        ("Retard (jours ouvrés)", "Business days late"),
        (
            (
                "Les jours ouvrés après le dernier jour, jusqu'à la réponse ou jusqu'à la date de situation ; vide "
                "sans retard."
            ),
            "The business days after the last day, up to the answer or to the day of the state; empty if not late.",
        ),
        lambda entry: entry.days_late,
        kind=_COUNT,
        source=Wording("calendrier du centre", "calendar of the site"),
        width=9,
    ),
    report_column(
        "reponse",
        ("Décision", "Decision"),
        ("Ce que la dernière réponse a décidé.", "The decision of the latest answer."),
        lambda entry: entry.answer.decision if entry.answer else None,
        kind=_CODE,
        source=EVENTS,
        codes=AnswerDecision,
        width=14,
    ),
    report_column(
        "reponse_donnee",
        ("Réponse donnée", "Answer given"),
        (
            "La décision et ce que la réponse indique ; avec les textes, la réponse et la solution proposée.",
            "The decision and what the answer names; with the texts, the answer and the remedy proposed.",
        ),
        _answer_given,
        source=EVENTS,
        width=30,
    ),
    report_column(
        "jours_pour_repondre",
        ("Jours pour répondre", "Days to answer"),
        (
            (
                "Les jours ouvrés de la réception, ou de la réouverture, à la réponse, suspensions comprises ; vide "
                "sans réponse."
            ),
            (
                "The business days from the receipt, or the reopening, to the answer, suspensions included; empty "
                "without an answer."
            ),
        ),
        lambda entry: entry.days_to_answer,
        kind=_COUNT,
        source=Wording("calendrier du centre", "calendar of the site"),
        width=9,
    ),
    report_column(
        "retour_du_client",
        ("Retour du client", "Reaction of the client"),
        (
            "Comment l'auteur a accueilli la réponse ; vide si son retour n'a pas été recueilli.",
            "How the complainant took the answer; empty if it was not recorded.",
        ),
        lambda entry: entry.case.reaction.reaction if entry.case.reaction else None,
        kind=_CODE,
        source=EVENTS,
        codes=Reaction,
        width=16,
    ),
    _case_column(
        "mediation_le",
        columns.mediation_at,
        (
            "Le jour où le client a été informé qu'il pouvait saisir le médiateur.",
            "The day on which the client was informed of the mediator.",
        ),
        source=EVENTS,
        width=10,
    ),
    _case_column(
        "clos_le",
        columns.closed_at,
        ("Le jour de la clôture ; vide si le dossier est ouvert.", "The day of the closing; empty if it is open."),
        source=EVENTS,
        width=10,
    ),
    _case_column(
        "clos_pour",
        columns.closing_reason,
        ("Pourquoi le dossier est clos.", "Why the case is closed."),
        source=EVENTS,
        width=18,
    ),
    report_column(
        "reouvertures",
        ("Réouvertures", "Reopenings"),
        ("Combien de fois le dossier a été rouvert.", "How many times the case was reopened."),
        lambda entry: sum(1 for _ in entry.dates_of(Reopened)),
        kind=_COUNT,
        source=EVENTS,
        width=11,
    ),
    report_column(
        "liens",
        ("Liens", "Links"),
        (
            "Les dossiers liés : doublon, même cause, ou portant sur son traitement.",
            "The linked cases: duplicate, same cause, or about its handling.",
        ),
        _links,
        kind=_TEXT,
        source=EVENTS,
        width=20,
    ),
    report_column(
        "alertes",
        ("Alertes", "Alerts"),
        ("Le nombre d'alertes émises par le contrôle des échéances.", "The number of alerts raised by the sweeps."),
        lambda entry: len(entry.case.alerts),
        kind=_COUNT,
        source=Wording("contrôle quotidien des échéances", "daily check of the deadlines"),
        width=8,
    ),
    report_column(
        "alea",
        ("Aléa", "Hazard"),
        (
            "Toujours vide : M2-1 ne traite pas des aléas de formation (voir la note).",
            "Always empty: M2-1 does not deal with hazards of a training (see the note).",
        ),
        lambda _: None,
        kind=_TEXT,
        source=_REFERENCE,
        width=8,
    ),
    _case_column(
        "procedure",
        columns.edition,
        (
            "La version de M2-1 qui s'applique au dossier : celle en vigueur à sa réception.",
            "The version of M2-1 that applies to the case: the one in force at its receipt.",
        ),
        source=_REGISTRATION,
    ),
    _case_column(
        "anonymise_le",
        columns.anonymised_at,
        ("Le jour où les textes et les noms ont été effacés.", "The day on which texts and names were erased."),
        source=Wording("conservation des données", "retention of data"),
        width=11,
    ),
)
"""The columns of the register, in their order."""


def own_columns(facts: Iterable[Fact]) -> tuple[ReportColumn[RegisterEntry], ...]:
    """Return a column for each fact that editions declare themselves, except personal facts and free texts.

    Its name is that of the column in files, `own_NAME`, its title the label of the fact.
    """
    return tuple(_own_column(fact) for fact in facts if not fact.is_erasable)


def _own_column(fact: Fact) -> ReportColumn[RegisterEntry]:
    domain, kind = fact.domain, next(kind for cls, kind in _OWN_KINDS if isinstance(fact.domain, cls))
    label = capitalized_wording(fact.label)

    def value(entry: RegisterEntry) -> Value:
        found = entry.case.facts.own.get(fact.name)
        if found is None or isinstance(found, Missing | OwnText):
            return None
        if isinstance(domain, Enumeration) and found in domain.values:
            return Wording(*(domain.label(found, lang) for lang in LANGUAGES))
        return Wording(*(own_value(fact, found, lang) for lang in LANGUAGES)) if kind is _TEXT else found

    return ReportColumn(
        name=fact.column,
        title=label,
        meaning=Wording(f"{label.fr} ; vide si ce n'est pas connu.", f"{label.en}; empty if it is not known."),
        kind=kind,
        value=value,
        source=OWN_SOURCE,
        width=16,
    )


def table_columns(policies: Iterable[Policy]) -> tuple[ReportColumn[RegisterEntry], ...]:
    """Return a column for each table that editions declare themselves: the outcome for the facts of the case.

    Its name is `table_NAME`. Outcomes are not stored: the tables of the edition of the case decide its facts again,
    with the same result. It is empty while the outcome is undetermined, and for a case of an edition without the table.
    """
    known = {policy.edition: policy for policy in policies}
    titles = {table.name: table.title for policy in known.values() for table in policy.own_tables}
    return tuple(_table_column(name, title, known) for name, title in titles.items())


def _table_column(name: str, title: Wording, policies: Mapping[str, Policy]) -> ReportColumn[RegisterEntry]:
    label = capitalized_wording(title)

    def value(entry: RegisterEntry) -> Value:
        case, policy = entry.case, policies.get(entry.case.edition)
        if policy is None or not case.terms.are_of(policy) or name not in policy.own_tables_of(type(case.facts)):
            return None
        table = policy.tables[name]
        outcome = table.decide(case.facts).outcome
        return None if outcome is None else table.outcome_label(outcome)

    return ReportColumn(
        name=f"table_{name}",
        title=label,
        meaning=Wording(f"{label.fr} ; vide si c'est indéterminé.", f"{label.en}; empty while undetermined."),
        kind=_TEXT,
        value=value,
        source=_OWN_TABLES,
        width=16,
    )


_OWN_TABLES: Final = Wording("tables propres à la version de la procédure", "tables of the edition")
_OWN_KINDS: Final[tuple[tuple[type[Domain], ValueKind], ...]] = (
    (Boolean, _FLAG),
    (Integer, _COUNT),
    (Number, ValueKind.DECIMAL),
    (Day, _DATE),
    (Domain, _TEXT),
)
OWN_SOURCE: Final = Wording("informations propres à la version de la procédure", "facts of the edition")


class RegisterReader(LabelledEnum):
    """Who reads the register, by which a page shows its columns (lecteur)."""

    QUALITY = "quality", "qualité", "quality"
    AUDITOR = "auditor", "auditeur", "auditor"
    DIRECTOR = "director", "direction", "director"


_COLUMNS_BY_READER: Final[Mapping[RegisterReader, str]] = {
    RegisterReader.QUALITY: "dossier centre recu_le objet niveau criticite etat a_repondre_le delai reponse causes "
    "etat_des_actions",
    RegisterReader.AUDITOR: "dossier recu_le canal auteur objet base_reglementaire accuse_le repondu_le "
    "jours_pour_repondre reponse_donnee etat_des_actions etat",
    RegisterReader.DIRECTOR: "dossier centre recu_le objet niveau criticite etat a_repondre_le jours_ouvres_de_retard "
    "reponse etat_des_actions clos_le",
}
_GROUPS: Final = RowGroups(column="recevabilite", titles=PARTS)
_CELL_LINES: Final = 2


class _Entries:
    """The lines of the register: iterable several times, without holding the cases; each reading counts its totals."""

    def __init__(
        self, cases: Iterable[Case | FollowedCase], at: datetime, sites: Sites, texts: bool, taxonomy: Taxonomy
    ) -> None:
        self._cases, self._at, self._sites, self._texts, self._taxonomy = cases, at, sites, texts, taxonomy
        self._counted: Totals | None = None

    def __iter__(self) -> Iterator[RegisterEntry]:
        totals = Totals()
        for one in self._cases:
            case, actions = (one.case, one.actions) if isinstance(one, FollowedCase) else (one, {})
            entry = RegisterEntry(case, self._at, self._sites, actions, self._texts, self._taxonomy)
            totals.add(entry)
            yield entry
        self._counted = totals

    def totals(self) -> Totals:
        """Return the totals of the last reading, once; of a new one if there is none."""
        if self._counted is None:
            for _ in self:
                pass
        found, self._counted = self._counted, None
        assert found is not None  # noqa: S101  a complete reading counts
        return found


@attrs.frozen
class _TotalsOf(SharedRepr):
    entries: _Entries

    def __iter__(self) -> Iterator[TotalsRow]:
        return iter(self.entries.totals().rows())


def register_report(
    cases: Iterable[Case | FollowedCase],
    *,
    at: datetime,
    sites: Sites | None = None,
    zone: ZoneInfo | None = None,
    columns: Iterable[str] | None = None,
    shown: RegisterReader | str | Iterable[str] | None = None,
    texts: bool = False,
    facts: Iterable[Fact] = (),
    policies: Iterable[Policy] = (),
    filters: Iterable[tuple[Wording, Value]] = (),
    taxonomy: Taxonomy = TRAINING_BODY,
) -> Report:
    """Return the register of cases (registre des réclamations et dysfonctionnements), with its totals.

    It has no name of a person, and no text that people wrote unless `texts` is True.

    Args:
        cases: the cases in the order of the lines, each alone or with its actions. They are iterated once for each
            format that is written.
        at: the instant of which the register describes the state; aware.
        sites: the sites, for their names and regions.
        zone: the time zone of the heading; metropolitan France by default. Days of a case are in its own zone.
        columns: the names of the columns, in their order; all of `REGISTER_COLUMNS`, `own_columns` and
            `table_columns` by default.
        shown: the columns of HTML and PDF: those of a reader, or names, twelve at most; by default the columns that
            are chosen, or those of a quality officer.
        texts: True to show the words of complaints and answers, which may name persons.
        facts: the facts that the editions declare themselves; each that may be shown has a column.
        policies: the editions; each table that they declare themselves has a column.
        filters: the criteria by which the cases were selected, for a reader.
        taxonomy: the themes and the families of causes of the organisation, for their names.

    Raises:
        FaultsError: the name of a column or a reader is unknown, a column occurs twice, there is none, or a page would
            show more than twelve.
        ValueError: the instant has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"at: {at!r} has no time zone; pass an aware datetime")
    place = zone or BusinessCalendar.france().zone
    entries = _Entries(cases, at, sites or Sites(), texts, taxonomy)
    chosen = choose((*REGISTER_COLUMNS, *own_columns(facts), *table_columns(policies)), columns)
    table = ReportTable(
        title=Wording("Registre", "Register"),
        columns=chosen,
        records=entries,
        shown=_shown(chosen, None if columns is not None and shown is None else shown or RegisterReader.QUALITY),
        groups=_GROUPS if any(column.name == _GROUPS.column for column in chosen) else None,
        lines=_CELL_LINES,
    )
    return Report(
        name="registre",
        title=_TITLE,
        tables=(table, ReportTable(title=TOTALS, columns=TOTALS_COLUMNS, records=_TotalsOf(entries))),
        as_of=at.astimezone(place).date(),
        exported_at=at,
        zone=place,
        filters=tuple(filters),
        notes=_NOTES,
        pages=("totaux", "registre"),
    )


def _shown(
    columns: tuple[ReportColumn[RegisterEntry], ...], shown: RegisterReader | str | Iterable[str] | None
) -> tuple[str, ...] | None:
    """Return the names of the columns that a page shows; None for all.

    Raises:
        FaultsError: a reader or a column is unknown, or there are too many.
    """
    if shown is None:
        return None
    if isinstance(shown, str):
        try:
            names = tuple(_COLUMNS_BY_READER[RegisterReader.parse(shown)].split())
        except ValueError:
            raise FaultsError([Fault("shown", shown, _READER)]) from None
    else:
        names = tuple(shown)
    if len(names) > MOST_COLUMNS:
        raise FaultsError([Fault("shown", len(names), _AT_MOST)])
    choose(columns, names, "shown")
    return names


_READER: Final = Wording(
    f"l'un des lecteurs {', '.join(RegisterReader)}, ou des colonnes sont attendus",
    f"one of the readers {', '.join(RegisterReader)}, or columns are expected",
)
_AT_MOST: Final = Wording(
    f"{MOST_COLUMNS} colonnes au plus sur une page ; les formats xlsx, csv et json les ont toutes",
    f"at most {MOST_COLUMNS} columns on a page; the formats xlsx, csv and json have them all",
)


def _labels(codes: Iterable[str], lang: Lang, taxonomy: Taxonomy) -> Iterator[str]:
    """Yield the labels of codes in their order; those of themes, which are no enumeration."""
    for one in sorted(codes):
        yield one.label(lang) if isinstance(one, LabelledEnum) else taxonomy.named_theme(one).in_(lang)


def query_filters(
    query: CaseQuery, own: Mapping[str, Fact], taxonomy: Taxonomy = TRAINING_BODY
) -> Iterator[tuple[Wording, Value]]:
    """Yield the criteria of a query that limit it, each with its value for a reader.

    Args:
        query: the query.
        own: the facts that the editions declare themselves, by name, for their labels.
        taxonomy: the themes and the families of causes of the organisation, likewise.
    """
    for column, chosen in query.codes():
        yield column.title, Wording(*(", ".join(_labels(chosen, lang, taxonomy)) for lang in LANGUAGES))
    for name, found in query.own.items():
        yield label_of(f"{OWN}.{name}", own), Wording(*(own_value(own.get(name), found, lang) for lang in LANGUAGES))
    for name in dict.fromkeys((*query.own_from, *query.own_until)):
        fact, ends = own.get(name), (query.own_from.get(name), query.own_until.get(name))
        shown = [["" if end is None else own_value(fact, end, lang) for end in ends] for lang in LANGUAGES]
        yield label_of(f"{OWN}.{name}", own), Wording(*(" … ".join(pair).strip() for pair in shown))
    values: tuple[tuple[Wording, Value], ...] = (
        (Wording("Centres", "Sites"), ", ".join(sorted(query.sites))),
        (columns.handling_unit.title, query.owner),
        (columns.assigned_to.title, query.assigned_to),
        (Wording("Réponse attendue à partir du", "Answer awaited from"), query.due_from),
        (Wording("Réponse attendue jusqu'au", "Answer awaited until"), query.due_until),
        (Wording("Question à poser au client", "Question to ask"), query.has_question),
        (Wording("Non clos", "Not closed"), query.is_open),
        (Wording("Sans accusé de réception", "Receipt not acknowledged"), query.is_unacknowledged),
        (Wording("Dossiers choisis", "Chosen cases"), None if query.references is None else str(len(query.references))),
        (columns.source.title, query.source),
        (Wording("Reçu du", "Received from"), query.received_from),
        (Wording("Reçu jusqu'au", "Received until"), query.received_until),
        (Wording("Texte", "Text"), query.text),
        (
            Wording("Famille de causes", "Family of causes"),
            None if query.cause_family is None else taxonomy.named(query.cause_family),
        ),
        (Wording("Après le dossier", "After the case"), query.after),
    )
    yield from ((title, value) for title, value in values if value)
