"""`reclamation demo`: triage the shipped complaints, run the scenario on a desk, show what came of it, write files."""

from __future__ import annotations

import shlex
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import attrs
import typer
from rich.console import Console

from reclamation_core import adapters
from reclamation_core.adapters.document_stores import document_store
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.calendars.codes import in_words
from reclamation_core.cases import Admissibility, Case, CaseKind, CaseState, ClosingReason, CommandRefusedError
from reclamation_core.cases.rendering import describe
from reclamation_core.cli import terminal
from reclamation_core.cli.board_command import site_name
from reclamation_core.cli.database_commands import engine_at, name_of
from reclamation_core.cli.errors import CommandError
from reclamation_core.cli.options import calendar_of
from reclamation_core.cli.terminal import console, number, plural, say
from reclamation_core.cli.triage_command import show_report
from reclamation_core.codes import LabelledEnum, fold_label
from reclamation_core.desk import Agenda, Desk, PlanService
from reclamation_core.documents.atomic_files import atomic_file, atomic_writer
from reclamation_core.errors import FaultsError, MissingExtraError
from reclamation_core.indicators.catalogue import FEWEST
from reclamation_core.indicators.page import interval_in_words, value_in_words
from reclamation_core.intake import Triage, triage_file
from reclamation_core.plans import ActionStatus, ActionType, PlanScope, ScopeKind
from reclamation_core.plans.codes import LineChangeKind
from reclamation_core.policy import Policy, m2_1, read_policy
from reclamation_core.ports import CaseQuery
from reclamation_core.reporting import LetterKind, LetterSettings, letter_bytes, save_report
from reclamation_core.simulation import (
    Caseload,
    SimulatedClock,
    run_scenario,
    seed_register,
    shipped,
    write_complaints,
    write_malfunctions,
)
from reclamation_core.simulation.shipped_files import Shipped
from reclamation_core.vocabulary import ComplaintFacts, Level, Sites
from reclamation_core.wording import verbatim

V = TypeVar("V", bound=LabelledEnum)

_SHIPPED: Final = {
    "complaints": "demandes.csv",
    "survey": "enquete.csv",
    "survey_mapping": "enquete.toml",
    "malfunctions": "dysfonctionnements.csv",
    "sites": "centres.toml",
}
"""The shipped files, and their names in the folder of the demonstration."""
_LETTER_SETTINGS: Final = """\
organisation = "Organisme de démonstration"
address = "[adresse, à compléter]"
contact = "[courriel ou téléphone, à compléter]"
signatory = "[signataire, à compléter]"
signatory_title = "la direction du centre"
mediator = "[médiateur, à compléter]"
data_protection = "[délégué à la protection des données, à compléter]"
legal_basis = "[base légale du traitement, à compléter]"
recipients = "[destinataires des données, à compléter]"

# Une section par centre, pour ce qui lui est propre : chaque centre signe ses courriers.
[sites.METZ]
organisation = "Organisme de démonstration, centre de Metz"
address = "[adresse du centre de Metz, à compléter]"
place = "Metz"
"""
"""The settings of letters of the demonstration, in TOML."""
_TEXT_BLOCKS: Final = """\
# Textes types des réponses : adressez-vous au client (« vous »).
# Entre accolades, ce que le dossier prouve, et rien d'autre : {reference}, {received}, {acknowledged},
# {requested}, {contained}, {mediation}, {site}, {note}.

[[blocks]]
name = "absence-formateur"
title = "Absence du formateur"
themes = ["trainer", "training"]
decisions = ["founded", "partly_founded"]
text = '''
Vous nous avez écrit le {received} au sujet de l'absence du formateur. Nous confirmons cette absence.'''

[[blocks]]
name = "materiel"
title = "Matériel indisponible"
themes = ["equipment"]
decisions = ["founded", "partly_founded"]
text = '''
Le matériel prévu pour votre formation n'était pas disponible. Nous avons pris une première mesure le {contained}.'''

[[blocks]]
name = "facture"
title = "Facture exacte"
themes = ["invoicing", "refund"]
decisions = ["unfounded"]
text = '''
Nous avons comparé la facture que vous contestez avec votre convention de formation : les montants sont les mêmes.'''

[[blocks]]
name = "pieces"
title = "Pièces examinées"
text = '''
Nous avons examiné votre message, reçu le {received}, et les pièces de votre dossier {reference}.'''
"""
"""The text blocks of answers of the demonstration, in TOML."""
_PAGE: Final = 500
_AHEAD: Final = timedelta(days=14)
_MONTHS: Final = timedelta(days=60)
_LIMIT: Final = 6
_WORDS: Final = "formateur absent"
_WHEN, _WHO = 16, 20


