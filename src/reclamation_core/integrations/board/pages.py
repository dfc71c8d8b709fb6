"""The pages of the board, and which address each has."""

from __future__ import annotations

import json
import re
from calendar import Calendar
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property, partial
from hashlib import sha256
from http import HTTPStatus
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import IO, Any, Final, TypeAlias, TypeVar
from urllib.parse import quote, urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars import DeadlineStatus
from reclamation_core.calendars.calendar import LedgerDay
from reclamation_core.calendars.codes import WEEKDAYS, days_left_in_words, in_words, month_in_words
from reclamation_core.calendars.local_times import PARIS, needed_offset
from reclamation_core.cases import (
    Admissibility,
    AnswerDecision,
    Case,
    CaseKind,
    CaseState,
    CommandType,
    RedirectionKind,
    columns,
)
from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.cases.codes import ProofStage
from reclamation_core.cases.events import (
    CASE_EVENTS,
    Acknowledged,
    Anonymised,
    ContainmentEffectRecorded,
    ContainmentTaken,
    Qualified,
    SupportAdded,
    Transcribed,
)
from reclamation_core.cases.explanation import ledger_of
from reclamation_core.cases.narration import own_text, own_value
from reclamation_core.cases.plain import TimelineEntry
from reclamation_core.cases.refusals import GuardDetails
from reclamation_core.cases.support_documents import NewDocument, file_name, kinds_of_documents, size_in_words
from reclamation_core.codes import LabelledEnum, fold_label
from reclamation_core.desk import Desk, etag
from reclamation_core.desk.forms import (
    DOCUMENTS,
    LINKED,
    CommandForm,
    FieldKind,
    FormField,
    plan_scopes,
    shortened,
    sites_or_none,
    zone_of,
    zone_of_plan,
)
from reclamation_core.desk.overview import CaseAction, CaseOverview, RecordedChange
from reclamation_core.desk.queries import require_known
from reclamation_core.desk.registration import require_same_words
from reclamation_core.desk.search import MOST_COUNTED, CaseMatch
from reclamation_core.desk.similar import PERIOD, SimilarCase
from reclamation_core.desk.worklist import ActionWork, ActionWorkKind, CaseWork, SignalWork, SignalWorkKind, WorkKind
from reclamation_core.errors import REDACTED, Fault, FaultsError, MissingExtraError, ReclamationError
from reclamation_core.gil_pauses import background
from reclamation_core.indicators.catalogue import FEWEST, FigureUnit
from reclamation_core.indicators.page import BELOW, interval_in_words, value_in_words
from reclamation_core.indicators.spans import last_month
from reclamation_core.indicators.streams import stream_in_words
from reclamation_core.integrations.board.forms import (
    Form,
    read_command,
    read_day,
    read_form,
    read_version,
    refusals_of,
    with_offsets,
    with_values,
)
from reclamation_core.integrations.board.help import help_anchors, help_sections
from reclamation_core.integrations.board.requests import (
    INDICATOR_COST,
    MOST_COMPLAINTS,
    MOST_DUE,
    SECURITY_HEADERS,
    AskedIndicators,
    BoardRequest,
    BoardResponse,
    HostLink,
    as_wording,
    chosen_role,
)
from reclamation_core.integrations.http_requests import preferred_language
from reclamation_core.integrations.incidents import incident_headers, is_incident, log_incident
from reclamation_core.markup import element, joined, without_markdown
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.plans import Action, LineReference, PlanScope, ScopeKind
from reclamation_core.plans.decision import next_plan_command
from reclamation_core.plans.events import ACTION_COMMANDS, FUNCTIONS, SIGNAL_COMMANDS, PlanPublished
from reclamation_core.plans.plan import BasePlan
from reclamation_core.plans.published import PlanLine
from reclamation_core.plans.signals import name_of_stream, signal_in_words, weeks_in_words
from reclamation_core.ports import (
    CaseFacet,
    CaseOrder,
    CaseQuery,
    CaseSummary,
    DocumentNotFoundError,
    DocumentStoreError,
    PlanNotFoundError,
    VersionConflictError,
)
from reclamation_core.ports.store import Clock, SystemClock
from reclamation_core.reporting import (
    PLAN_COLUMNS,
    DueCalendar,
    FilledBlock,
    Letter,
    LetterFormat,
    LetterKind,
    LetterSettings,
    Report,
    ReportFormat,
    TextBlock,
    calendar_bytes,
    due_calendar,
    letter_bytes,
    report_bytes,
    write_report,
)
from reclamation_core.reporting.calendar_files import DOMAIN, domain_name
from reclamation_core.reporting.formats import format_of
from reclamation_core.reporting.indicators import MOST_UNITS, chart_of_months, chart_of_units, months_of
from reclamation_core.reporting.letters import LETTER_COMMANDS
from reclamation_core.reporting.notes import signs
from reclamation_core.reporting.plan import PlanEntry
from reclamation_core.reporting.register import RegisterReader
from reclamation_core.reporting.report import Value, display
from reclamation_core.reporting.text_blocks import blocks_for
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Boolean, Day, Enumeration
from reclamation_core.tables.explanation import sentence
from reclamation_core.validators import as_tuple, each, of_class, one_labelled, optional
from reclamation_core.vocabulary import FACTS, Band, Channel, Fact, Level, Role, Sites
from reclamation_core.vocabulary.commands import CommandGroup, PlanCommandType
from reclamation_core.vocabulary.own_documents import own_criteria, searched_facts
from reclamation_core.vocabulary.own_facts import OwnText, ShortText
from reclamation_core.wording import (
    LANGUAGES,
    Lang,
    Wording,
    capitalized,
    colon,
    day_text,
    decimal_text,
    format_number,
    plural,
    semicolon,
    typeset,
    verbatim,
)

PAGE_SIZE: Final = 50
_MOST_QUESTIONS: Final = 100
_MOST_WORK: Final = 100
_MOST_OPEN: Final = 6
_MOST_SITES: Final = 20
MOST_EXPORTS: Final = 50
_MOST_SENT: Final = 30
MOST_ROWS: Final[Mapping[str, int]] = {ReportFormat.PDF: 1_000, ReportFormat.HTML: 5_000}
"""The most rows of a table in the files of the board, by format; workbooks, CSV and JSON have no limit."""
_CRITERIA: Final = (
    *("q", "etat", "niveau", "centre", "criticite", "type", "recevabilite", "du", "au", "retard"),
    *("ouverts", "theme", "canal", "region", "accuse", "actions", "suivi"),
)
"""The parameters of an address that are criteria of cases."""
_FACETS: Final[Mapping[str, CaseFacet]] = {
    "etat": CaseFacet.STATE,
    "recevabilite": CaseFacet.ADMISSIBILITY,
    "niveau": CaseFacet.LEVEL,
    "criticite": CaseFacet.CRITICALITY,
    "retard": CaseFacet.DUE,
    "centre": CaseFacet.UNIT,
}
"""The criteria whose choices have the number of their cases; that of the types follows from the admissibility."""
_WORK_PATHS: Final[Mapping[WorkKind | ActionWorkKind | SignalWorkKind, str]] = {
    WorkKind.LATE: "/dossiers?retard=oui",
    WorkKind.DUE_TODAY: "/dossiers?retard=jour",
    WorkKind.UNACKNOWLEDGED: "/dossiers?accuse=manquant",
    WorkKind.UNCLEAR: "/questions",
    WorkKind.UNQUALIFIED: "/dossiers?etat=registered&recevabilite=possible&tri=received",
    ActionWorkKind.LATE: "/actions?liste=retard",
    ActionWorkKind.CHECK: "/actions?liste=evaluer",
    SignalWorkKind.OPEN: "/signaux",
}
"""Where the board lists what is to be done."""
_POSSIBLE: Final = "possible"
"""The criterion of the cases that are not out of scope."""
_DUE: Final[Mapping[str, DeadlineStatus]] = {
    "oui": DeadlineStatus.OVERDUE,
    "jour": DeadlineStatus.DUE_TODAY,
    "ensuite": DeadlineStatus.RUNNING,
}
"""The criteria of the answers that are awaited."""
_NAVIGATION: Final = (
    ("/", Wording("À faire", "To do")),
    ("/dossiers", Wording("Dossiers", "Cases")),
    ("/dossiers/nouveau", Wording("Nouvelle demande", "New request")),
    ("/pgaac", Wording("PGAAC", "PGAAC")),
    ("/indicateurs", Wording("Indicateurs", "Indicators")),
    ("/questions", Wording("Questions à poser", "Questions to ask")),
    ("/documents", Wording("Documents", "Documents")),
)
"""The pages that each page leads to."""
_FIELDS: Final = {
    "text": Wording("Mots de la demande", "Words of the request"),
    "received_from": Wording("Reçu du", "Received from"),
    "received_until": Wording("Reçu jusqu'au", "Received until"),
    "after": Wording("Page suivante", "Next page"),
    "table": Wording("Tableau", "Table"),
    "format": Wording("Format du fichier", "Format of the file"),
    **dict.fromkeys(("scope", "code"), Wording("PGAAC", "PGAAC")),
    "owner": columns.handling_unit.title,
    "assigned_to": columns.assigned_to.title,
    "themes": columns.theme.title,
    "site": columns.site.title,
    **dict.fromkeys(("sites", "region"), Wording("Région", "Region")),
    "du": Wording("Du", "From"),
    "au": Wording("Au", "Until"),
    "until": Wording("Au", "Until"),
    "limit": Wording("Coût du calcul", "Cost of the computation"),
}
"""What pages call the criteria that an error names."""
_CODES: Final[Mapping[str, tuple[Wording, type[LabelledEnum]]]] = {
    "kind": (columns.kind.title, CaseKind),
    "states": (columns.state.title, CaseState),
    "admissibilities": (columns.admissibility.title, Admissibility),
    "levels": (columns.level.title, Level),
    "criticalities": (columns.band.title, Band),
    "channels": (columns.channel.title, Channel),
    "order_by": (Wording("Ordre", "Order"), CaseOrder),
    "shown": (Wording("Lecteur", "Reader"), RegisterReader),
}
"""The criteria with codes that an error names: what pages call them, and their values."""
_MINE: Final = Wording("Mes dossiers", "My cases")
_ERASURE: Final = Anonymised.event_type.name
"""The type of the event of an erasure."""
_ACKNOWLEDGEMENT: Final = Acknowledged.event_type.name
_SUPPORTS: Final = frozenset(event.event_type.name for event in (SupportAdded, Transcribed))
_CONTAINMENTS: Final = frozenset(event.event_type.name for event in (ContainmentTaken, ContainmentEffectRecorded))
"""The types of the events about containment measures."""
_OVERTAKEN: Final = Wording(
    "Rien de plus n'est enregistré : depuis l'ouverture de cette page, {}. Relisez, puis enregistrez ce qui manque.",
    "Nothing more is recorded: since this page was opened, {}. Read it again, then record what is still missing.",
)
_MOST_RECORDED: Final = 5
_FORMATS: Final = tuple((one.value, Wording(one.label("fr"), one.label("en"))) for one in reversed(ReportFormat))
_SENDING: Final = tuple(
    FormField(name=name, kind=kind, label=label, hint=hint, is_required=True, choices=choices, values=(value,))
    for name, kind, label, hint, choices, value in (
        ("format", FieldKind.CHOICE, Wording("format", "format"), None, _FORMATS, "pdf"),
        ("recipients", FieldKind.LINES, Wording("destinataires", "recipients"), FUNCTIONS, (), "Tous les PCS"),
    )
)
"""The fields of the sending of a plan."""
PLAN_COMMANDS: Final = tuple(one for one in PlanCommandType if one not in {*ACTION_COMMANDS, *SIGNAL_COMMANDS})
"""The commands on a plan itself."""
_THIS_ACTION: Final = (
    *(("d'une action", "de l'action"), ("une action", "l'action"), ("an action", "the action")),
    *(("un signal", "le signal"), ("a signal", "the signal")),
)
"""The words for an action or a signal in the names of commands, and those beside that action or signal."""
MOST_ACTIONS: Final = 20
_MOST_SIGNALS: Final = 50
MOST_LINES: Final = 10
_MOST_CHANGES: Final = 50
_MOST_EVENTS: Final = 30
_MOST_MONTHS: Final = 4
_MOST_OF_TEXT: Final = 1500
_MOST_OF: Final[Mapping[str, int]] = {
    "verbatim": 2000, "remedy": 400, "problem": 600, "report": 800, "answer": 800, "sentence": 300,
}  # fmt: skip
"""The most characters of each text of the page of a case."""
_PREVIEWED: Final = "apercu"
"""The button that shows the letter of an answer, and records nothing."""
_INSERTED: Final = "bloc"
"""The button that inserts a text block: its value is the name of the block."""
_MOST_BLOCKS: Final = 20
_OF_NEXT: Final = ("site", "channel")
"""The fields of a registration that begin with the values of the one before, as the address has them."""
_SEEN: Final = "doublons"
"""The hidden field of a registration whose likely duplicates were shown."""
_SUITE: Final = "suite"
"""The action that a new one follows up; then, in the form that names it, the new one."""
_FAULTS: Final = Wording("Corrigez les champs signalés.", "Correct the fields that are marked.")
_IMPOSSIBLE: Final = Wording("Cette opération est impossible pour l'instant :", "This cannot be done for now:")
_NO_ROLE: Final = Wording("Ce rôle n'est pas l'un des vôtres.", "This role is not one of yours.")
_NOT_OUTSIDE: Final = Wording("toutes, sauf hors du cadre", "all, except out of scope")
_NO_PAGE: Final = Wording("Cette page n'existe pas.", "This page does not exist.")
_NO_METHOD: Final = Wording(
    "Cette adresse ne répond pas à une demande de cette sorte : partez d'une page du tableau de bord.",
    "This address does not answer this kind of request: start from a page of the board.",
)
_NUMBER: Final = re.compile("[1-9][0-9]{0,8}")


