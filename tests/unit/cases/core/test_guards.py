from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from typing import Any

import attrs
import pytest

from reclamation_core.calendars import DeadlineRule
from reclamation_core.cases import (
    AnswerDecision,
    Case,
    CaseCommand,
    ClosingReason,
    CommandRefusedError,
    CommandType,
    LinkKind,
    Method,
    Reaction,
    SupportKind,
    guard_table,
    handle_command,
    open_case,
)
from reclamation_core.cases.codes import Permission
from reclamation_core.cases.events import (
    CASE_EVENTS,
    Acknowledged,
    Analysed,
    Anonymised,
    Assigned,
    Closed,
    ContainmentEffectRecorded,
    ContainmentTaken,
    DateCorrected,
    DeadlineResumed,
    DeadlineSuspended,
    FactsCompleted,
    FactsCorrected,
    FactSuggested,
    InformationRequested,
    Linked,
    ReactionRecorded,
    ReferredToMediation,
    Reopened,
    Rerouted,
    RetentionResumed,
    RetentionSuspended,
    SupportAdded,
    Transcribed,
    Unassigned,
)
from reclamation_core.cases.guards import GUARDS
from reclamation_core.codes import Audience
from reclamation_core.policy import ComplexityParameters, Parameters, Policy
from reclamation_core.policy.parameters import RoleParameters, SupportParameters
from reclamation_core.policy.sources import CLAUSES, cited, interpretation_numbers
from reclamation_core.vocabulary import Complexity, Level, RiskDomain, Role
from reclamation_core.wording import Wording
from tests.typography import plain
from tests.unit.cases.core.life import (
    ANALYSED,
    ANSWERED,
    CLOSED,
    DOCUMENT,
    DUPLICATE,
    HANDLED,
    HOUR,
    LIVED,
    NO_ACTION,
    OUT_OF_SCOPE,
    PLANNED,
    QUALIFIED,
    SUPPORT,
    TO_BE_CLARIFIED,
    WITHDRAWN,
    after,
    around,
    command_of,
    failing,
    guards_of,
    judged,
    kept,
    line,
    next_hour,
    opened,
    refused,
    registration,
)
from tests.unit.policy.cases import RECEIVED, complaint

TREATED = Closed(reason=ClosingReason.TREATED)
ASIDE = Closed(reason=ClosingReason.OUT_OF_SCOPE)
REDIRECTED = attrs.evolve(ASIDE, redirected_to="le service des inscriptions", told_at=RECEIVED + HOUR)
GIVEN_UP = Closed(reason=ClosingReason.WITHDRAWN)
TWICE = Closed(reason=ClosingReason.DUPLICATE)
SATISFIED = ReactionRecorded(reaction=Reaction.SATISFIED)
REOPENED = Reopened(reason="le poste est de nouveau en panne")
NATIONAL = Rerouted(level=Level.NATIONAL, handling_unit="SIEGE")
SUSPENDED = RetentionSuspended(reason="assignation au tribunal")
RESUMED = RetentionResumed(reason="jugement rendu")
CALL = Transcribed(text="aucun poste ne marchait", author="M. Petit")
EFFECT = ContainmentEffectRecorded(measure=2, effective=True, effect="la formation a repris")
ONLY_AQ = Policy(edition="AQ", parameters=Parameters(roles=RoleParameters(qualifying=(Role.AQ,))))
WITH_DOCUMENTS = Policy(edition="documents", parameters=Parameters(support=SupportParameters(document_required=True)))
RESERVING = Policy(
    edition="M2-1", parameters=Parameters(roles=RoleParameters(commands={CommandType.ADD_SUPPORT: (Role.RQR,)}))
)
SUSPENDING = Policy(edition="suspensions", parameters=Parameters(deadline=DeadlineRule(suspensions_allowed=True)))
CLOCK_SUSPENDED = DeadlineSuspended(reason="la pièce demandée n'est pas arrivée")
CLOCK_RESUMED = DeadlineResumed()
COMPLEX = {"severity_safety": 4, "likelihood": 3}


def by_phone() -> Case:
    return after(opened(complaint(channel="phone")), SUPPORT)


def unclear() -> Case:
    return after(opened(complaint(**TO_BE_CLARIFIED)), SUPPORT)


def unclear_again(*done: Any) -> Case:
    """A case whose correction makes the eligibility undetermined, qualified or what else was done before."""
    case = after(opened(), *(done or (SUPPORT, QUALIFIED)))
    return after(case, corrected(case, **TO_BE_CLARIFIED))


def beside() -> Case:
    return after(opened(complaint(**OUT_OF_SCOPE)), SUPPORT)


def grave() -> Case:
    return after(opened(complaint(**COMPLEX)), SUPPORT, QUALIFIED)


def corrected(case: Case, **facts: Any) -> FactsCorrected:
    return FactsCorrected(facts=attrs.evolve(case.facts, **facts), reason="on s'était trompé")


def completed(case: Case, **facts: Any) -> FactsCompleted:
    return FactsCompleted(facts=attrs.evolve(case.facts, **facts))


@attrs.frozen(kw_only=True)
class Shown:
    """A guard at work: a case, a refused command, and the remedy of its message."""

    guard: str
    case: Callable[[], Case]
    asks: Any
    french: str = ""
    english: str = ""
    """The message where its wording has values; where it has none, it is the wording."""
    remedy: Callable[[Case], Case] | None = None
    then: Any = None
    options: Mapping[str, Any] = {}
    then_options: Mapping[str, Any] = {}


