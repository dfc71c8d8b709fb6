"""The pages of the board, and which address each has."""

from __future__ import annotations

import re
from calendar import Calendar
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, partial
from http import HTTPStatus
from importlib.resources import files
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import quote, unquote, urlencode
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars.calendar import LedgerDay
from reclamation_core.calendars.codes import in_words, month_in_words
from reclamation_core.cases import Case, CaseState, CommandType
from reclamation_core.cases import describe as describe_event
from reclamation_core.cases.causes import Taxonomy
from reclamation_core.codes import LabelledEnum
from reclamation_core.desk import Desk, etag
from reclamation_core.errors import Fault, FaultsError, MissingExtraError, ReclamationError
from reclamation_core.integrations.board.forms import (
    Form,
    FormContext,
    FormField,
    action_form,
    case_form,
    read_form,
    registration_form,
    with_values,
)
from reclamation_core.integrations.board.requests import SECURITY_HEADERS, BoardRequest, BoardResponse
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.plans import PlanScope, ScopeKind
from reclamation_core.ports import CaseOrder, CaseQuery
from reclamation_core.ports.store import Clock, SystemClock
from reclamation_core.tables import Enumeration
from reclamation_core.vocabulary import FACTS, Fact, Level, Sites
from reclamation_core.vocabulary.commands import PlanCommandType
from reclamation_core.wording import Wording, typeset, verbatim

PARIS: Final = ZoneInfo("Europe/Paris")
_DAYS_AHEAD: Final = 14
_PAGE_SIZE: Final = 50
_MOST_DUE: Final = 100
ACTION_COMMANDS: Final = (
    PlanCommandType.PROGRESS,
    PlanCommandType.FINISH,
    PlanCommandType.JUDGE,
    PlanCommandType.CLOSE,
    PlanCommandType.ABANDON,
    PlanCommandType.REOPEN,
)
"""The commands on an action that have a form."""
_FAULTS: Final = Wording("Corrigez les champs signalés.", "Correct the fields that are marked.")
_NO_PAGE: Final = Wording("Cette page n'existe pas.", "This page does not exist.")


@attrs.frozen
class Board:
    """The pages of the board.

    Args:
        sites: the sites of the agency, by which lists of choices have names; those of the desk.
        taxonomy: the families of causes; those of the desk.
        clock: the source of the current day.
        title: the title of each page.
    """

    sites: Sites | None = None
    taxonomy: Taxonomy | None = None
    clock: Clock = attrs.field(factory=SystemClock)
    title: str = "Réclamations"

    def respond(self, desk: Desk, request: BoardRequest) -> BoardResponse:
        """Return the response to a request.

        Args:
            desk: the desk, which acts as the person who is logged in and is limited to what that person may see.
            request: the request.
        """
        if request.path == "/board.css":
            headers = {**SECURITY_HEADERS, "Cache-Control": "public, max-age=86400"}
            return BoardResponse(body=_stylesheet(), content_type="text/css; charset=utf-8", headers=headers)
        for pattern, methods in _ROUTES:
            found = pattern.fullmatch(request.path)
            if found is not None and request.method in methods:
                try:
                    return methods[request.method](_View(self, desk, request), **found.groupdict())
                except ReclamationError as error:
                    return _View(self, desk, request).failed(error)
        return _View(self, desk, request).page("error.html", HTTPStatus.NOT_FOUND, message=_NO_PAGE.fr)


