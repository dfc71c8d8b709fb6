"""Read models of the desk, the agenda (échéancier) and the signals, with their HTML fragments for notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import attrs

from reclamation_core.calendars.codes import in_words
from reclamation_core.cases import Admissibility, CaseState, CommandType
from reclamation_core.cases.plain import GuardView, plain
from reclamation_core.cases.refusals import GuardDetails
from reclamation_core.cases.rendering import marked
from reclamation_core.cases.texts import ERASED, NOTE, REDACTED
from reclamation_core.markup import Html, Tone, block, card, paragraph, section, table
from reclamation_core.missing import UNKNOWN, Unknown
from reclamation_core.plans import ActionStatus, PlanScope
from reclamation_core.plans.rendering import in_figures, marked_action
from reclamation_core.plans.signals import PlanSignal, week_in_words
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Row
from reclamation_core.vocabulary import Level, Nature
from reclamation_core.vocabulary.commands import CommandGroup
from reclamation_core.wording import Lang, Wording, format_number, verbatim


@attrs.frozen(kw_only=True)
class AwaitedAnswer(SharedRepr):
    """An answer that is due.

    Attributes:
        due: the last day for it.
        case: the reference of the case.
        site: the handling unit.
        level: the handling level.
        state: the state of the case.
        admissibility: its admissibility.
        question: the open request for information; else the first question to ask, if facts that matter are unknown;
            None if there is none, or if the desk does not have the edition of the case.
        question_to_complainant: that question in words for the complainant; None if it is for the agent alone.
        requested_on: the day of the latest request for information (demande de précisions) without an answer.
        requested_facts: the names of its unknown facts; empty for a question alone.
    """

    due: date
    case: str
    site: str
    level: Level
    state: CaseState
    admissibility: Admissibility
    question: Wording | None
    question_to_complainant: Wording | None = None
    requested_on: date | None = None
    requested_facts: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class AwaitedCheck(SharedRepr):
    """An effectiveness check that is due.

    Attributes:
        due: the last day for it.
        plan: the scope of the plan.
        action: the reference of the action.
        status: the status of the action.
        what: the description of the action; None once it is erased.
    """

    due: date
    plan: PlanScope
    action: str
    status: ActionStatus
    what: str | None = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Agenda(SharedRepr):
    """The answers and checks due until a day, overdue ones included (échéancier).

    Attributes:
        until: that day.
        answers: by day, the highest level first, then by site.
        checks: by day.
        damaged: the references of cases of whose columns one is corrupt, and the scopes of plans that cannot be read:
            there may be more to do. The events of cases, and plans without such a check, are not read: `Desk.verify`
            tells whether they can be.
    """

    until: date
    answers: tuple[AwaitedAnswer, ...]
    checks: tuple[AwaitedCheck, ...]
    damaged: tuple[str, ...] = ()

    def to_document(self, *, texts: bool = False) -> dict[str, Any]:
        """Return the agenda as plain data; `document_schema("view.agenda")` describes it.

        Args:
            texts: True to include the descriptions of actions; by default each is null.
        """
        checks = self.checks if texts else tuple(attrs.evolve(check, what=None) for check in self.checks)
        return plain(attrs.evolve(self, checks=checks))

    def to_html(self, *, texts: bool = False) -> str:
        """Return the agenda as an HTML fragment in French.

        Args:
            texts: True to show the descriptions of actions. By default they are redacted, because a notebook stores
                its output.
        """
        return agenda_card(self, texts=texts)

    def _repr_html_(self) -> str:
        return self.to_html()


@attrs.frozen(kw_only=True)
class AvailableCommand(SharedRepr):
    """A command on a case, and what stands against it now, whatever its date and its data.

    Attributes:
        command: the command.
        group: what it is for.
        guards: the guards that refuse it, as rows with id, clause, interpretation and wording; empty if it may be
            allowed. Guards of its data are evaluated when it is given. A closing that no reason allows has those of the
            reason that is known now.
        details: of each guard, the values of the case that it is about, and its wording with them.
    """

    command: CommandType
    group: CommandGroup
    guards: tuple[Row, ...] = ()
    details: tuple[GuardDetails, ...] = ()

    @property
    def is_refused(self) -> bool:
        """True if the command is refused, whatever its date and its data."""
        return bool(self.guards)

    def to_document(self, lang: Lang = "fr") -> dict[str, Any]:
        """Return the command as plain data; `document_schema("view.available_command")` describes it."""
        details = {one.id: one for one in self.details}
        guards = tuple(
            GuardView(
                id=row.id,
                clause=row.clause,
                interpretation=row.interpretation,
                detail=details[row.id].wording.in_(lang),
                remedy=details[row.id].remedy_code,
            )
            for row in self.guards
        )
        view = AvailableCommandView(
            command=self.command,
            label=self.command.label(lang),
            group=self.group,
            is_refused=self.is_refused,
            guards=guards,
        )
        return plain(view)


@attrs.frozen(kw_only=True)
class AvailableCommandView(SharedRepr):
    """A command on a case as plain data: its label, whether it is refused now, and by which guards."""

    command: CommandType
    label: str
    group: CommandGroup
    is_refused: bool
    guards: tuple[GuardView, ...]


@attrs.frozen(kw_only=True)
class Signal(SharedRepr):
    """Messages outside the procedure, of one nature, about one site (signal). Source: M2-1 §0.3.

    Attributes:
        site: a site that delivered the service; the registering site if none is known.
        nature: the nature of the messages.
        cases: their references, in order.
        first: the day of the first receipt.
        last: the day of the last receipt.
    """

    site: str
    nature: Nature | Unknown
    cases: tuple[str, ...]
    first: date
    last: date


@attrs.frozen(kw_only=True)
class Signals(SharedRepr):
    """The signals of a period, and those of the plans.

    Attributes:
        found: the repeated messages outside the procedure; most messages first, then by site and nature.
        damaged: the references of corrupt cases and the scopes of plans with signals that cannot be read: there may be
            more signals.
        on_plans: the rises that the nightly job recorded on plans; open ones first, then the latest.
    """

    found: tuple[Signal, ...]
    damaged: tuple[str, ...] = ()
    on_plans: tuple[PlanSignal, ...] = ()

    def to_document(self, *, texts: bool = False) -> dict[str, Any]:
        """Return the signals as plain data; `document_schema("view.signals")` describes them.

        Args:
            texts: True to include names of persons and reasons; by default each is null.
        """
        return plain(
            self if texts else attrs.evolve(self, on_plans=tuple(one.without_texts() for one in self.on_plans))
        )

    def _repr_html_(self) -> str:
        return signals_card(self)


_ANSWERS: Final = ("Dossier", "À répondre le", "Traité par", "Niveau", "État", "Recevabilité", "Question à poser")
_CHECKS: Final = ("Action", "Efficacité à évaluer le", "Plan", "État", "Intitulé")
_SIGNALS: Final = ("Site", "Nature", "Messages", "Du", "Au", "Dossiers")
_RISES: Final = ("Flux", "Plan", "État", "Depuis", "Observés", "Attendus", "Par hasard", "Dossiers")
_NO_ANSWER: Final = "Aucune réponse n'est attendue."
_NO_CHECK: Final = "Aucune efficacité n'est à évaluer."
_NO_SIGNAL: Final = "Aucun signal : aucune demande hors du cadre récurrente."


def agenda_card(agenda: Agenda, *, texts: bool) -> Html:
    """Return the answers and the effectiveness checks due until a day."""
    answers = table("Réponses attendues", _ANSWERS, _answers(agenda)) if agenda.answers else paragraph(_NO_ANSWER)
    checks = table("Efficacité à évaluer", _CHECKS, _checks(agenda, texts)) if agenda.checks else paragraph(_NO_CHECK)
    note = [paragraph(NOTE)] if REDACTED in checks else []
    title = f"Échéancier, jusqu'au {in_words(agenda.until)}"
    return card(section(title, answers, checks, *note, *_damaged(agenda.damaged)))


def signals_card(signals: Signals) -> Html:
    """Return the table of signals, most messages first."""
    found = table("Messages hors du cadre, de même nature", _SIGNALS, _signals(signals), numbers={2})
    risen = [table("Hausses inscrites aux plans", _RISES, _risen(signals), numbers={4, 5})] if signals.on_plans else []
    outside = found if signals.found else paragraph(_NO_SIGNAL)
    return card(section("Signaux", *risen, outside, *_damaged(signals.damaged)))


def _answers(agenda: Agenda) -> Iterator[tuple[str, ...]]:
    for one in agenda.answers:
        question = "" if one.question is None else one.question.fr
        due, level = in_figures(one.due), one.level.label()
        yield one.case, due, one.site, level, marked(one.state), marked(one.admissibility), question


def _checks(agenda: Agenda, texts: bool) -> Iterator[tuple[str, ...]]:
    for one in agenda.checks:
        shown = one.what if texts else REDACTED
        what = ERASED.fr if one.what is None else verbatim(str(shown))
        yield one.action, in_figures(one.due), one.plan.label("fr"), marked_action(one.status), what


def _signals(signals: Signals) -> Iterator[tuple[str, ...]]:
    for one in signals.found:
        nature = "inconnue" if one.nature is UNKNOWN else one.nature.label()
        days = in_figures(one.first), in_figures(one.last)
        yield one.site, nature, str(len(one.cases)), *days, ", ".join(one.cases)


def _risen(signals: Signals) -> Iterator[tuple[str, ...]]:
    for one in signals.on_plans:
        usual, weeks = format_number(one.expected, decimals=1), format_number(one.recurrence_weeks)
        words = verbatim(one.stream.fr), one.plan.label("fr"), one.state.label(), week_in_words(one.since).fr
        yield *words, format_number(one.observed), usual, f"une fois toutes les {weeks} semaines", ", ".join(one.cases)


def _damaged(damaged: tuple[str, ...]) -> Iterator[Html]:
    """Yield a warning if something is corrupt: there may be more entries."""
    if damaged:
        yield block(Tone.BAD, f"Illisibles, il peut donc y en avoir d'autres : {', '.join(map(verbatim, damaged))}.")