def demo(
    folder: Annotated[
        Path, typer.Option("--output", "-o", metavar="DOSSIER", help="Le dossier où écrire les fichiers.")
    ] = Path("reclamation-demo"),
    db: Annotated[
        str | None, typer.Option("--db", metavar="ADRESSE", help="Une base vide à remplir, pour « reclamation serve ».")
    ] = None,
) -> int:
    """--db remplit plutôt une base, à ouvrir avec « reclamation serve »."""
    folder.mkdir(parents=True, exist_ok=True)
    if db is not None:
        return _fill(db, folder)
    files = _copy(shipped(), folder)
    policy, calendar, sites = m2_1(), calendar_of("metropole"), Sites.from_toml(files.sites)
    done = triage_file(files.complaints, Triage(policy, calendar), folder / "decisions.csv", sites=sites)
    title = f"Demandes inventées, procédure {policy.edition}, situation au {in_words(files.as_of)}"
    show_report(console(), done, files.as_of, title, calendar.definition.territory.label("fr"))
    end = datetime.combine(files.as_of, time(23, 59), tzinfo=BusinessCalendar.france().zone)
    clock = SimulatedClock(end - _MONTHS)
    with Desk.in_memory(policy=policy, sites=sites, clock=clock) as desk:
        refusals = run_scenario(Caseload.shipped(), desk, clock, sites, end).refusals
        cases, plans = all_cases(desk), all_plans(desk, sites)
        pages, plan = chosen_cases(cases), most_changed(plans)
        screen = console()
        _show_cases(screen, desk, sites, files.as_of)
        _show_indicators(screen, desk, files.as_of)
        _show_agenda(screen, desk.agenda(files.as_of + _AHEAD), files.as_of, sites)
        _show_work(screen, desk, [one.case for one in desk.agenda(files.as_of).answers[:1]])
        _show_alerts_and_refusals(screen, cases, refusals)
        _show_case(screen, pages[0], sites, policy)
        _show_plans(screen, plans, plan, sites)
        register = desk.reports.register()
        written = [
            save_report(register.only("registre"), folder / "registre.csv"),
            save_report(register.only("totaux"), folder / "registre-totaux.csv"),
        ]
        written += _write_pages(folder / "dossiers", pages, sites, files.as_of)
        written += _write_letter(folder / "courriers", desk, pages, sites)
        written += _write_plans(folder, desk, sites, plan)
        written += _write_reports(folder, desk, pages[0], plan)
    _list(console(), folder, (*_paths(files).values(), folder / "decisions.csv", *written))
    return 1 if done.summary.rejected else 0


def _fill(db: str, folder: Path) -> int:
    """Fill an empty database with invented cases until now, and write the files that the board takes."""
    sites = Sites.from_toml(shipped().sites)
    documents = document_store(folder / "pieces") if find_spec("puremagic") else None
    with engine_at(db) as engine:
        adapters.upgrade(engine)
        store, now = adapters.SqlAlchemyStore(engine), datetime.now(BusinessCalendar.france().zone)
        try:
            count = seed_register(store, sites, now, policy=read_policy(shipped().edition), documents=documents)
        except ValueError:
            raise CommandError(f"{name_of(engine)} : cette base a des dossiers ; indiquez une base nouvelle") from None
        name = name_of(engine)
    say(f"{name} : {number(count)} {plural('dossier', count)} {plural('inventé', count)}")
    texts = {
        "centres.toml": shipped().sites.read_text(encoding="utf-8"),
        "procedure.toml": shipped().edition.read_text(encoding="utf-8"),
        "courriers.toml": _LETTER_SETTINGS,
        "textes-types.toml": _TEXT_BLOCKS,
    }
    for name, text in texts.items():
        with atomic_writer(folder / name) as file:
            file.write(text)
    paths = texts if documents is None else (*texts, "pieces")
    named = zip(("--sites", "--policy", "--letters", "--text-blocks", "--documents"), paths, strict=False)
    files = " ".join(f"{option} {shlex.quote(str(folder / name))}" for option, name in named)
    say(f"Pour les voir : reclamation serve --db {shlex.quote(db)} {files}")
    return 0


