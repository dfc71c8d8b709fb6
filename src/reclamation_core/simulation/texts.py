"""The words of an invented message, in French."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reclamation_core.missing import UNKNOWN, Unknown
from reclamation_core.simulation.draws import Draws
from reclamation_core.simulation.kinds import Kind, Theme
from reclamation_core.simulation.phrases import phrases
from reclamation_core.simulation.subject import Subject
from reclamation_core.vocabulary import Channel, Complainant, ComplaintFacts

_MANNERS: Final[Mapping[Channel | Unknown, str]] = {
    Channel.MEDIATION_LETTER: "letter",
    Channel.CENTRE_LETTER: "letter",
    Channel.EMAIL: "email",
    Channel.PHONE: "phone",
}
_EFFECT, _REQUEST = 0.75, 0.6


def text_of(draws: Draws, subject: Subject, facts: ComplaintFacts, awkward: float) -> str:
    """What the message says, in keeping with who writes and how.

    Args:
        draws: the stream to draw from.
        subject: what the message is about.
        facts: what is known of it: of these, the channel and the complainant.
        awkward: how often a written message begins like a spreadsheet's formula.
    """
    if subject.kind is Kind.SURVEY:
        said = _comment(draws, subject.theme)
    else:
        opening, closing = _frame(draws, _MANNERS.get(facts.channel, "portal"), awkward)
        said = opening + _body(draws, subject, facts.complainant) + closing
    return said.format_map({name: draws.one_of(choice) for name, choice in phrases().values.items()})


def _comment(draws: Draws, theme: Theme | None) -> str:
    bank = phrases()
    return draws.one_of(bank.satisfied if theme is None else bank.themes[theme]["comments"])


def _frame(draws: Draws, manner: str, awkward: float) -> tuple[str, str]:
    bank = phrases()
    opening, closing = draws.one_of(bank.openings[manner]), draws.one_of(bank.closings[manner])
    if manner != "phone" and draws.chance(awkward):
        return draws.one_of(bank.openings["awkward"]), ""
    return opening, closing


def _body(draws: Draws, subject: Subject, complainant: Complainant | Unknown) -> str:
    bank, theme = phrases(), subject.theme
    voice = "trainee" if complainant is Complainant.TRAINEE else "others"
    if theme is None:
        return draws.one_of(bank.kinds[subject.kind][voice])
    who = "unsigned" if complainant is UNKNOWN else complainant
    parts = [draws.one_of(bank.introductions[who]), draws.one_of(bank.themes[theme][voice])]
    if draws.chance(_EFFECT):
        parts.append(draws.one_of(bank.themes[theme]["effects"]))
    if draws.chance(_REQUEST):
        parts.append(draws.one_of(bank.requests))
    return " ".join(parts)
