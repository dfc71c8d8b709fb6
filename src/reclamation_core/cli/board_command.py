"""`reclamation board`: the answers and checks that are due, on the screen or in a file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import attrs
import typer
from rich.console import Console

from reclamation_core.calendars.codes import in_words
from reclamation_core.cases import Admissibility
from reclamation_core.cli.database_commands import address, desk_on, existing, name_of
from reclamation_core.cli.errors import CommandError, read_file
from reclamation_core.cli.options import (
    AsOf,
    Db,
    OutputFile,
    PoliciesOption,
    RegionScope,
    SiteScope,
    SitesOption,
    as_of_day,
    calendar_of,
    read_editions,
    typed_day,
)
from reclamation_core.cli.terminal import (
    bold,
    console,
    heading,
    lines,
    listed,
    number,
    plural,
    show,
    table,
    write_document,
)
from reclamation_core.codes import fold_label
from reclamation_core.desk import Agenda, Desk
from reclamation_core.desk.agenda import AwaitedAnswer, AwaitedCheck
from reclamation_core.documents.csv_text import SPREADSHEET_ENCODING, csv_text, replace_unstorable
from reclamation_core.ports import CaseFacet, CaseQuery
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary import Level, Sites
from reclamation_core.wording import first_of, typeset, verbatim

_T = TypeVar("_T")

_AHEAD: Final = timedelta(days=14)
_EVER: Final = date.max
_NO_QUESTION: Final = (
    "Quelle question poser ? La version de la procédure n'est pas connue ici : indiquez son fichier par --policy"
)

COLUMNS: Final = ("attendu", "échéance", "jours calendaires de retard", "jours ouvrés de retard", "dossier", "action",
                  "centre ou plan", "niveau", "état", "recevabilité", "question ou action")  # fmt: skip
"""The columns of the CSV file; a day that is still to come has no days of delay."""


def board(  # noqa: PLR0917  (typer passes them by name)
    db: Db = None,
    site: SiteScope = None,
    region: RegionScope = None,
    sites_file: SitesOption = None,
    policy_files: PoliciesOption = None,
    as_of: AsOf = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Jusqu'à quel jour (par défaut : quatorze jours).")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="NOMBRE", help="Nombre de lignes par partie à l'écran ; 0 pour toutes.")
    ] = 50,
    output_format: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORMAT", help="csv ou json, avec toutes les lignes (par défaut : à l'écran)."
        ),
    ] = None,
    output: OutputFile = None,
) -> int:
    """Réponses en retard et à venir, questions à poser, efficacité à évaluer."""
    _check_options(limit, output_format, output)
    first, last = _days(as_of, until)
    sites = None if sites_file is None else read_file(sites_file, Sites.from_toml)
    with existing(address(db)) as engine, desk_on(engine, read_editions(policy_files), sites) as desk:
        scoped, place = scoped_desk(desk, site, region, sites)
        found = board_of(scoped, name=name_of(engine), place=place, as_of=first, until=last, sites=sites)
    if output_format is None:
        show_board(console(), found, limit)
        return 0
    is_csv = output_format == "csv"
    text = replace_unstorable(as_csv(found) if is_csv else as_json(found))
    write_document(text, output, encoding=SPREADSHEET_ENCODING if is_csv else "utf-8")
    return 0


def _check_options(limit: int, output_format: str | None, output: Path | None) -> None:
    if limit < 0:
        raise CommandError("--limit : indiquez un nombre de lignes, 0 pour toutes")
    if output_format not in {None, "csv", "json"}:
        raise CommandError(f"--format : « {output_format} » ; choisissez csv ou json")
    if output is not None and output_format is None:
        raise CommandError("--output : l'écran ne s'écrit pas dans un fichier ; indiquez aussi --format csv ou json")


def _days(as_of: str | None, until: str | None) -> tuple[date, date]:
    first = as_of_day(as_of)
    last = first + _AHEAD if until is None else typed_day(until, "--until")
    if last < first:
        raise CommandError(f"--until : le {last:%d/%m/%Y} est antérieur à la date de situation, le {first:%d/%m/%Y}")
    return first, last


def scoped_desk(desk: Desk, site: str | None, region: str | None, sites: Sites | None) -> tuple[Desk, str]:
    """Return the desk scoped to the site or region, and the name of that scope.

    Raises:
        CommandError: both are named, or no site is of that region.
    """
    if site is not None and region is not None:
        raise CommandError("--site, --region : indiquez l'un ou l'autre")
    if site is not None:
        scoped = desk.scoped(site=site)
        if (sites is None or site not in sites) and not scoped.cases.count():
            known = sorted(sites) if sites else sorted(filter(None, desk.cases.count_by(CaseFacet.UNIT)))
            codes = first_of(known, 6)
            raise CommandError(f"--site : aucun dossier du centre {site} ; vérifiez le code ({codes})")
        return scoped, f"centre {site_name(site, sites)}"
    if region is None:
        return desk, ""
    regions = sorted({sites[code].region for code in sites}, key=fold_label) if sites is not None else []
    if region not in regions:
        choices = (
            f"choisissez parmi {', '.join(regions)}" if regions else "indiquez les centres et leurs régions par --sites"
        )
        raise CommandError(f"--region : « {region} » n'est la région d'aucun centre ; {choices}")
    return desk.scoped(region=region), f"région {region}"


@attrs.frozen(kw_only=True)
class BoardContent(SharedRepr):
    """The answers and checks due until a day, from the point of view of a day.

    Args:
        name: the address of the database, without its password.
        place: the scope of the cases; "" for all.
        as_of: the day from which delays are counted.
        agenda: the answers and checks due.
        awaited: how many answers are due by level, on any day.
        sites: the sites, for their names and their business days; None where they are not known.
    """

    name: str
    place: str
    as_of: date
    agenda: Agenda
    awaited: dict[Level, int]
    sites: Sites | None = None

    def business_days_late(self, one: AwaitedAnswer) -> int:
        """How many business days an answer is late, by the calendar of its site, else that of metropolitan France."""
        is_known = self.sites is not None and one.site in self.sites
        calendar = self.sites[one.site].calendar() if is_known and self.sites else calendar_of("metropole")
        return calendar.count(one.due, self.as_of)

    @property
    def awaited_in_all(self) -> int:
        """How many answers are due, on any day."""
        return sum(self.awaited.values())

    @property
    def overdue(self) -> tuple[AwaitedAnswer, ...]:
        """The answers that are late."""
        return tuple(one for one in self.agenda.answers if one.due < self.as_of)

    @property
    def coming(self) -> tuple[AwaitedAnswer, ...]:
        """The other answers due until the last day."""
        return tuple(one for one in self.agenda.answers if one.due >= self.as_of)

    @property
    def unclear(self) -> tuple[AwaitedAnswer, ...]:
        """The answers of complaints to be clarified first."""
        return tuple(one for one in self.agenda.answers if one.admissibility is Admissibility.TO_BE_CLARIFIED)


def site_name(code: str, sites: Sites | None) -> str:
    """Return the name of a site, or its code where its name is not known."""
    return code if sites is None else sites.name_of(code)


def board_of(
    desk: Desk, *, name: str, place: str, as_of: date, until: date, sites: Sites | None = None
) -> BoardContent:
    """Return the board of a desk."""
    awaited = {level: desk.cases.count(CaseQuery(levels={level}, due_until=_EVER)) for level in Level}
    return BoardContent(name=name, place=place, as_of=as_of, agenda=desk.agenda(until), awaited=awaited, sites=sites)


def show_board(screen: Console, board: BoardContent, limit: int) -> None:
    """Print the board; `limit` is the number of lines a section, 0 for all."""
    _show_title(screen, board)
    _show_damaged(screen, board)
    if not board.awaited_in_all and not board.agenda.checks:
        screen.print("Rien n'est attendu.")
        return
    _show_counts(screen, board)
    _show_answers(screen, "En retard", board.overdue, board, limit)
    _show_answers(screen, f"À répondre d'ici au {in_words(board.agenda.until)}", board.coming, board, limit)
    _show_unclear(screen, board, limit)
    _show_checks(screen, board, limit)


def _show_title(screen: Console, board: BoardContent) -> None:
    screen.print(bold(f"Suivi des réclamations, situation au {in_words(board.as_of)}"))
    lines(screen, ", ".join(filter(None, [board.name, board.place])))


def _show_damaged(screen: Console, board: BoardContent) -> None:
    if board.agenda.damaged:
        lines(screen, f"Illisibles, et peut-être attendus : {listed(board.agenda.damaged)}. Que faire : db verify")


def _show_counts(screen: Console, board: BoardContent) -> None:
    until = f"d'ici au {board.agenda.until:%d/%m/%Y}"
    late, coming = (Counter(one.level for one in some) for some in (board.overdue, board.coming))
    heading(screen, f"Réponses attendues ({number(board.awaited_in_all)})")
    rows = [
        [late[level], coming[level], board.awaited[level] - late[level] - coming[level], board.awaited[level]]
        for level in Level
    ]
    rows.append([sum(column) for column in zip(*rows, strict=True)])
    labels = [*(level.label() for level in Level), "total"]
    cells = [(label, *map(number, counts)) for label, counts in zip(labels, rows, strict=True)]
    show(screen, table(("niveau", "en retard", until, "plus tard", "total"), cells, right=(1, 2, 3, 4)))
    if board.overdue:
        by = "le calendrier de chaque centre" if board.sites is not None else "le calendrier de la métropole"
        lines(screen, f"Retards en jours calendaires, et en jours ouvrés selon {by}.")


def _show_answers(
    screen: Console, title: str, answers: Sequence[AwaitedAnswer], board: BoardContent, limit: int
) -> None:
    if not answers:
        return
    heading(screen, f"{title} ({number(len(answers))})")
    rows = (
        (
            f"{one.due:%d/%m/%Y}",
            _waiting(one, board),
            verbatim(one.case),
            one.level.label(),
            one.state.label(),
            verbatim(site_name(one.site, board.sites)),
        )
        for one in _first(answers, limit)
    )
    header = (
        "à répondre le",
        "retard" if answers[0].due < board.as_of else "délai",
        "dossier",
        "niveau",
        "état",
        "centre",
    )
    show(screen, table(header, rows, unbroken=(0, 1, 2, 5)))
    _show_others(screen, len(answers), limit)


def _waiting(one: AwaitedAnswer, board: BoardContent) -> str:
    """Return the distance to the last day, in calendar days, and a delay in business days too."""
    days = (one.due - board.as_of).days
    if days < 0:
        business = board.business_days_late(one)
        return f"{number(-days)} {plural('jour', -days)} ({business} {plural('ouvré', business)})"
    return "aujourd'hui" if days == 0 else "demain" if days == 1 else f"dans {days} jours"


def _show_unclear(screen: Console, board: BoardContent, limit: int) -> None:
    answers = board.unclear
    if not answers:
        return
    heading(screen, f"À clarifier ({number(len(answers))}{_late_in_words(answers, board)})")
    for question, some in _by_question(answers):
        lines(screen, f"{question} ({number(len(some))} {plural('dossier', len(some))})")
        cases = (f"{one.case} (en retard)" if one.due < board.as_of else one.case for one in _first(some, limit))
        lines(screen, f"  {listed(cases)}", "  ")
        _show_others(screen, len(some), limit)


def _late_in_words(some: Sequence[AwaitedAnswer | AwaitedCheck], board: BoardContent) -> str:
    """Return how many are late, after the number of all; nothing where none is."""
    late = sum(one.due < board.as_of for one in some)
    return f", dont {number(late)} en retard" if late else ""


def _by_question(answers: Sequence[AwaitedAnswer]) -> Iterator[tuple[str, list[AwaitedAnswer]]]:
    """Yield the cases by the question to ask first, the most frequent question first."""
    found: dict[str, list[AwaitedAnswer]] = {}
    for one in answers:
        found.setdefault(_NO_QUESTION if one.question is None else one.question.fr, []).append(one)
    yield from sorted(found.items(), key=lambda item: -len(item[1]))


def _show_checks(screen: Console, board: BoardContent, limit: int) -> None:
    checks = board.agenda.checks
    if not checks:
        return
    heading(screen, f"Efficacité à évaluer ({number(len(checks))}{_late_in_words(checks, board)})")
    rows = (
        (f"{one.due:%d/%m/%Y}", one.action, one.plan.label(sites=board.sites), verbatim(one.what or "(effacé)"))
        for one in _first(checks, limit)
    )
    show(screen, table(("à évaluer le", "action", "plan", "action à évaluer"), rows, unbroken=(0, 1)))
    _show_others(screen, len(checks), limit)


def _first(some: Sequence[_T], limit: int) -> Sequence[_T]:
    return some[:limit] if limit else some


def _show_others(screen: Console, count: int, limit: int) -> None:
    others = count - limit
    if limit and others > 0:
        screen.print(f"… et {number(others)} {plural('autre', others)} (tout afficher : --limit 0)")


def as_csv(board: BoardContent) -> str:
    """Return the board as CSV: one line for each answer or check, in the order of the days."""
    return csv_text((COLUMNS, *_rows(board)))


def _rows(board: BoardContent) -> Iterator[tuple[str, ...]]:
    awaited: list[AwaitedAnswer | AwaitedCheck] = [*board.agenda.answers, *board.agenda.checks]
    for one in sorted(awaited, key=lambda one: one.due):
        late = (board.as_of - one.due).days
        dated = (f"{one.due.day:02}/{one.due.month:02}/{one.due.year:04}", str(late) if late > 0 else "")
        if isinstance(one, AwaitedAnswer):
            business = str(board.business_days_late(one)) if late > 0 else ""
            yield ("réponse", *dated, business, *_answer(one, board.sites))
        else:
            plan, status = one.plan.label(sites=board.sites), typeset(one.status.label())
            yield ("évaluation de l'efficacité", *dated, "", "", one.action, plan, "", status, "", one.what or "")


def _answer(one: AwaitedAnswer, sites: Sites | None) -> tuple[str, ...]:
    question = "" if one.question is None else typeset(one.question.fr)
    labels = (typeset(member.label()) for member in (one.level, one.state, one.admissibility))
    return (one.case, "", site_name(one.site, sites), *labels, question)


def as_json(board: BoardContent) -> str:
    """Return the board as JSON, with codes in place of labels."""
    document = {
        "as_of": board.as_of.isoformat(),
        "until": board.agenda.until.isoformat(),
        "awaited": {level.value: count for level, count in board.awaited.items()},
        "answers": [_answer_document(one, board) for one in board.agenda.answers],
        "damaged": list(board.agenda.damaged),
        "checks": [_check_document(one, board) for one in board.agenda.checks],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _answer_document(one: AwaitedAnswer, board: BoardContent) -> dict[str, Any]:
    return {
        "due": one.due.isoformat(),
        "overdue": one.due < board.as_of,
        "case": one.case,
        "site": one.site,
        "level": one.level.value,
        "state": one.state.value,
        "admissibility": one.admissibility.value,
        "question": None if one.question is None else one.question.fr,
    }


def _check_document(one: AwaitedCheck, board: BoardContent) -> dict[str, Any]:
    return {
        "due": one.due.isoformat(),
        "overdue": one.due < board.as_of,
        "plan": one.plan.key,
        "action": one.action,
        "status": one.status.value,
        "what": one.what,
    }
