"""Registering: from a complaint, from a survey result, from a malfunction report."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from reclamation_core.cases import Case, RegistrationCommand, Surroundings, open_case
from reclamation_core.cases.happenings import Facts
from reclamation_core.cases.plans.values import each_once
from reclamation_core.desk.acting import Acting, after
from reclamation_core.desk.errors import ForeignSourceError
from reclamation_core.ports import RepeatedSourceError
from reclamation_core.vocabulary import Channel, Complainant, ComplaintFacts, MalfunctionFacts


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
            ForeignSourceError: the message is a case outside the desk's scope.
            UnknownSiteError: the sites are known, and one of those named is none of them.
            TypeError, ValueError: a value is refused; receipt, registration and now are to be in that order.
            NoEditionError: no edition was in force at receipt.
            FactsError: the edition refuses the facts.

        Source: M2-1 §1, §6.2, §7.
        """
        acting = self._acting
        if not isinstance(facts, ComplaintFacts | MalfunctionFacts):
            raise TypeError(f"facts: ComplaintFacts or MalfunctionFacts are expected, got {facts!r}")
        sites = each_once(service_sites)
        acting.places.require(site, *sites, *(() if handling_unit is None else (handling_unit,)))
        if acting.scope is not None:
            acting.scope.require(site)
        calendar = acting.places.calendar(handling_unit or site)
        now = acting.clock.now()
        command = RegistrationCommand(
            facts=facts,
            site=site,
            calendar=calendar,
            by=acting.by,
            role=acting.role,
            occurred_at=now if at is None else at,
            service_sites=sites,
            handling_unit=handling_unit,
            source=source,
            complainant=complainant,
            verbatim=verbatim,
            remedy_sought=remedy_sought,
        )
        while (known := self._known(source)) is None:
            try:
                return self._opened(command, now)
            except RepeatedSourceError:
                continue  # the same message was registered by somebody else meanwhile: look again
        return known

    def _known(self, source: str | None) -> Case | None:
        """The case registered from a message already."""
        if source is None:
            return None
        with self._acting.store.unit_of_work() as unit:
            known = unit.cases.by_source(source)
        if known is not None and not self._acting.sees(known):
            raise ForeignSourceError(source)
        return known

    def _opened(self, command: RegistrationCommand, now: datetime) -> Case:
        acting = self._acting
        received_on = command.calendar.day_of(command.facts.received_at)
        around = Surroundings(policy=acting.policies.on(received_on), now=now, salt=acting.salt)
        case = after(None, open_case(self._reference(received_on.year), command, around))
        with acting.store.unit_of_work() as unit:
            unit.cases.add(case)
            unit.commit()
        return case

    def register_survey_result(
        self,
        satisfaction: float | Decimal,
        *,
        received_at: datetime,
        site: str,
        company: bool = False,
        source: str | None = None,
        complainant: str | None = None,
        verbatim: str | None = None,
    ) -> Case:
        """Open a case for a note of the end-of-training survey (enquête), the trainee's or the company's.

        Args:
            satisfaction: the note; the edition says whether it is a complaint.
            received_at: when the result became available.
            site: the site that registers.
            company: whether it is the company's survey.
            source: what identifies the survey's answer.
            complainant: who answered, and how to answer; personal. None where the survey is anonymous.
            verbatim: what was written beside the note.

        Raises what `register` does. Source: M2-1 §1.4, §6.2.
        """
        facts = ComplaintFacts(
            received_at=received_at,
            channel=Channel.SURVEY,
            complainant=Complainant.COMPANY if company else Complainant.TRAINEE,
            satisfaction=satisfaction,
        )
        return self.register(facts, site=site, source=source, complainant=complainant, verbatim=verbatim)

    def _reference(self, year: int) -> str:
        return f"R-{year}-{self._acting.store.references.next(f'R-{year}'):06d}"
