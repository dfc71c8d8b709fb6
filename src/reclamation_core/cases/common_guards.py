"""Guards of many acts: dates that cannot be, and stories that have ended."""

from __future__ import annotations

from typing import Final

from reclamation_core.cases.codes import Admissibility, CaseState, CommandType
from reclamation_core.cases.guard import Guard
from reclamation_core.tables import is_not
from reclamation_core.wording import Wording

_CLOSED_TOO = {
    CommandType.CORRECT_DATE,
    CommandType.REOPEN,
    CommandType.LINK,
    CommandType.RECORD_REACTION,
    CommandType.REFER_TO_MEDIATION,
    CommandType.SUSPEND_RETENTION,
    CommandType.RESUME_RETENTION,
    CommandType.ANONYMISE,
}
_OPEN = tuple(verb for verb in CommandType if verb not in _CLOSED_TOO)
_OF_COMPLAINTS = (
    CommandType.ACKNOWLEDGE,
    CommandType.TRANSCRIBE,
    CommandType.ANSWER,
    CommandType.RECORD_REACTION,
    CommandType.REFER_TO_MEDIATION,
    CommandType.WITHDRAW,
    CommandType.SUSPEND_DEADLINE,
    CommandType.RESUME_DEADLINE,
)

NOT_TO_COME: Final = Wording(
    "la date donnée est à venir : donnez celle où cela s'est passé",
    "the date given is in the future: give the one on which it happened",
)

COMPLEXITY_UNDETERMINED: Final = Wording(
    "la complexité du cas n'est pas déterminée : complétez le fait qui manque",
    "the complexity of the case is undetermined: complete the fact that is missing",
)

