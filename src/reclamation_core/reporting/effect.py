"""The effect of an action as a report: whether complaints became rarer once it was done (carte g)."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Final

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.indicators.falls import FEWEST_GAPS, ActionEffect, GChart
from reclamation_core.reporting.charts import gaps_chart
from reclamation_core.reporting.report import Report, ReportTable, ValueKind, report_column
from reclamation_core.vocabulary import Sites
from reclamation_core.wording import LANGUAGES, Lang, Wording

_SHOWN: Final = 12
"""So many gaps before the action, and since it, are on a page: the latest. The data formats have all."""
_SOURCE: Final = Wording("jours de réception des réclamations", "days of receipt of the complaints")
_BEFORE: Final = Wording("Avant l'action", "Before the action")
_SINCE: Final = Wording("Depuis l'action", "Since the action")
_GAPS: Final = Wording("Jours sans réclamation, entre deux réclamations", "Days without a complaint")
_NOTE: Final = Wording(
    "Le dernier intervalle n'est pas fini. Une baisse est établie quand un intervalle depuis l'action atteint la "
    "limite, en pointillé : si rien n'avait changé, cela n'arriverait qu'une fois sur cent. La limite se calcule sur "
    f"les cinq ans d'avant l'action, avec au moins {FEWEST_GAPS} intervalles.",
    "The last gap is not over. A fall is shown when a gap since the action reaches the limit, dashed: had nothing "
    "changed, this would happen once in a hundred. The limit is computed on the five years before the action, with at "
    f"least {FEWEST_GAPS} gaps.",
)
_JUDGES_NOTHING: Final = Wording(
    "Ce constat ne juge pas l'action : une hausse due au hasard cesse d'elle-même, et une action peut avoir ramené le "
    "rythme d'avant la hausse sans qu'aucune baisse ne soit établie. L'efficacité se juge sur son critère et sur la "
    "récurrence.",
    "This does not judge the action: a rise by chance ends by itself, and an action may have restored the rate from "
    "before the rise without a fall being shown. Effectiveness is judged by its criterion and by recurrences.",
)
_column = partial(report_column, kind=ValueKind.INTEGER, source=_SOURCE)
_PERIOD: Final = report_column(
    "periode",
    ("Période", "Period"),
    ("Avant l'action ou depuis.", "Before the action or since."),
    itemgetter(0),
    source=_SOURCE,
)
_SUMMARY_COLUMNS: Final = (
    _PERIOD,
    _column(
        "intervalles",
        ("Intervalles", "Gaps"),
        ("Le nombre d'intervalles entre deux réclamations.", "The number of gaps between two complaints."),
        value=lambda row: len(row[1]),
    ),
    _column(
        "moyenne",
        ("Moyenne (jours)", "Mean (days)"),
        ("Leur moyenne ; vide sans intervalle.", "Their mean; empty without a gap."),
        value=lambda row: round(sum(row[1]) / len(row[1])) if row[1] else None,
    ),
    _column(
        "le_plus_long",
        ("Le plus long (jours)", "Longest (days)"),
        ("Le plus long ; vide sans intervalle.", "The longest; empty without a gap."),
        value=lambda row: max(row[1], default=None),
    ),
    _column(
        "les_derniers",
        ("Les derniers (jours)", "The latest (days)"),
        ("Les derniers, dans leur ordre.", "The latest, in their order."),
        value=lambda row: ", ".join(map(str, row[1][-_SHOWN:])),
        kind=ValueKind.TEXT,
        width=30,
    ),
)
_GAP_COLUMNS: Final = (
    _PERIOD,
    _column("jours", ("Jours", "Days"), ("Les jours sans réclamation.", "Days without one."), value=itemgetter(1)),
)


def effect_report(effect: ActionEffect, *, at: datetime, sites: Sites) -> Report:
    """Return the effect of an action as a report; its data formats have every gap, its pages the chart.

    Args:
        effect: the effect.
        at: the instant of the export; aware.
        sites: the sites, for their names.
    """
    chart, france = effect.chart, BusinessCalendar.france()
    periods = ((_BEFORE, chart.before), (_SINCE, chart.after))
    gaps = [(period, days) for period, several in periods for days in several]
    return Report(
        name="effet",
        title=Wording(f"Effet de l'action {effect.action}", f"Effect of the action {effect.action}"),
        tables=(
            ReportTable(title=Wording("Intervalles", "Gaps"), columns=_GAP_COLUMNS, records=gaps),
            ReportTable(
                title=_GAPS, name="resume", columns=_SUMMARY_COLUMNS, records=periods, picture=partial(_picture, chart)
            ),
        ),
        as_of=france.day_of(at),
        exported_at=at,
        zone=france.zone,
        filters=(
            (Wording("Plan", "Plan"), Wording(*(effect.plan.label(lang, sites) for lang in LANGUAGES))),
            (Wording("Action réalisée le", "Action done on"), effect.done_on),
            (Wording("Réclamations comptées", "Complaints counted"), effect.complaints),
        ),
        notes=(effect.sentence, _NOTE, _JUDGES_NOTHING),
        pages=("resume",),
        is_portrait=True,
    )


def _picture(chart: GChart, lang: Lang) -> str:
    return gaps_chart(_GAPS.in_(lang), chart.before[-_SHOWN:], chart.after[-_SHOWN:], limit=chart.limit, lang=lang)