SHOWN = (
    Shown(
        guard="in-future",
        case=opened,
        asks=SUPPORT,
        options={"at": RECEIVED + 5 * HOUR, "now": RECEIVED + 4 * HOUR},
        then_options={"at": RECEIVED + 4 * HOUR, "now": RECEIVED + 4 * HOUR},
        french="la date indiquée (02/05/2026) est dans le futur : indiquez la date réelle",
        english="the date given (2 May 2026) is in the future: give the one on which it happened",
    ),
    Shown(
        guard="before-receipt",
        case=opened,
        asks=SUPPORT,
        options={"at": RECEIVED - HOUR, "now": RECEIVED + 4 * HOUR},
        then_options={"at": RECEIVED - HOUR, "now": RECEIVED + 5 * HOUR},
        remedy=lambda case: after(case, corrected(case, received_at=RECEIVED - 2 * HOUR)),
        french=(
            "la date indiquée (02/05/2026 à 8 h 30) précède la réception (02/05/2026 à 9 h 30). "
            "Corrigez-la, ou rectifiez la date de réception"
        ),
        english=(
            "the date given (2 May 2026 08:30) is before the receipt (2 May 2026 09:30). Mend it, or "
            "correct the date of receipt"
        ),
    ),
    Shown(
        guard="receipt-after-acts",
        case=lambda: after(opened(), SUPPORT, at=RECEIVED + HOUR),
        asks=FactsCorrected(facts=complaint(received_at=RECEIVED + 2 * HOUR), reason="cachet"),
        then=FactsCorrected(facts=complaint(received_at=RECEIVED + HOUR), reason="cachet"),
        options={"now": RECEIVED + 4 * HOUR},
        then_options={"now": RECEIVED + 4 * HOUR},
        french=(
            "la réception indiquée (02/05/2026 à 11 h 30) suit une opération du dossier (02/05/2026 à 10 "
            "h 30). Indiquez la date d'arrivée de la demande"
        ),
        english=(
            "the receipt given (2 May 2026 11:30) is after something done to the case (2 May 2026 10:30). "
            "Give the date on which the message arrived"
        ),
    ),
    Shown(
        guard="before-suspension",
        case=lambda: after(opened(), SUSPENDED, at=RECEIVED + 3 * HOUR),
        asks=RESUMED,
        options={"at": RECEIVED + 2 * HOUR, "now": RECEIVED + 20 * HOUR},
        then_options={"at": RECEIVED + 3 * HOUR, "now": RECEIVED + 20 * HOUR},
        french=(
            "la date indiquée (02/05/2026 à 11 h 30) précède la dernière suspension de l'effacement ou "
            "son rétablissement (02/05/2026 à 12 h 30). Indiquez une date postérieure"
        ),
        english=(
            "the date given (2 May 2026 11:30) is before the latest suspension of the erasure or its end "
            "(2 May 2026 12:30). Give a later one"
        ),
    ),
    Shown(
        guard="suspended",
        case=lambda: after(opened(), *LIVED, SUSPENDED),
        asks=Anonymised(),
        remedy=lambda case: after(case, RESUMED),
        french=(
            "l'effacement de ce dossier est suspendu pour contentieux depuis le 02/05/2026. "
            "Rétablissez-le à la fin du contentieux"
        ),
        english=(
            "the erasure of the case is suspended for litigation, since 2 May 2026. Resume it once the "
            "litigation has ended"
        ),
    ),
    Shown(
        guard="not-suspended",
        case=opened,
        asks=RESUMED,
        remedy=lambda case: after(case, SUSPENDED),
    ),
    Shown(
        guard="before-run",
        case=lambda: after(opened(), *LIVED, REOPENED),
        asks=ANSWERED,
        options={"at": RECEIVED + 7 * HOUR, "now": RECEIVED + 20 * HOUR},
        then_options={"at": RECEIVED + 8 * HOUR, "now": RECEIVED + 20 * HOUR},
        french=(
            "la date indiquée (02/05/2026 à 16 h 30) précède la dernière clôture ou réouverture "
            "(02/05/2026 à 17 h 30). Indiquez une date postérieure"
        ),
        english=(
            "the date given (2 May 2026 16:30) is before the latest closing or reopening (2 May 2026 "
            "17:30). Give a later one"
        ),
    ),
    Shown(
        guard="no-act-of-that-number",
        case=lambda: after(opened(), SUPPORT),
        asks=DateCorrected(event=3, happened_at=RECEIVED + HOUR, reason="une faute de frappe"),
        then=DateCorrected(event=2, happened_at=RECEIVED + HOUR, reason="une faute de frappe"),
        french=(
            "le dossier ne comporte pas d'opération de ce numéro (3). Indiquez le numéro de celle dont la "
            "date est fausse"
        ),
        english="no act of that number (3) is on file. Give the number of the event whose date is wrong",
    ),
    Shown(
        guard="against-the-history",
        case=lambda: after(opened(), *LIVED),
        asks=DateCorrected(event=6, happened_at=RECEIVED + HOUR, reason="le cachet de la poste"),
        then=DateCorrected(event=6, happened_at=RECEIVED + 3 * HOUR, reason="le cachet de la poste"),
        french=(
            "cette date (02/05/2026) est incompatible avec l'ordre des opérations du dossier. Indiquez-en "
            "une autre pour l'opération n° 6"
        ),
        english="this date (2 May 2026) contradicts the order of the acts of the case. Give another one for act 6",
    ),
    Shown(
        guard="before-support",
        case=lambda: after(opened(), SUPPORT, at=RECEIVED + 3 * HOUR),
        asks=QUALIFIED,
        options={"at": RECEIVED + 2 * HOUR, "now": RECEIVED + 4 * HOUR},
        then_options={"at": RECEIVED + 3 * HOUR, "now": RECEIVED + 4 * HOUR},
        french=(
            "la date indiquée (02/05/2026 à 11 h 30) précède le premier support factuel ou la "
            "transcription (02/05/2026 à 12 h 30). Indiquez une date postérieure"
        ),
        english=(
            "the date given (2 May 2026 11:30) is before the first factual support or the transcription "
            "(2 May 2026 12:30). Give a later one"
        ),
    ),
    Shown(
        guard="before-qualification",
        case=lambda: after(opened(), SUPPORT, QUALIFIED, at=RECEIVED + 3 * HOUR),
        asks=ANSWERED,
        options={"at": RECEIVED + 2 * HOUR, "now": RECEIVED + 4 * HOUR},
        then_options={"at": RECEIVED + 3 * HOUR, "now": RECEIVED + 4 * HOUR},
        french=(
            "la date indiquée (02/05/2026 à 11 h 30) précède la qualification ou l'analyse (02/05/2026 à "
            "12 h 30). Indiquez une date postérieure"
        ),
        english=(
            "the date given (2 May 2026 11:30) is before the qualification or the analysis (2 May 2026 "
            "12:30). Give a later one"
        ),
    ),
    Shown(
        guard="before-its-object",
        case=lambda: after(opened(), ContainmentTaken(measure="un poste prêté"), at=RECEIVED + 3 * HOUR),
        asks=EFFECT,
        options={"at": RECEIVED + 2 * HOUR, "now": RECEIVED + 4 * HOUR},
        then_options={"at": RECEIVED + 3 * HOUR, "now": RECEIVED + 4 * HOUR},
        french=(
            "la date indiquée (02/05/2026 à 11 h 30) précède la mesure ou la réponse concernée "
            "(02/05/2026 à 12 h 30). Indiquez une date postérieure"
        ),
        english=(
            "the date given (2 May 2026 11:30) is before the measure or the answer concerned (2 May 2026 "
            "12:30). Give a later one"
        ),
    ),
    Shown(
        guard="close-before-its-reason",
        case=lambda: after(opened(), WITHDRAWN, at=RECEIVED + 3 * HOUR),
        asks=GIVEN_UP,
        options={"at": RECEIVED + 2 * HOUR, "now": RECEIVED + 4 * HOUR},
        then_options={"at": RECEIVED + 3 * HOUR, "now": RECEIVED + 4 * HOUR},
        french=(
            "la clôture (02/05/2026 à 11 h 30) ne peut pas précéder l'événement qui la justifie "
            "(02/05/2026 à 12 h 30). Indiquez une date postérieure"
        ),
        english=(
            "the closing (2 May 2026 11:30) cannot be before the event that justifies it (2 May 2026 "
            "12:30). Give a later date"
        ),
    ),
    Shown(
        guard="collective-though-named",
        case=lambda: after(opened(complainant="Mme Durand"), SUPPORT, QUALIFIED),
        asks=attrs.evolve(ANSWERED, collective=True),
        then=ANSWERED,
    ),
    Shown(
        guard="individual-though-anonymous",
        case=lambda: after(opened(complainant=None), SUPPORT, QUALIFIED),
        asks=ANSWERED,
        then=attrs.evolve(ANSWERED, collective=True),
    ),
    Shown(
        guard="withdrawn-already",
        case=lambda: after(opened(), WITHDRAWN),
        asks=WITHDRAWN,
        then=GIVEN_UP,
        french="le retrait est déjà enregistré, daté du 02/05/2026. Clôturez le dossier, ou rectifiez cette date",
        english=(
            "the withdrawal is recorded already, on 2 May 2026. Close the case, or correct the date of the withdrawal"
        ),
    ),
    Shown(
        guard="linked-already",
        case=lambda: after(opened(), DUPLICATE),
        asks=DUPLICATE,
        then=attrs.evolve(DUPLICATE, to="R-2026-000002"),
        french="ce lien (doublon de R-2026-000001) est déjà enregistré. Indiquez un autre dossier ou un autre lien",
        english=(
            "this link (duplicate of R-2026-000001) is recorded already. Name another case, or another kind of link"
        ),
    ),
    Shown(
        guard="closed",
        case=lambda: after(opened(), *LIVED),
        asks=SUPPORT,
        remedy=lambda case: after(case, REOPENED),
        french="le dossier est clos depuis le 02/05/2026 : rouvrez-le d'abord",
        english="the case was closed on 2 May 2026: reopen it first",
    ),
    Shown(
        guard="anonymised",
        case=lambda: after(opened(), *LIVED, Anonymised()),
        asks=REOPENED,
        remedy=lambda _: after(opened(), *LIVED),
        french="le dossier est anonymisé depuis le 02/05/2026, son historique est figé. Enregistrez un nouveau dossier",
        english="the case was anonymised on 2 May 2026, its history has ended. Register a new one",
    ),
    Shown(
        guard="not-assigned",
        case=opened,
        asks=Unassigned(),
        remedy=lambda case: after(case, Assigned(to="m.klein")),
        french="le dossier n'est confié à personne : il n'y a rien à retirer",
        english="the case is assigned to nobody: there is nothing to end",
    ),
    Shown(
        guard="assigned-already",
        case=lambda: after(opened(), Assigned(to="m.klein")),
        asks=Assigned(to="m.klein"),
        remedy=lambda case: after(case, Unassigned()),
        french="le dossier est déjà confié à cette personne : indiquez-en une autre, ou ne changez rien",
        english="the case is assigned to that person already: name another one, or leave it as it is",
    ),
    Shown(
        guard="not-closed",
        case=lambda: after(opened(), *HANDLED, ANSWERED),
        asks=Anonymised(),
        remedy=lambda case: after(case, CLOSED),
        french="le dossier n'est pas clos (état : répondu) : clôturez-le d'abord",
        english="the case is not closed (state: answered): close it first",
    ),
    Shown(
        guard="open-already",
        case=lambda: after(opened(), *HANDLED, ANSWERED),
        asks=REOPENED,
        remedy=lambda case: after(case, CLOSED),
        french="le dossier est ouvert (état : répondu) : il n'y a rien à rouvrir",
        english="the case is open (state: answered): there is nothing to reopen",
    ),
    Shown(
        guard="no-complainant",
        case=lambda: after(failing(), *HANDLED),
        asks=ANSWERED,
        then=TREATED,
    ),
    Shown(
        guard="out-of-scope",
        case=beside,
        asks=QUALIFIED,
        remedy=lambda case: after(case, corrected(case, nature="grievance")),
        french=(
            "la demande est hors du cadre (nature de la demande : demande initiale d'information). "
            "Réorientez-la vers le bon service et clôturez le dossier, ou rectifiez les informations "
            "saisies"
        ),
        english=(
            "the message is out of scope (nature: initial request for information). Redirect it and close "
            "the case, or correct the facts"
        ),
    ),
    Shown(
        guard="to-be-clarified",
        case=unclear,
        asks=QUALIFIED,
        remedy=lambda case: after(case, FactsCompleted(facts=complaint())),
        french=(
            "la recevabilité n'est pas établie. Complétez les informations qui manquent, d'abord : exigence en cause"
        ),
        english="eligibility is not settled. Complete the facts that are missing, first: requirement",
    ),
    Shown(
        guard="to-be-clarified-again",
        case=unclear_again,
        asks=ANSWERED,
        remedy=lambda case: after(case, completed(case, requirement="contractual")),
        french=(
            "la recevabilité n'est pas établie. Complétez les informations qui manquent, d'abord : exigence en cause"
        ),
        english="eligibility is not settled. Complete the facts that are missing, first: requirement",
    ),
    Shown(
        guard="close-to-be-clarified",
        case=lambda: unclear_again(*HANDLED, ANSWERED),
        asks=CLOSED,
        remedy=lambda case: after(case, completed(case, requirement="contractual")),
        french=(
            "la recevabilité n'est pas établie. Complétez les informations qui manquent, d'abord : exigence en cause"
        ),
        english="eligibility is not settled. Complete the facts that are missing, first: requirement",
    ),
    Shown(
        guard="no-request",
        case=opened,
        asks=attrs.evolve(SUPPORT, answers_request=True),
        remedy=lambda case: after(case, InformationRequested(question="Quel jour était-ce ?")),
    ),
    Shown(
        guard="requested-known",
        case=opened,
        asks=InformationRequested(facts=("nature",)),
        remedy=lambda case: after(case, corrected(case, nature=None)),
        french=(
            "l'une des informations demandées est déjà connue. Déjà connues : nature de la demande. Ne "
            "demandez que celles qui manquent"
        ),
        english=(
            "one of the requested facts is known already. Known already: nature. Request only those that are missing"
        ),
    ),
    Shown(
        guard="suggested-known",
        case=opened,
        asks=FactSuggested(fact="nature", value="grievance", by="modèle", by_version="3"),
        remedy=lambda case: after(case, corrected(case, nature=None)),
    ),
    Shown(
        guard="no-call",
        case=opened,
        asks=CALL,
        remedy=lambda case: after(case, corrected(case, channel="phone")),
        french=(
            "la demande n'a pas été faite par téléphone (canal : courriel). Ajoutez un support factuel, "
            "ou rectifiez le canal"
        ),
        english=(
            "the message was not made by telephone (channel: e-mail). Add a factual support, or correct the channel"
        ),
    ),
    Shown(
        guard="not-transcribed",
        case=by_phone,
        asks=QUALIFIED,
        remedy=lambda case: after(case, CALL),
    ),
    Shown(
        guard="no-support",
        case=opened,
        asks=QUALIFIED,
        remedy=lambda case: after(case, SUPPORT),
    ),
    Shown(
        guard="role-may-not-qualify",
        case=lambda: after(opened(policy=ONLY_AQ), SUPPORT, policy=ONLY_AQ),
        asks=QUALIFIED,
        options={"role": Role.RQR, "policy": ONLY_AQ},
        then_options={"role": Role.AQ, "policy": ONLY_AQ},
        french="ce rôle (RQR) n'est pas habilité à qualifier. Confiez la qualification à un rôle habilité : AQ",
        english="this role (RQR) may not qualify. Have a role qualify that may: AQ",
    ),
    Shown(
        guard="facts-known",
        case=opened,
        asks=FactsCompleted(facts=complaint(formal=False)),
        then=FactsCorrected(facts=complaint(formal=False), reason="rien de formel"),
        french=(
            "une de ces informations est déjà saisie. Déjà saisies : expression formelle. Utilisez « "
            "rectifier les informations »"
        ),
        english="one of these facts is known already. Known already: formal expression. Use 'correct the facts'",
    ),
    Shown(
        guard="not-qualified",
        case=lambda: after(opened(), SUPPORT),
        asks=ANALYSED,
        remedy=lambda case: after(case, QUALIFIED),
    ),
    Shown(
        guard="no-method",
        case=grave,
        asks=ANALYSED,
        then=Analysed(method=Method.FIVE_WHYS, causes=("matériel",)),
    ),
    Shown(
        guard="before-deadline-suspension",
        case=lambda: after(opened(policy=SUSPENDING), CLOCK_SUSPENDED, CLOCK_RESUMED),
        asks=CLOCK_SUSPENDED,
        options={"at": RECEIVED + 2 * HOUR, "now": RECEIVED + 9 * HOUR},
        then_options={"at": RECEIVED + 9 * HOUR},
        french=(
            "la date indiquée (02/05/2026 à 11 h 30) précède la dernière suspension du délai ou sa "
            "reprise (02/05/2026 à 12 h 30). Indiquez une date postérieure"
        ),
        english=(
            "the date given (2 May 2026 11:30) is before the latest suspension of the answer clock or its "
            "end (2 May 2026 12:30). Give a later one"
        ),
    ),
    Shown(
        guard="suspensions-not-allowed",
        case=opened,
        asks=CLOCK_SUSPENDED,
        remedy=lambda _: opened(policy=SUSPENDING),
        french=(
            "cette version de la procédure (M2-1) n'admet pas de suspension du délai de réponse. Répondez dans le délai"
        ),
        english="this version of the procedure (M2-1) allows no suspension of the answer clock. Answer in time",
    ),
    Shown(
        guard="clock-stopped",
        case=lambda: after(opened(policy=SUSPENDING), *HANDLED, ANSWERED),
        asks=CLOCK_SUSPENDED,
        remedy=lambda case: after(case, CLOSED, REOPENED),
        french="le délai ne court plus depuis le 02/05/2026. Pour répondre à nouveau, clôturez puis rouvrez le dossier",
        english="the answer clock has stopped, on 2 May 2026. For another answer, close and reopen the case",
    ),
    Shown(
        guard="deadline-passed",
        case=lambda: opened(policy=SUSPENDING),
        asks=CLOCK_SUSPENDED,
        options={"at": RECEIVED + 20 * 24 * HOUR},
        then_options={"at": RECEIVED + 10 * 24 * HOUR},
        french=(
            "à la date indiquée (22/05/2026), l'échéance du 19/05/2026 est passée. Le délai ne peut plus "
            "être suspendu : répondez au client"
        ),
        english=(
            "on the date given (22 May 2026), the due date (19 May 2026) has passed. The clock cannot be "
            "suspended any more: answer"
        ),
    ),
    Shown(
        guard="deadline-suspended",
        case=lambda: after(opened(policy=SUSPENDING), CLOCK_SUSPENDED),
        asks=CLOCK_SUSPENDED,
        remedy=lambda case: after(case, CLOCK_RESUMED),
        french="le délai de réponse est déjà suspendu depuis le 02/05/2026 : reprenez-le d'abord",
        english="the answer clock is already suspended, since 2 May 2026: resume it first",
    ),
    Shown(
        guard="deadline-not-suspended",
        case=lambda: opened(policy=SUSPENDING),
        asks=CLOCK_RESUMED,
        remedy=lambda case: after(case, CLOCK_SUSPENDED),
    ),
    Shown(
        guard="risks-unjudged",
        case=lambda: after(opened(), SUPPORT),
        asks=attrs.evolve(QUALIFIED, facts=complaint(severity_training=2, likelihood=2)),
        then=QUALIFIED,
        french=(
            "les risques ne sont pas tous évalués (informations manquantes : 5). Indiquez la gravité de "
            "chaque domaine (0 s'il n'est pas concerné), et la vraisemblance ou le nombre de récurrences"
        ),
        english=(
            "the risks are not all judged (facts missing: 5). Give the severity of each domain (0 if it "
            "is not touched) and the likelihood or the recurrences"
        ),
    ),
    Shown(
        guard="complexity-undetermined",
        case=lambda: after(opened(complaint(mobilisation=None)), SUPPORT, QUALIFIED, ANALYSED),
        asks=PLANNED,
        remedy=lambda case: after(case, completed(case, mobilisation="local")),
        french=(
            "la complexité du cas n'est pas déterminée : complétez l'information qui manque (mobilisation nécessaire)"
        ),
        english="the complexity of the case is undetermined: complete the fact that is missing (mobilisation needed)",
    ),
    Shown(
        guard="close-complexity-undetermined",
        case=lambda: after(opened(), *HANDLED, ANSWERED, corrected(after(opened(), *HANDLED), recurrences=None)),
        asks=CLOSED,
        remedy=lambda case: after(case, completed(case, recurrences=0)),
        french=(
            "la complexité du cas n'est pas déterminée : complétez l'information qui manque (récurrences en douze mois)"
        ),
        english=(
            "the complexity of the case is undetermined: complete the fact that is missing (recurrences "
            "in twelve months)"
        ),
    ),
    Shown(
        guard="no-method-yet",
        case=lambda: after(
            opened(),
            SUPPORT,
            QUALIFIED,
            Analysed(causes=("matériel",)),
            corrected(after(opened(), SUPPORT, QUALIFIED), client_scope="national"),
        ),
        asks=PLANNED,
        remedy=lambda case: after(case, Analysed(method=Method.ISHIKAWA, causes=("matériel",))),
    ),
    Shown(
        guard="not-analysed",
        case=lambda: after(opened(), SUPPORT, QUALIFIED),
        asks=PLANNED,
        remedy=lambda case: after(case, ANALYSED),
    ),
    Shown(
        guard="actions-open",
        case=lambda: after(opened(), SUPPORT, QUALIFIED, ANALYSED, PLANNED),
        asks=NO_ACTION,
        options={"unsettled": [line("A-1")]},
        then_options={"unsettled": [line("A-2")]},
        french="des actions du dossier sont encore ouvertes : A-1. Clôturez-les, ou abandonnez-les en le motivant",
        english="actions of the case are still open: A-1. Close them, or abandon them with a reason",
    ),
    Shown(
        guard="no-document",
        case=lambda: after(opened(policy=WITH_DOCUMENTS), SUPPORT, policy=WITH_DOCUMENTS),
        asks=QUALIFIED,
        options={"policy": WITH_DOCUMENTS},
        remedy=lambda case: after(case, attrs.evolve(SUPPORT, documents=(DOCUMENT,)), policy=WITH_DOCUMENTS),
        then_options={"policy": WITH_DOCUMENTS},
    ),
    Shown(
        guard="no-measure",
        case=opened,
        asks=EFFECT,
        remedy=lambda case: after(case, ContainmentTaken(measure="prêter d'autres postes")),
    ),
    Shown(
        guard="measure-unknown",
        case=lambda: after(opened(), ContainmentTaken(measure="prêter d'autres postes")),
        asks=attrs.evolve(EFFECT, measure=3),
        then=attrs.evolve(EFFECT, measure=2),
        french=(
            "le dossier ne comporte pas de mesure conservatoire de ce rang (il en compte 1). Indiquez 1 "
            "pour la première, 2 pour la suivante"
        ),
        english="no containment measure of that number is on file (there are 1). Give its place, 1 for the first one",
    ),
    Shown(
        guard="override-unjustified",
        case=opened,
        asks=NATIONAL,
        then=attrs.evolve(NATIONAL, reason="un élu s'en est mêlé"),
        then_options={"role": Role.RQR},
        french=(
            "imposer un niveau (national), ou y renoncer, demande un motif et le rôle RQR ou AQ. Le rôle "
            "actuel est « unité de traitement ». Indiquez les deux"
        ),
        english=(
            "imposing a level (national), or lifting it, takes a reason and the role RQR or AQ. The role "
            "here is 'handling unit'. Give both"
        ),
    ),
    Shown(
        guard="answered-already",
        case=lambda: after(opened(), *HANDLED, ANSWERED),
        asks=ANSWERED,
        remedy=lambda case: after(case, CLOSED, REOPENED),
        french=(
            "une réponse a déjà été envoyée le 02/05/2026. Pour répondre à nouveau, clôturez puis rouvrez le dossier"
        ),
        english="the answer is given already, on 2 May 2026. To answer again, close and reopen the case",
    ),
    Shown(
        guard="never-answered",
        case=lambda: after(opened(), *HANDLED),
        asks=SATISFIED,
        remedy=lambda case: after(case, ANSWERED),
    ),
    Shown(
        guard="close-answered-malfunction",
        case=lambda: after(failing(), *HANDLED),
        asks=CLOSED,
        then=TREATED,
    ),
    Shown(
        guard="close-answered-without-answer",
        case=lambda: after(opened(), *HANDLED),
        asks=CLOSED,
        remedy=lambda case: after(case, ANSWERED),
    ),
    Shown(
        guard="close-treated-complaint",
        case=lambda: after(opened(), *HANDLED, ANSWERED),
        asks=TREATED,
        then=CLOSED,
    ),
    Shown(
        guard="close-unsettled",
        case=lambda: after(opened(), SUPPORT, QUALIFIED, ANSWERED),
        asks=CLOSED,
        remedy=lambda case: after(case, NO_ACTION),
        french=(
            "les suites ne sont pas réglées : aucune n'est décidée. Décidez des actions, ou indiquez pourquoi aucune "
            "n'est nécessaire. Évaluez l'efficacité de chaque action et clôturez-la, ou abandonnez-la en le motivant"
        ),
        english=(
            "the follow-up is not settled: none is decided. Decide on actions, or state why none is needed. Judge the "
            "effectiveness of each action and close it, or abandon it with a reason"
        ),
    ),
    Shown(
        guard="close-not-analysed",
        case=lambda: after(opened(), *HANDLED, ANSWERED, corrected(opened(), severity_safety=4, likelihood=4)),
        asks=CLOSED,
        remedy=lambda case: after(case, Analysed(method=Method.FIVE_WHYS, causes=("matériel",))),
    ),
    Shown(
        guard="close-in-scope",
        case=lambda: after(opened(), SUPPORT),
        asks=REDIRECTED,
        remedy=lambda case: after(case, corrected(case, nature="general_opinion")),
    ),
    Shown(
        guard="close-scope-unclear",
        case=lambda: opened(complaint(nature=None)),
        asks=REDIRECTED,
        remedy=lambda case: after(case, corrected(case, nature="general_opinion")),
        french=(
            "la recevabilité est « à clarifier » : complétez les informations qui manquent, d'abord : nature de la "
            "demande"
        ),
        english=("the admissibility is 'to be clarified': complete the facts that are missing, first: nature"),
    ),
    Shown(
        guard="close-malfunction-out-of-scope",
        case=lambda: after(failing(), *HANDLED),
        asks=REDIRECTED,
        then=TREATED,
    ),
    Shown(
        guard="close-not-redirected",
        case=beside,
        asks=ASIDE,
        then=REDIRECTED,
    ),
    Shown(
        guard="close-not-withdrawn",
        case=opened,
        asks=GIVEN_UP,
        remedy=lambda case: after(case, WITHDRAWN),
    ),
    Shown(
        guard="role-not-allowed",
        case=opened,
        asks=SUPPORT,
        options={"policy": RESERVING, "role": Role.AQ},
        then_options={"policy": RESERVING, "role": Role.RQR},
    ),
    Shown(
        guard="close-not-duplicate",
        case=opened,
        asks=TWICE,
        remedy=lambda case: after(case, DUPLICATE),
    ),
    Shown(
        guard="provider-missing",
        case=lambda: after(opened(), *HANDLED),
        asks=attrs.evolve(ANSWERED, decision=AnswerDecision.MISATTRIBUTED),
        then=attrs.evolve(ANSWERED, decision=AnswerDecision.MISATTRIBUTED, provider="Centre X"),
    ),
)


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown.guard)
def test_a_guard_refuses_until_its_remedy_is_done(shown: Shown) -> None:
    case = shown.case()
    stream = case.events

    refusal = refused(case, shown.asks, **shown.options)

    assert guards_of(refusal) == [shown.guard]
    (guard,) = (guard for guard in GUARDS if guard.id == shown.guard)
    wording = Wording(shown.french, shown.english) if shown.french else guard.wording
    assert refusal.details[0].wording == wording
    assert f"\n- {wording.fr[0].upper()}{wording.fr[1:]}" in refusal.in_("fr")
    assert f"\n- {wording.en[0].upper()}{wording.en[1:]}" in str(refusal)
    assert "R-2026-000007" in refusal.in_("fr")
    assert (refusal.case, refusal.permission.outcome) == ("R-2026-000007", Permission.REFUSED)
    assert case.events is stream
    lifted = shown.remedy(case) if shown.remedy is not None else case
    options = shown.then_options or ({} if shown.remedy else shown.options)
    assert after(lifted, shown.then or shown.asks, **options).version == lifted.version + 1