@attrs.frozen
class _View:
    """One request: the pages that it may ask for."""

    board: Board
    desk: Desk
    request: BoardRequest

    # What pages have in common

    def page(self, template: str, status: int = HTTPStatus.OK, **content: Any) -> BoardResponse:
        """Return a page in French typography; what people typed, marked by the filter `typed`, stays as it is."""
        html = (
            _environment()
            .get_template(template)
            .render(
                title=self.board.title,
                request=self.request,
                base=self.request.base,
                site_name=self._site_name,
                plan_name=self._plan_name,
                **content,
            )
        )
        # An apostrophe needs no escape: every attribute is between double quotes.
        printed = typeset(html.replace("&#39;", "'"))
        return BoardResponse(status=int(status), body=printed.encode(errors="replace"))

    def _site_name(self, code: str) -> str:
        """Return the name of a site, or its code where the name is not known."""
        sites = self.board.sites or Sites()
        return verbatim(sites[code].name if code in sites else code)

    def _plan_name(self, scope: PlanScope) -> str:
        """Return what a reader calls a plan; a site by its name."""
        if scope.kind is ScopeKind.SITE:
            return f"{scope.kind.label()} {self._site_name(str(scope.code))}"
        return scope.label()

    def failed(self, error: ReclamationError) -> BoardResponse:
        document = error.to_document("fr")
        return self.page("error.html", document["status"], message=error.in_("fr"))

    def redirect(self, path: str) -> BoardResponse:
        return BoardResponse.redirect(f"{self.request.base}{path}")

    def form_context(self, case: Case | None = None) -> FormContext:
        zone = PARIS if case is None else case.zone
        return FormContext(self.board.sites, self.board.taxonomy, zone, case)

    # What is due

    def due(self) -> BoardResponse:
        """Show the answers and checks that are overdue, due today and due next."""
        today = self.board.clock.now().astimezone(PARIS).date()
        agenda = self.desk.agenda(today + timedelta(days=_DAYS_AHEAD))
        answers, checks = _by_time(agenda.answers, today), _by_time(agenda.checks, today)
        return self.page(
            "due.html", answers=answers, checks=checks, today=today, damaged=agenda.damaged, most=_MOST_DUE
        )

    # Cases

    def cases(self) -> BoardResponse:
        """Show a page of the cases that meet the criteria, in an order."""
        today = self.board.clock.now().astimezone(PARIS).date()
        chosen = {name: self.request.first(name) for name in ("q", "etat", "niveau", "centre", "tri", "sens", "suite")}
        chosen["tri"] = chosen["tri"] or CaseOrder.DUE.value
        query = CaseQuery(
            text=chosen["q"] or None,
            states={chosen["etat"]} if chosen["etat"] else frozenset(),
            levels={chosen["niveau"]} if chosen["niveau"] else frozenset(),
            sites={chosen["centre"]} if chosen["centre"] else frozenset(),
        )
        page = self.desk.cases.summaries(
            query,
            order_by=chosen["tri"],
            descending=chosen["sens"] == "desc",
            limit=_PAGE_SIZE,
            after=chosen["suite"] or None,
        )
        following = {**chosen, "suite": page.next or ""}
        sites = self.board.sites or Sites()
        return self.page(
            "cases.html",
            page=page,
            count=self.desk.cases.count(query),
            chosen=chosen,
            following=urlencode({name: value for name, value in following.items() if value}, errors="replace"),
            choices={"etat": list(CaseState), "niveau": list(Level), "tri": list(CaseOrder)},
            sites=[(code, sites[code].name) for code in sites],
            today=today,
        )

    def case(self, reference: str) -> BoardResponse:
        """Show a case: its facts, its deadline, its history and its commands."""
        case = self.desk.cases.get(reference)
        available = self.desk.available_commands(reference)
        return self.page(
            "case.html",
            case=case,
            explanation=self.desk.explain(reference),
            facts=list(_known_facts(case)),
            months=_months(case),
            history=[(event, describe_event(case, event, sites=self.board.sites)) for event in reversed(case.history)],
            allowed=[one for one in available if not one.is_refused],
            refused=[one for one in available if one.is_refused],
        )

    def command(self, reference: str, name: str) -> BoardResponse:
        """Show the form of a command."""
        case = self.desk.cases.get(reference)
        command = _command(tuple(CommandType), name)
        return self._command_page(case, command, Form(case_form(command, self.form_context(case))))

    def give_command(self, reference: str, name: str) -> BoardResponse:
        """Give a command; a refusal shows the form again, with what was entered and why it is refused."""
        case = self.desk.cases.get(reference)
        command = _command(tuple(CommandType), name)
        fields = case_form(command, self.form_context(case))

        def give() -> None:
            document = read_form(_entered_anew(fields, self.request.form), self.request.form, case.zone)
            if command is CommandType.PLAN:
                document["actions"] = [document.pop("sheet")]
            document["type"] = command.value
            self.desk.execute(reference, document, expected_version=self._expected_version())

        return self._submitted(
            give, fields, partial(self._command_page, case, command), f"/dossiers/{quote(reference)}"
        )

    def _command_page(self, case: Case, command: CommandType, form: Form) -> BoardResponse:
        available = self.desk.available_commands(case.reference)
        guards = next(one.guards for one in available if one.command is command)
        return self.page(
            "command.html", form.status, case=case, command=command, form=form, guards=guards, version=etag(case)
        )

    def registration(self) -> BoardResponse:
        """Show the form of a registration."""
        return self.page("register.html", form=Form(registration_form(self.form_context())))

    def register(self) -> BoardResponse:
        """Register a complaint, and show its case."""
        fields = registration_form(self.form_context())
        registered: list[Case] = []

        def give() -> None:
            document = read_form(fields, self.request.form, PARIS)
            document["facts"]["type"] = "complaint"
            registered.append(self.desk.execute(None, {**document, "type": "register"}))

        def again(form: Form) -> BoardResponse:
            return self.page("register.html", form.status, form=form)

        return self._submitted(give, fields, again, lambda: f"/dossiers/{quote(registered[0].reference)}")

    def questions(self) -> BoardResponse:
        """Show the questions whose answers are missing, with the cases that wait for them."""
        answers = [one for one in self.desk.agenda(date.max).answers if one.question is not None]
        return self.page("questions.html", answers=answers)

    # Plans

    def plans(self) -> BoardResponse:
        """Show the plans of the nation, the regions and the sites."""
        sites = self.board.sites or Sites()
        regions = sorted({sites[code].region for code in sites})
        scopes = [PlanScope.nation(), *map(PlanScope.region, regions), *map(PlanScope.site, sites)]
        return self.page("plans.html", scopes=scopes)

    def plan(self, scope: str) -> BoardResponse:
        """Show a plan: its actions, the commands on each, and its published plans."""
        plan = self.desk.pgaac(PlanScope.parse(unquote(scope)))
        current = plan.current
        return self.page("plan.html", scope=current.scope, plan=current, commands=ACTION_COMMANDS)

    def action(self, scope: str, action: str, name: str) -> BoardResponse:
        """Show the form of a command on an action."""
        return self._action_page(scope, action, name, Form(self._action_fields(name)))

    def give_action_command(self, scope: str, action: str, name: str) -> BoardResponse:
        """Give a command on an action of a plan."""
        fields = self._action_fields(name)

        def give() -> None:
            document = {**read_form(fields, self.request.form, PARIS), "reference": unquote(action), "type": name}
            self.desk.pgaac(PlanScope.parse(unquote(scope))).execute(document)

        return self._submitted(give, fields, partial(self._action_page, scope, action, name), f"/pgaac/{scope}")

    def _action_fields(self, name: str) -> tuple[FormField, ...]:
        return action_form(_command(ACTION_COMMANDS, name), self.form_context())

    def _action_page(self, scope: str, action: str, name: str, form: Form) -> BoardResponse:
        plan = self.desk.pgaac(PlanScope.parse(unquote(scope))).current
        found = plan.action(unquote(action))
        command = _command(ACTION_COMMANDS, name)
        return self.page(
            "action.html", form.status, scope=plan.scope, action=found, plan=plan, command=command, form=form
        )

    # Posted forms

    def _submitted(
        self,
        give: Callable[[], None],
        fields: Sequence[FormField],
        again: Callable[[Form], BoardResponse],
        done: str | Callable[[], str],
    ) -> BoardResponse:
        """Give the command of a posted form; a refusal shows the form again with what was entered."""
        try:
            give()
        except ReclamationError as error:
            entered, message = _with_faults(fields, self.request.form, error)
            return again(Form(entered, message, error.kind.status))
        return self.redirect(done if isinstance(done, str) else done())

    def _expected_version(self) -> str:
        """Return the version of the case that the form was made from."""
        return next(iter(self.request.form.get("version", ())), "")


