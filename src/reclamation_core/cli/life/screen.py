"""What is shown of the life of cases: how they stand, what is awaited, what was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, TypeVar

from rich.console import Console

from reclamation_core.calendars.codes import in_words
from reclamation_core.cases import Admissibility, Case, CaseKind, CaseState, CommandRefusedError
from reclamation_core.cases.narration import tell
from reclamation_core.cli import layout
from reclamation_core.cli.life.reading import AnswerStanding, alerts, answers, awaited, checks
from reclamation_core.cli.life.stories import actor, deadline_words, level_reasons
from reclamation_core.cli.words import number, plural
from reclamation_core.desk import Desk, PlanService
from reclamation_core.policy import Policy
from reclamation_core.vocabulary import LabelledEnum, Level, Site, Sites

V = TypeVar("V", bound=LabelledEnum)
_NEXT: Final = 8
_CHECKED: Final = 5
_WHEN, _WHO = 11, 20


def show_standing(screen: Console, cases: Sequence[Case], today: date) -> None:
    """How many cases there are, and how they stand."""
    events = sum(case.version for case in cases)
    kinds = Counter(case.kind for case in cases)
    first = min(case.events[0].occurred_at for case in cases)
    layout.heading(screen, f"La vie des dossiers, du {in_words(first.date())} au {in_words(today)}")
    told = ", ".join(f"{number(kinds[kind])} {plural(kind.label('fr').split()[0], kinds[kind])}" for kind in CaseKind)
    screen.print(f"{number(len(cases))} dossiers ({told}), {number(events)} événements", markup=False)
    screen.print()
    layout.counts(
        screen,
        (
            ("Par état", _counted(CaseState, (case.state for case in cases))),
            ("Par recevabilité", _counted(Admissibility, (case.standing for case in cases))),
            ("Par niveau", _counted(Level, (case.level for case in cases))),
        ),
    )


def _counted(vocabulary: type[V], values: Iterable[V]) -> list[tuple[str, int]]:
    found = Counter(values)
    return [(member.label("fr"), found[member]) for member in vocabulary]


def show_views(screen: Console, desk: Desk, site: Site) -> None:
    """What the people of one site, and of its region, see of it all."""
    own = desk.scoped(site=site.code).cases.count()
    regional = desk.scoped(region=site.region).cases.count()
    said = f"Le centre de {site.name} ne voit que les siens ({number(own)})"
    screen.print()
    layout.lines(screen, f"{said}, sa région {site.region} que ceux de ses centres ({number(regional)}).")


def show_answers(screen: Console, cases: Sequence[Case], today: date) -> None:
    """How the answers stand, and which are awaited next."""
    found = answers(cases, today)
    layout.heading(screen, "Réponses (un délai par réception ou réouverture)")
    for standing in AnswerStanding:
        screen.print(f"{number(found[standing]):>8}  {standing.label('fr')}", markup=False)
    coming = awaited(cases)
    layout.heading(screen, f"Prochaines échéances ({number(len(coming))} {plural('réponse', len(coming))} à donner)")
    rows = (
        (
            f"{one.due:%d/%m/%Y}",
            one.case.reference,
            one.case.handling_unit,
            one.case.level.label(),
            one.case.state.label(),
        )
        for one in [one for one in coming if one.due >= today][:_NEXT]
    )
    layout.show(screen, layout.table(("à répondre le", "dossier", "centre", "niveau", "état"), rows, unbroken=(0, 1)))
    late = sum(one.due < today for one in coming)
    if late:
        screen.print(f"{number(late)} {plural('autre', late)}, délai dépassé : voir cases.csv", markup=False)


def show_checks(screen: Console, plans: Sequence[PlanService], today: date) -> None:
    """Which actions are to be judged next."""
    coming = checks(plans)
    layout.heading(screen, f"Efficacité à vérifier ({number(len(coming))} {plural('action', len(coming))})")
    rows = (
        (f"{one.due:%d/%m/%Y}", one.action.reference, one.action.type.label(), one.action.status.label())
        for one in [one for one in coming if one.due >= today][:_CHECKED]
    )
    layout.show(screen, layout.table(("à vérifier le", "action", "type", "état"), rows, unbroken=(0, 1)))
    late = sum(one.due < today for one in coming)
    if late:
        screen.print(f"{number(late)} {plural('autre', late)}, date passée", markup=False)


def show_alerts(screen: Console, cases: Sequence[Case]) -> None:
    """How many alerts were raised, by what was awaited and how near it was."""
    found = Counter((alert.clock, alert.threshold) for _, _, alert in alerts(cases))
    layout.heading(screen, "Alertes levées par les balayages du matin")
    for clock, threshold in sorted(found):
        screen.print(
            f"{number(found[clock, threshold]):>8}  {clock.label('fr')}, {threshold.label('fr')}", markup=False
        )


def show_refusals(screen: Console, refusals: Sequence[CommandRefusedError]) -> None:
    """What was asked for in vain, and what the guards said."""
    layout.heading(screen, "Actes refusés, demandés exprès : rien n'a changé")
    for refused in refusals:
        for line in refused.in_("fr").splitlines():
            layout.lines(screen, line, "  ")


def show_story(screen: Console, case: Case, sites: Sites, policy: Policy) -> None:
    """One case from beginning to end."""
    layout.heading(screen, f"Un dossier, du début à la fin : {case.reference}, {sites[case.site].name}")
    for line in level_reasons(case, sites, policy):
        layout.lines(screen, line, "  ")
    if case.deadline is not None:
        layout.lines(screen, f"À répondre au plus tard le {deadline_words(case)}")
    screen.print()
    zone = case.zone
    columns = layout.width(screen) - _WHEN - _WHO - 4
    rows = (
        (
            f"{event.occurred_at.astimezone(zone):%d/%m %H:%M}",
            layout.wrapped(actor(case, event), _WHO),
            layout.wrapped(tell(case, event), columns),
        )
        for event in case.events
    )
    layout.show(screen, layout.table(("date", "qui", "quoi"), rows))