def _paths(files: Shipped) -> dict[str, Path]:
    return attrs.asdict(files, recurse=False, filter=lambda field, _: field.name in _SHIPPED)


def _copy(files: Shipped, folder: Path) -> Shipped:
    copies: dict[str, Any] = {}
    for name, shown_as in _SHIPPED.items():
        copies[name] = folder / shown_as
        if name == "complaints":
            write_complaints(copies[name], Caseload.shipped().complaints, in_french=True)
            continue
        if name == "malfunctions":
            write_malfunctions(copies[name], Caseload.shipped().malfunctions, in_french=True)
            continue
        with atomic_writer(copies[name]) as file:
            file.write(_paths(files)[name].read_bytes().decode())
    return attrs.evolve(files, **copies)


# What is read from the desk


def all_cases(desk: Desk) -> tuple[Case, ...]:
    """Return the cases of a desk, in the order of their references."""
    cases: list[Case] = []
    query: CaseQuery | None = CaseQuery(limit=_PAGE)
    while query is not None:
        page = desk.cases.find(query)
        cases += page.cases
        query = query.following(page)
    return tuple(cases)


def all_plans(desk: Desk, sites: Sites) -> tuple[PlanService, ...]:
    """Return the plans that have events: the nation's, the regions', the sites'."""
    regions = sorted({sites[code].region for code in sites}, key=fold_label)
    scopes = (PlanScope.nation(), *map(PlanScope.region, regions), *map(PlanScope.site, sites))
    return tuple(plan for plan in map(desk.pgaac, scopes) if plan.current.events)


def chosen_cases(cases: Sequence[Case]) -> tuple[Case, ...]:
    """Return the cases to show: an answered and closed one with actions, one of each closing reason and of each state.

    Of each group it is the one with the most kinds of events.
    """
    closed = {
        reason: [case for case in cases if case.closure and case.closure.reason is reason] for reason in ClosingReason
    }
    states = [[case for case in cases if case.state is state] for state in CaseState]
    handled = [case for case in closed[ClosingReason.ANSWERED] if case.actions and case.containments]
    found = {}
    for group in (handled, *closed.values(), *states):
        readable = [case for case in group if case.anonymised_at is None]
        if readable:
            case = max(readable, key=lambda case: (len({type(event.data) for event in case.events}), case.version))
            found[case.reference] = case
    return tuple(found.values())


def most_changed(plans: Sequence[PlanService]) -> PlanService | None:
    """Return the site's plan, published twice, whose latest publication has most kinds of changes; None without one."""

    def changes(plan: PlanService) -> int:
        difference = plan.current.difference(len(plan.published_plans))
        return len([change for change in LineChangeKind if difference.of(change)])

    twice = [plan for plan in plans if plan.scope.kind is ScopeKind.SITE and len(plan.published_plans) > 1]
    return max(twice, key=changes, default=None)


# The screen


def _show_cases(screen: Console, desk: Desk, sites: Sites, today: date) -> None:
    cases = all_cases(desk)
    first = min(case.history[0].occurred_at for case in cases)
    terminal.heading(screen, f"La vie des dossiers, du {in_words(first.date())} au {in_words(today)}")
    kinds = Counter(case.kind for case in cases)
    by_kind = [
        f"{number(kinds[CaseKind.COMPLAINT])} {plural('demande', kinds[CaseKind.COMPLAINT])} de clients",
        f"{number(kinds[CaseKind.MALFUNCTION])} {plural('dysfonctionnement', kinds[CaseKind.MALFUNCTION])}",
    ]
    events = number(sum(case.version for case in cases))
    screen.print(f"{number(len(cases))} dossiers ({', '.join(by_kind)}), {events} opérations")
    screen.print()
    terminal.counts(
        screen,
        (
            ("Par état", _counted(CaseState, (case.state for case in cases))),
            ("Par recevabilité", _counted(Admissibility, (case.admissibility for case in cases))),
            ("Par niveau", _counted(Level, (case.level for case in cases if case.level is not None))),
        ),
    )
    terminal.lines(
        screen,
        "À clarifier : une information manque pour savoir si la demande est une réclamation. Sans objet : un "
        "dysfonctionnement interne. Une demande hors du cadre n'a pas de niveau.",
    )
    site = "METZ"
    own, regional = desk.scoped(site=site).cases.count(), desk.scoped(region=sites[site].region).cases.count()
    screen.print()
    terminal.lines(
        screen,
        f"Accès : le centre de {sites[site].name} voit {number(own)} dossiers (les siens), la région "
        f"{sites[site].region} {number(regional)}.",
    )


