"""The agenda and the signals as HTML fragments for notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reclamation_core.calendars.codes import in_words
from reclamation_core.cases.rendering import marked
from reclamation_core.cases.texts import ERASED, NOTE, REDACTED
from reclamation_core.markup import Html, Tone, block, card, paragraph, section, table
from reclamation_core.missing import UNKNOWN
from reclamation_core.plans.rendering import in_figures, marked_action

if TYPE_CHECKING:
    from reclamation_core.desk.queries import Agenda, Signals

_ANSWERS: Final = ("Dossier", "À répondre le", "Traité par", "Niveau", "État", "Recevabilité", "À demander")
_CHECKS: Final = ("Action", "À juger le", "Plan", "État", "Quoi")
_SIGNALS: Final = ("Site", "Nature", "Messages", "Du", "Au", "Dossiers")
_NO_ANSWER: Final = "Aucune réponse n'est attendue."
_NO_CHECK: Final = "Aucune efficacité n'est à juger."
_NO_SIGNAL: Final = "Aucun signal : rien de ce qui est hors du cadre ne se répète."


def agenda_card(agenda: Agenda, *, texts: bool) -> Html:
    """Return the answers and the effectiveness checks due until a day."""
    answers = table("Réponses attendues", _ANSWERS, _answers(agenda)) if agenda.answers else paragraph(_NO_ANSWER)
    checks = table("Efficacités à juger", _CHECKS, _checks(agenda, texts)) if agenda.checks else paragraph(_NO_CHECK)
    note = [paragraph(NOTE)] if REDACTED in checks else []
    title = f"Échéancier, jusqu'au {in_words(agenda.until)}"
    return card(section(title, answers, checks, *note, *_damaged(agenda.damaged)))


def signals_card(signals: Signals) -> Html:
    """Return the table of signals, most messages first."""
    found = table("Messages hors du cadre, de même nature", _SIGNALS, _signals(signals), numbers={2})
    return card(section("Signaux", found if signals.found else paragraph(_NO_SIGNAL), *_damaged(signals.damaged)))


def _answers(agenda: Agenda) -> Iterator[tuple[str, ...]]:
    for one in agenda.answers:
        question = "" if one.question is None else one.question.fr
        due, level = in_figures(one.due), one.level.label()
        yield one.case, due, one.site, level, marked(one.state), marked(one.admissibility), question


def _checks(agenda: Agenda, texts: bool) -> Iterator[tuple[str, ...]]:
    for one in agenda.checks:
        shown = one.what if texts else REDACTED
        what = ERASED.fr if one.what is None else shown
        yield one.action, in_figures(one.due), one.plan.label("fr"), marked_action(one.status), str(what)


def _signals(signals: Signals) -> Iterator[tuple[str, ...]]:
    for one in signals.found:
        nature = "inconnue" if one.nature is UNKNOWN else one.nature.label()
        days = in_figures(one.first), in_figures(one.last)
        yield one.site, nature, str(len(one.cases)), *days, ", ".join(one.cases)


def _damaged(damaged: tuple[str, ...]) -> Iterator[Html]:
    """Yield a warning if something is corrupt: there may be more entries."""
    if damaged:
        yield block(Tone.BAD, f"Illisibles, il peut donc y en avoir d'autres : {', '.join(damaged)}.")
