"""Registering: from a complaint, from a survey result, from a malfunction report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from reclamation_core.cases import Case
from reclamation_core.cases.checks import truth
from reclamation_core.cases.events import Facts
from reclamation_core.desk.acting import DeskContext
from reclamation_core.desk.doors import require
from reclamation_core.desk.errors import ForeignSourceError
from reclamation_core.desk.importing import RegistrationResult, register_many
from reclamation_core.desk.opening import PreparedRegistration, Registration
from reclamation_core.ports import ConcurrentChangeError, RepeatedSourceError, StoreDamagedError
from reclamation_core.vocabulary import Channel, Complainant, ComplaintFacts


class Registering:
    """The verbs that open a case."""

    _context: DeskContext

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
        occurred_at: datetime | None = None,
    ) -> Case:
        """Open a case for a complaint or an internal malfunction (enregistrer).

        The edition of the procedure and the calendar of the first handling site are those in force at receipt, and are
        recorded with the case. The same `source` registered twice gives the same case, unchanged. What is refused uses
        up no number.

        Args:
            facts: what is known; `MalfunctionFacts` for a malfunction.
            site: the site that registers; as every name of a site, one line of text without spaces around it.
            service_sites: the sites that delivered the service.
            handling_unit: who handles it; the site by default.
            source: what identifies the source message; it is never forgotten, so let it name nobody.
            complainant: who complains, and how to answer; personal.
            verbatim: what was said.
            remedy_sought: what the complainant asks for.
            occurred_at: when it was registered; now by default.

        Raises:
            OutsideScopeError: the site is outside the desk's scope.
            ForeignSourceError: the message is a case outside the desk's scope.
            UnknownSiteError: the sites are known, and one of those named is none of them.
            TypeError, ValueError: a value is refused; receipt, registration and now are to be in that order.
            NoEditionError: no edition was in force at receipt.
            FactsError: the edition refuses the facts.

        Source: M2-1 §1, §6.2, §7.
        """
        opening = PreparedRegistration.of(
            self._context,
            Registration(
                facts=facts,
                site=site,
                service_sites=service_sites,
                handling_unit=handling_unit,
                source=source,
                complainant=complainant,
                verbatim=verbatim,
                remedy_sought=remedy_sought,
                occurred_at=occurred_at,
            ),
        )
        while (known := self._known(source)) is None:
            try:
                return self._opened(opening)
            except RepeatedSourceError:
                continue  # the same message was registered by somebody else meanwhile: look again
        return known

    def register_many(
        self, registrations: Iterable[Registration], *, batch_size: int = 500
    ) -> Iterator[RegistrationResult]:
        """Open a case for each of many, as `register` would one after the other (enregistrer un lot).

        They are taken as they come and kept in batches, each whole or not at all, so that memory does not grow with
        them; and nothing is done until what comes of them is asked for. One that is refused stops nothing: it comes as
        its refusal, and so does one whose case was registered before and cannot be read. Each with a `source` of its
        own, they may be given again after a failure, and nothing is doubled.

        Args:
            registrations: what is to be registered.
            batch_size: how many are kept in one transaction at most.

        Returns:
            What came of each, in their order, once its batch is kept.

        Raises:
            ValueError: `batch_size` is less than 1.
            StoreError: the store refused; the batches before are kept.
        """
        return register_many(self._context, registrations, batch_size)

    def _known(self, source: str | None) -> Case | None:
        """The case registered from a message already."""
        if source is None:
            return None
        context = self._context
        with context.store.unit_of_work() as unit:
            try:
                known = unit.cases.by_source(source)
                is_foreign = known is not None and not context.sees(known)
            except StoreDamagedError as error:
                if context.is_told(unit, error):
                    raise
                is_foreign = True
        if is_foreign:
            raise ForeignSourceError(source)
        return known

    def _opened(self, opening: PreparedRegistration) -> Case:
        context = self._context
        decided = opening.decided(context)
        while True:
            case = opening.case(decided, context.store.sequences.next(opening.series))
            try:
                with context.store.unit_of_work() as unit:
                    unit.cases.add(case)
                    unit.commit()
            except ConcurrentChangeError:
                continue  # the number is taken, as where the series is older than the cases: take the next one
            return case

    def register_survey_result(
        self,
        satisfaction: float | Decimal,
        *,
        received_at: datetime,
        site: str,
        service_sites: tuple[str, ...] = (),
        handling_unit: str | None = None,
        company: bool = False,
        source: str | None = None,
        complainant: str | None = None,
        verbatim: str | None = None,
        occurred_at: datetime | None = None,
    ) -> Case:
        """Open a case for a note of the end-of-training survey (enquête), the trainee's or the company's.

        Args:
            satisfaction: the note; the edition says whether it is a complaint.
            received_at: when the result became available.
            site: the site that registers.
            service_sites: the sites that delivered the service.
            handling_unit: who handles it; the site by default.
            company: whether it is the company's survey.
            source: what identifies the survey's answer; it is never forgotten, so let it name nobody.
            complainant: who answered, and how to answer; personal. None where the survey is anonymous.
            verbatim: what was written beside the note.
            occurred_at: when it was registered; now by default.

        Raises what `register` does. Source: M2-1 §1.4, §6.2.
        """
        require(truth, company=company)
        facts = ComplaintFacts(
            received_at=received_at,
            channel=Channel.SURVEY,
            complainant=Complainant.COMPANY if company else Complainant.TRAINEE,
            satisfaction=satisfaction,
        )
        return self.register(
            facts,
            site=site,
            service_sites=service_sites,
            handling_unit=handling_unit,
            source=source,
            complainant=complainant,
            verbatim=verbatim,
            occurred_at=occurred_at,
        )