def _an_address(_: object, attribute: attrs.Attribute[str], value: str) -> None:
    """Refuse what is no address of the Web, such as a script."""
    if not value.startswith(("https://", "http://", "/")):
        raise ValueError(f"{attribute.name}: {value!r} is no address; pass one that begins with https:// or with /")


def _a_language(_: object, attribute: attrs.Attribute[str], value: object) -> None:
    if value not in LANGUAGES:
        raise ValueError(f"{attribute.name}: {value!r}; one of {', '.join(LANGUAGES)} is expected")


@attrs.frozen
class Board(SharedRepr):
    """The pages of the board.

    Args:
        sites: the sites of the agency, by which lists of choices have names; those of the desk.
        taxonomy: the families of causes; those of the desk.
        clock: the source of the current day.
        title: the title of each page: a text, or a `Wording` with the English one.
        lang: the language of every page; by default the one that the header Accept-Language of a request prefers, and
            French without it.
        help_address: the address of the guide's page on the board, `https://…/tableau-de-bord/`: each page leads to its
            section there; None for the help that the board has itself.
        letters: what letters state and the cases do not have.
        text_blocks: the text blocks that the form of an answer proposes.
        signing_key: the Ed25519 private key that signs audit files; None for no signature.
        calendar_domain: the domain of the identifiers of calendar entries.
        links: the links of the host application on each page, in their order.
    """

    sites: Sites = attrs.field(factory=Sites, converter=sites_or_none, validator=of_class(Sites))
    taxonomy: Taxonomy | None = attrs.field(default=None, validator=optional(of_class(Taxonomy)))
    clock: Clock = attrs.field(factory=SystemClock)
    title: Wording = attrs.field(default=Wording("Réclamations", "Complaints"), converter=as_wording)
    lang: Lang | None = attrs.field(default=None, validator=optional(_a_language))
    help_address: str | None = attrs.field(default=None, validator=optional(_an_address))
    letters: LetterSettings = attrs.field(factory=LetterSettings, validator=of_class(LetterSettings))
    text_blocks: tuple[TextBlock, ...] = attrs.field(
        default=(), converter=as_tuple, validator=each(of_class(TextBlock))
    )
    signing_key: bytes | None = attrs.field(default=None, repr=False, validator=optional(signs))
    calendar_domain: str = attrs.field(default=DOMAIN, validator=domain_name)
    links: tuple[HostLink, ...] = attrs.field(default=(), converter=as_tuple, validator=each(of_class(HostLink)))

    def respond(self, desk: Desk, request: BoardRequest) -> BoardResponse:
        """Return the response to a request.

        Args:
            desk: the desk, which acts as the person who is logged in and is limited to what that person may see.
            request: the request.
        """
        return self.begin(desk, request).completed()

    def begin(self, desk: Desk, request: BoardRequest) -> BoardResponse:
        """Return the response to a request as far as the desk is needed; its `completed` writes the file, if any.

        Call it in a transaction, and `completed` after the end of the transaction.
        """
        if request.path == "/board.css" and request.method in {"GET", "HEAD"}:
            content = files(__package__).joinpath("templates", "board.css").read_bytes()
            headers = {**SECURITY_HEADERS, "Cache-Control": "public, max-age=86400"}
            return BoardResponse(body=content, content_type="text/css; charset=utf-8", headers=headers)
        view = _View(self, desk.traced(request.trace), request)
        matches = [(found, methods) for pattern, methods in ROUTES if (found := pattern.fullmatch(request.path))]
        for found, methods in matches:
            if request.method in methods:
                try:
                    return methods[request.method](view, **found.groupdict())
                except _NoPageError:
                    break
                except ReclamationError as error:
                    return view.failed(error)
        allowed = {method for _, methods in matches for method in methods}
        if not allowed or request.method in allowed:
            return view.page("error.html", HTTPStatus.NOT_FOUND, message=_NO_PAGE)
        page = view.page("error.html", HTTPStatus.METHOD_NOT_ALLOWED, message=_NO_METHOD)
        return attrs.evolve(page, headers={**page.headers, "Allow": ", ".join(sorted(allowed))})

    def decline(self, request: BoardRequest, status: int, message: Wording) -> BoardResponse:
        """Return the page of a request that its host refuses: it is too long, or its person has no role."""
        return _View(self, Desk.in_memory(), request).page("error.html", status, message=message, is_declined=True)

    def refuse(self, request: BoardRequest, error: ReclamationError) -> BoardResponse:
        """Return the page of an error that left no desk to answer with, such as a database that does not answer."""
        return _View(self, Desk.in_memory(), request).failed(error)


class _NoPageError(Exception):
    """An address whose parts name no page."""


_Work: TypeAlias = CaseWork | ActionWork | SignalWork
_Doubts: TypeAlias = tuple[Sequence[SimilarCase], date | None]