def test_every_guard_is_shown() -> None:
    assert sorted(shown.guard for shown in SHOWN) == sorted(guard.id for guard in GUARDS)


# The guards of each command except those of dates (in-future, before-receipt), worked by hand.
ASKED = {  # in the words of the interpretations; a command that is not here has what its event declares
    CommandType.COMPLETE_FACTS: "closed anonymised facts-known",
    CommandType.CORRECT: "receipt-after-acts closed anonymised",
    CommandType.CORRECT_DATE: "no-act-of-that-number against-the-history anonymised",
    CommandType.ACKNOWLEDGE: "closed anonymised no-complainant",
    CommandType.REQUEST_INFORMATION: "before-run closed anonymised no-complainant requested-known",
    CommandType.ADD_SUPPORT: "closed anonymised no-request",
    CommandType.TRANSCRIBE: "closed anonymised no-complainant no-call",
    CommandType.CONTAIN: "closed anonymised",
    CommandType.RECORD_CONTAINMENT_EFFECT: "before-its-object closed anonymised no-measure measure-unknown",
    CommandType.QUALIFY: "before-support closed anonymised out-of-scope to-be-clarified not-transcribed no-support "
    "no-document role-may-not-qualify facts-known risks-unjudged",
    CommandType.REROUTE: "closed anonymised override-unjustified",
    CommandType.ANALYSE: "before-qualification closed anonymised out-of-scope not-qualified no-method",
    CommandType.PLAN: "before-qualification closed anonymised out-of-scope to-be-clarified-again not-qualified "
    "complexity-undetermined no-method-yet not-analysed",
    CommandType.PLAN_NOTHING: "before-qualification closed anonymised out-of-scope "
    "to-be-clarified-again not-qualified complexity-undetermined no-method-yet actions-open",
    CommandType.ANSWER: "before-run before-qualification closed anonymised no-complainant out-of-scope "
    "to-be-clarified-again not-qualified answered-already collective-though-named individual-though-anonymous "
    "provider-missing",
    CommandType.RECORD_REACTION: "before-its-object anonymised no-complainant never-answered",
    CommandType.REFER_TO_MEDIATION: "anonymised no-complainant",
    CommandType.WITHDRAW: "before-run closed anonymised no-complainant withdrawn-already",
    CommandType.CLOSE: "before-run close-before-its-reason closed anonymised close-answered-malfunction "
    "close-answered-without-answer close-to-be-clarified close-treated-complaint close-unsettled close-not-analysed "
    "close-in-scope close-scope-unclear close-malfunction-out-of-scope close-complexity-undetermined "
    "close-not-redirected "
    "close-not-withdrawn close-not-duplicate",
    CommandType.REOPEN: "before-run anonymised open-already",
    CommandType.LINK: "anonymised linked-already",
    CommandType.SUSPEND_DEADLINE: "before-run before-deadline-suspension closed anonymised no-complainant out-of-scope "
    "suspensions-not-allowed clock-stopped deadline-passed deadline-suspended",
    CommandType.RESUME_DEADLINE: "before-run before-deadline-suspension closed anonymised no-complainant "
    "deadline-not-suspended",
    CommandType.SUSPEND_RETENTION: "before-suspension suspended anonymised",
    CommandType.RESUME_RETENTION: "before-suspension not-suspended anonymised",
    CommandType.ANONYMISE: "before-run suspended anonymised not-closed",
}