class _Due(Protocol):
    @property
    def due(self) -> date: ...


D = TypeVar("D", bound=_Due)


def _by_time(entries: Iterable[D], today: date) -> list[tuple[str, list[D]]]:
    """Return what is overdue, due today and due next, each with its title."""
    groups: dict[str, list[D]] = {"En retard": [], "Aujourd'hui": [], f"Dans les {_DAYS_AHEAD} jours": []}
    overdue, now, later = groups.values()
    for one in entries:
        (overdue if one.due < today else now if one.due == today else later).append(one)
    return list(groups.items())


def _with_faults(
    fields: Sequence[FormField], posted: Mapping[str, Sequence[str]], error: ReclamationError
) -> tuple[tuple[FormField, ...], str]:
    """Return the fields with what was entered and what is wrong with each, and the message above them."""
    if not isinstance(error, FaultsError):
        return with_values(fields, posted, {}), error.in_("fr")
    found = {fault.path.rpartition(".")[2]: fault.expected.fr for fault in error.faults}
    is_shown = found.keys() <= {field.name for field in fields}
    return with_values(fields, posted, found), _FAULTS.fr if is_shown else error.in_("fr")


def _entered_anew(fields: Iterable[FormField], posted: Mapping[str, Sequence[str]]) -> Iterator[FormField]:
    """Yield the fields whose posted values are not those that the form showed."""
    return (field for field in fields if not field.values or tuple(posted.get(field.name, ())) != field.values)