COMMON_GUARDS: tuple[Guard[CommandType], ...] = (
    Guard(
        id="in-future",
        verbs=tuple(CommandType),
        when={"in_future": True},
        wording=NOT_TO_COME,
    ),
    Guard(
        id="before-receipt",
        verbs=tuple(verb for verb in CommandType if verb is not CommandType.CORRECT),
        when={"before_receipt": True},
        wording=Wording(
            "la date donnée précède la réception : corrigez-la, ou rectifiez la date de réception",
            "the date given is before the receipt: mend it, or correct the date of receipt",
        ),
        reading="I23",
    ),
    Guard(
        id="receipt-after-acts",
        verbs=(CommandType.CORRECT,),
        when={"receipt_after_acts": True},
        wording=Wording(
            "la date de réception donnée suit l'enregistrement ou un acte du dossier : donnez celle où la demande est "
            "arrivée",
            "the date of receipt given is after the registration or something done to the case: give the one on which "
            "the message arrived",
        ),
        reading="I23",
    ),
    Guard(
        id="before-run",
        verbs=(
            CommandType.ANSWER,
            CommandType.WITHDRAW,
            CommandType.CLOSE,
            CommandType.REOPEN,
            CommandType.ANONYMISE,
            CommandType.SUSPEND_DEADLINE,
            CommandType.RESUME_DEADLINE,
        ),
        when={"before_run": True},
        wording=Wording(
            "la date donnée précède la dernière clôture ou réouverture : donnez-en une qui la suit",
            "the date given is before the latest closing or reopening: give one that follows it",
        ),
        reading="I3",
    ),
    Guard(
        id="no-act-of-that-number",
        verbs=(CommandType.CORRECT_DATE,),
        when={"date_is_of_an_act": False},
        wording=Wording(
            "aucun acte de ce numéro n'est au dossier : donnez celui de l'événement dont la date est fausse",
            "no act of that number is on file: give the number of the event whose date is wrong",
        ),
    ),
    Guard(
        id="against-the-story",
        verbs=(CommandType.CORRECT_DATE,),
        when={"against_the_story": True},
        wording=Wording(
            "avec cette date, un acte précéderait ce sur quoi il s'appuie ou suivrait son enregistrement : donnez-en "
            "une qui tient dans l'histoire",
            "with that date an act would be before what it rests on, or after it was written down: give one that holds "
            "in the story",
        ),
        reading="I12",
    ),
    Guard(
        id="before-support",
        verbs=(CommandType.QUALIFY,),
        when={"before_ground": True},
        wording=Wording(
            "la date donnée précède le premier support factuel ou la transcription : donnez-en une qui les suit",
            "the date given is before the first factual support or the transcription: give one that follows them",
        ),
        clause="M2-1 §6.1",
        reading="I11",
    ),
    Guard(
        id="before-qualification",
        verbs=(CommandType.ANALYSE, CommandType.PLAN, CommandType.PLAN_NOTHING, CommandType.ANSWER),
        when={"before_ground": True},
        wording=Wording(
            "la date donnée précède la qualification, ou l'analyse dont le plan découle : donnez-en une qui les suit",
            "the date given is before the qualification, or the analysis that the plan follows from: give one that "
            "follows them",
        ),
        clause="M2-1 §2.1",
        reading="I12",
    ),
    Guard(
        id="before-its-object",
        verbs=(CommandType.RECORD_CONTAINMENT_EFFECT, CommandType.RECORD_REACTION),
        when={"before_ground": True},
        wording=Wording(
            "la date donnée précède la mesure, ou la réponse, dont il s'agit : donnez-en une qui la suit",
            "the date given is before the measure, or the answer, that it is about: give one that follows it",
        ),
    ),
    Guard(
        id="close-before-its-reason",
        verbs=(CommandType.CLOSE,),
        when={"before_ground": True},
        wording=Wording(
            "la date donnée précède ce que ce motif de clôture demande : donnez-en une qui suit la réponse, les suites "
            "réglées, le retrait, l'information de l'expéditeur ou le lien",
            "the date given is before what this reason for closing asks for: give one that follows the answer, the "
            "follow-up settled, the withdrawal, the sender being told or the link",
        ),
        reading="I27",
    ),
    Guard(
        id="closed",
        verbs=_OPEN,
        when={"state": CaseState.CLOSED, "anonymised": False},
        wording=Wording("le dossier est clos : rouvrez-le d'abord", "the case is closed: reopen it first"),
    ),
    Guard(
        id="anonymised",
        verbs=tuple(CommandType),
        when={"anonymised": True},
        wording=Wording(
            "le dossier est anonymisé, son histoire est terminée : enregistrez-en un nouveau",
            "the case is anonymised, its story has ended: register a new one",
        ),
        reading="I17",
    ),
    Guard(
        id="withdrawn-already",
        verbs=(CommandType.WITHDRAW,),
        when={"withdrawn": True},
        wording=Wording(
            "le retrait est déjà enregistré : closez le dossier, ou rectifiez la date du retrait",
            "the withdrawal is recorded already: close the case, or correct the date of the withdrawal",
        ),
    ),
    Guard(
        id="linked-already",
        verbs=(CommandType.LINK,),
        when={"linked": True},
        wording=Wording(
            "ce lien est déjà enregistré : nommez un autre dossier, ou un autre lien",
            "this link is recorded already: name another case, or another kind of link",
        ),
    ),
    Guard(
        id="before-suspension",
        verbs=(CommandType.SUSPEND_RETENTION, CommandType.RESUME_RETENTION),
        when={"before_suspension": True},
        wording=Wording(
            "la date donnée précède la dernière suspension ou sa fin : donnez-en une qui la suit",
            "the date given is before the latest suspension or its end: give one that follows it",
        ),
        reading="I17",
    ),
    Guard(
        id="suspended",
        verbs=(CommandType.SUSPEND_RETENTION, CommandType.ANONYMISE),
        when={"suspended": True},
        wording=Wording(
            "un contentieux suspend la conservation du dossier : attendez sa fin, puis reprenez-la",
            "litigation suspends the retention of the case: wait for its end, then resume it",
        ),
        reading="I17",
    ),
    Guard(
        id="not-suspended",
        verbs=(CommandType.RESUME_RETENTION,),
        when={"suspended": False},
        wording=Wording(
            "la conservation du dossier n'est pas suspendue : il n'y a rien à reprendre",
            "the retention of the case is not suspended: there is nothing to resume",
        ),
        reading="I17",
    ),
    Guard(
        id="before-deadline-suspension",
        verbs=(CommandType.SUSPEND_DEADLINE, CommandType.RESUME_DEADLINE),
        when={"before_deadline_suspension": True},
        wording=Wording(
            "la date donnée précède la dernière suspension du délai ou sa reprise : donnez-en une qui la suit",
            "the date given is before the latest suspension of the answer clock or its end: give one that follows it",
        ),
        reading="I25",
    ),
    Guard(
        id="suspensions-not-allowed",
        verbs=(CommandType.SUSPEND_DEADLINE,),
        when={"suspensions_allowed": False},
        wording=Wording(
            "l'édition n'admet pas de suspension du délai de réponse : répondez dans le délai",
            "the edition allows no suspension of the answer clock: answer in time",
        ),
        clause="M2-1 §5.0",
        reading="I25",
    ),
    Guard(
        id="clock-stopped",
        verbs=(CommandType.SUSPEND_DEADLINE,),
        when={"clock_stopped": True},
        wording=Wording(
            "le délai ne court plus : pour une nouvelle réponse, closez puis rouvrez le dossier",
            "the answer clock does not run any more: for another answer, close and reopen the case",
        ),
        clause="M2-1 §5.0",
        reading="I3",
    ),
    Guard(
        id="deadline-passed",
        verbs=(CommandType.SUSPEND_DEADLINE,),
        when={"deadline_passed": True},
        wording=Wording(
            "l'échéance est passée à cette date, et le délai ne se suspend plus : répondez",
            "the due date has passed by that date, and the clock cannot be suspended any more: answer",
        ),
        clause="M2-1 §5.0",
        reading="I25",
    ),
    Guard(
        id="deadline-suspended",
        verbs=(CommandType.SUSPEND_DEADLINE,),
        when={"deadline_suspended": True},
        wording=Wording(
            "le délai de réponse est déjà suspendu : reprenez-le d'abord",
            "the answer clock is suspended already: resume it first",
        ),
        reading="I25",
    ),
    Guard(
        id="deadline-not-suspended",
        verbs=(CommandType.RESUME_DEADLINE,),
        when={"deadline_suspended": False},
        wording=Wording(
            "le délai de réponse n'est pas suspendu : il n'y a rien à reprendre",
            "the answer clock is not suspended: there is nothing to resume",
        ),
        reading="I25",
    ),
    Guard(
        id="not-closed",
        verbs=(CommandType.REOPEN, CommandType.ANONYMISE),
        when={"state": is_not(CaseState.CLOSED)},
        wording=Wording("le dossier n'est pas clos : closez-le d'abord", "the case is not closed: close it first"),
    ),
    Guard(
        id="no-complainant",
        verbs=_OF_COMPLAINTS,
        when={"standing": Admissibility.MALFUNCTION},
        wording=Wording(
            "un dysfonctionnement interne n'a ni plaignant ni délai de réponse : traitez-le et closez-le",
            "an internal malfunction has neither complainant nor answer clock: treat it and close it",
        ),
        clause="M2-1 §7",
        reading="I5",
    ),
)
"""What most acts ask."""