def declared(verb: CommandType) -> str:
    """The guards of what an event requires, and its own."""
    (event,) = (cls for cls, command in CASE_EVENTS.commands.items() if command is verb)
    requires = event.requires
    common = {
        "before-run": requires.within_run,
        "closed": requires.open_case,
        "anonymised": True,
        "no-complainant": requires.complaint,
    }
    return " ".join((*(name for name, has in common.items() if has), *(guard.id for guard in event.guards)))


@pytest.mark.parametrize("verb", list(CommandType))
def test_each_command_has_the_guards_of_the_interpretations(verb: CommandType) -> None:
    table, asked = guard_table(verb), ASKED.get(verb) or declared(verb)
    dates = {"in-future"} if verb is CommandType.CORRECT else {"in-future", "before-receipt"}

    roles = set() if verb is CommandType.QUALIFY else {"role-not-allowed"}

    assert {row.id for row in table.rows} == {*asked.split(), *dates, *roles, "allowed"}
    assert table.check() == ()


def test_a_guard_cites_clauses_and_interpretations_that_there_are() -> None:
    clauses, interpretations = {clause.id for clause in CLAUSES}, {f"I{number}" for number in range(1, 32)}

    assert {clause for guard in GUARDS for clause in cited(guard.clause)} <= clauses
    for guard in GUARDS:  # nothing but these clauses
        assert (guard.clause or "") == ", ".join(cited(guard.clause)).replace(", M2-1 ", ", "), guard.id
    named = {number for guard in GUARDS for number in interpretation_numbers(guard.interpretation)}
    assert named <= interpretations