def _show_indicators(screen: Console, desk: Desk, until: date) -> None:
    """Show the indicators of a page, each with its interval."""
    page = desk.indicator_page(since=until - _MONTHS, until=until, as_of=until)
    terminal.heading(screen, f"Indicateurs des deux mois jusqu'au {in_words(until)}")
    rows = []
    for row in page.whole.rows:
        figure, unit = row.figure, row.indicator.unit
        interval = interval_in_words(figure, unit)
        total = "" if figure.total is None else number(figure.total)
        value = value_in_words(figure, unit).fr
        rows.append((row.indicator.label.fr, value, "" if interval is None else interval.fr, total))
    titles = ("indicateur", "valeur", "intervalle à 95 %", "sur")
    terminal.show(screen, terminal.table(titles, rows, right=(1, 3), unbroken=(1, 2)))
    terminal.lines(
        screen,
        f"Une réponse qui manque après l'échéance est en retard. Sous {FEWEST} dossiers, ni taux ni délai. Par centre, "
        "par mois, avec les dossiers comptés : reclamation indicators.",
    )


def _show_agenda(screen: Console, agenda: Agenda, today: date, sites: Sites) -> None:
    """Show the next answers and checks, and how many are overdue."""
    answers, checks = agenda.answers, agenda.checks
    terminal.heading(screen, f"Réponses à donner d'ici au {in_words(agenda.until)} ({number(len(answers))})")
    rows = [
        (f"{one.due:%d/%m/%Y}", one.case, site_name(one.site, sites), one.level.label(), one.state.label())
        for one in answers
        if one.due >= today
    ]
    _show_overdue(screen, "réponse", [one.case for one in answers if one.due < today])
    terminal.show(
        screen, terminal.table(("à répondre le", "dossier", "centre", "niveau", "état"), rows[:_LIMIT], unbroken=(0, 1))
    )
    terminal.heading(screen, f"Efficacité à évaluer d'ici là ({number(len(checks))} {plural('action', len(checks))})")
    coming = [
        (f"{one.due:%d/%m/%Y}", one.action, one.plan.label(sites=sites), one.status.label())
        for one in checks
        if one.due >= today
    ]
    _show_overdue(screen, "évaluation", [one.action for one in checks if one.due < today])
    terminal.show(screen, terminal.table(("à évaluer le", "action", "plan", "état"), coming[:_LIMIT], unbroken=(0, 1)))


def _show_overdue(screen: Console, what: str, names: Sequence[str]) -> None:
    """Show how many are overdue, by name, before what is to come."""
    count = f"{number(len(names))} {plural(what, len(names))} en retard"
    terminal.lines(screen, f"{count}{' : ' if names else ''}{', '.join(names)}", "  ")


def _show_work(screen: Console, desk: Desk, first: Sequence[str]) -> None:
    """Show what is to be done, the next steps of the first case to answer, and the cases that words find."""
    terminal.heading(screen, "À faire")
    for line in desk.worklist(limit=1).to_text("fr").splitlines():
        terminal.lines(screen, line, "    ")
    for case in first:
        terminal.heading(screen, f"Prochaines étapes du dossier {case}")
        for step in desk.next_steps(case):
            terminal.lines(screen, f"{step.command.label('fr')} : {step.reason.fr}.", "    ")
    terminal.heading(screen, f"Dossiers qui contiennent « {_WORDS} »")
    found = desk.cases.search(_WORDS, limit=_LIMIT).hits
    terminal.lines(screen, ", ".join(one.case.reference for one in found))


def _show_alerts_and_refusals(screen: Console, cases: Sequence[Case], refusals: Sequence[CommandRefusedError]) -> None:
    terminal.heading(screen, "Alertes émises par le contrôle quotidien des échéances")
    alerts = Counter((alert.clock, alert.threshold) for case in cases for alert in case.alerts)
    for clock, threshold in sorted(alerts):
        label = f"{clock.label('fr')}, {threshold.label('fr')}"
        screen.print(f"{number(alerts[clock, threshold]):>8}  {label}")
    terminal.heading(screen, "Refus provoqués pour la démonstration (aucun dossier modifié)")
    for refused in refusals:
        for line in refused.in_("fr").splitlines():
            terminal.lines(screen, _without_sign(line), "    ")