@attrs.frozen
class _View(SharedRepr):
    """One request: the pages that it may ask for."""

    board: Board
    desk: Desk
    request: BoardRequest
    _today: date = attrs.field(init=False)

    @_today.default
    def _day_of_the_request(self) -> date:
        return self.desk.cases.day_of(self.board.clock.now())

    # What pages have in common

    def page(self, template: str, status: int = HTTPStatus.OK, **content: object) -> BoardResponse:
        """Return a page in the typography of its language; what the filter `typed` marks, by people, stays as it is."""
        html = (
            _environment(self.lang)
            .get_template(template)
            .render(
                title=self.board.title,
                help=self._help(template),
                request=self.request,
                base=self.request.base,
                navigation=list(self._navigation()),
                links=self.board.links,
                site_name=self._site_name,
                plan_name=self._plan_name,
                today=self._today,
                **content,
            )
        )
        # An apostrophe needs no escape: every attribute is between double quotes.
        printed = typeset(html.replace("&#39;", "'"), self.lang)
        headers = {**SECURITY_HEADERS, **self._language_headers}
        return BoardResponse(status=int(status), body=printed.encode(errors="replace"), headers=headers)

    @property
    def _language_headers(self) -> dict[str, str]:
        varies = {"Vary": "Accept-Language"} if self.board.lang is None else {}
        return {"Content-Language": self.lang, **varies}

    @cached_property
    def lang(self) -> Lang:
        """The language of the response."""
        return self.board.lang or preferred_language(self.request.accept_language)

    def _help(self, template: str) -> str:
        """Return the address of the help of a page: of its section, if it has one."""
        anchor = help_anchors().get(template)
        return (self.board.help_address or f"{self.request.base}/aide") + (f"#{anchor}" if anchor else "")

    def help(self) -> BoardResponse:
        """Show the help: a section for each kind of page."""
        return self.page("help.html", sections=help_sections())

    def _navigation(self) -> Iterator[tuple[str, Wording, str]]:
        """Yield the addresses that each page leads to, each with its name and the value of `aria-current`."""
        path, person = self.request.path, self.request.person
        mine = "/dossiers?" + _address({"suivi": person}) if person else ""
        is_mine = bool(mine) and path == "/dossiers" and self.request.first("suivi") == person
        for page, name in _NAVIGATION:
            is_below = page != "/" and path.startswith(f"{page}/") and path != "/dossiers/nouveau"
            yield page, name, ("page" if path == page and not is_mine else "true" if is_below else "")
            if page == "/dossiers" and mine:
                yield mine, _MINE, "page" if is_mine else ""

    def _open_on(self, scope: PlanScope) -> list[PlanCommandType]:
        """Return the commands on a plan and its signals that no guard refuses to the role of the desk."""
        return [command for command, guards in self.desk.pgaac(scope).available_commands().items() if not guards]

    @property
    def _own_facts(self) -> Mapping[str, Fact]:
        """The facts that the editions of the desk declare themselves."""
        return self.desk.own_facts()

    def _site_name(self, code: str) -> str:
        """Return the name of a site, or its code where the name is not known."""
        return verbatim(self.board.sites.name_of(code))

    def _plan_name(self, scope: PlanScope) -> str:
        """Return what a reader calls a plan; a site by its name."""
        return scope.label(self.lang, self.board.sites)

    def failed(self, error: ReclamationError) -> BoardResponse:
        return self._reported(self.page("error.html", error.kind.status, message=self._message(error)), error)

    def _in_words(self, fault: Fault) -> Fault:
        """Return a fault with the name of its field on the page, and with a day as the page writes it."""
        name, value, expected = _FIELDS.get(fault.path), fault.value, fault.expected
        if fault.path in _CODES:
            name, codes = _CODES[fault.path]
            expected = one_labelled(codes, LabelledEnum.label)
        elif fault.path == "themes" and value is not REDACTED:
            expected = one_labelled((self.board.taxonomy or TRAINING_BODY).themes, lambda one, lang: one.label(lang))
        elif (own := self._searched_facts.get(fault.path)) is not None:
            name, expected = own.label, own.domain.expected
            if isinstance(own.domain, Enumeration):
                expected = one_labelled(own.domain.values, own.domain.label)
        return attrs.evolve(
            fault,
            path=fault.path if name is None else name.in_(self.lang),
            value=day_text(value, self.lang) if isinstance(value, date) else None if value in ((), []) else value,
            expected=expected,
        )

    def _message(self, error: ReclamationError) -> str:
        """Return what a page says about an error: that of the service with the number under which the log has it."""
        if isinstance(error, FaultsError):
            error = FaultsError([self._in_words(one) for one in error.faults])
        message = error.public_message(self.lang)
        if isinstance(error, VersionConflictError):
            since = self.desk.recorded_since(error.reference, min(error.expected, error.found))[:_MOST_RECORDED]
            if since:
                recorded = semicolon(self.lang).join(_change_in_words(one).in_(self.lang) for one in since)
                return _OVERTAKEN.in_(self.lang).format(recorded)
        return f"{message[0].upper()}{message[1:]} (incident {self.request.id})." if is_incident(error) else message

    def _reported(self, page: BoardResponse, error: ReclamationError) -> BoardResponse:
        """Return the page of an error with the headers of it; an incident is logged."""
        self._log(error)
        return attrs.evolve(page, headers={**page.headers, **incident_headers(error, self.request.id)})

    def _log(self, error: ReclamationError) -> None:
        """Log an incident under the number that the page shows."""
        if is_incident(error):
            log_incident(error, self.request.method, f"{self.request.base}{self.request.path}", self.request.id)

    def redirect(self, path: str) -> BoardResponse:
        return BoardResponse.redirect(f"{self.request.base}{path}")

    def choose_role(self) -> BoardResponse:
        """Tell the host which role the person has chosen, and go back to the page; no other site is gone to."""
        key = self._posted("role")
        if key not in {one.key for one in self.request.roles}:
            return self.page("error.html", HTTPStatus.FORBIDDEN, message=_NO_ROLE)
        back = quote(self._posted("suite").lstrip("/\\"), safe="/?%=&+:;,@!$*()~", errors="replace")
        return attrs.evolve(self.redirect(f"/{back}"), role=key)

    # What is to be done

    def due(self) -> BoardResponse:
        """Show what is to be done: how many of each kind, with their list, and the first of each."""
        person = self.request.first("suivi")
        found = self.desk.worklist(as_of=self._today, assigned_to=person or None)
        items: list[_Work] = [*found.cases, *found.actions, *filter(None, (found.signals,))]
        due, sites = [one for one in items if one.count], found.sites
        return self.page(
            "due.html",
            groups=list(self._groups(due, person)),
            nothing=[one for one in items if not one.count],
            sites=[
                (site, [(one.by_site.get(site, 0), self._work_address(one, site, person)) for one in due])
                for site in sites[:_MOST_SITES]
            ],
            more_sites=max(0, len(sites) - _MOST_SITES),
            damaged=found.damaged,
            person=person,
        )

    def _groups(self, items: Iterable[_Work], person: str) -> Iterator[tuple[_Work, list[Any], str, bool]]:
        """Yield each kind with its first rows, the address of its list, and whether the rows are open.

        Those that come first are open as long as they are two screens of a phone together.
        """
        count = 0
        for one in items:
            rows: list[Any] = self._rows(one.first) if isinstance(one, CaseWork) else list(one.first)
            count += len(rows)
            yield one, rows, self._work_address(one, person=person), count <= _MOST_OPEN

    def _work_address(self, work: _Work, site: str = "", person: str = "") -> str:
        """Return the address of the list of what is to be done, of a site, of a person."""
        last = work.query.received_until if isinstance(work, CaseWork) else None
        more = _address({"au": "" if last is None else last.isoformat(), "centre": site, "suivi": person})
        path = _WORK_PATHS[work.kind]
        return path + ("&" if "?" in path else "?") * bool(more) + more

    def actions(self) -> BoardResponse:
        """Show the actions that are late, or those whose effectiveness is to be judged."""
        kind = ActionWorkKind.CHECK if self.request.first("liste") == "evaluer" else ActionWorkKind.LATE
        site = self.request.first("centre")
        found = self._desk_of(site).worklist(as_of=self._today, limit=_MOST_WORK, action_kind=kind)
        return self.page("actions.html", work=found.actions[0], site=site, damaged=found.damaged)

    def signals(self) -> BoardResponse:
        """Show the rises of plans that wait for a decision, or all, with repeated messages; or one with its cases."""
        site, has_all = self.request.first("centre"), self.request.first("etat") == "tous"
        desk, signal = self._desk_of(site), self.request.first("signal")
        found = desk.signals()
        shown = [one for one in found.on_plans if (one.reference == signal if signal else has_all or one.is_open)]
        return self.page(
            "signals.html",
            **self._page_of(shown[0].cases if signal and shown else (), desk),
            signals=shown[:_MOST_SIGNALS],
            signal=signal,
            number=len(shown),
            has_all=has_all,
            settled=len(found.on_plans) - len(shown),
            messages=found.found[:_MOST_SIGNALS],
            about=self._about(case for one in found.found[:_MOST_SIGNALS] for case in one.cases) if not signal else {},
            damaged=found.damaged,
            site=site,
            zone=PARIS,
            commands=self._open_on(shown[0].plan) if shown else (),
            most=MOST_ACTIONS,
        )

    # Cases

    def cases(self) -> BoardResponse:
        """Show a page of the cases that meet the criteria, in an order, with the numbers of the other choices."""
        own = [_OwnCriterion.of(fact, self.lang) for fact in self._searched_facts.values()]
        names = (*_CRITERIA, *(name for one in own for name in one.parameters))
        chosen = {name: self.request.first(name) for name in (*names, "tri", "sens", "suite")}
        chosen["ouverts"] = chosen["ouverts"] or ("tous" if chosen["etat"] else "oui")
        chosen["tri"] = chosen["tri"] or CaseOrder.AWAITED.value
        query = self._criteria(chosen)
        page = self.desk.cases.summaries(
            query,
            order_by=chosen["tri"],
            descending=chosen["sens"] == "desc",
            limit=PAGE_SIZE,
            after=chosen["suite"] or None,
        )
        counts, closed = self._counts(query), {CaseState.CLOSED} if query.is_open else set()
        units, name_of = {*filter(None, (*counts["centre"], query.owner))}, self.board.sites.name_of
        regions = {str(self.board.sites.region_of(code)) for code in self.board.sites}
        return self.page(
            "cases.html",
            page=page,
            count=sum(counts["etat"][state] for state in query.states or {*CaseState} - closed),
            counts=counts,
            chosen=chosen,
            has_criteria=any(chosen[name] for name in names if name != "ouverts") or not query.is_open,
            cleared={
                name: _address({**chosen, "suite": "", "ouverts": self.request.first("ouverts"), name: ""})
                for name in names
                if name != "ouverts" or not (query.is_open or chosen["etat"])
            },
            rows=self._rows(page.summaries),
            sorts=_sorts(chosen),
            criteria=_address({**chosen, "suite": "", "tri": "", "sens": ""}),
            beginning=_address({**chosen, "suite": ""}),
            following=_address({**chosen, "suite": page.next or ""}),
            choices={
                "etat": list(CaseState),
                "niveau": list(Level),
                "criticite": list(Band),
                "type": list(CaseKind),
                "recevabilite": [
                    (_POSSIBLE, _NOT_OUTSIDE.in_(self.lang)),
                    *(
                        (one.value, one.label(self.lang))
                        for one in Admissibility
                        if one is not Admissibility.MALFUNCTION
                    ),
                ],
                "canal": list(Channel),
                "tri": list(CaseOrder),
            },
            themes=sorted(self._themes.items(), key=lambda one: fold_label(typeset(one[1]))),
            regions=[(name, name) for name in sorted(regions, key=fold_label)],
            units=sorted(((code, name_of(code)) for code in units), key=lambda one: fold_label(one[1])),
            own=own,
        )

    def search(self) -> BoardResponse:
        """Show what a text stands for: the case of a reference at once, else a page of the cases found."""
        if not (text := self.request.first("q")):
            return self.redirect("/dossiers")
        found = self.desk.cases.search(text, limit=PAGE_SIZE, after=self.request.first("suite") or None)
        first = next(iter(found.hits), None)
        if first is not None and first.match is CaseMatch.REFERENCE:
            return self.redirect(f"/dossiers/{first.case.reference}")
        return self.page(
            "search.html",
            text=text,
            found=found,
            rows=self._rows([hit.case for hit in found.hits]),
            matches={hit.case.reference: hit.match for hit in found.hits},
            most=MOST_COUNTED,
            following=_address({"q": text, "suite": found.next or ""}),
        )

    def _rows(self, summaries: Sequence[CaseSummary]) -> list[tuple[CaseSummary, int | None, str]]:
        """Return the rows of a list, each with the business days until its answer and the label of its theme."""
        themes, left = self._themes, self.desk.cases.days_left
        return [(one, left(one, self._today), themes.get(one.theme or "", one.theme or "")) for one in summaries]

    def _about(self, cases: Iterable[str]) -> dict[str, str]:
        """Return the first words of each case that the desk sees, by reference."""
        named = frozenset(cases)
        found = self.desk.cases.summaries(CaseQuery(references=named), limit=max(1, len(named))).summaries
        return {one.reference: one.excerpt or "" for one in found}

    @property
    def _themes(self) -> dict[str, str]:
        """The labels of the themes of the organisation, or of those proposed, by code."""
        return {one.code: verbatim(one.label(self.lang)) for one in (self.board.taxonomy or TRAINING_BODY).themes}

    def _criteria(self, chosen: Mapping[str, str] | None = None) -> CaseQuery:
        """Return the criteria of the address, or those chosen.

        Raises:
            FaultsError: a value is refused.
        """
        given = chosen or {name: self.request.first(name) for name in _CRITERIA}
        region = given["region"]
        several = {name: {value} if value else frozenset() for name, value in given.items()}
        if given["recevabilite"] == _POSSIBLE:
            several["recevabilite"] = {one.value for one in Admissibility if one is not Admissibility.OUT_OF_SCOPE}
        due_from, due_until = self._days_of_answers(given["retard"])
        received_from, received_until = read_day("received_from", given["du"]), read_day("received_until", given["au"])
        found = CaseQuery(
            text=given["q"] or None,
            states=several["etat"],
            levels=several["niveau"],
            criticalities=several["criticite"],
            admissibilities=several["recevabilite"],
            owner=given["centre"] or None,
            kind=given["type"] or None,
            received_from=received_from,
            received_until=received_until,
            due_from=due_from,
            due_until=due_until,
            is_open=given["ouverts"] == "oui" and not given["etat"],
            themes=several["theme"],
            channels=several["canal"],
            sites=self.desk.cases.sites_of(region) if region else frozenset(),
            is_unacknowledged=bool(given["accuse"]),
            assigned_to=given["suivi"] or None,
            references=self.desk.cases.with_late_actions(self._today) if given["actions"] else None,
            **self._own_criteria(),
        )
        return require_known(self.desk.cases, found)

    @property
    def _searched_facts(self) -> dict[str, Fact]:
        """The facts of editions that cases are found by, by the names of their parameters."""
        return searched_facts(self._own_facts.values())

    def _own_criteria(self) -> dict[str, Any]:
        """Return the criteria by the facts of editions in the address, as arguments of `CaseQuery`.

        Raises:
            FaultsError: a value is none of its fact.
        """
        facts = self._searched_facts
        texts = ((name, _OwnCriterion.of(fact, self.lang).text(self.request.first)) for name, fact in facts.items())
        return own_criteria(facts, ((name, text) for name, text in texts if text))

    def _days_of_answers(self, criterion: str) -> tuple[date | None, date | None]:
        """Return the first and the last day of the answers that a criterion selects."""
        today, one = self._today, timedelta(days=1)
        days: dict[DeadlineStatus, tuple[date | None, date | None]] = {
            DeadlineStatus.OVERDUE: (None, today - one),
            DeadlineStatus.DUE_TODAY: (today, today),
            DeadlineStatus.RUNNING: (today + one, None),
        }
        return days[_DUE.get(criterion, DeadlineStatus.OVERDUE)] if criterion else (None, None)

    def _counts(self, query: CaseQuery) -> dict[str, Counter[str | None]]:
        """Return the number of cases of each choice of a criterion, as the other criteria limit them.

        The cases that meet the other kinds of criteria are read once, by the combinations of their codes.
        """
        every = attrs.evolve(query, states=(), levels=(), criticalities=(), admissibilities=(), owner=None, kind=None)
        every = attrs.evolve(every, due_from=None, due_until=None, is_open=False)
        chosen = {name: {value} for name in (*_FACETS, "type") if (value := self.request.first(name))}
        if "retard" in chosen:
            chosen["retard"] = {_DUE.get(self.request.first("retard"), DeadlineStatus.OVERDUE).value}
        if query.is_open:
            chosen["etat"] = chosen.get("etat", set(CaseState)) - {CaseState.CLOSED}
        if chosen.get("recevabilite") == {_POSSIBLE}:
            chosen["recevabilite"] = {one.value for one in query.admissibilities}
        counts = {name: Counter[str | None]() for name in (*_FACETS, "type")}
        for codes, count in self.desk.cases.tabulate(_FACETS.values(), every, as_of=self._today).items():
            values = dict(zip(_FACETS, codes, strict=True))
            is_malfunction = values["recevabilite"] == Admissibility.MALFUNCTION.value
            values["type"] = (CaseKind.MALFUNCTION if is_malfunction else CaseKind.COMPLAINT).value
            unmet = [name for name, wanted in chosen.items() if values[name] not in wanted]
            for name, code in values.items():
                if unmet in ([], [name]):
                    counts[name][code] += count
        late = counts["retard"]
        counts["retard"] = Counter({name: late[status.value] for name, status in _DUE.items()})
        able = counts["recevabilite"]
        counts["recevabilite"] = able + Counter({_POSSIBLE: able.total() - able[Admissibility.OUT_OF_SCOPE.value]})
        return counts

    def case(self, reference: str, form: Form | None = None) -> BoardResponse:
        """Show a case: what is next, its parts, its history and its commands, and what was recorded or not exported."""
        found = self.desk.overview(reference, self.lang)
        case, entries = found.case, found.timeline(self.lang, is_printed=True)
        ledger = ledger_of(case)
        shown, months = entries[: -_MOST_EVENTS - 1 : -1], list(_months(ledger))
        possible, allowed = _possible(found), [one for one in found.commands if not one.is_refused]
        assignee = None if case.assigned_to is None else case.read(case.assigned_to)
        done = self._done(found, entries)
        known, judged = list(_known_facts(case, found.own, self.lang, self._themes)), set(Qualified.judges)
        form = form or Form(())
        return self.page(
            "case.html",
            form.status,
            form=form,
            case=case,
            done=done,
            following=self._next_registration(case) if done is not None and done.number == 1 else "",
            acknowledged=next((one for one in entries[: done.number] if one.type == _ACKNOWLEDGEMENT), None)
            if done
            else None,
            is_letter_due=done is not None
            and case.complainant is not None
            and CASE_EVENTS.commands.get(CASE_EVENTS.classes[done.type]) in LETTER_COMMANDS.values(),
            identifies=CommandType.IDENTIFY_COMPLAINANT in possible,
            corrections=[one for one in _corrections(done) if one in possible],
            assignee=assignee,
            takes=CommandType.ASSIGN in possible and bool(self.request.person) and assignee != self.request.person,
            version=etag(case),
            explanation=found.explanation,
            lost="" if found.lack is None else self._message(found.lack),
            facts=[one for one in known if one[0].name not in judged],
            risks=[one for one in known if one[0].name in judged],
            unused=list(_own_values(case, case.facts.own.unused, found.own, self.lang)),
            documents=found.documents,
            supports=[one for one in entries if one.type in _SUPPORTS],
            containments=[one for one in entries if one.type in _CONTAINMENTS],
            causes=self._causes(case),
            actions=found.actions,
            answer=case.answer_of(case.answer_cycles[-1]) if case.answer_cycles else None,
            answers=[one for one in entries if one.stage is ProofStage.ANSWER],
            ledger=ledger,
            months=months[-_MOST_MONTHS:],
            earlier=len(months) > _MOST_MONTHS,
            history=shown,
            older=case.version - len(shown),
            is_cut=any(len(text) > _MOST_OF[name] for name, text in _texts_of_page(case, shown)),
            most_of=_MOST_OF,
            left=found.days_left,
            steps=found.next_steps,
            allowed=[(group, of) for group in CommandGroup if (of := [one for one in allowed if one.group is group])],
            refused=[one for one in found.commands if one.is_refused],
        )

    def _next_registration(self, case: Case) -> str:
        """Return the address of the form of another registration, at the same site and by the same channel."""
        channel = case.facts.get("channel", "")
        known = {"type": case.kind.value, "site": case.site, "channel": str(channel) if channel in set(Channel) else ""}
        return f"/dossiers/nouveau?{_address(known)}"

    def _done(self, found: CaseOverview, entries: Sequence[TimelineEntry]) -> TimelineEntry | None:
        """Return the event that the person has just recorded, as the address has its number; None without one.

        An erasure is shown to everybody: the name of the person who recorded it is erased too.
        """
        number = self.request.first("fait")
        recorded = (one for one in entries if one.number in found.own_events or one.type == _ERASURE)
        done = next((one for one in recorded if str(one.number) == number), None)
        if done is not None and done.number == 1:  # a person records a message, not a registration
            return attrs.evolve(done, label=found.case.kind.label(self.lang))
        return done

    def _causes(self, case: Case) -> str:
        """Return the causes of a case by name."""
        taxonomy, causes = self.board.taxonomy or TRAINING_BODY, () if case.analysis is None else case.analysis.causes
        return ", ".join(taxonomy.named(one).in_(self.lang) for one in causes)

    def command(
        self, reference: str, name: str, form: Form | None = None, preview: _LetterPreview | None = None
    ) -> BoardResponse:
        """Show the form of a command, or the form as it was refused; that of an answer beside its letter."""
        command = _command(tuple(CommandType), name)
        found = self.desk.overview(reference, self.lang, command=command)
        case, made = found.case, found.form
        fields = _with_known(made.fields, {"event": self.request.first("event")})
        shown, linked = form or Form(fields), Form(made.linked) if made.linked else None
        if form is not None and LINKED.name in self.request.form:
            shown, linked = Form(fields), form
        is_answer = command is CommandType.ANSWER
        return self.page(
            "answer.html" if is_answer else "command.html",
            form.status if form else HTTPStatus.OK,
            preview=preview or _LetterPreview(),
            blocks=self._text_blocks(found, shown.fields) if is_answer else (),
            most_blocks=_MOST_BLOCKS,
            case=case,
            identifies=is_answer and case.complainant is None and CommandType.IDENTIFY_COMPLAINANT in _possible(found),
            command=command,
            guards=made.refusals,
            # A preview keeps the version that its page was opened with: what is recorded meanwhile is a conflict.
            version=self._posted("version") if form is not None and not form.message else etag(case),
            left=found.days_left,
            causes=self._causes(case),
            actions=found.actions,
            form=shown,
            linked=linked,
            guidance=made.help.view(self.lang),
        )

    def give_command(self, reference: str, name: str) -> BoardResponse:
        """Give a command; a refusal shows the form again, with what was entered and why it is refused."""
        made = self.desk.form(_command(tuple(CommandType), name), reference)
        form, refused, down = self._uploaded(reference)
        return attrs.evolve(self, request=attrs.evolve(self.request, form=form)).give(reference, made, refused, down)

    def give(
        self, reference: str, made: CommandForm, refused: Sequence[Fault], down: DocumentStoreError | None
    ) -> BoardResponse:
        """Give the command of a posted form whose files were uploaded, or refused, or the store of them is down."""
        command = CommandType.parse(made.command)
        zone: ZoneInfo = made.zone  # type: ignore[assignment]  # the form of a command on a case has it
        fields = with_offsets(made.linked if LINKED.name in self.request.form else made.fields, self.request.form, zone)
        if command is CommandType.ANSWER:
            if self._posted(_INSERTED):
                return self.command(reference, command.value, self._with_block(reference, fields))
            if self._posted(_PREVIEWED):
                return self._preview(reference, fields, zone)

        def give() -> str:
            document = _read_with(refused, lambda: read_command(command.value, fields, self.request.form, zone))
            if down is not None:
                raise down
            after = self.desk.execute(reference, document, expected_version=read_version(self._posted("version")))
            return f"/dossiers/{quote(reference)}?fait={after.version}"

        return self._submitted(give, fields, partial(self.command, reference, command.value))

    def _uploaded(self, reference: str) -> tuple[Mapping[str, Sequence[str]], list[Fault], DocumentStoreError | None]:
        """Upload the files of a form; return its fields with their keys, the faults of others, why no more are stored.

        A form that is shown again has the keys: a browser does not fill in files again.
        """
        form = {name: list(values) for name, values in self.request.form.items()}
        refused: list[Fault] = []
        for file in self.request.files:
            if file.field != DOCUMENTS or not file.name:
                continue
            name = file_name(file.name)
            try:
                uploaded = self.desk.upload_document(reference, NewDocument(name=name, content=file.content))
            except FaultsError as error:
                refused += (Fault(DOCUMENTS, name, _of_file(name, fault.expected)) for fault in error.faults)
            except DocumentStoreError as error:
                return form, refused, error
            else:
                form.setdefault(DOCUMENTS, []).append(f"{uploaded.key} {uploaded.name}")
        return form, refused, None

    def document(self, reference: str, number: str) -> BoardResponse:
        """Send a document of a case, and record who opened it."""
        found = next((one for one in self.desk.documents(reference) if str(one.number) == number), None)
        if found is None:
            raise DocumentNotFoundError(f"{reference}, {number}")
        opened = self.desk.open_document(reference, found.key)
        headers = {**SECURITY_HEADERS, **opened.headers}
        return BoardResponse(file=opened.content, content_type=headers.pop("Content-Type"), headers=headers)

    def _text_blocks(self, case: CaseOverview, fields: Sequence[FormField]) -> tuple[FilledBlock, ...]:
        """Return the text blocks for an answer with the decision that is chosen, if one is; the most specific first."""
        decision = next((value for one in fields if one.name == "decision" for value in one.values if value), None)
        known = AnswerDecision.parse(decision) if decision in tuple(AnswerDecision) else None
        found = blocks_for(self.board.text_blocks, case.case, sites=case.sites, decision=known)
        return tuple(sorted(found, key=lambda one: (not one.block.decisions, not one.block.themes)))

    def _with_block(self, reference: str, fields: Sequence[FormField]) -> Form:
        """Return the form of an answer as it was posted, with a text block after the text; the focus is on the text."""
        blocks = self.desk.reports.text_blocks(reference, self.board.text_blocks)
        chosen = [one.text for one in blocks if one.block.name == self._posted(_INSERTED) and one.text is not None]
        entered = with_values(fields, self.request.form, {})
        text = "\n\n".join(filter(None, (self._posted("text").replace("\r\n", "\n"), *chosen)))
        shown = tuple(attrs.evolve(one, values=(text,)) if one.name == "text" else one for one in entered)
        return Form(shown, focus="text")

    def _preview(self, reference: str, fields: Sequence[FormField], zone: ZoneInfo) -> BoardResponse:
        """Show the form of an answer as it was posted, with its letter or what it lacks; nothing is recorded."""
        show = partial(self.command, reference, CommandType.ANSWER.value)
        form = Form(with_values(fields, self.request.form, {}), focus="")
        try:
            draft = read_command(CommandType.ANSWER.value, fields, self.request.form, zone)
            letter = self.desk.reports.letter(reference, LetterKind.ANSWER, self.board.letters, draft=draft)
            return show(form, _LetterPreview(letter=letter))
        except ReclamationError as error:
            if isinstance(error, FaultsError) and all(one.path.startswith(_OF_LETTERS) for one in error.faults):
                return show(form, _LetterPreview(lacks=_lacks_of(error, self.lang)))
            return self._refused(fields, error, show)

    def registration(self, form: Form | None = None, doubts: _Doubts = ((), None)) -> BoardResponse:
        """Show the form of a client's request or of a malfunction, or the form as it was refused."""
        role = chosen_role(self.request.roles, self.request.role)
        own = role.sites if role is not None and len(role.sites) == 1 and not role.regions else ()
        known = {name: self.request.first(name) for name in _OF_NEXT} | ({"site": own[0]} if own else {})
        made = self.desk.form("register", kind=self._kind)
        shown = form or Form(_with_known(made.fields, known))
        sending = {**self.request.hidden, "envoi": self._posted("envoi") or uuid4().hex}
        sending |= {_SEEN: "oui"} if any(doubts) or self._posted(_SEEN) else {}
        return self.page(
            "register.html",
            shown.status,
            form=shown,
            kind=self._kind.value,
            sent=attrs.evolve(self.request, hidden=sending),
            is_doubtful=any(doubts),
            similar=doubts[0],
            long_past=doubts[1],
            guidance=made.help.view(self.lang),
        )

    @property
    def _kind(self) -> CaseKind:
        return next((one for one in CaseKind if one.value == self.request.first("type")), CaseKind.COMPLAINT)

    def register(self) -> BoardResponse:
        """Register a request or a malfunction, and show its case."""
        zone = zone_of(self.board.sites, self._posted("site"))
        fields = with_offsets(self.desk.form("register", kind=self._kind).fields, self.request.form, zone)
        if not self._posted(_SEEN) and any(doubts := self._doubts(fields, zone)):
            return self.registration(Form(with_values(fields, self.request.form, {})), doubts)

        def give() -> str:
            document = read_command("register", fields, self.request.form, zone, self._kind)
            if sending := self._posted("envoi"):  # a form that is sent twice is one case, with other words another
                sent = sha256(json.dumps([sending, document], sort_keys=True).encode()).hexdigest()
                document.setdefault("source", f"formulaire {sent[:32]}")
            case = self.desk.execute(None, document)
            require_same_words(case, document)
            return f"/dossiers/{quote(case.reference)}?fait=1"

        return self._submitted(give, fields, self.registration)

    def _doubts(self, fields: Sequence[FormField], zone: ZoneInfo) -> _Doubts:
        """Return the likely duplicates of a new case, and its day if that is long past; none for one refused anyway."""
        try:
            document = read_command("register", fields, self.request.form, zone, self._kind)
            received_on = datetime.fromisoformat(document["facts"]["received_at"]).astimezone(zone).date()
        except (FaultsError, OverflowError):
            return (), None
        sites, site, has_deadline = self.board.sites, document["site"], self._kind is CaseKind.COMPLAINT
        if has_deadline and site in sites and received_on < sites[site].calendar().first:
            return (), None
        text, sender = document.get("verbatim"), document.get("complainant")
        similar = self.desk.cases.similar(text, site=site, received_on=received_on, sender=sender)
        return similar, received_on if self.desk.cases.today - received_on > PERIOD else None

    def questions(self) -> BoardResponse:
        """Show the questions whose answers are missing, with the cases that wait for them; those due first."""
        site, person = self.request.first("centre") or None, self.request.first("suivi") or None
        asked = CaseQuery(has_question=True, owner=site, assigned_to=person)
        found = self.desk.cases.summaries(asked, order_by=CaseOrder.AWAITED, limit=_MOST_QUESTIONS).summaries
        these = CaseQuery(references={one.reference for one in found})
        answers = {one.case: one for one in self.desk.agenda(date.max, query=these).answers}  # not those suspended
        rows = [(answers.get(row[0].reference), *row) for row in self._rows(found)]
        return self.page("questions.html", rows=rows, others=self.desk.cases.count(asked) - len(rows))

    # Documents

    def documents(self, form: Form | None = None) -> BoardResponse:
        """Show what can be downloaded about all cases, with an export that was refused, and the log of exports."""
        sites, form = self.board.sites, form or Form(())
        exports = self.desk.reports.latest_exports(MOST_EXPORTS)
        return self.page(
            "documents.html",
            form.status,
            form=form,
            page_formats=(ReportFormat.HTML, ReportFormat.PDF),
            sites=[(code, sites[code].name) for code in sites if _sees(self.desk, PlanScope.site(code))],
            exports=exports[::-1],
            zone=PARIS,
            is_signed=self.board.signing_key is not None,
        )

    def register_file(self, suffix: str) -> BoardResponse:
        """Send the register of the cases that meet the criteria of the list."""
        texts = bool(self.request.first("textes"))
        report = self.desk.reports.register(self._criteria(), shown=self.request.first("lecteur") or None, texts=texts)
        return self._report(report, f"registre-{self._today}.{suffix}", suffix)

    def case_file(self, reference: str, suffix: str) -> BoardResponse:
        """Send the file of a case, with its texts if the address says so."""
        report = self.desk.reports.case(reference, texts=bool(self.request.first("textes")))
        return self._report(report, f"fiche-{reference}.{suffix}", suffix)

    def plan_file(self, scope: str, suffix: str) -> BoardResponse:
        """Send a plan, or one of its published plans."""
        named, number = PlanScope.parse(scope), self._number("edition")
        return self._report(self.desk.reports.plan(named, number), self._plan_file_name(named, number, suffix), suffix)

    def _plan_file_name(self, scope: PlanScope, number: int | None, suffix: str) -> str:
        return f"pgaac-{scope.label()}-{f'edition-{number}' if number else self._today}.{suffix}"

    def _report(self, report: Report, name: str, suffix: str) -> BoardResponse:
        chosen = format_of(suffix)
        if table := self.request.first("tableau"):
            report, name = report.only(table), name.removesuffix(f".{suffix}") + f"-{table}.{suffix}"
        with background():
            read = report.spooled(MOST_ROWS.get(chosen))
        return self._pending(name, lambda stream: write_report(read, stream, chosen, self.lang), self._language_headers)

    def _pending(
        self, name: str, write: Callable[[IO[bytes]], object], headers: Mapping[str, str] = MappingProxyType({})
    ) -> BoardResponse:
        """Return the response with a file that is still to be written; an error of writing it is a page."""

        def written() -> BoardResponse:
            try:
                with background():
                    made = BoardResponse.download(name, write)
                return attrs.evolve(made, headers={**made.headers, **headers})
            except ReclamationError as error:
                return self.failed(error)

        return BoardResponse(pending=written)

    def letters(self, reference: str) -> BoardResponse:
        """Show the letters of a case: their formats, or what they lack."""
        found = self.desk.overview(reference, self.lang)
        lacking = {kind: self._lacking(reference, kind) for kind in LetterKind}
        possible = _possible(found)
        commands = {kind: command for kind, command in LETTER_COMMANDS.items() if command in possible}
        return self.page(
            "letters.html",
            case=found.case,
            settings=[*dict.fromkeys(text for lacks in lacking.values() for text, is_setting in lacks if is_setting)],
            letters=lacking.items(),
            commands=commands,
            identifies=CommandType.IDENTIFY_COMPLAINANT in possible,
            formats=list(LetterFormat),
            service=self.request.first("service"),
            redirection=self.request.first("vers"),
            kinds=list(RedirectionKind),
        )

    def _lacking(self, reference: str, kind: LetterKind) -> list[tuple[str, bool]]:
        """Return what a letter lacks, each with True for a setting of all letters; nothing if it can be written."""
        try:
            self._letter(reference, kind)
        except FaultsError as error:
            return list(_lacks_of(error, self.lang))
        except ReclamationError as error:
            self._log(error)
            return [(sentence(self._message(error)), False)]
        return []

    def _letter(self, reference: str, kind: LetterKind | str) -> Letter:
        """Return a letter; the address of the page has the department of a redirection, which other letters ignore."""
        is_redirection = kind == LetterKind.REDIRECTION
        service, redirection = self.request.first("service"), self.request.first("vers")
        return self.desk.reports.letter(
            reference,
            kind,
            self.board.letters,
            redirected_to=service if is_redirection and service else None,
            redirection=redirection if is_redirection and redirection in tuple(RedirectionKind) else None,
        )

    def letter_file(self, reference: str, name: str, suffix: str) -> BoardResponse:
        """Send a letter."""
        if name not in (*LetterKind,):
            raise _NoPageError
        try:
            letter = self._letter(reference, name)
        except FaultsError as error:
            message = " ".join(text for text, _ in _lacks_of(error, self.lang))
            return self.page("error.html", error.kind.status, message=message)
        file = f"courrier-{reference}-{LetterKind.parse(name).label(self.lang)}.{suffix}"
        return self._pending(file, lambda stream: stream.write(letter_bytes(letter, suffix)))

    def calendar(self) -> BoardResponse:
        """Send what is due by which day, of a site, of a region or of all that the desk sees."""
        site, region = self.request.first("centre"), self.request.first("region")
        desk = self.desk.scoped(site=site or None, region=region or None) if site or region else self.desk
        limited: dict[str, Any] = {"domain": self.board.calendar_domain, "limit": MOST_DUE}
        if person := self.request.first("suivi"):
            limited |= {"query": CaseQuery(assigned_to=person), "checks": False}
        tag = desk.reports.calendar_tag(**limited)
        if self.lang != "fr":
            tag = f'{tag[:-1]}-{self.lang}"'
        headers = {**SECURITY_HEADERS, **self._language_headers, "ETag": tag, "Cache-Control": "private, no-cache"}
        if {tag, f"W/{tag}", "*"}.intersection(re.split(r"\s*,\s*", self.request.known_tags.strip())):
            return BoardResponse(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        return self._calendar("echeances.ics", desk.reports.calendar(**limited), headers)

    def case_calendar(self, reference: str) -> BoardResponse:
        """Send what is due of one case."""
        found = due_calendar([self.desk.cases.get(reference)], domain=self.board.calendar_domain)
        return self._calendar(f"echeances-{reference}.ics", found, self._language_headers)

    def _calendar(self, name: str, found: DueCalendar, headers: Mapping[str, str]) -> BoardResponse:
        return self._pending(name, lambda stream: stream.write(calendar_bytes(found, self.lang)), headers)

    def case_audit(self, reference: str) -> BoardResponse:
        """Send the audit file of a case, and record the export."""
        try:
            return self._audit(f"preuves-{reference}.zip", case=reference)
        except ReclamationError as error:
            return self._refused((), error, partial(self.case, reference))

    def period_audit(self) -> BoardResponse:
        """Send the audit file of the cases received in a period, and record the export."""
        try:
            first, last = (read_day(name, self._posted(name)) for name in ("du", "au"))
            name = "-".join(map(str, filter(None, ("preuves", first, last))))
            return self._audit(f"{name}.zip", received_from=first, received_until=last)
        except FaultsError as error:
            return self.documents(Form((), self._message(error), error.kind.status))

    def _audit(self, name: str, **subject: Any) -> BoardResponse:
        chosen: dict[str, Any] = {
            name: bool(self._posted(field))
            for name, field in (("texts", "textes"), ("notes", "notes"), ("documents", "pieces"))
        }

        def write(stream: IO[bytes]) -> None:
            with TemporaryDirectory() as folder:
                path = Path(folder, "preuves.zip")
                self.desk.reports.audit(path, key=self.board.signing_key, **chosen, **subject)
                with path.open("rb") as archive:
                    copyfileobj(archive, stream)

        with background():
            return BoardResponse.download(name, write)

    # Indicators

    def indicators(self) -> BoardResponse:
        """Show the indicators of a period: those of each unit, those in need first, or those of one unit."""
        asked = self._indicators_asked()
        desk = self._desk_of(asked.site)
        found = desk.indicator_page(since=asked.since, until=asked.until, limit=INDICATOR_COST)
        sites = self.board.sites
        return self.page(
            "indicators.html",
            found=found,
            asked=asked,
            units=found.units[:MOST_UNITS],
            more_units=max(0, len(found.units) - MOST_UNITS),
            months=() if found.months is None else months_of(found.months),
            charts=(chart_of_units(found, sites, self.lang), chart_of_months(found, self.lang)),
            sites=[(code, sites[code].name) for code in sites if _sees(self.desk, PlanScope.site(code))],
            units_of=FigureUnit,
            value=value_in_words,
            interval=interval_in_words,
            fewest=FEWEST,
            below=BELOW,
        )

    def figure_cases(self) -> BoardResponse:
        """Show a page of the cases that a figure counts, of those they are a share of, or of the others of these."""
        asked, part = self._indicators_asked(), self.request.first("liste")
        desk, name = self._desk_of(asked.site), self.request.first("indicateur")
        (row,) = desk.indicators(since=asked.since, until=asked.until, names=[name], limit=INDICATOR_COST).rows
        counted, total = row.figure.cases or (), row.figure.of or ()
        others = sorted((Counter(total) - Counter(counted)).elements()) if part == "autres" else ()
        found = {"sur": total, "autres": others}.get(part, counted)
        return self.page(
            "figure_cases.html",
            **self._page_of(found, desk),
            asked=asked,
            indicator=row.indicator,
            figure=row.figure,
            part=part,
            total=len(found),
        )

    def _page_of(self, references: Sequence[str], desk: Desk) -> dict[str, Any]:
        """Return a page of the cases of these references, each once, as templates take it."""
        first = (self._number("page") or 1) * PAGE_SIZE - PAGE_SIZE
        cases = [*dict.fromkeys(references)]
        shown = cases[first : first + PAGE_SIZE]
        summaries = desk.cases.summaries(CaseQuery(references=frozenset(shown))).summaries if shown else ()
        return {
            "count": len(cases),
            "first": first,
            "size": PAGE_SIZE,
            "rows": self._rows(summaries),
            "lost": len(shown) - len(summaries),
        }

    def indicators_file(self, suffix: str) -> BoardResponse:
        """Send the indicators of a period."""
        asked = self._indicators_asked()
        report = self._desk_of(asked.site).reports.indicators(
            since=asked.since,
            until=asked.until,
            published=bool(self.request.first("publication")),
            limit=10 * INDICATOR_COST,
        )
        return self._report(report, f"indicateurs-{asked.since}-{asked.until}.{suffix}", suffix)

    def _indicators_asked(self) -> AskedIndicators:
        """Return the period and the site of the address; the last month that is over by default.

        Raises:
            FaultsError: a day is refused.
        """
        last = last_month(self._today)
        since, until = (read_day(name, self.request.first(name)) for name in ("du", "au"))
        return AskedIndicators(since or last.since, until or last.until, self.request.first("centre"))

    def _desk_of(self, site: str) -> Desk:
        return self.desk.scoped(site=site) if site else self.desk

    # Plans

    def plans(self) -> BoardResponse:
        """Show the plans of the nation, the regions and the sites."""
        elsewhere: dict[PlanScope, list[CaseAction]] = {}
        for one in self.desk.actions_elsewhere():
            elsewhere.setdefault(one.line.scope, []).append(one)
        scopes = [one for one in plan_scopes(self.board.sites) if _sees(self.desk, one)]
        return self.page("plans.html", scopes=scopes, elsewhere=list(elsewhere.items()), most=MOST_ACTIONS)

    def plan(self, scope: str) -> BoardResponse:
        """Show a plan: a page of its actions, its published plans, and the files of it that were sent."""
        named = PlanScope.parse(scope)
        service = self.desk.pgaac(named)
        current, zone = service.outline, zone_of_plan(self.board.sites, named)
        has_open = any(one.is_open for one in current.signals)  # decided ones are not worth a second outline
        done, first = self._done_on(current), (self._number("page") or 1) * MOST_ACTIONS - MOST_ACTIONS
        actions = current.actions[first : first + MOST_ACTIONS]
        return self.page(
            "plan.html",
            scope=named,
            plan=current,
            done=done,
            is_published=done is not None and done.label == PlanPublished.event_type.label,
            followed={at.action: one for one in current.actions for at in one.follow_ups if at.scope == named},
            first=first,
            actions=actions,
            about=self._about(case for one in actions for case in one.cases[:20]),
            size=MOST_ACTIONS,
            gathers=named.kind is not ScopeKind.SITE,
            signals=[one for one in service.signals if one.is_open][:_MOST_SIGNALS] if has_open else [],
            sent=self.desk.reports.latest_exports(_MOST_SENT, named),
            zone=zone,
            commands=[command for command in self._open_on(named) if command in PLAN_COMMANDS],
        )

    def published_plan(self, scope: str, number: str, form: Form | None = None) -> BoardResponse:
        """Show a published plan, or the living plan with the lines that it gathers: its lines, and what changed."""
        named, edition = PlanScope.parse(scope), int(number) or None
        report = self.desk.reports.plan(named, edition)
        lines, changes, *_ = report.tables
        first = (self._number("page") or 1) * MOST_LINES - MOST_LINES
        form = form or Form(_SENDING)
        return self.page(
            "published_plan.html",
            form.status,
            form=form,
            scope=named,
            number=edition,
            report=report,
            columns=lines.columns,
            count=len([*lines.records]),
            rows=list(lines.rows(first, MOST_LINES)),
            first=first,
            size=MOST_LINES,
            changes=list(changes.rows(0, _MOST_CHANGES + 1)),
            most=_MOST_CHANGES,
            sent=self.desk.reports.latest_exports(_MOST_SENT, named, edition),
        )

    def send_plan(self, scope: str, number: str) -> BoardResponse:
        """Send a file of a plan, and record to whom it is sent (diffusion)."""
        named, edition = PlanScope.parse(scope), int(number) or None
        try:
            entered = read_form(_SENDING, self.request.form, PARIS)
            suffix = entered["format"]
            report = self.desk.reports.plan(named, edition)
            content = report_bytes(report.spooled(MOST_ROWS.get(suffix)), suffix, self.lang)
            self.desk.reports.send_plan(named, edition, content, recipients=entered["recipients"])
        except ReclamationError as error:
            return self._refused(_SENDING, error, partial(self.published_plan, scope, number))
        name = self._plan_file_name(named, edition, suffix)
        return BoardResponse.download(name, lambda stream: stream.write(content))

    def action(self, scope: str, action: str) -> BoardResponse:
        """Show an action: what is decided of it, what came of it, and its commands.

        Of an action on a plan outside the scope that serves a case inside it, what concerns that case.
        """
        named = PlanScope.parse(scope)
        line = LineReference(named, action)
        mine = () if _sees(self.desk, named) else self.desk.actions_elsewhere()
        if found_elsewhere := next((one for one in mine if one.line == line), None):
            return self.page(
                "action_elsewhere.html", action=found_elsewhere, about=self._about(found_elsewhere.cases[:100])
            )
        service = self.desk.pgaac(named)
        found = service.part([action]).action(action)
        # With the signal or the action that it came from.
        plan = service.part([action, found.origin_reference or action])
        origin = plan.get(found.origin_reference or "")
        zone = zone_of_plan(self.board.sites, named)
        families = self.board.taxonomy or TRAINING_BODY
        entry = PlanEntry(PlanLine(named, found), lambda _: plan.vault, zone, self._today, families, self.board.sites)
        row = [column.value(entry) for column in PLAN_COLUMNS]
        available = service.available_commands(found.reference)
        return self.page(
            "action.html",
            scope=named,
            action=found,
            followed=origin if origin is not None and line in origin.follow_ups else None,
            about=self._about(found.cases[:100]),
            done=self._done_on(plan),
            plan=plan,
            values=list(zip(PLAN_COLUMNS, row, strict=True)),
            most=_MOST_OF_TEXT,
            most_events=_MOST_EVENTS,
            is_cut=any(len(display(value, self.lang, zone)) > _MOST_OF_TEXT for value in row),
            zone=zone,
            history=service.timeline(action, self.lang, is_printed=True)[::-1],
            allowed=[command for command, guards in available.items() if not guards],
            following=next_plan_command(found, available),
            seen=[one.scope for one in found.follow_ups if _sees(self.desk, one.scope)],
            refused={command: guards for command, guards in available.items() if guards},
            has_chart=found.charted_from(of_signal=plan.get_signal(found.origin_reference or "") is not None)
            is not None,
        )

    def effect(self, scope: str, action: str) -> BoardResponse:
        """Show the g chart of an action: whether the complaints that it is about became rarer."""
        named = PlanScope.parse(scope)
        report = self.desk.reports.effect(named, action, limit=MOST_COMPLAINTS)
        return self.page("effect.html", scope=named, action=action, report=report)

    def effect_file(self, scope: str, action: str, suffix: str) -> BoardResponse:
        """Send the g chart of an action."""
        report = self.desk.reports.effect(PlanScope.parse(scope), action, limit=MOST_COMPLAINTS)
        return self._report(report, f"effet-{action}-{self._today}.{suffix}", suffix)

    def plan_command(self, scope: str, name: str, action: str = "", form: Form | None = None) -> BoardResponse:
        """Show the form of a command on a plan or on an action of it, or the form as it was refused."""
        named, reference = PlanScope.parse(scope), action
        command, made, fields = self._plan_fields(named, name, reference)
        plan: BasePlan = made.plan  # type: ignore[assignment]  # the form of a command on a plan has it
        suite = self.request.first(_SUITE)
        followed = plan.get(suite) if command is PlanCommandType.ADD else None
        known = {"follow_up": suite} if followed is None else _of_followed(followed)
        shown = form or Form(_with_known(fields, known))
        return self.page(
            "plan_command.html",
            shown.status,
            scope=named,
            action=plan.action(reference) if reference else None,
            plan=plan,
            followed=followed,
            done=self._done_on(plan) if form is None else None,
            command=command,
            guards=made.refusals,
            form=shown,
            version=etag(plan),
            guidance=made.help.view(self.lang),
            signal=self._signal_of(plan, shown),
        )

    def _signal_of(self, plan: BasePlan, form: Form) -> tuple[Wording, Wording] | None:
        """Return the stream of the signal that a form is about, and what was seen; None without one."""
        named = {one.name: one.texts(self.lang) for one in form.fields}
        (reference,) = (named.get("signal") or named.get("origin_reference") or ("",))[:1]
        if (found := plan.get_signal(reference)) is None:
            return None
        seen = signal_in_words(found.observed, found.expected, found.recurrence_weeks, found.since, found.week)
        stream = name_of_stream(found.kind, found.key)
        return stream_in_words(stream, self.board.sites, self.board.taxonomy or TRAINING_BODY), seen

    def give_plan_command(self, scope: str, name: str, action: str = "") -> BoardResponse:
        """Give a command on a plan, or on an action of it."""
        named, reference = PlanScope.parse(scope), action
        command, _, fields = self._plan_fields(named, name, reference)

        def give() -> str:
            document = read_command(command.value, fields, self.request.form, zone_of_plan(self.board.sites, named))
            document |= {"reference": reference} if reference else {}
            service = self.desk.pgaac(named)
            service.execute(document, expected_version=read_version(self._posted("version")))
            address, done = f"/pgaac/{quote(named.key, safe='')}", {"fait": str(service.part([]).version)}
            new = document["sheet"]["reference"] if command is PlanCommandType.ADD else ""
            if new and (followed := self.request.first(_SUITE)):
                form = f"{address}/actions/{quote(followed, safe='')}/{PlanCommandType.FOLLOW_UP.value}"
                return f"{form}?{_address({**done, _SUITE: new})}"
            page = f"{address}/actions/{quote(new or reference, safe='')}" if new or reference else address
            return f"{page}?{_address(done)}"

        return self._submitted(give, fields, partial(self.plan_command, scope, name, action))

    def _done_on(self, plan: BasePlan) -> RecordedChange | None:
        """Return the event of a plan that the person has just recorded, as the address has its number."""
        number = self.request.first("fait")
        recorded = self.desk.recorded_since(plan.scope.key, int(number) - 1) if _NUMBER.fullmatch(number) else ()
        return next((one for one in recorded if one.is_own and str(one.number) == number), None)

    def _plan_fields(
        self, scope: PlanScope, name: str, reference: str
    ) -> tuple[PlanCommandType, CommandForm, tuple[FormField, ...]]:
        command = _command(ACTION_COMMANDS if reference else (*PLAN_COMMANDS, *SIGNAL_COMMANDS), name)
        made = self.desk.pgaac(scope).form(command, reference or self.request.first("signal") or None)
        fields = with_offsets(made.fields, self.request.form, zone_of_plan(self.board.sites, scope))
        return command, made, fields

    # Posted forms

    def _submitted(
        self, give: Callable[[], str], fields: Sequence[FormField], again: Callable[[Form], BoardResponse]
    ) -> BoardResponse:
        """Give the command of a posted form, and go to the page that it leads to; a refusal shows the form again."""
        try:
            return self.redirect(give())
        except ReclamationError as error:
            return self._refused(fields, error, again)

    def _refused(
        self, fields: Sequence[FormField], error: ReclamationError, again: Callable[[Form], BoardResponse]
    ) -> BoardResponse:
        """Show a posted form again, with what was entered and why it is refused."""
        form = _with_faults(fields, self.request.form, error, self.lang)
        message = form.message or sentence(self._message(error))
        return self._reported(again(attrs.evolve(form, message=message)), error)

    def _posted(self, name: str) -> str:
        """Return the first value of a posted field, without spaces around it; empty without one."""
        return next(iter(self.request.form.get(name, ())), "").strip()

    def _number(self, name: str) -> int | None:
        """Return a whole number of the address; None without one.

        Raises:
            _NoPageError: it is no number.
        """
        value = self.request.first(name)
        if value and not _NUMBER.fullmatch(value):
            raise _NoPageError
        return int(value) if value else None


@attrs.frozen(kw_only=True)
class _LetterPreview(SharedRepr):
    """The letter beside the form of an answer.

    Args:
        letter: the letter of what is entered; None if it is not shown.
        lacks: what it lacks, each with True for a setting of all letters.
    """

    letter: Letter | None = None
    lacks: tuple[tuple[str, bool], ...] = ()


_SETTINGS: Final = "settings."
_OF_LETTERS: Final = (_SETTINGS, "case.")
"""The beginnings of the paths of what a letter lacks, rather than a field of a form."""


def _lacks_of(error: FaultsError, lang: Lang) -> tuple[tuple[str, bool], ...]:
    """Return what a letter lacks, each with True for a setting of all letters."""
    found = ((one.expected.in_(lang), one.path.startswith(_SETTINGS)) for one in error.faults)
    return tuple((text if is_setting else sentence(text), is_setting) for text, is_setting in found)


def _change_in_words(one: RecordedChange) -> Wording:
    """Return who recorded what, and when."""
    name = f"{verbatim(shortened(one.actor, 100))} (" if one.actor and one.role is not Role.SYSTEM else ""
    fr, en = (f"{name}{one.role.label(lang)}{')' * bool(name)}" for lang in LANGUAGES)
    moment = {lang: _moment_text(lang, one.recorded_at, one.zone) for lang in LANGUAGES}
    return Wording(
        f"{'vous avez vous-même' if one.is_own else f'{fr} a'} enregistré « {one.label.fr} » ({moment['fr']})",
        f"{'you have yourself' if one.is_own else f'{en} has'} recorded “{one.label.en}” ({moment['en']})",
    )


def _texts_of_page(case: Case, shown: Iterable[TimelineEntry]) -> Iterator[tuple[str, str]]:
    """Yield the texts of the page of a case, each by the name of its greatest length."""
    registration = case.registration
    answer = case.answer_of(case.answer_cycles[-1]) if case.answer_cycles else None
    texts = {
        "verbatim": registration.verbatim,
        "remedy": registration.remedy_sought,
        "problem": case.qualification and case.qualification.problem,
        "report": case.analysis and case.analysis.report,
        "answer": answer and answer.text,
    }
    yield from ((name, case.read(text) or "") for name, text in texts.items())
    yield from (("sentence", one.sentence) for one in shown)


def _corrections(entry: TimelineEntry | None) -> tuple[CommandType, ...]:
    """Return the commands that correct what an event recorded."""
    names = entry is not None and "complainant" in attrs.fields_dict(CASE_EVENTS.classes[entry.type])
    return CommandType.CORRECT, CommandType.CORRECT_DATE, *((CommandType.CORRECT_COMPLAINANT,) if names else ())


def _possible(found: CaseOverview) -> frozenset[CommandType]:
    """Return the commands that no guard refuses."""
    return frozenset(one.command for one in found.commands if not one.is_refused)


def _sees(desk: Desk, scope: PlanScope) -> bool:
    """Return True for a plan inside the scope of a desk."""
    try:
        desk.pgaac(scope)
    except PlanNotFoundError:
        return False
    return True


def _sorts(chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the address of a list in each order; in the order that it has, the address of the reverse."""
    reverse = {chosen["tri"]: "" if chosen["sens"] else "desc"}
    orders = [order.value for order in CaseOrder]
    return {one: _address({**chosen, "suite": "", "tri": one, "sens": reverse.get(one, "")}) for one in orders}


def _address(parameters: Mapping[str, str]) -> str:
    """Return the parameters of an address that have a value."""
    return urlencode({name: value for name, value in parameters.items() if value}, errors="replace")


def _with_known(fields: Iterable[FormField], known: Mapping[str, str]) -> tuple[FormField, ...]:
    """Return fields with what is known by their names, a line or a code; a code that is no choice is left out."""
    found = ((one, known.get(one.name, "")) for one in fields)
    return tuple(
        attrs.evolve(one, values=(text,)) if text in dict(one.choices) or (text and one.kind is FieldKind.LINE) else one
        for one, text in found
    )


def _of_followed(action: Action) -> dict[str, str]:
    """Return what an action that follows up another one begins with."""
    known = {"type": action.type.value, "origin": action.origin.value, "cause_family": action.cause_family or ""}
    return {**known, "origin_reference": action.reference}


def _with_faults(
    fields: Sequence[FormField], posted: Mapping[str, Sequence[str]], error: ReclamationError, lang: Lang
) -> Form:
    """Return the form with what was entered, what is wrong with each field, and above them what is about none."""
    dates = [one.key for one in reversed(fields) if one.kind is FieldKind.INSTANT and any(posted.get(one.key, ()))]
    by_key: dict[str, str] = {}
    guards, others = [], []
    for marked, one in refusals_of(error, fields, posted):
        # Where the date of the command is left empty, what is said of dates is about the one that it states.
        key = dates[0] if marked == "occurred_at" and dates else marked
        text = (one if isinstance(one, Wording) else one.wording).in_(lang)
        if key:
            by_key[key] = f"{by_key[key]}{semicolon(lang)}{text}" if key in by_key else text
        elif isinstance(one, GuardDetails):
            guards.append(one)
        elif isinstance(error, FaultsError):
            others.append(sentence(text))
    message = _IMPOSSIBLE.in_(lang) if guards else "\n".join(others) or (_FAULTS.in_(lang) if by_key else "")
    return Form(with_values(fields, posted, by_key), message, error.kind.status, guards=tuple(guards))


def _read_with(refused: Sequence[Fault], read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return the document of a form; with the files that were refused, raise every fault at once.

    Raises:
        FaultsError: there is one.
    """
    try:
        document = read()
    except FaultsError as error:
        raise FaultsError([*error.faults, *refused]) from None
    if refused:
        raise FaultsError(refused)
    return document


def _of_file(name: str, expected: Wording) -> Wording:
    """Return what is expected of a file, which is named."""
    named = verbatim(shortened(name, 60))
    return Wording(f"{named} : {expected.fr}", f"{named}: {expected.en}")


E = TypeVar("E", bound=LabelledEnum)


def _command(commands: tuple[E, ...], name: str) -> E:
    """Return the command of an address.

    Raises:
        _NoPageError: there is no such command.
    """
    found = next((command for command in commands if command.value == name), None)
    if found is None:
        raise _NoPageError
    return found


@attrs.frozen
class _OwnCriterion(SharedRepr):
    """A criterion of the list of cases by a fact of an edition.

    Args:
        name: the name of its parameter; a number or a day has two, `NAME.du` and `NAME.au`.
        label: its label.
        choices: the values to choose from, each with its label; None for a number and a day.
        is_day: True for a day.
    """

    name: str
    label: str
    choices: list[tuple[str, str]] | None
    is_day: bool

    @classmethod
    def of(cls, fact: Fact, lang: Lang) -> _OwnCriterion:
        domain, label = fact.domain, fact.label.in_(lang)
        choices = None
        if isinstance(domain, Boolean):
            choices = [(str(value).lower(), domain.label(value, lang)) for value in (True, False)]
        elif isinstance(domain, Enumeration):
            choices = [(str(value), domain.label(value, lang)) for value in domain.values]
        return cls(fact.column, capitalized(label), choices, isinstance(domain, Day))

    @property
    def parameters(self) -> tuple[str, ...]:
        return (self.name,) if self.choices is not None else (f"{self.name}.du", f"{self.name}.au")

    def text(self, first: Callable[[str], str]) -> str:
        """Return its text, as `own_criteria` reads it; empty without a value."""
        texts = [first(name).strip().replace(",", ".") for name in self.parameters]
        return "..".join(texts) if any(texts) else ""


def _known_facts(
    case: Case, own: Mapping[str, Fact], lang: Lang, themes: Mapping[str, str]
) -> Iterator[tuple[Fact, Any]]:
    """Yield the facts of a case with their values, codes by their labels; those that are unknown are left out."""
    for name, fact in FACTS.items():
        value = case.facts.get(name, UNKNOWN)
        if value is not UNKNOWN and value is not ABSENT:
            label = fact.domain.label(value, lang) if isinstance(fact.domain, Enumeration) else value
            yield fact, themes.get(value, value) if name == "theme" else label
    yield from _own_values(case, case.facts.own, own, lang)


def _own_values(
    case: Case, values: Mapping[str, Any], own: Mapping[str, Fact], lang: Lang
) -> Iterator[tuple[Fact, Any]]:
    """Yield own values with their declarations; a fact that no edition of the desk declares has its name as label."""
    for name, value in values.items():
        label = Wording(name, name)
        fact = own.get(name) or Fact(label=label, question=label, domain=ShortText(), name=name, is_own=True)
        if isinstance(value, OwnText):
            yield fact, verbatim(own_text(fact, case.read(value), lang))
        elif value is not UNKNOWN:
            yield fact, own_value(fact, value, lang)


def _months(ledger: Iterable[LedgerDay]) -> Iterator[tuple[date, list[list[tuple[date, LedgerDay | None] | None]]]]:
    """Yield the months of the ledger of a deadline: the first day, and the weeks.

    A week has seven days, each with its entry in the ledger, None outside the period that is counted; None for a day of
    another month.
    """
    by_day = {day.day: day for day in ledger}
    for year, month in dict.fromkeys((day.year, day.month) for day in by_day):
        weeks = Calendar().monthdatescalendar(year, month)
        yield (
            date(year, month, 1),
            [[(day, by_day.get(day)) if day.month == month else None for day in week] for week in weeks],
        )


def _moment_text(lang: Lang, moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    if local.time() == time.min:  # a form leaves the hour out, that of a letter for one
        return day_text(local, lang)
    return f"{day_text(local, lang)} {'à' if lang == 'fr' else 'at'} {local:%H:%M}{needed_offset(local)}"


def _entered_day(lang: Lang, text: str) -> str:
    """Return a day of an address as a page shows it."""
    day = read_day("", text)
    return "" if day is None else day_text(day, lang)


def _cell(lang: Lang, value: Value, zone: ZoneInfo, most: int = 300) -> str:
    """Return a value of a report as a page shows it."""
    if lang == "fr" or not isinstance(value, date):
        text = display(value, lang, zone)
    else:
        text = _moment_text(lang, value, zone) if isinstance(value, datetime) else day_text(value, lang)
    return verbatim(shortened(text, most))


def _text(lang: Lang, text: str | Wording, english: str = "", /, **values: object) -> Any:
    """Return a text in a language: of two texts French and English, of a `Wording`, of a code by its label.

    Args:
        lang: the language.
        text: the French text, with the English one beside it; or a wording or a member of a vocabulary alone.
        english: the English text.
        values: what replaces the names in braces, numbers as `format_number` writes them, that of a thing apart, which
            is `number`; HTML of the template, set as a block, stays as it is.
    """
    found = text.wording if isinstance(text, LabelledEnum) else text
    given = found.in_(lang) if isinstance(found, Wording) else found
    chosen = english if english and lang == "en" else given
    if not values:
        return chosen
    from markupsafe import escape

    shown = {
        name: format_number(value, lang) if isinstance(value, int) and name != "number" else value
        for name, value in values.items()
    }
    return escape(chosen).format(**shown)


def _of_this_action(lang: Lang, command: CommandType | PlanCommandType) -> str:
    """Return the name of a command on its case or on the page of its action: "amend the action"."""
    text = command.label(lang)
    if isinstance(command, CommandType):
        return text
    for general, this in _THIS_ACTION:
        text = text.replace(general, this)
    return text


def _below(text: str, title: str) -> str:
    """Return a text as it stands below its title, which it does not repeat."""
    return re.sub(rf"(?i)\A{re.escape(title)}[ \u00a0\u202f]*:[ \u00a0\u202f]*", "", text)


def _in_blocks(text: str) -> Any:
    """Return a text as HTML: paragraphs, and lists of the lines that have the sign of an item, which they keep."""
    from markupsafe import Markup

    shown = without_markdown(text) if text.startswith(_MARKDOWN) else text
    blocks: list[str] = []
    for block in re.split(r"\n\s*\n", shown.strip()):
        for is_list, lines in groupby(block.split("\n"), lambda line: _ITEM.match(line) is not None):
            found = [verbatim(line) for line in lines]
            items = (element("li", line) for line in found)
            blocks.append(element("ul", *items) if is_list else element("p", "\n".join(found)))
    return Markup(joined(blocks))  # noqa: S704  each text is escaped


def _grouped(fields: Sequence[FormField]) -> list[tuple[Wording | None, list[FormField]]]:
    """Return fields by the closed group that has them, in their order."""
    return [(group, list(found)) for group, found in groupby(fields, key=lambda one: one.group)]


@cache
def _environment(lang: Lang) -> Any:
    """Return the templates of the board in a language: `_` is `_text`, `plural` and the filters write in it.

    Raises:
        MissingExtraError: Jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError as error:
        raise MissingExtraError("Jinja2", "board") from error
    environment = Environment(
        loader=PackageLoader("reclamation_core.integrations.board"),
        autoescape=True,
        auto_reload=False,  # the templates are those of the package
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters |= {
        "capitalize_first": capitalized,
        "sentence": sentence,
        "ended": lambda text: text[:1] + sentence(text)[1:],
        "of_this_action": partial(_of_this_action, lang),
        "below": _below,
        "groups": _grouped,
        "file_kind": lambda media_type: kinds_of_documents([media_type]).in_(lang),
        "file_size": lambda size: size_in_words(size).in_(lang),
        "shown_choice": lambda code, choices: next((label.in_(lang) for one, label in choices if one == code), code),
        "typed": verbatim,
        "cell": partial(_cell, lang),
        "in_blocks": _in_blocks,
        "cut": shortened,
        "segment": partial(quote, safe="", errors="replace"),
        "decimal": partial(decimal_text, lang=lang),
        "labelled": lambda member: (member.value, member.label(lang)),
        "day": lambda day: day_text(day, lang),
        "entered_day": partial(_entered_day, lang),
        "day_in_words": lambda day: in_words(day, lang),
        "days_left": lambda left: days_left_in_words(left).in_(lang),
        "number": lambda number: format_number(number, lang),
        "month": lambda day: month_in_words(day, lang),
        "moment": partial(_moment_text, lang),
    }
    environment.globals |= {
        "lang": lang,
        "_": partial(_text, lang),
        "plural": partial(plural, lang),
        "weeks_in_words": weeks_in_words,
        "quoted": partial(_text, lang, "« {text} »", "“{text}”"),
        "colon": colon(lang),
        "semicolon": semicolon(lang),
        "weekdays": [one.in_(lang) for one in WEEKDAYS],
        "formats": list(ReportFormat),
    }
    return environment


_ITEM: Final = re.compile(r"(?:-|\d{1,3}\.) ")
_MARKDOWN: Final = "### "
"""The beginning of the analyses that version 0.1 stored as Markdown."""
_REFERENCE: Final = r"(?P<reference>R-[0-9]{4}-[0-9]{6,18})"
_NAME: Final = r"(?P<name>[a-z_]+)"
_SCOPE: Final = r"(?P<scope>.+?)"
_SUFFIX: Final = r"(?P<suffix>[a-z]{3,4})"
ROUTES: Final = tuple(
    (re.compile(pattern), methods | ({"HEAD": methods["GET"]} if "GET" in methods else {}))
    for pattern, methods in (
        (r"/", {"GET": _View.due}),
        (r"/actions", {"GET": _View.actions}),
        (r"/signaux", {"GET": _View.signals}),
        (r"/dossiers", {"GET": _View.cases}),
        (r"/recherche", {"GET": _View.search}),
        (r"/dossiers/nouveau", {"GET": _View.registration, "POST": _View.register}),
        (rf"/dossiers/{_REFERENCE}", {"GET": _View.case}),
        (rf"/dossiers/{_REFERENCE}/actes/{_NAME}", {"GET": _View.command, "POST": _View.give_command}),
        (rf"/dossiers/{_REFERENCE}/fiche\.{_SUFFIX}", {"GET": _View.case_file}),
        (rf"/dossiers/{_REFERENCE}/echeances\.ics", {"GET": _View.case_calendar}),
        (rf"/dossiers/{_REFERENCE}/preuves", {"POST": _View.case_audit}),
        (rf"/dossiers/{_REFERENCE}/pieces/(?P<number>[0-9]{{1,9}})", {"POST": _View.document}),
        (rf"/dossiers/{_REFERENCE}/courriers", {"GET": _View.letters}),
        (rf"/dossiers/{_REFERENCE}/courriers/{_NAME}\.{_SUFFIX}", {"GET": _View.letter_file}),
        (r"/role", {"POST": _View.choose_role}),
        (r"/documents", {"GET": _View.documents}),
        (r"/aide", {"GET": _View.help}),
        (rf"/registre\.{_SUFFIX}", {"GET": _View.register_file}),
        (r"/echeances\.ics", {"GET": _View.calendar}),
        (r"/preuves", {"POST": _View.period_audit}),
        (r"/indicateurs", {"GET": _View.indicators}),
        (r"/indicateurs/dossiers", {"GET": _View.figure_cases}),
        (rf"/indicateurs\.{_SUFFIX}", {"GET": _View.indicators_file}),
        (r"/questions", {"GET": _View.questions}),
        (r"/pgaac", {"GET": _View.plans}),
        (rf"/pgaac/{_SCOPE}/pgaac\.{_SUFFIX}", {"GET": _View.plan_file}),
        (rf"/pgaac/{_SCOPE}/editions/(?P<number>[0-9]{{1,9}})", {"GET": _View.published_plan}),
        (rf"/pgaac/{_SCOPE}/editions/(?P<number>[0-9]{{1,9}})/envois", {"POST": _View.send_plan}),
        (rf"/pgaac/{_SCOPE}/actes/{_NAME}", {"GET": _View.plan_command, "POST": _View.give_plan_command}),
        (
            rf"/pgaac/{_SCOPE}/actions/(?P<action>.+)/(?P<name>{'|'.join(ACTION_COMMANDS)})",
            {"GET": _View.plan_command, "POST": _View.give_plan_command},
        ),
        (rf"/pgaac/{_SCOPE}/actions/(?P<action>.+)/effet", {"GET": _View.effect}),
        (rf"/pgaac/{_SCOPE}/actions/(?P<action>.+)/effet\.{_SUFFIX}", {"GET": _View.effect_file}),
        (rf"/pgaac/{_SCOPE}/actions/(?P<action>.+)", {"GET": _View.action}),
        (rf"/pgaac/{_SCOPE}", {"GET": _View.plan}),
    )
)
