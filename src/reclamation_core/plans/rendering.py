"""Plans, published plans and actions as a notebook shows them, in French; `reporting.plan` writes them to files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, tzinfo
from typing import Final

import attrs

from reclamation_core.calendars.local_times import PARIS
from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.cases.texts import ERASED, NOTE, REDACTED, Commitment, Vault, displayed_vault
from reclamation_core.codes import LabelledEnum
from reclamation_core.markup import Html, Tone, badge, card, html_writer, joined, pairs, paragraph, section, table
from reclamation_core.plans.action import Action, ActionSheet
from reclamation_core.plans.codes import ActionStatus, Effectiveness, LineChangeKind
from reclamation_core.plans.events import ActionAbandoned, ActionJudged
from reclamation_core.plans.plan import Pgaac
from reclamation_core.plans.published import ALL_PCS, PlanLine, PublishedPlan, in_order, published_plan_difference
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import capitalized, field_labels, verbatim

_TONES: Final[Mapping[ActionStatus | Effectiveness, Tone]] = {
    ActionStatus.TO_DO: Tone.WARNING,
    ActionStatus.IN_PROGRESS: Tone.NOTE,
    ActionStatus.DONE: Tone.NOTE,
    ActionStatus.VERIFIED: Tone.GOOD,
    ActionStatus.CLOSED: Tone.GOOD,
    ActionStatus.ABANDONED: Tone.QUIET,
    Effectiveness.EFFECTIVE: Tone.GOOD,
    Effectiveness.NOT_EFFECTIVE: Tone.BAD,
}
_BEFORE_TEXTS: Final = ("Centre ou niveau", "Dossiers", "Famille de cause", "Type")
_DATED: Final = ("Échéance", "État", "Efficacité à évaluer le", "Efficacité")
_OF_A_PLAN: Final = ("N°", *_BEFORE_TEXTS, "Action", "Pilote", *_DATED)
_OF_SEVERAL: Final = ("N°", "Plan", *_BEFORE_TEXTS, *_DATED)
_EDITIONS: Final = ("N°", "Publiée le", "Diffusion", "Actions", "Évolution")
_HIDDEN: Final = f"{REDACTED} : texte masqué (donnée personnelle possible) ; plan.to_html(texts=True) l'affiche."


@attrs.frozen
class _Display(SharedRepr):
    """How values are shown.

    Args:
        texts: the texts; None to hide each one.
        zone: the time zone in which an instant is a day.
        families: the names of the families of causes.
        on: the day on which an action is late; None to show its status alone.
    """

    texts: Vault | None
    zone: tzinfo = PARIS
    families: Taxonomy = TRAINING_BODY
    on: date | None = None

    def show(self, value: object) -> str:
        """Return a value as a cell: nothing for None, a day for an instant, a label for a member of a vocabulary."""
        match value:
            case None:
                text = ""
            case Commitment():
                words = None if self.texts is None else self.texts.read(value)
                text = REDACTED if self.texts is None else ERASED.fr if words is None else verbatim(words)
            case LabelledEnum():
                text = value.label()
            case datetime():
                text = in_figures(value.astimezone(self.zone).date())
            case date():
                text = in_figures(value)
            case tuple():
                text = ", ".join(map(self.show, value))
            case _:
                text = verbatim(str(value))
        return text

    def family(self, action: Action) -> str:
        """Return the name of the family of an action's cause; its code where it has none."""
        return "" if action.cause_family is None else self.families.named(action.cause_family).fr


def in_figures(day: date) -> str:
    """Return a day as French tables have it."""
    return f"{day:%d/%m/%Y}"


def marked_action(member: ActionStatus | Effectiveness) -> Html:
    """Return the label of a status or of an effectiveness on its background colour."""
    return badge(member.label(), _TONES[member])


@html_writer(Pgaac)
def plan_card(
    plan: Pgaac,
    *,
    texts: bool = False,
    zone: tzinfo | None = None,
    families: Taxonomy | None = None,
    on: date | None = None,
) -> Html:
    """Return a living plan: its lines, with or without their texts, and its editions."""
    how = _Display(
        displayed_vault(plan.vault, texts=texts),
        PARIS if zone is None else zone,
        TRAINING_BODY if families is None else families,
        on,
    )
    lines = _line_table(plan.lines, _OF_A_PLAN, how)
    editions = [table("Éditions", _EDITIONS, _editions(plan, how), numbers={3})] if plan.published_plans else []
    note = [paragraph(NOTE)] if REDACTED in lines else []
    return card(section(f"PGAAC – {plan.scope.label('fr')}", lines, *editions, *note))


@html_writer(PublishedPlan)
def published_plan_card(published: PublishedPlan) -> Html:
    """Return a published plan: its date, its recipients and its lines, without their texts."""
    title = f"PGAAC – {published.scope.label('fr')} – édition n° {published.number}"
    day = published.published_at.astimezone(PARIS).date()
    lines = _line_table(published.lines, _OF_SEVERAL, _Display(None, on=day))
    return card(section(title, paragraph(_summary(published)), lines))