E = TypeVar("E", bound=LabelledEnum)


def _command(commands: tuple[E, ...], name: str) -> E:
    """Return the command of an address.

    Raises:
        FaultsError: there is no such command.
    """
    found = next((command for command in commands if command.value == name), None)
    if found is None:
        raise FaultsError([Fault("command", name, _NO_PAGE)])
    return found


def _known_facts(case: Case) -> Iterator[tuple[Fact, str]]:
    """Yield the facts of a case with their values as a reader sees them; those that are unknown are left out."""
    for name, fact in FACTS.items():
        value = getattr(case.facts, name, UNKNOWN)
        if value is not UNKNOWN and value is not ABSENT:
            yield fact, domain_label(fact, value)


def domain_label(fact: Fact, value: object) -> str:
    """Return a value of a fact as a French reader sees it."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(fact.domain, Enumeration):
        return str(fact.domain.label(value, "fr"))
    return str(value).replace(".", ",")


@attrs.frozen
class Month:
    """A month of the ledger of a deadline: weeks of seven days, None for a day of another month.

    Args:
        first: its first day.
        weeks: the days, each with its entry in the ledger, or None outside the period that is counted.
    """

    first: date
    weeks: tuple[tuple[tuple[date, LedgerDay | None] | None, ...], ...]


def _months(case: Case) -> Iterator[Month]:
    """Yield the months that the deadline of a case is counted in."""
    ledger = {} if case.deadline is None else {day.day: day for day in case.deadline.ledger}
    months = dict.fromkeys((day.year, day.month) for day in ledger)
    for year, month in months:
        weeks = Calendar().monthdatescalendar(year, month)
        yield Month(
            date(year, month, 1),
            tuple(tuple((day, ledger.get(day)) if day.month == month else None for day in week) for week in weeks),
        )


@cache
def _stylesheet() -> bytes:
    return files("reclamation_core.integrations.board").joinpath("templates", "board.css").read_bytes()


@cache
def _environment() -> Any:
    """Return the templates of the board.

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
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "capitalize_first": lambda text: text[:1].upper() + text[1:],
        "typed": verbatim,
        "labelled": lambda member: (member.value, member.label()),
        "day": lambda day: f"{day:%d/%m/%Y}",
        "day_in_words": in_words,
        "month": month_in_words,
        "moment": lambda moment, zone: f"{moment.astimezone(zone):%d/%m/%Y à %H:%M}",
    }
    return environment


_REFERENCE: Final = r"(?P<reference>R-[0-9]{4}-[0-9]{6,18})"
_NAME: Final = r"(?P<name>[a-z_]+)"
_SCOPE: Final = r"(?P<scope>[^/]+)"
_ROUTES: Final = tuple(
    (re.compile(pattern), methods)
    for pattern, methods in (
        (r"/", {"GET": _View.due}),
        (r"/dossiers", {"GET": _View.cases}),
        (r"/dossiers/nouveau", {"GET": _View.registration, "POST": _View.register}),
        (rf"/dossiers/{_REFERENCE}", {"GET": _View.case}),
        (rf"/dossiers/{_REFERENCE}/actes/{_NAME}", {"GET": _View.command, "POST": _View.give_command}),
        (r"/questions", {"GET": _View.questions}),
        (r"/pgaac", {"GET": _View.plans}),
        (rf"/pgaac/{_SCOPE}", {"GET": _View.plan}),
        (
            rf"/pgaac/{_SCOPE}/actions/(?P<action>[^/]+)/{_NAME}",
            {"GET": _View.action, "POST": _View.give_action_command},
        ),
    )
)