def test_a_refusal_lists_every_guard_that_is_not_met() -> None:
    case = opened(complaint(channel="phone", **TO_BE_CLARIFIED), policy=ONLY_AQ)

    refusal = refused(case, QUALIFIED, policy=ONLY_AQ, now=RECEIVED + 2 * HOUR, at=RECEIVED + 9 * HOUR)

    assert guards_of(refusal) == [
        "in-future",
        "to-be-clarified",
        "not-transcribed",
        "no-support",
        "role-may-not-qualify",
    ]
    assert refusal.in_("fr").count("\n- ") == 5
    assert "Opération refusée : qualifier" in refusal.in_("fr")
    assert "'qualify' is refused" in refusal.in_("en")
    assert "(M2-1, interactions ; interprétation n° 11)" in refusal.in_("fr")


def test_a_refusal_is_written_for_each_audience() -> None:
    refusal = refused(
        after(opened(), SUPPORT), attrs.evolve(QUALIFIED, facts=complaint(severity_training=2, likelihood=2))
    )

    assert refusal.in_("fr", "complainant") == "Cette opération n'est pas possible sur votre dossier pour le moment."
    assert refusal.in_("fr", audience="developer").splitlines()[:2] == [
        "Case R-2026-000007: qualify is refused:",
        f"- risks-unjudged (M2-1 §2.2, I24): {refusal.details[0].wording.en}",
    ]
    assert "  severity_safety: How severe is it" in refusal.in_("en", Audience.DEVELOPER)
    assert refusal.in_("fr", "agent") == refusal.in_("fr")


