"""What reached the agency, whichever way: what the life of a case starts from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import attrs

from reclamation_core.cases import SupportKind
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.plans import ActionOrigin
from reclamation_core.simulation.caseload import Caseload
from reclamation_core.simulation.complaint import InventedComplaint
from reclamation_core.simulation.draws import Draws
from reclamation_core.simulation.invention import true_facts, true_severities
from reclamation_core.simulation.kinds import Kind
from reclamation_core.simulation.malfunctions import (
    InventedMalfunction,
    true_malfunction_facts,
    true_malfunction_severities,
)
from reclamation_core.simulation.people import body_name, company_name, person_name
from reclamation_core.simulation.profile import CaseloadProfile, MalfunctionProfile
from reclamation_core.simulation.subject import Subject
from reclamation_core.simulation.survey import InventedSurveyResult
from reclamation_core.vocabulary import Channel, Complainant, ComplaintFacts, MalfunctionFacts

_SUPPORTS: Final = {
    Channel.MEDIATION_LETTER: SupportKind.LETTER,
    Channel.CENTRE_LETTER: SupportKind.LETTER,
    Channel.EMAIL: SupportKind.EMAIL,
    Channel.PORTAL: SupportKind.FORM,
    Channel.SURVEY: SupportKind.SURVEY,
}
_NAMES: Final = {
    Complainant.TRAINEE: person_name,
    Complainant.OTHER: person_name,
    Complainant.COMPANY: company_name,
    Complainant.FUNDER: body_name,
    Complainant.PRESCRIBER: body_name,
    Complainant.PARTNER: body_name,
}
_DEFAULT_THEME: Final = "organisation"
_LIKELIHOODS: Final = {1: 0.3, 2: 0.4, 3: 0.2, 4: 0.1}


@attrs.frozen(kw_only=True)
class Message:
    """A complaint, a survey result or the report of a malfunction.

    Args:
        source: its reference in the file that it comes from.
        site: the centre, "" where nobody knows.
        invented: what was invented.
        subject: what it is about; of a malfunction, nothing.
        facts: what is known of it.
        text: what it says; None for nothing.
        name: who wrote; None where nobody says, and of a malfunction.
    """

    source: str
    site: str
    invented: InventedComplaint | InventedSurveyResult | InventedMalfunction = attrs.field(repr=False)
    subject: Subject | None
    facts: ComplaintFacts | MalfunctionFacts
    text: str | None
    name: str | None

    @property
    def received_at(self) -> datetime:
        """When it reached the agency."""
        return self.facts.received_at

    @property
    def theme(self) -> str:
        """What it is about, as the banks of phrases call it."""
        if isinstance(self.invented, InventedMalfunction):
            return self.invented.theme.value
        return _DEFAULT_THEME if self.invented.theme is None else self.invented.theme.value

    @property
    def origin(self) -> ActionOrigin:
        """Where the actions that it calls for come from."""
        if self.subject is None:
            return ActionOrigin.MALFUNCTION
        return ActionOrigin.SURVEY if self.subject.kind is Kind.SURVEY else ActionOrigin.COMPLAINT

    @property
    def support(self) -> SupportKind:
        """The factual support that it is."""
        if isinstance(self.facts, MalfunctionFacts):
            return SupportKind.REPORT
        channel = self.facts.channel
        return SupportKind.OTHER if channel is UNKNOWN else _SUPPORTS.get(channel, SupportKind.OTHER)

    def truth(self, draws: Draws) -> dict[str, Any]:
        """What turns out of each fact, whether or not it is known now."""
        likely = {"likelihood": draws.weighted(_LIKELIHOODS)}
        if isinstance(self.invented, InventedMalfunction):
            profile, theme = MalfunctionProfile(), self.invented.theme
            severities = true_malfunction_severities(draws, profile, theme)
            return {**true_malfunction_facts(draws, profile), **severities, **likely}
        assert self.subject is not None  # noqa: S101  (only malfunctions have none)
        caseload = CaseloadProfile()
        channel = Channel.SURVEY if self.subject.kind is Kind.SURVEY else Channel.EMAIL
        severities = true_severities(draws, caseload, self.subject.theme)
        facts = true_facts(draws, caseload, self.subject, channel)
        return {**facts, "channel": channel, "satisfaction": draws.weighted(caseload.notes), **severities, **likely}


def messages_of(caseload: Caseload, stream: Any) -> Iterator[Message]:
    """All that reached the agency, file by file.

    Args:
        caseload: what was invented.
        stream: gives the draws that go by a name.
    """
    for complaint in caseload.complaints:
        yield _of_complaint(complaint, stream(f"name/{complaint.reference}"))
    for result in caseload.survey:
        subject = Subject(kind=Kind.SURVEY, theme=result.theme, note=result.note)
        yield Message(
            source=result.reference,
            site=result.site,
            invented=result,
            subject=subject,
            facts=result.facts,
            text=result.comment or None,
            name=result.name or None,
        )
    for malfunction in caseload.malfunctions:
        yield Message(
            source=malfunction.reference,
            site=malfunction.site,
            invented=malfunction,
            subject=None,
            facts=malfunction.facts,
            text=malfunction.text,
            name=None,
        )


def _of_complaint(complaint: InventedComplaint, draws: Draws) -> Message:
    facts = complaint.facts
    who = facts.complainant
    name = None if who is UNKNOWN or complaint.kind is Kind.SURVEY else _NAMES[who](draws)
    return Message(
        source=complaint.reference,
        site=complaint.site,
        invented=complaint,
        subject=Subject(kind=complaint.kind, theme=complaint.theme, note=ABSENT),
        facts=facts,
        text=complaint.text,
        name=name,
    )