@html_writer(Action)
def action_card(action: Action) -> Html:
    """Return an action by itself, without its texts, which are in its plan's vault."""
    how = _Display(None)
    marks = [marked_action(mark) for mark in (action.status, action.effectiveness) if mark is not None]
    known = pairs("Fiche", ((title, text) for title, text in _sheet(action, how) if text))
    note = [paragraph(_HIDDEN)] if REDACTED in known else []
    return card(section(joined([f"Action {action.reference} ", *marks]), known, *note))


def _sheet(action: Action, how: _Display) -> Iterator[tuple[str, str]]:
    """Yield what was decided of an action, by the labels of its fields, and what was done."""
    fields = attrs.asdict(action, recurse=False)
    for name, label in field_labels(ActionSheet).items():
        if name != "reference":
            text = how.family(action) if name == "cause_family" else how.show(fields[name])
            yield capitalized(label.label.fr), text
    judgement, abandonment = action.judgement, action.abandonment
    yield "Inscrite le", how.show(action.added)
    yield "Démarrée le", how.show(action.started)
    yield "Réalisée le", how.show(action.done)
    yield "Preuve", how.show(action.evidence)
    if judgement is not None:
        yield "Évaluée le", how.show(judgement.at)
        yield "Évaluée par", how.show(judgement.by)
        yield capitalized(field_labels(ActionJudged)["why"].label.fr), how.show(judgement.why)
    yield "Action de suite", ", ".join(reference.label("fr") for reference in action.follow_ups)
    yield "Clôturée le", how.show(action.closed)
    if abandonment is not None:
        yield "Abandonnée le", how.show(abandonment.at)
        yield capitalized(field_labels(ActionAbandoned)["reason"].label.fr), how.show(abandonment.reason)
    reasons = ((one.at, one.recurrence_among(how.families), one.reason) for one in action.reopenings)
    yield (
        "Réouvertures",
        " ; ".join(f"{how.show(at)} {how.show(why) if case is None else case.fr}" for at, case, why in reasons),
    )


def _line_table(lines: Iterable[PlanLine], titles: tuple[str, ...], how: _Display) -> Html:
    rows = [[cells[title] for title in titles] for cells in (_cells(line, how) for line in in_order(lines))]
    return table("Actions", titles, rows) if rows else paragraph("Aucune action.")


def _cells(line: PlanLine, how: _Display) -> dict[str, str]:
    """Return the cells of a line by the titles of their columns."""
    action = line.action
    is_late = how.on is not None and action.is_late(how.on)
    state = badge(action.status.in_words(is_late=True).fr, Tone.BAD) if is_late else marked_action(action.status)
    return {
        "N°": how.show(action.reference),
        "Plan": line.scope.label("fr"),
        "Centre ou niveau": how.show(action.level if action.site is None else action.site),
        "Dossiers": how.show(action.cases),
        "Famille de cause": how.family(action),
        "Type": how.show(action.type),
        "Action": how.show(action.what),
        "Pilote": how.show(action.owner),
        "Échéance": how.show(action.planned),
        "État": state,
        "Efficacité à évaluer le": how.show(action.check_on),
        "Efficacité": _effectiveness(line),
    }


def _effectiveness(line: PlanLine) -> str:
    """Return whether an action was effective; of one that was not, what follows it up."""
    action = line.action
    if action.effectiveness is None:
        return ""
    marked = marked_action(action.effectiveness)
    if action.effectiveness is Effectiveness.EFFECTIVE or not action.follow_ups:
        return marked
    names = (one.action if one.scope == line.scope else one.label("fr") for one in action.follow_ups)
    return joined([marked, f" (suite : {', '.join(map(verbatim, names))})"])


def _summary(edition: PublishedPlan) -> str:
    """Return when it was published and to whom, how many actions it has, and how many of them are late."""
    day = edition.published_at.astimezone(PARIS).date()
    count, late = len(edition.lines), sum(line.action.is_late(day) for line in edition.lines)
    to = ", ".join(edition.recipients)
    if edition.recipients and edition.recipients[0] == ALL_PCS:
        to = f"{to[0].lower()}{to[1:]}"
    actions = f"{count} {'action' if count < 2 else 'actions'}, dont {late} en retard"
    return f"Publiée le {in_figures(day)}. Diffusion : {to}. {actions if count else 'Aucune action'}."


def _editions(plan: Pgaac, how: _Display) -> Iterator[Iterable[str]]:
    before = None
    for published in plan.published_plans:
        lines, on = str(len(published.lines)), how.show(published.published_at)
        yield str(published.number), on, how.show(published.recipients), lines, _change_counts(before, published)
        before = published


def _change_counts(before: PublishedPlan | None, after: PublishedPlan) -> str:
    """How many lines became what, from one edition to the next."""
    found = published_plan_difference(before, after)
    counted = Counter(change.change for change in found.changed)
    counted.update({LineChangeKind.ADDED: len(found.added), LineChangeKind.LEFT: len(found.left)})
    return (
        ", ".join(f"{change.label('fr')} : {counted[change]}" for change in LineChangeKind if counted[change])
        or "aucune"
    )