def test_a_refusal_survives_pickling() -> None:
    refusal = refused(opened(), QUALIFIED)

    assert str(pickle.loads(pickle.dumps(refusal))) == str(refusal)


@pytest.mark.parametrize(
    "done",
    [Acknowledged(), CALL, ANSWERED, SATISFIED, ReferredToMediation(), WITHDRAWN],
    ids=lambda d: type(d).__name__,
)
def test_what_only_a_complainant_can_have_is_refused_to_a_malfunction(done: Any) -> None:
    assert "no-complainant" in guards_of(refused(after(failing(), *HANDLED), done))


def test_a_malfunction_is_treated_without_an_answer() -> None:
    assert after(failing(), *HANDLED, TREATED).closed_at is not None


def test_after_the_closing_a_reaction_mediation_and_links_can_still_be_recorded() -> None:
    again = Linked(kind=LinkKind.SAME_CAUSE_AS, to="R-2026-000002")
    case = after(opened(), *LIVED, SATISFIED, ReferredToMediation(), again)

    assert (case.reaction, case.links) == (SATISFIED, (again,))
    assert case.mediation_at == RECEIVED + 9 * HOUR


def test_a_complaint_that_is_complex_takes_a_method_that_finds_a_root_cause() -> None:
    case = grave()

    for method in (Method.FIVE_WHYS, Method.ISHIKAWA, Method.EIGHT_D, Method.CAUSE_TREE):
        assert after(case, Analysed(method=method, causes=("matériel",))).analysis is not None
        assert guards_of(refused(case, Analysed(method=method))) == ["no-method"]
    for other in (Method.QQOQCP, Method.PDCA):
        assert guards_of(refused(case, Analysed(method=other, causes=("matériel",)))) == ["no-method"]


