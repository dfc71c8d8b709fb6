"""The reports of a desk (registre): what people read, of the cases inside its scope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Admissibility, Case
from reclamation_core.codes import Audience
from reclamation_core.desk.batch import PAGE
from reclamation_core.desk.context import DeskContext
from reclamation_core.desk.plan_access import load_part, readable_plans_in_scope
from reclamation_core.desk.queries import CasesView
from reclamation_core.plans import LineReference, PlanPart, PlanScope
from reclamation_core.ports import CaseQuery, StoreDamagedError, UnitOfWork
from reclamation_core.reporting import (
    DueCalendar,
    Letter,
    LetterKind,
    LetterSettings,
    Report,
    due_calendar,
    letter_of,
    register_report,
)
from reclamation_core.reporting.calendar_files import DOMAIN
from reclamation_core.reporting.register import query_filters
from reclamation_core.validators import day, label, of_class, optional, require, truth
from reclamation_core.vocabulary import ComplaintFacts
from reclamation_core.wording import Lang, Wording


class ReportService:
    """The reports of the cases that a desk sees; `reclamation_core.reporting` writes them in every format."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def register(
        self,
        query: CaseQuery | None = None,
        *,
        columns: Iterable[str] | None = None,
        zone: ZoneInfo | None = None,
    ) -> Report:
        """Return the register of complaints and malfunctions (registre), as of now.

        The cases are read page by page when a format is written: a register of any length takes little memory, and
        each format reads them again.

        Args:
            query: the criteria of the cases, all by default; its limit is that of a page, not of the register.
            columns: the names of the columns, in their order, of `REGISTER_COLUMNS`; all by default.
            zone: the time zone of the heading; that of metropolitan France by default.

        Raises:
            FaultsError: a column is unknown or occurs twice, or there is none.
            TypeError: the query is not a CaseQuery.

        >>> from reclamation_core import Desk
        >>> from reclamation_core.reporting import report_bytes
        >>> report = Desk.in_memory().reports.register(columns=["dossier", "recu_le", "a_repondre_le"])
        >>> report_bytes(report, "csv").decode("utf-8-sig").strip()
        'Dossier;Reçu le;À répondre le'
        """
        require(optional(of_class(CaseQuery)), query=query)
        query = query or CaseQuery()
        return register_report(
            _MatchingCases(CasesView(self._context), query),
            at=self._context.clock.now(),
            sites=self._context.sites.known,
            zone=zone,
            columns=columns,
            filters=(*self._scope_filters(), *query_filters(query)),
        )

    def letter(
        self,
        reference: str,
        kind: LetterKind | str,
        settings: LetterSettings,
        *,
        redirected_to: str | None = None,
        lang: Lang = "fr",
    ) -> Letter:
        """Return a letter to the complainant of a case (courrier); `letter_bytes` and `save_letter` write it.

        It states what the case records and nothing else: record an answer, a request for information or a closing
        first. An acknowledgement and a redirection can be written before; record that they were sent with
        `acknowledge` and `close`.

        Args:
            reference: the case.
            kind: which letter, or its code.
            settings: the sender, the signatory, the mediator, the templates.
            redirected_to: for a redirection that is not recorded yet, the service.
            lang: the language of the letter.

        Raises:
            CaseNotFoundError: there is no such case inside the desk's scope.
            FaultsError: the case or the settings lack something that the letter states; each is named.
            LetterTemplateError: a template is wrong; the error names the file and the line.
            MissingExtraError: Jinja2 is not installed.
            TypeError: the settings are not LetterSettings.
        """
        require(of_class(LetterSettings), settings=settings)
        with self._context.store.unit_of_work() as unit:
            case = self._context.load(unit, reference)
            plans = tuple(_parts(unit, case.actions))
        return letter_of(
            case,
            kind,
            settings,
            at=self._context.clock.now(),
            plans=plans,
            redirected_to=redirected_to,
            explanation=self._explanation(case, lang),
            lang=lang,
        )

    def _explanation(self, case: Case, lang: Lang) -> str | None:
        """Return why a message is out of scope, for its sender; None if the desk does not have its edition."""
        policy = next((policy for policy in self._context.policies if case.terms.are_of(policy)), None)
        if policy is None or case.admissibility is not Admissibility.OUT_OF_SCOPE:
            return None
        assert isinstance(case.facts, ComplaintFacts)  # noqa: S101  a malfunction is never out of scope
        decision = policy.assess(case.facts, BusinessCalendar(case.calendar)).eligibility
        return decision.explain(lang, audience=Audience.COMPLAINANT)

    def calendar(
        self,
        query: CaseQuery | None = None,
        *,
        checks: bool = True,
        ended_since: date | None = None,
        domain: str = DOMAIN,
    ) -> DueCalendar:
        """Return what is awaited by which day, for a calendar client (calendrier); `calendar_bytes` writes it.

        The entries are those of the agenda: the answers that are due, with the information that the complainant was
        asked for, and the effectiveness checks of actions. An entry has a reference and what is due, nothing personal.
        Each keeps its identifier when its day moves.

        Args:
            query: the criteria of the cases, all by default.
            checks: False to leave out the effectiveness checks, which the query does not limit.
            ended_since: also the entries that are no longer awaited, cancelled, of what changed on this day or later;
                reads the ended cases too.
            domain: the domain of the identifiers; give your own where calendars of two organisations meet.

        Raises:
            StoreDamagedError: a case or a plan inside the scope is corrupt.
            TypeError, FaultsError: an argument is refused.
        """
        require(optional(of_class(CaseQuery)), query=query)
        require(truth, checks=checks)
        require(optional(day), ended_since=ended_since)
        require(label, domain=domain)
        query = query or CaseQuery()
        if ended_since is None:
            query = attrs.evolve(query, due_until=query.due_until or date.max)
        corrupt: list[StoreDamagedError] = []
        plans = readable_plans_in_scope(self._context, corrupt) if checks else []
        for error in corrupt:
            raise error
        cases = _MatchingCases(CasesView(self._context), query)
        scope = next((place for _, place in self._scope_filters()), None)
        return due_calendar(cases, plans, ended_since=ended_since, domain=domain, scope=scope)

    def _scope_filters(self) -> Iterator[tuple[Wording, str]]:
        scope = self._context.scope
        if scope is not None:
            place = scope.label
            yield Wording("Périmètre", "Scope"), place


def _parts(unit: UnitOfWork, actions: Iterable[LineReference]) -> Iterator[PlanPart]:
    """Yield the parts of the plans with some actions; a corrupt plan is left out: no letter states its actions."""
    scopes: dict[PlanScope, list[str]] = {}
    for line in actions:
        scopes.setdefault(line.scope, []).append(line.action)
    for scope, names in scopes.items():
        with suppress(StoreDamagedError):
            yield load_part(unit, scope, names)


@attrs.frozen
class _MatchingCases:
    """The cases that match a query, on all pages: iterable several times, without holding them."""

    view: CasesView
    query: CaseQuery

    def __iter__(self) -> Iterator[Case]:
        query: CaseQuery | None = attrs.evolve(self.query, limit=PAGE)
        while query is not None:
            page = self.view.find(query)
            yield from page.cases
            query = query.following(page)