def _without_sign(line: str) -> str:
    """Return a line of a list, indented where it has a dash: no line of the screen begins with a sign."""
    return f"  {line.removeprefix('- ')}" if line.startswith("- ") else line


def _counted(vocabulary: type[V], values: Iterable[V]) -> list[tuple[str, int]]:
    counts = Counter(values)
    return [*((member.label("fr"), counts[member]) for member in vocabulary), ("total", counts.total())]


def _show_case(screen: Console, case: Case, sites: Sites, policy: Policy) -> None:
    terminal.heading(screen, f"Un dossier, du début à la fin : {case.reference}, {sites[case.site].name}")
    if isinstance(case.facts, ComplaintFacts):
        level = policy.assess(case.facts, sites[case.site].calendar()).level
    else:
        level = policy.assess_malfunction(case.facts).level
    for line in filter(None, level.explain("fr").splitlines()):
        terminal.lines(screen, _without_sign(line), "    ")
    if case.deadline is not None:
        due, rule = case.deadline.due, case.deadline.rule
        days = rule.days_in_words("fr")
        terminal.lines(screen, f"À répondre au plus tard le {in_words(due)} : {days}.")
    screen.print()
    columns = terminal.width(screen) - _WHEN - _WHO - 4
    rows = []
    for event in case.history:
        who = case.read(event.by)
        actor = f"{event.role.label('fr')}, {who}" if who and who != "sweep" else event.role.label("fr")
        when = f"{event.occurred_at.astimezone(case.zone):%d/%m/%Y %H:%M}"
        what = terminal.wrapped(verbatim(describe(case, event, sites=sites)), columns)
        rows.append((when, terminal.wrapped(actor, _WHO), what))
    terminal.show(screen, terminal.table(("date", "par", "opération"), rows))


def _show_plans(screen: Console, plans: Sequence[PlanService], shown: PlanService | None, sites: Sites) -> None:
    actions = [action for plan in plans for action in plan.actions]
    counts = Counter((action.type, action.status) for action in actions)
    terminal.heading(
        screen,
        f"PGAAC : {number(len(actions))} {plural('action', len(actions))} de {number(len(plans))} "
        f"{plural('plan', len(plans))}, par type et par état",
    )
    table = [[counts[kind, status] for status in ActionStatus] for kind in ActionType]
    labels = [*(kind.label() for kind in ActionType), "total"]
    table.append([sum(column) for column in zip(*table, strict=True)])
    rows = [[label, *map(str, row), str(sum(row))] for label, row in zip(labels, table, strict=True)]
    header = ("type", *(status.label() for status in ActionStatus), "total")
    terminal.show(screen, terminal.table(header, rows, right=range(1, len(header))))
    reopened = [(plan, action) for plan in plans for action in plan.actions if action.reopenings]
    for plan, action in reopened[:_LIMIT]:
        recurrence, reason = action.reopenings[-1].recurrence, action.reopenings[-1].reason
        why = recurrence.fr if recurrence else plan.current.read(reason) if reason else None
        terminal.lines(screen, f"{action.reference} rouverte{f' : {why}' if why else ''}", "  ")
    if len(reopened) > _LIMIT:
        terminal.lines(screen, f"… et {number(len(reopened) - _LIMIT)} de plus", "  ")
    published = [one for plan in plans for one in plan.published_plans]
    terminal.heading(
        screen,
        f"{number(len(published))} {plural('édition', len(published))} du PGAAC, {plural('diffusée', len(published))} "
        "à tous les PCS",
    )
    rows = []
    for kind in ScopeKind:
        own = [one for one in published if one.scope.kind is kind]
        last = max((one.published_at for one in own), default=None)
        scopes = len({one.scope for one in own})
        rows.append([kind.label(), str(scopes), str(len(own)), "" if last is None else f"{last:%d/%m/%Y}"])
    terminal.show(screen, terminal.table(("plan", "plans", "éditions", "dernière"), rows, right=(1, 2)))
    if shown is not None:
        current = shown.current
        latest = current.published_plans[-1].number
        difference = current.difference(latest)
        screen.print()
        screen.print(f"Évolution du PGAAC, {current.scope.label(sites=sites)}, édition n° {latest} :")
        for change in LineChangeKind:
            for reference in difference.of(change):
                what = verbatim(current.read(current.action(reference.action).what) or "(effacé)")
                terminal.lines(screen, f"  {change.label('fr')} : {reference.action}, {what}", "    ")


