"""The routes of the API: what each takes, and what it answers of a desk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import quote

import attrs

from reclamation_core.cases import AnswerDecision, Case, CaseKind, CaseState, NewDocument
from reclamation_core.cases.plain import plain
from reclamation_core.desk import Desk, etag
from reclamation_core.desk.queries import require_known
from reclamation_core.desk.similar import SimilarMessage
from reclamation_core.documents.codec import Codec
from reclamation_core.documents.faults import redact_all_text
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.indicators.spans import TimeStep
from reclamation_core.integrations.api.parameters import (
    DAY,
    TRUTH,
    Arguments,
    ParameterGroup,
    RouteParameter,
    code,
    refuse_unknown,
    whole,
)
from reclamation_core.integrations.api.requests import JSON_TYPE, ApiRequest, ApiResponse, HttpError, ProblemError
from reclamation_core.integrations.board.requests import INDICATOR_COST, MOST_COMPLAINTS, MOST_DUE
from reclamation_core.integrations.incidents import traced
from reclamation_core.plans import PlanScope
from reclamation_core.ports import CaseFacet, CaseOrder, CaseQuery, DocumentNotFoundError, VersionConflictError
from reclamation_core.reporting import LetterKind, LetterSettings, TextBlock, calendar_bytes
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import as_tuple
from reclamation_core.vocabulary import Channel, Fact, Level
from reclamation_core.vocabulary.commands import CommandType, PlanCommandType
from reclamation_core.vocabulary.own_documents import own_criteria, searched_facts
from reclamation_core.vocabulary.own_facts import OWN
from reclamation_core.wording import Lang, Wording

_MOST_ROWS: Final = 500
_VERSION: Final = re.compile(r'"v(0|[1-9][0-9]{0,17})"')
_NO_VERSION: Final = 10**18
"""The version to expect for tags of none: no case has as many events."""
_OTHER_VERSION: Final = Wording(
    "le dossier ou le plan a une autre version que celle de If-Match : quelqu'un vient de le modifier, ou "
    "l'opération était déjà enregistrée ; rechargez-le",
    "the case or plan has another version than that of If-Match: it has changed, or the command was recorded before; "
    "load it again",
)
_T = TypeVar("_T", bound=Callable[..., ApiResponse])


@attrs.frozen(kw_only=True)
class ApiOptions(SharedRepr):
    """What the routes of an application have in common.

    Args:
        texts: False to leave out what people wrote.
        letters: what letters state and the cases do not have.
        text_blocks: the text blocks of answers.
    """

    texts: bool = True
    letters: LetterSettings = attrs.field(factory=LetterSettings)
    text_blocks: tuple[TextBlock, ...] = attrs.field(default=(), converter=as_tuple)


@attrs.frozen
class ApiCall(SharedRepr):
    """A call of a route: the desk, the request and the options."""

    desk: Desk
    request: ApiRequest
    options: ApiOptions

    @property
    def texts(self) -> bool:
        """False to leave out what people wrote."""
        return self.options.texts

    @property
    def lang(self) -> Lang:
        """The language of the answer."""
        return self.request.lang


@attrs.frozen(kw_only=True)
class Route(SharedRepr):
    """A route of the API.

    Args:
        method: the method of HTTP.
        template: the path below the address of the API, with the names of its parameters in braces.
        fr: what it does, in French.
        en: the same in English.
        answer: the name of the schema of the answer, or a schema.
        handler: answers a call; its annotated arguments are the parameters.
        status: the status of an answer that is no refusal.
        command: the name of the schema of the command that it takes; empty without one.
        body: the name of the schema of a document that it takes and that changes nothing; empty without one.
        is_many: True if the answer is a list of such documents.
        has_tag: True if the answer has an ETag, and If-None-Match is read.
        takes_file: True if the request is a form with a file.
        is_alone: True if it needs no transaction of the host: it writes one row, or bytes outside of the database.
        media_type: the media type of the answer.
        headers: the description of headers of the answer.
    """

    method: str
    template: str
    fr: str
    en: str
    answer: str | Mapping[str, Any]
    handler: Callable[..., ApiResponse]
    status: int = 200
    command: str = ""
    body: str = ""
    is_many: bool = False
    has_tag: bool = False
    takes_file: bool = False
    is_alone: bool = False
    media_type: str = JSON_TYPE
    headers: Mapping[str, Any] = attrs.field(factory=dict)
    arguments: Arguments = attrs.field(init=False)
    pattern: re.Pattern[str] = attrs.field(init=False)

    @arguments.default
    def _arguments(self) -> Arguments:
        return Arguments.of(self.handler)

    @pattern.default
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(self.template)))

    @property
    def name(self) -> str:
        """The name of the route: that of its handler."""
        return self.handler.__name__

    def respond(self, desk: Desk, request: ApiRequest, in_path: Mapping[str, str], options: ApiOptions) -> ApiResponse:
        """Return the response to a request.

        Raises:
            FaultsError: a parameter is refused.
            ProblemError: the request is refused for a reason of HTTP.
            ReclamationError: as of the desk.
        """
        names = {name for name, parameter, _ in self.arguments.each() if parameter.place == "query"}
        own = self._searched_facts(desk, request) if self.is_searched else {}
        refuse_unknown([name for name, _ in request.query], names | own.keys() | request.others)
        given: dict[str, list[str]] = {name: [text] for name, text in in_path.items()}
        for name, text in request.query:
            if name in names:
                given.setdefault(name, []).append(text)
        arguments = self.arguments.read(given)
        if wanted := own_criteria(own, request.query):
            arguments["criteria"] = attrs.evolve(arguments["criteria"], own=wanted)
        return self.handler(ApiCall(desk.traced(traced(request.header)[1]), request, options), **arguments)

    @staticmethod
    def _searched_facts(desk: Desk, request: ApiRequest) -> dict[str, Fact]:
        """Return the facts that cases are found by; those of editions that the desk does not have, if one is named."""
        own = searched_facts(desk.own_facts().values())
        is_lost = any(name.startswith(f"{OWN}_") and name not in own for name, _ in request.query)
        return searched_facts(desk.own_facts(stored=True).values()) if is_lost else own

    @property
    def is_searched(self) -> bool:
        """True for a list of cases by criteria."""
        return "criteria" in self.arguments.groups


ROUTES: Final[list[Route]] = []
"""Every route but the probes, in the order of the description."""


def _route(
    method: str, template: str, answer: str | Mapping[str, Any], fr: str, en: str, **more: Any
) -> Callable[[_T], _T]:
    def declare(handler: _T) -> _T:
        ROUTES.append(Route(method=method, template=template, answer=answer, fr=fr, en=en, handler=handler, **more))
        return handler

    return declare


# Parameters


_NUMBERS: Final = whole(1, 10**9)
_Reference = Annotated[
    str, RouteParameter("La référence du dossier", "The reference of the case", "R-2026-000001", place="path")
]
_Scope = Annotated[
    str,
    RouteParameter(
        "Le plan : site:CODE d'un centre, region:NOM, ou nation",
        "The plan: site:CODE, region:NAME, or nation",
        "site:CRE",
        place="path",
    ),
]
_Command = Annotated[str, RouteParameter("L'opération", "The command", "answer", code(CommandType), place="path")]
_PlanCommand = Annotated[str, RouteParameter("L'opération", "The command", "add", code(PlanCommandType), place="path")]
_Decision = Annotated[
    AnswerDecision | None,
    RouteParameter("La décision de la réponse", "The decision of the answer", "founded", code(AnswerDecision)),
]
_Document = Annotated[
    int,
    RouteParameter("Le numéro du document dans le dossier", "The number of the document", 1, _NUMBERS, place="path"),
]
_Action = Annotated[str | None, RouteParameter("L'action dont il s'agit", "The action that it is about", "A-1")]
_PlanAction = Annotated[str, RouteParameter("Une action du plan", "An action of the plan", "A-1")]
_DoneAction = Annotated[str, RouteParameter("Une action réalisée", "An action that is done", "A-1")]
_Number = Annotated[
    int, RouteParameter("Le numéro du plan diffusé", "The number of the published plan", 1, _NUMBERS, place="path")
]
_Until = Annotated[date, RouteParameter("Jusqu'à ce jour compris", "Until this day", "2026-07-31", DAY)]
_Since = Annotated[date, RouteParameter("Depuis ce jour compris", "Since this day", "2026-06-01", DAY)]
_FirstDay = Annotated[
    date | None,
    RouteParameter(
        "Depuis ce jour compris, quatre semaines plus tôt par défaut",
        "Since this day, four weeks before by default",
        "2026-06-01",
        DAY,
    ),
]
_LastDay = Annotated[
    date | None,
    RouteParameter(
        "Jusqu'à ce jour compris, sans fin par défaut", "Until this day, open by default", "2026-07-31", DAY
    ),
]
_AsOf = Annotated[
    date | None,
    RouteParameter(
        "Le jour auquel l'état des échéances est donné, aujourd'hui par défaut",
        "The day of the status of the deadlines, today by default",
        "2026-06-30",
        DAY,
    ),
]
_AssignedTo = Annotated[
    str | None,
    RouteParameter("La personne qui suit les dossiers", "The person that the cases are assigned to", "m.klein"),
]
_Limit = Annotated[
    int, RouteParameter("Le nombre de lignes d'une page", "The rows of a page", 50, whole(1, _MOST_ROWS))
]
_MinCount = Annotated[
    int, RouteParameter("Le nombre de messages d'un signal", "The number of messages of a signal", 3, _NUMBERS)
]
_Order = Annotated[CaseOrder, RouteParameter("L'ordre", "The order", "due", code(CaseOrder))]
_Descending = Annotated[bool, RouteParameter("En ordre décroissant", "Greatest value first", False, TRUTH)]
_After = Annotated[
    str | None,
    RouteParameter(
        "La suite d'une page de la même liste, telle qu'elle a été reçue",
        "The `next` of a page of the same list, as it was received",
        "WyJyZWZlcmVuY2UiLCBmYWxzZSwgIlItMjAyNi0wMDAwNTAiLCAiUi0yMDI2LTAwMDA1MCJd",
    ),
]
_Facets = Annotated[
    tuple[CaseFacet, ...], RouteParameter("Les facettes", "The facets", ["state", "due"], code(CaseFacet), is_many=True)
]
_States = Annotated[
    tuple[CaseState, ...],
    RouteParameter("Dans l'un de ces états", "In one of these states", ["qualified"], code(CaseState), is_many=True),
]
_Levels = Annotated[
    tuple[Level, ...],
    RouteParameter("Traités à l'un de ces niveaux", "Handled at these levels", ["local"], code(Level), is_many=True),
]
_Sites = Annotated[
    tuple[str, ...], RouteParameter("De l'un de ces centres", "Of one of these sites", ["CRE"], is_many=True)
]
_Channels = Annotated[
    tuple[Channel, ...],
    RouteParameter(
        "Reçus par l'un de ces canaux", "Received by these channels", ["email"], code(Channel), is_many=True
    ),
]
_Themes = Annotated[
    tuple[str, ...], RouteParameter("De l'un de ces thèmes", "Of one of these themes", ["training"], is_many=True)
]
_IsOpen = Annotated[bool, RouteParameter("Non clos", "Not closed", True, TRUTH)]
_IsUnacknowledged = Annotated[
    bool, RouteParameter("Sans accusé de réception", "Whose receipt is not acknowledged", True, TRUTH)
]
_Regions = Annotated[
    tuple[str, ...],
    RouteParameter("Des centres de l'une de ces régions", "Of the sites of these regions", ["Grand Est"], is_many=True),
]
_HasLateAction = Annotated[
    bool, RouteParameter("Qu'une action en retard sert", "That a late action serves", True, TRUTH)
]
_Kind = Annotated[
    CaseKind | None,
    RouteParameter("Réclamations, ou dysfonctionnements", "Complaints, or malfunctions", "complaint", code(CaseKind)),
]
_Text = Annotated[
    str | None,
    RouteParameter(
        "Avec ces mots, le dernier par son début, sans égard aux majuscules et aux accents",
        "With these words, the last as a prefix, whatever the case and the accents",
        "formateur",
    ),
]
_Searched = Annotated[
    str,
    RouteParameter(
        "Une référence, ses derniers chiffres, l'identifiant d'un message, une action ou des mots",
        "A reference, its last digits, the identifier of a message, an action or words",
        "R-2026-000073",
    ),
]
_DueUntil = Annotated[
    date | None,
    RouteParameter(
        "Dont la réponse est attendue jusqu'à ce jour", "With an answer due until this day", "2026-06-30", DAY
    ),
]

_GroupedBy = Annotated[
    str | None, RouteParameter("Par groupe : unit, region, theme…", "By group: unit, region, theme…", "unit")
]
_Names = Annotated[
    tuple[str, ...],
    RouteParameter("Ces indicateurs, tous par défaut", "These indicators, all by default", ["on_time"], is_many=True),
]
_SomeNames = Annotated[
    tuple[str, ...], RouteParameter("Ces indicateurs", "These indicators", ["on_time", "received"], is_many=True)
]
_OfSite = Annotated[str | None, RouteParameter("De ce centre", "Of this site", "CRE")]
_OfRegion = Annotated[str | None, RouteParameter("De cette région", "Of this region", "Grand Est")]
_WithCases = Annotated[
    bool, RouteParameter("Avec les références des dossiers", "With the references of the cases", True, TRUTH)
]
_Step = Annotated[
    TimeStep, RouteParameter("Par mois, trimestre ou année", "By month, quarter or year", "month", code(TimeStep))
]
_WithYearBefore = Annotated[
    bool, RouteParameter("Avec les mêmes jours de l'année précédente", "With the same days a year before", True, TRUTH)
]
_Published = Annotated[
    bool,
    RouteParameter(
        "Pour publication : petits effectifs omis, autres nombres arrondis",
        "For publication: small counts left out, the others rounded",
        True,
        TRUTH,
    ),
]
_ONE_INDICATOR: Final = Wording(
    "un seul indicateur, par « name », est attendu", "one indicator, by `name`, is expected"
)
_MOST_YEARS: Final = 5
_TOO_LONG: Final = Wording(f"{_MOST_YEARS} années au plus sont attendues", f"at most {_MOST_YEARS} years are expected")


@attrs.frozen(kw_only=True)
class _Criteria(SharedRepr):
    """The criteria of a list of cases; the desk knows the sites of the regions and the cases with late actions."""

    query: CaseQuery
    regions: tuple[str, ...]
    has_late_action: bool
    own: Mapping[str, Any] = attrs.field(factory=dict)

    def of(self, desk: Desk, as_of: date) -> CaseQuery:
        """Return the criteria as the desk reads them on a day.

        Raises:
            FaultsError: no site is of a region, or a theme or a site is unknown.
        """
        query, cases = attrs.evolve(self.query, **self.own) if self.own else self.query, desk.cases
        with _named(sites="site", themes="theme"):
            require_known(cases, query)
        if self.regions:
            of_regions = frozenset(site for region in self.regions for site in cases.sites_of(region))
            query = attrs.evolve(query, sites=query.sites & of_regions if query.sites else of_regions)
            if not query.sites:
                return attrs.evolve(query, references=frozenset())
        return attrs.evolve(query, references=cases.with_late_actions(as_of)) if self.has_late_action else query


def _criteria(
    *,
    state: _States = (),
    level: _Levels = (),
    site: _Sites = (),
    kind: _Kind = None,
    text: _Text = None,
    due_until: _DueUntil = None,
    channel: _Channels = (),
    theme: _Themes = (),
    is_open: _IsOpen = False,
    is_unacknowledged: _IsUnacknowledged = False,
    assigned_to: _AssignedTo = None,
    region: _Regions = (),
    has_late_action: _HasLateAction = False,
) -> _Criteria:
    """Return the criteria of a list of cases, those by the facts of an edition apart.

    Raises:
        FaultsError: one is refused, by the name of its parameter.
    """
    with _named(sites="site", themes="theme"):
        query = CaseQuery(
            states=state,
            levels=level,
            sites=site,
            kind=kind,
            text=text,
            due_until=due_until,
            channels=channel,
            themes=theme,
            is_open=is_open,
            is_unacknowledged=is_unacknowledged,
            assigned_to=assigned_to,
        )
        return _Criteria(query=query, regions=tuple(region), has_late_action=has_late_action)


@contextmanager
def _named(**parameters: str) -> Iterator[None]:
    """Name in faults the parameters of a route, by the arguments that they are for."""
    try:
        yield
    except FaultsError as error:
        raise FaultsError(attrs.evolve(one, path=parameters.get(one.path, one.path)) for one in error.faults) from None


_OfCases = Annotated[_Criteria, ParameterGroup(_criteria)]


# Lists


_COUNT: Final = {
    "type": "object",
    "required": ["code", "count"],
    "properties": {"code": {"type": ["string", "null"]}, "count": {"type": "integer"}},
}
_COUNTS: Final = {
    "type": "object",
    "required": ["total", "facets"],
    "properties": {
        "total": {"type": "integer"},
        "facets": {"type": "object", "additionalProperties": {"type": "array", "items": _COUNT}},
    },
}


@_route(
    "GET",
    "/cases",
    "CaseSummariesView",
    "Lister les dossiers, page par page",
    "List cases: the header Link has the next page, X-Total-Count the number of cases on all pages",
    headers={
        "Link": {"schema": {"type": "string"}, "description": 'The next page: `<...>; rel="next"`'},
        "X-Total-Count": {"schema": {"type": "integer"}, "description": "The number of cases on all pages"},
    },
)
def list_cases(
    call: ApiCall,
    *,
    criteria: _OfCases,
    order_by: _Order = CaseOrder.REFERENCE,
    descending: _Descending = False,
    limit: _Limit = 50,
    after: _After = None,
    as_of: _AsOf = None,
) -> ApiResponse:
    """Return a page of the list of cases."""
    cases, day = call.desk.cases, as_of or call.desk.cases.today
    query = criteria.of(call.desk, day)
    page = cases.summaries(query, order_by=order_by, descending=descending, limit=limit, after=after)
    headers = {"X-Total-Count": str(cases.count(query)), **call.request.next_page(page.next)}
    return ApiResponse.of(page.to_document(day, texts=call.texts), headers=headers)


@_route(
    "GET",
    "/search",
    "CaseSearchView",
    "Chercher un dossier : numéro, message, action, mots",
    "Search cases: number, message, action, words",
)
def search(
    call: ApiCall,
    *,
    q: _Searched,
    state: _States = (),
    site: _Sites = (),
    limit: _Limit = 50,
    after: _After = None,
    as_of: _AsOf = None,
) -> ApiResponse:
    """Return a page of the cases that a text stands for."""
    with _named(text="q"):
        page = call.desk.cases.search(q, _criteria(state=state, site=site).query, limit=limit, after=after)
    return ApiResponse.of(page.to_document(as_of or call.desk.cases.today, texts=call.texts))


@_route(
    "GET",
    "/case-counts",
    _COUNTS,
    "Compter les dossiers par facette",
    "Count cases by the codes of facets, null for the cases without one",
)
def count_cases(
    call: ApiCall, *, criteria: _OfCases, facet: _Facets = (CaseFacet.STATE,), as_of: _AsOf = None
) -> ApiResponse:
    """Return the number of cases of each code of the facets."""
    day = as_of or call.desk.cases.today
    found = call.desk.cases.count_by_each(facet, criteria.of(call.desk, day), as_of=day)
    facets = {
        by.value: [{"code": code, "count": count} for code, count in sorted(counts.items(), key=str)]
        for by, counts in found.items()
    }
    total = sum(next(iter(found.values())).values())
    return ApiResponse.of({"total": total, "facets": facets})


@_route(
    "POST",
    "/similar-cases",
    "SimilarCaseView",
    "Chercher les doublons probables d'un message avant de l'enregistrer",
    "Search the likely duplicates of a message before it is registered",
    body="SimilarMessage",
    is_many=True,
)
def similar_cases(call: ApiCall) -> ApiResponse:
    """Return the cases that may have the same message; the text is in the body, never in an address."""
    message = _MESSAGES.read(call.request.document(), SimilarMessage)
    found = call.desk.cases.similar(
        message.text, site=message.site, received_on=message.received_on, sender=message.sender
    )
    return ApiResponse.in_language(call.lang, [one.to_document(call.lang, texts=call.texts) for one in found])


_MESSAGES: Final = Codec(redact=redact_all_text)


@_route("GET", "/agenda", "Agenda", "Lister ce qui est à faire (échéancier)", "List what is due")
def agenda(call: ApiCall, *, until: _Until, limit: _Limit = _MOST_ROWS, assigned_to: _AssignedTo = None) -> ApiResponse:
    """Return what is due; of a person, the answers of the cases that are assigned to that person."""
    found = call.desk.agenda(until, limit=limit, query=_of_person(assigned_to))
    return ApiResponse.of(found.to_document(texts=call.texts))


def _of_person(assigned_to: str | None) -> CaseQuery | None:
    return None if assigned_to is None else CaseQuery(assigned_to=assigned_to)


@_route(
    "GET",
    "/worklist",
    "WorklistView",
    "Lister ce qui attend quelqu'un (à faire), avec le texte du résumé du jour",
    "List what is to be done, with the text of the digest of the day",
)
def worklist(
    call: ApiCall,
    *,
    as_of: _AsOf = None,
    assigned_to: _AssignedTo = None,
    site: _OfSite = None,
    region: _OfRegion = None,
) -> ApiResponse:
    """Return what waits for somebody, as data and as a text, of a person, a site or a region."""
    found = _scoped(call.desk, site, region).worklist(as_of=as_of, assigned_to=assigned_to)
    return ApiResponse.in_language(call.lang, found.to_document(call.lang))


@_route("GET", "/signals", "Signals", "Lister les signaux", "List repeated messages outside the procedure (signals)")
def signals(call: ApiCall, *, since: _FirstDay = None, until: _LastDay = None, min_count: _MinCount = 3) -> ApiResponse:
    """Return the repeated messages of a period, and the rises of all plans, whatever the period."""
    found = call.desk.signals(since=since, until=until, min_count=min_count)
    return ApiResponse.of(found.to_document(texts=call.texts))


def _scoped(desk: Desk, site: str | None, region: str | None) -> Desk:
    return desk if site is None and region is None else desk.scoped(site=site, region=region)


@_route(
    "GET",
    "/indicators",
    "IndicatorTableView",
    "Lire les indicateurs d'une période, en tout ou par groupe",
    "Read the indicators of a period, of all cases or by group; with `cases`, the references of one indicator",
)
def indicators(
    call: ApiCall,
    *,
    since: _Since,
    until: _Until,
    as_of: _AsOf = None,
    by: _GroupedBy = None,
    name: _Names = (),
    site: _OfSite = None,
    region: _OfRegion = None,
    cases: _WithCases = False,
) -> ApiResponse:
    """Return the indicators of a period."""
    if cases and len(name) != 1:
        raise FaultsError([Fault("cases", cases, _ONE_INDICATOR)])
    desk = _scoped(call.desk, site, region)
    found = desk.indicators(
        since=since, until=until, as_of=as_of, by=by, names=name or None, cases=cases, limit=INDICATOR_COST
    )
    return ApiResponse.in_language(call.lang, found.to_document(call.lang))


@_route(
    "GET",
    "/indicator-series",
    "IndicatorSeriesView",
    "Lire les indicateurs de chaque mois, trimestre ou année",
    "Read the indicators of each month, quarter or year, beside those of the year before",
)
def indicator_series(
    call: ApiCall,
    *,
    since: _Since,
    until: _Until,
    name: _SomeNames,
    step: _Step = TimeStep.MONTH,
    as_of: _AsOf = None,
    by: _GroupedBy = None,
    site: _OfSite = None,
    region: _OfRegion = None,
    with_year_before: _WithYearBefore = False,
) -> ApiResponse:
    """Return the indicators of each part of a period."""
    if until.year - since.year > _MOST_YEARS:
        raise FaultsError([Fault("until", until, _TOO_LONG)])
    found = _scoped(call.desk, site, region).indicator_series(
        since=since,
        until=until,
        step=step,
        as_of=as_of,
        by=by,
        names=name,
        with_year_before=with_year_before,
        cases=False,
        limit=INDICATOR_COST,
    )
    return ApiResponse.in_language(call.lang, found.to_document(call.lang))


@_route(
    "GET",
    "/indicator-page",
    "IndicatorPageView",
    "Lire la page d'indicateurs d'une direction ou d'un centre",
    "Read the page of indicators of a director or of a site; with `published`, the figures for publication",
)
def indicator_page(
    call: ApiCall,
    *,
    since: _Since,
    until: _Until,
    as_of: _AsOf = None,
    site: _OfSite = None,
    region: _OfRegion = None,
    published: _Published = False,
) -> ApiResponse:
    """Return a page of indicators."""
    desk = _scoped(call.desk, site, region)
    found = desk.indicator_page(since=since, until=until, as_of=as_of, published=published, limit=INDICATOR_COST)
    return ApiResponse.in_language(call.lang, found.to_document(call.lang))


@_route(
    "GET",
    "/calendar.ics",
    {"type": "string"},
    f"S'abonner aux {MOST_DUE} premières échéances (fichier de calendrier)",
    f"Subscribe to the first {MOST_DUE} due dates (calendar file)",
    media_type="text/calendar",
    has_tag=True,
)
def calendar(call: ApiCall, *, assigned_to: _AssignedTo = None) -> ApiResponse:
    """Return the due dates as a calendar; of a person, those of the cases that are assigned to that person."""
    query, checks = _of_person(assigned_to), assigned_to is None
    reports = call.desk.reports
    headers, is_known = _tagged(call.request, reports.calendar_tag(query, checks=checks, limit=MOST_DUE))
    if is_known:
        return ApiResponse(status=304, headers=headers)
    body = calendar_bytes(reports.calendar(query, checks=checks, limit=MOST_DUE))
    return ApiResponse(body=body, media_type="text/calendar; charset=utf-8", headers=headers)


# Cases


@_route(
    "POST", "/cases", "CaseView", "Enregistrer une réclamation", "Register a complaint", command="Command", status=201
)
def register(call: ApiCall) -> ApiResponse:
    """Register a complaint, or return the case that its source has."""
    case, is_new = call.desk.register_once(call.request.document())
    where = f"{quote((call.request.base + call.request.path).rstrip('/'))}/{quote(case.reference)}"
    return _of_case(case, call, 201 if is_new else 200, {"Location": where})


@_route("GET", "/cases/{reference}", "CaseView", "Lire un dossier", "Read a case", has_tag=True)
def read_case(call: ApiCall, *, reference: _Reference) -> ApiResponse:
    """Return a case."""
    case = call.desk.cases.get(reference)
    return _unless_known(call.request, etag(case), lambda: case.to_document(texts=call.texts))


@_route("POST", "/cases/{reference}/commands", "CaseView", "Agir sur un dossier", "Act on a case", command="Command")
def act(call: ApiCall, *, reference: _Reference) -> ApiResponse:
    """Execute a command on a case."""
    desk = call.desk
    case = _matched(call.request, desk.execute, lambda: desk.cases.get(reference).version, reference)
    return _of_case(case, call)


@_route(
    "GET",
    "/cases/{reference}/commands",
    "AvailableCommandView",
    "Lister les opérations, celles qui sont refusées et pourquoi",
    "List commands",
    is_many=True,
)
def commands(call: ApiCall, *, reference: _Reference) -> ApiResponse:
    """Return the commands on a case."""
    found = call.desk.available_commands(reference)
    return ApiResponse.in_language(call.lang, [each.to_document(call.lang) for each in found])


@_route(
    "GET",
    "/cases/{reference}/forms/{command}",
    "CommandFormView",
    "Décrire le formulaire d'une opération : champs, valeurs proposées, choix possibles",
    "Describe the form of a command: fields, suggested values, possible choices",
)
def form(call: ApiCall, *, reference: _Reference, command: _Command) -> ApiResponse:
    """Return the form of a command on a case."""
    return ApiResponse.in_language(call.lang, call.desk.form(command, reference).to_document(call.lang))


@_route(
    "GET",
    "/registration-form",
    "CommandFormView",
    "Décrire le formulaire d'enregistrement",
    "Describe the form of a registration",
)
def registration_form(call: ApiCall, *, kind: _Kind = None) -> ApiResponse:
    """Return the form of a registration."""
    made = call.desk.form("register", kind=kind or CaseKind.COMPLAINT)
    return ApiResponse.in_language(call.lang, made.to_document(call.lang))


@_route(
    "GET",
    "/plans/{scope}/forms/{command}",
    "CommandFormView",
    "Décrire le formulaire d'une opération sur un PGAAC",
    "Describe the form of a command on a plan",
)
def plan_form(call: ApiCall, *, scope: _Scope, command: _PlanCommand, action: _Action = None) -> ApiResponse:
    """Return the form of a command on a plan, or on an action of it."""
    made = call.desk.pgaac(PlanScope.parse(scope)).form(command, action)
    return ApiResponse.in_language(call.lang, made.to_document(call.lang))


@_route(
    "GET",
    "/cases/{reference}/next-steps",
    "NextStepView",
    "Lister les prochaines étapes d'un dossier",
    "List the next steps of a case",
    is_many=True,
)
def next_steps(call: ApiCall, *, reference: _Reference) -> ApiResponse:
    """Return what a case waits for, in the order of the procedure."""
    found = call.desk.next_steps(reference)
    return ApiResponse.in_language(call.lang, [each.to_document(call.lang) for each in found])


@_route(
    "GET",
    "/cases/{reference}/explanation",
    "CaseExplanation",
    "Expliquer un dossier",
    "Explain a case: its level, risk and deadline",
)
def explain(call: ApiCall, *, reference: _Reference) -> ApiResponse:
    """Return the reasons of a case.

    Raises:
        HttpError: 404, the API leaves out what people wrote: reasons of corrections and of a level imposed.
    """
    if not call.texts:
        raise HttpError(404)
    return ApiResponse.in_language(call.lang, call.desk.explain(reference, call.lang).to_document())


@_route(
    "GET",
    "/cases/{reference}/overview",
    "CaseOverviewView",
    "Lire un dossier entier : prochaines étapes, opérations, actions, historique",
    "Read a whole case: next steps, commands, actions, history",
)
def overview(call: ApiCall, *, reference: _Reference) -> ApiResponse:
    """Return what one page about a case shows."""
    found = call.desk.overview(reference, call.lang).to_document(call.lang, texts=call.texts)
    return ApiResponse.in_language(call.lang, found)


@_route(
    "GET",
    "/cases/{reference}/timeline",
    "TimelineEntry",
    "Lire l'historique d'un dossier",
    "Read the history of a case",
    is_many=True,
)
def timeline(call: ApiCall, *, reference: _Reference) -> ApiResponse:
    """Return the history of a case."""
    entries = call.desk.overview(reference, call.lang).timeline(call.lang, texts=call.texts)
    return ApiResponse.in_language(call.lang, [entry.to_document() for entry in entries])


# Answers


@_route(
    "GET",
    "/cases/{reference}/text-blocks",
    "TextBlockView",
    "Lister les textes types d'une réponse, remplis avec ce que le dossier prouve",
    "List the text blocks for an answer, filled with what the case proves",
    is_many=True,
)
def text_blocks(call: ApiCall, *, reference: _Reference, decision: _Decision = None) -> ApiResponse:
    """Return the text blocks for the answer to a case, in the language of the request."""
    reports = call.desk.reports
    found = reports.text_blocks(reference, call.options.text_blocks, decision=decision, lang=call.lang)
    return ApiResponse.in_language(call.lang, [one.to_document(call.lang) for one in found])


@_route(
    "POST",
    "/cases/{reference}/letter-preview",
    "LetterView",
    "Voir le courrier d'une réponse avant de l'enregistrer",
    "Preview the letter of an answer before it is recorded",
    body="AnswerCaseCommand",
)
def preview_letter(call: ApiCall, *, reference: _Reference) -> ApiResponse:
    """Return the letter of an answer as it will be sent, in the language of the request; nothing is recorded.

    Raises:
        HttpError: 404, the API leaves out what people wrote.
    """
    if not call.texts:
        raise HttpError(404)
    draft, settings = call.request.document(), call.options.letters
    letter = call.desk.reports.letter(reference, LetterKind.ANSWER, settings, draft=draft, lang=call.lang)
    return ApiResponse.in_language(call.lang, letter.to_document())


# Documents


@_route(
    "GET",
    "/cases/{reference}/documents",
    "DocumentStatus",
    "Lister les pièces d'un dossier",
    "List the documents of a case",
    is_many=True,
)
def documents(call: ApiCall, *, reference: _Reference) -> ApiResponse:
    """Return the documents of a case, without their bytes."""
    return ApiResponse.of([one.to_document(texts=call.texts) for one in call.desk.documents(reference)])


@_route(
    "POST",
    "/cases/{reference}/documents",
    "UploadedDocument",
    "Déposer un document, que l'opération add_support nomme ensuite par sa clé",
    "Upload a document, which the command add_support then names by its key",
    status=201,
    takes_file=True,
    is_alone=True,
)
def upload_document(call: ApiCall, *, reference: _Reference) -> ApiResponse:
    """Store a document for a case."""
    file = call.request.file()
    uploaded = call.desk.upload_document(reference, NewDocument(name=file.name, content=file.content))
    return ApiResponse.of(plain(uploaded), 201)


@_route(
    "GET",
    "/cases/{reference}/documents/{number}",
    {"type": "string", "format": "binary"},
    "Ouvrir une pièce d'un dossier ; le journal des exports dit qui",
    "Open a document of a case; the log of exports records who did",
    is_alone=True,
    media_type="*/*",
)
def open_document(call: ApiCall, *, reference: _Reference, number: _Document) -> ApiResponse:
    """Return the bytes of a document; the headers alone, which is not recorded, for HEAD."""
    found = [one for one in call.desk.documents(reference) if one.number == number and call.texts]
    if not found:
        raise DocumentNotFoundError(f"{reference}, {number}")
    if call.request.method == "HEAD" and found[0].can_open:
        return ApiResponse(headers=found[0].headers)
    opened = call.desk.open_document(reference, found[0].key)
    return ApiResponse(headers=opened.headers, file=opened.content)


# Plans


@_route("GET", "/plans/{scope}", "PgaacView", "Lire un plan (PGAAC)", "Read a plan", has_tag=True)
def read_plan(call: ApiCall, *, scope: _Scope) -> ApiResponse:
    """Return a plan."""
    plan = call.desk.pgaac(PlanScope.parse(scope)).outline
    return _unless_known(call.request, etag(plan), lambda: plan.to_document(texts=call.texts))


@_route("POST", "/plans/{scope}/commands", "PgaacView", "Agir sur un plan", "Act on a plan", command="PlanCommand")
def act_on_plan(call: ApiCall, *, scope: _Scope) -> ApiResponse:
    """Execute a command on a plan."""
    service = call.desk.pgaac(PlanScope.parse(scope))
    _matched(call.request, service.execute, lambda: service.part([]).version)
    plan = service.outline
    return ApiResponse.of(plan.to_document(texts=call.texts), headers={"ETag": etag(plan)})


@_route(
    "GET",
    "/plans/{scope}/effect",
    "ActionEffect",
    "Lire si les réclamations sont devenues plus rares depuis une action (carte g)",
    "Read whether complaints became rarer since an action (g chart)",
)
def effect(call: ApiCall, *, scope: _Scope, action: _DoneAction) -> ApiResponse:
    """Return the effect of an action."""
    return ApiResponse.of(call.desk.pgaac(PlanScope.parse(scope)).effect(action, limit=MOST_COMPLAINTS).to_document())


@_route(
    "GET",
    "/plans/{scope}/timeline",
    "TimelineEntry",
    "Lire l'historique d'une action",
    "Read the history of an action",
    is_many=True,
)
def action_timeline(call: ApiCall, *, scope: _Scope, action: _PlanAction) -> ApiResponse:
    """Return the history of an action."""
    entries = call.desk.pgaac(PlanScope.parse(scope)).timeline(action, call.lang, texts=call.texts)
    return ApiResponse.in_language(call.lang, [entry.to_document() for entry in entries])


@_route(
    "GET", "/plans/{scope}/published/{number}", "PublishedPlanView", "Lire un plan diffusé", "Read a published plan"
)
def read_published(call: ApiCall, *, scope: _Scope, number: _Number) -> ApiResponse:
    """Return a published plan."""
    service = call.desk.pgaac(PlanScope.parse(scope))
    return ApiResponse.of(service.published_plan_to_document(number, texts=call.texts))


# Probes


def check_ready(desk: Desk) -> ApiResponse:
    """Return that the store answers: one indexed read.

    Raises:
        StoreError: it does not.
    """
    desk.cases.summaries(limit=1)
    return ApiResponse.of({"status": "ready"})


# Versions


def _matched(request: ApiRequest, execute: Callable[..., Any], version: Callable[[], int], *target: str) -> Any:
    """Execute a command if the case or the plan has one of the tags of If-Match.

    Weak tags are compared as strong ones: see `read_etag`. The target is the reference of a case, for a command on one.

    Raises:
        ProblemError: the case or the plan has another version: 412, with the document of the conflict.
    """
    command, tags = request.document(), request.tags("If-Match")
    if tags is None or tags == ["*"]:
        return execute(*target, command)
    versions = {int(one[1]) for one in map(_VERSION.fullmatch, tags) if one is not None}
    expected = max(versions, default=_NO_VERSION)
    if len(versions) > 1 and (found := version()) in versions:
        expected = found
    try:  # without a version too: a command that is refused as such is so whatever the tags (RFC 9110, 13.2.1)
        return execute(*target, command, expected_version=expected)
    except VersionConflictError as error:
        conflict = error
    raise ProblemError(lambda lang: _precondition_failed(conflict, lang))


def _precondition_failed(conflict: VersionConflictError, lang: Lang) -> dict[str, Any]:
    detail, expected = _OTHER_VERSION.in_(lang), conflict.expected
    return conflict.to_document(lang) | {
        "status": 412,
        "detail": detail,
        "faults": [{"path": "If-Match", "detail": detail}],
        "expected_version": None if expected == _NO_VERSION else expected,
    }


def _tagged(request: ApiRequest, tag: str) -> tuple[dict[str, str], bool]:
    """Return the headers of an answer with an ETag, and whether the client has that version."""
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    return headers, bool({tag, "*"}.intersection(request.tags("If-None-Match") or ()))


def _unless_known(request: ApiRequest, tag: str, document: Callable[[], Any]) -> ApiResponse:
    """Return a document with its version as ETag; 304 without the document if the client has that version."""
    headers, is_known = _tagged(request, tag)
    return ApiResponse(status=304, headers=headers) if is_known else ApiResponse.of(document(), headers=headers)


def _of_case(case: Case, call: ApiCall, status: int = 200, headers: Mapping[str, str] | None = None) -> ApiResponse:
    return ApiResponse.of(case.to_document(texts=call.texts), status, {"ETag": etag(case), **(headers or {})})
