"""Registering: from a complaint, from a survey result, from a malfunction report."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from reclamation_core.cases import Case, RegistrationCommand, open_case
from reclamation_core.cases.happenings import Facts
from reclamation_core.desk.acting import Acting, after
from reclamation_core.ports import RepeatedSourceError
from reclamation_core.vocabulary import Channel, Complainant, ComplaintFacts


class Registering:
    """The verbs that open a case."""

    _acting: Acting

    def register(
        self,
        facts: Facts,
        *,
        site: str,
        service_sites: tuple[str, ...] = (),
        handling_unit: str | None = None,
        source: str | None = None,
        complainant: str | None = None,
        verbatim: str | None = None,
        remedy_sought: str | None = None,
        at: datetime | None = None,
    ) -> Case:
        """Open a case for a complaint or an internal malfunction (enregistrer).

        The edition of the procedure and the calendar of the first handling site are those in force at receipt, and are
        recorded with the case. The same `source` registered twice gives the same case, unchanged.

        Args:
            facts: what is known; `MalfunctionFacts` for a malfunction.
            site: the site that registers.
            service_sites: the sites that delivered the service.
            handling_unit: who handles it; the site by default.
            source: what identifies the source message.
            complainant: who complains, and how to answer; personal.
            verbatim: what was said.
            remedy_sought: what the complainant asks for.
            at: when it was registered; now by default.

        Raises:
            OutsideScopeError: the site is outside the desk's scope.
            UnknownSiteError: there is no such site.
            NoEditionError: no edition was in force at receipt.
            FactsError: the edition refuses the facts.

        Source: M2-1 §1, §6.2, §7.
        """
        acting = self._acting
        if acting.scope is not None:
            acting.scope.require(site)
        calendar = acting.calendar_of(handling_unit or site)
        policy = acting.policies.on(calendar.day_of(facts.received_at))
        around = acting.surroundings(None, policy)
        command = RegistrationCommand(
            facts=facts,
            site=site,
            calendar=calendar,
            by=acting.by,
            role=acting.role,
            occurred_at=at or around.now,
            service_sites=service_sites,
            handling_unit=handling_unit,
            source=source,
            complainant=complainant,
            verbatim=verbatim,
            remedy_sought=remedy_sought,
        )
        try:
            with acting.store.unit_of_work() as unit:
                known = None if source is None else unit.cases.by_source(source)
                if known is not None:
                    return known
                year = calendar.day_of(facts.received_at).year
                case = after(None, open_case(self._reference(year), command, around))
                unit.cases.add(case)
                unit.commit()
                return case
        except RepeatedSourceError as repeated:  # the same message was registered by somebody else meanwhile
            with acting.store.unit_of_work() as unit:
                return unit.cases.get(repeated.reference)

    def register_survey_result(
        self,
        satisfaction: float | Decimal,
        *,
        received_at: datetime,
        site: str,
        company: bool = False,
        source: str | None = None,
        verbatim: str | None = None,
    ) -> Case:
        """Open a case for a note of the end-of-training survey (enquête), the trainee's or the company's.

        Args:
            satisfaction: the note; the edition says whether it is a complaint.
            received_at: when the result became available.
            site: the site that registers.
            company: whether it is the company's survey.
            source: what identifies the survey's answer.
            verbatim: what was written beside the note.

        Raises what `register` does. Source: M2-1 §1.4, §6.2.
        """
        facts = ComplaintFacts(
            received_at=received_at,
            channel=Channel.SURVEY,
            complainant=Complainant.COMPANY if company else Complainant.TRAINEE,
            satisfaction=satisfaction,
        )
        return self.register(facts, site=site, source=source, verbatim=verbatim)

    def _reference(self, year: int) -> str:
        return f"R-{year}-{self._acting.store.references.next(f'R-{year}'):06d}"