def _list(screen: Console, folder: Path, paths: Sequence[Path]) -> None:
    """Show the files by folder, a line for each folder."""
    terminal.heading(screen, f"Fichiers écrits dans {folder}")
    for place in dict.fromkeys(path.parent for path in paths):
        here = [path for path in paths if path.parent == place]
        stems = dict.fromkeys(path.stem for path in here)
        names = (f"{stem}{'/'.join(path.suffix for path in here if path.stem == stem)}" for stem in stems)
        inside = "" if place == folder else f"{place.relative_to(folder)}/ : "
        terminal.lines(screen, f"  {inside}{', '.join(names)}", "    ")


# The files


def _write_pages(folder: Path, cases: Sequence[Case], sites: Sites, on: date) -> Iterator[Path]:
    """Write a page for each case, with its texts."""
    folder.mkdir(exist_ok=True)
    for case in cases:
        path = folder / f"{case.reference}.html"
        head = f'<!doctype html>\n<html lang="fr"><meta charset="utf-8"><title>Dossier {case.reference}</title>\n'
        page = case.to_html(texts=True, sites=sites, on=on, headings=True)
        _write(path, f"{head}<main>\n{page}\n</main>\n</html>\n")
        yield path


def _write_letter(folder: Path, desk: Desk, cases: Sequence[Case], sites: Sites) -> Iterator[Path]:
    """Write the acknowledgement of the first case that has one, unless the extra for letters is missing."""
    for case in cases:
        settings = LetterSettings(
            organisation=f"Afpa, centre de {sites[case.site].name}",
            address="[adresse du centre, à compléter par l'organisme]",
            signatory="[signataire, à compléter]",
            signatory_title="la direction du centre",
            data_protection="[délégué à la protection des données, à compléter]",
            legal_basis="[base légale du traitement, à compléter]",
            recipients="[destinataires des données, à compléter]",
            place=sites[case.site].name,
        )
        with suppress(FaultsError, MissingExtraError):
            letter = desk.reports.letter(case.reference, LetterKind.ACKNOWLEDGEMENT, settings)
            content = letter_bytes(letter, "pdf")
            folder.mkdir(exist_ok=True)
            path = folder / f"{case.reference}-accuse-de-reception.pdf"
            with atomic_file(path) as file:
                file.write(content)
            yield path
            return


def _write_plans(folder: Path, desk: Desk, sites: Sites, shown: PlanService | None) -> Iterator[Path]:
    """Write the published plans of a site, its region and the nation."""
    if shown is None:
        return
    place = folder / "pgaac"
    place.mkdir(exist_ok=True)
    region = PlanScope.region(sites[str(shown.scope.code)].region)
    for scope in (shown.scope, region, PlanScope.nation()):
        for published in desk.pgaac(scope).published_plans:
            report = desk.reports.plan(scope, published.number)
            stem = f"{_file_name(scope)}-{published.number}"
            yield save_report(report.only("actions"), place / f"{stem}.csv")
            yield save_report(report.only("evolution"), place / f"{stem}-evolution.csv")


def _write_reports(folder: Path, desk: Desk, case: Case, plan: PlanService | None) -> Iterator[Path]:
    """Write the PGAAC of a site and the audit file of a case, unless the extra for reports is missing."""
    with suppress(MissingExtraError):
        if plan is not None:
            report = desk.reports.plan(plan.scope, len(plan.published_plans))
            yield save_report(report, folder / "pgaac" / f"{_file_name(plan.scope)}.html")
        desk.reports.audit(folder / "dossier-de-preuves.zip", case=case.reference)
        yield folder / "dossier-de-preuves.zip"


def _write(path: Path, text: str) -> None:
    with atomic_writer(path, "utf-8") as file:
        file.write(text)


def _file_name(scope: PlanScope) -> str:
    """Return the name of a plan's files: metz, grand-est, national."""
    text = unicodedata.normalize("NFKD", str(scope.code or "national").casefold())
    return "-".join("".join(letter if letter.isalnum() else " " for letter in text if letter.isascii()).split())