def test_several_causes_make_a_simple_case_complex_when_they_are_found() -> None:
    case = after(opened(complaint(recurrences=0, **{f"severity_{d}": 1 for d in ("safety", "legal", "contract")})),
                 SUPPORT, QUALIFIED)  # fmt: skip

    assert after(case, ANALYSED).facts.causes == 1
    assert guards_of(refused(case, Analysed(causes=("matériel", "méthode")))) == ["no-method"]


def test_any_role_of_the_edition_qualifies_and_the_system_does_not() -> None:
    case = after(opened(), SUPPORT)

    for role in (Role.HANDLING_UNIT, Role.RQR, Role.AQ):
        assert after(case, QUALIFIED, role=role).qualification is not None
    assert guards_of(refused(case, QUALIFIED, role=Role.SYSTEM)) == ["role-may-not-qualify"]


@pytest.mark.parametrize("done", [CLOSED, WITHDRAWN, ANSWERED], ids=lambda d: type(d).__name__)
def test_nothing_ends_before_the_case_was_last_opened_again(done: Any) -> None:
    case = after(opened(), *LIVED, REOPENED)

    refusal = refused(case, done, at=RECEIVED + 2 * HOUR, now=next_hour(case))

    assert "before-run" in guards_of(refusal)


def test_the_date_of_informing_a_sender_is_checked() -> None:
    later, earlier = (attrs.evolve(REDIRECTED, told_at=RECEIVED + hours * HOUR) for hours in (100, -1))

    assert guards_of(refused(beside(), later)) == ["in-future", "close-before-its-reason"]
    assert guards_of(refused(beside(), earlier)) == ["before-receipt"]


def test_a_receipt_cannot_be_corrected_to_a_day_to_come() -> None:
    case = opened()

    later = refused(case, corrected(case, received_at=next_hour(case) + HOUR))
    assert guards_of(later) == ["in-future", "receipt-after-acts"]


def test_a_receipt_is_limited_by_the_recording_of_its_case() -> None:
    told_at, kept_at = RECEIVED + HOUR, RECEIVED + 5 * HOUR
    command = registration(complaint(), occurred_at=told_at)
    case = kept(None, open_case("R-2026-000007", command, around(kept_at)))
    case = after(case, corrected(case, channel="portal"), at=told_at, now=kept_at)

    moved = corrected(case, received_at=kept_at)
    assert after(case, moved).received_at == kept_at
    assert guards_of(refused(case, corrected(case, received_at=kept_at + HOUR / 2))) == ["receipt-after-acts"]


def test_a_case_is_as_complex_as_the_level_that_was_imposed_on_it() -> None:
    harmless = {f"severity_{domain.value}": 1 for domain in RiskDomain} | {
        "likelihood": 1,
        "recurrences": 0,
        "causes": 0,
    }
    simple = after(opened(complaint(**harmless)), SUPPORT, QUALIFIED)
    imposed = Rerouted(level=Level.NATIONAL, handling_unit="CRE", reason="un dossier sensible")
    complex_ = after(simple, imposed, role=Role.RQR)

    assert (simple.verdict.complexity, complex_.verdict.complexity) == (Complexity.SIMPLE, Complexity.COMPLEX)
    assert guards_of(refused(complex_, ANALYSED)) == ["no-method"]
    lifted = after(complex_, attrs.evolve(imposed, level=simple.routing_level), role=Role.RQR)
    assert lifted.verdict == simple.verdict
    assert Case.from_events(complex_.events, complex_.vault) == complex_
    again = after(complex_, corrected(complex_, channel="portal"))
    assert (again.verdict.level, again.verdict.complexity) == (Level.LOCAL, Complexity.COMPLEX)


def test_a_malfunction_too_is_as_complex_as_the_level_that_was_imposed_on_it() -> None:
    imposed = Rerouted(level=Level.REGIONAL, handling_unit="CRE", reason="plusieurs centres sans doute")

    assert after(failing(severity_training=1, likelihood=1), imposed, role=Role.AQ).verdict.complexity is (
        Complexity.COMPLEX
    )


def test_an_anonymised_case_needs_no_reopening() -> None:
    case = after(opened(), *LIVED, Anonymised())

    assert guards_of(refused(case, SUPPORT)) == ["anonymised"]
    assert guards_of(refused(case, Anonymised())) == ["anonymised"]


@pytest.mark.parametrize(
    "data", [None, "close", Closed, opened().events[0].data], ids=["None", "text", "class", "event"]
)
def test_an_event_without_command_is_refused(data: Any) -> None:
    case = opened()
    command = CaseCommand(data=data, actor="Mme Roux", role=Role.AQ, occurred_at=next_hour(case))

    with pytest.raises(TypeError, match=r"^data: a \w+ cannot be asked for; give one of FactsCompleted, "):
        handle_command(case, command, around(next_hour(case)))


def test_a_decision_does_not_change_the_case() -> None:
    case = after(opened(), SUPPORT)
    before = attrs.asdict(case, recurse=False)

    handle_command(case, command_of(case, judged(case, QUALIFIED)), around(next_hour(case)))
    with pytest.raises(CommandRefusedError, match=r"[Tt]he case is open"):
        handle_command(case, command_of(case, REOPENED), around(next_hour(case)))

    assert attrs.asdict(case, recurse=False) == before


def test_an_added_support_of_each_kind_is_enough_to_qualify() -> None:
    for kind in SupportKind:
        case = after(opened(), SupportAdded(kind=kind, title="une pièce"))
        assert (case.supports, after(case, QUALIFIED).qualification is not None) == (1, True)


@pytest.mark.parametrize("exempt", [False, True])
@pytest.mark.parametrize("conforming", [None, False, True])
def test_a_complex_case_needs_a_method_unless_it_conforms_and_the_edition_exempts_it(
    *, exempt: bool, conforming: bool | None
) -> None:
    complexity = ComplexityParameters(conforming_exempt=exempt)
    policy = Policy(edition="M2-1", parameters=Parameters(complexity=complexity))
    qualified = attrs.evolve(QUALIFIED, conforming=conforming)
    case = after(opened(complaint(**COMPLEX), policy=policy), SUPPORT, qualified, ANSWERED, policy=policy)

    if exempt and conforming:
        closed = after(case, NO_ACTION, CLOSED, policy=policy)
        assert closed.closed_at is not None
        return
    assert guards_of(refused(case, NO_ACTION, policy=policy)) == ["no-method-yet"]
    assert "close-not-analysed" in guards_of(refused(case, CLOSED, policy=policy))


def test_a_refusal_for_want_of_a_method_names_the_finding_that_does_not_exempt() -> None:
    case = after(opened(complaint(**COMPLEX)), SUPPORT, attrs.evolve(QUALIFIED, conforming=True))

    refusal = refused(case, NO_ACTION)

    assert "même si le constat est « conforme à l'exigence » (M2-1, point 4 ; interprétations nᵒˢ 14 et 29)" in plain(
        refusal.in_("fr")
    )
    assert "even if the finding is: conforms" in str(refusal)


def test_a_case_to_be_clarified_again_waits_for_its_fact_and_may_be_given_up() -> None:
    case = unclear_again(*HANDLED)

    for data in (PLANNED, NO_ACTION, ANSWERED, CLOSED):
        assert {"to-be-clarified-again", "close-to-be-clarified"} & {*guards_of(refused(case, data))}
    assert after(case, ANALYSED, WITHDRAWN, GIVEN_UP).closed_at is not None
    assert after(case, DUPLICATE, TWICE).closed_at is not None
    assert after(case, corrected(case, **OUT_OF_SCOPE), REDIRECTED).closed_at is not None
    assert after(case, completed(case, requirement="contractual"), ANSWERED, CLOSED).closed_at is not None


def test_an_answer_recorded_before_a_correction_stays_valid() -> None:
    case = unclear_again(*LIVED[:-1])

    assert Case.from_events(case.events, case.vault) == case
    assert case.answer_cycles[-1].answered_at is not None
