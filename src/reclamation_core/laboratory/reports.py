"""Reports of what the laboratory and the staffing model compute, for every format of `reclamation_core.reporting`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from math import isnan
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.errors import Fault, FaultsError, MissingExtraError
from reclamation_core.laboratory.comparison import Comparison
from reclamation_core.laboratory.comparison_report import MOVES, SOURCE, criteria, dimension, rules, sentences
from reclamation_core.laboratory.comparison_report import tables as comparison_tables
from reclamation_core.laboratory.outcomes import DECIDED, label
from reclamation_core.laboratory.plots.comparisons import plot_comparison
from reclamation_core.laboratory.plots.drawing import svg_of
from reclamation_core.laboratory.result import (
    AGEING,
    CHANGES,
    DUE_DATES,
    FLOWS,
    ON_TIME,
    WEEKS,
    WORKLOAD,
    WORKLOAD_BY_LEVEL,
    Replay,
)
from reclamation_core.laboratory.tallies import records
from reclamation_core.markup import html_writer
from reclamation_core.policy.formatting import PARAMETERS
from reclamation_core.reporting import (
    Report,
    ReportColumn,
    ReportFormat,
    ReportTable,
    ValueKind,
    report_bytes,
    save_report,
)
from reclamation_core.reporting.report import Value
from reclamation_core.simulation import METRICS, HandlersNeeded, StaffingComparison, StaffingScenario
from reclamation_core.simulation.staffing.comparison import SimulatedPeriod
from reclamation_core.simulation.staffing.team import unit_wording
from reclamation_core.vocabulary import Level
from reclamation_core.wording import LANGUAGES, Lang, Wording, capitalized_wording

_Row: TypeAlias = Mapping[str, Any]
_Described: TypeAlias = tuple[str, tuple[str, str], tuple[str, str], ValueKind]
"""The French name of a column, its title, its meaning, and the kind of its values."""

_TEXT, _COUNT, _NUMBER, _DATE, _FLAG = (
    ValueKind.TEXT,
    ValueKind.INTEGER,
    ValueKind.DECIMAL,
    ValueKind.DATE,
    ValueKind.FLAG,
)
_COLUMNS: Final[Mapping[str, _Described]] = {
    "edition": ("version", ("Version", "Edition"), ("La version de la procédure.", "The edition."), _TEXT),
    "outcome": (
        "prise_en_charge",
        ("Prise en charge", "Handling"),
        (
            "Le niveau qui traite la demande, hors du cadre, ou indéterminé tant qu'une information manque.",
            "The level that handles the message, out of scope, or undetermined while a fact is missing.",
        ),
        _TEXT,
    ),
    "decision": ("decision", ("Décision", "Decision"), ("La décision qui change.", "The decision."), _TEXT),
    "before": (
        "avant",
        ("Avant", "Before"),
        ("Le résultat sous la première version.", "The outcome under the first edition."),
        _TEXT,
    ),
    "after": (
        "apres",
        ("Après", "After"),
        ("Le résultat sous la version de la ligne.", "The outcome under the edition of the row."),
        _TEXT,
    ),
    "rows_before": (
        "regles_avant",
        ("Règles avant", "Rows before"),
        ("Les règles décisives sous la première version.", "The rows that decided under the first edition."),
        _TEXT,
    ),
    "rows_after": (
        "regles_apres",
        ("Règles après", "Rows after"),
        ("Les règles décisives sous la version de la ligne.", "The rows that decided under the edition of the row."),
        _TEXT,
    ),
    "cases": ("demandes", ("Demandes", "Messages"), ("Le nombre de demandes.", "The number of messages."), _COUNT),
    "share": (
        "part",
        ("Part", "Share"),
        ("La part de toutes les demandes, de 0 à 1.", "The share of all messages, from 0 to 1."),
        _NUMBER,
    ),
    "change": (
        "ecart",
        ("Écart", "Change"),
        ("Combien de plus que sous la première version.", "How many more than under the first edition."),
        _COUNT,
    ),
    "days": (
        "jours",
        ("Jours", "Days"),
        (
            "De combien de jours calendaires l'échéance est plus tardive ; vide s'il n'y en a pas deux.",
            "How many calendar days later the due date is; empty if there are not two.",
        ),
        _COUNT,
    ),
    "on_time": (
        "dans_le_delai",
        ("Dans le délai", "On time"),
        ("Réponses dans le délai, parmi les échéances venues.", "Answers in time, among the due dates that have come."),
        _COUNT,
    ),
    "late": (
        "en_retard",
        ("En retard", "Late"),
        ("Réponses tardives ou absentes, échéance venue.", "Late or missing answers, the due date having come."),
        _COUNT,
    ),
    "open": (
        "ouvertes",
        ("Ouvertes", "Open"),
        ("Sans réponse, échéance à venir ; hors du taux.", "Unanswered, not yet due; not in the rate."),
        _COUNT,
    ),
    "early": (
        "en_avance",
        ("En avance", "Early"),
        ("Répondues avant une échéance à venir ; hors du taux.", "Answered, not yet due; not in the rate."),
        _COUNT,
    ),
    "newly_admitted": (
        "reconnues_en_plus",
        ("Reconnues en plus", "Newly admitted"),
        (
            "Réclamations que la première version ne reconnaît pas ; hors du taux.",
            "Complaints that the first edition does not admit; not in the rate.",
        ),
        _COUNT,
    ),
    "withdrawn": (
        "retirees",
        ("Retirées", "Withdrawn"),
        ("Retirées avant leur échéance, sans réponse ; hors du taux.", "Withdrawn before due, not in the rate."),
        _COUNT,
    ),
    "rate": (
        "taux",
        ("Taux", "Rate"),
        (
            "Dans le délai, parmi dans le délai ou en retard, de 0 à 1 ; vide s'il n'y en a pas.",
            "In time, among in time or late, from 0 to 1; empty if there are none.",
        ),
        _NUMBER,
    ),
    "week": ("semaine", ("Semaine du", "Week of"), ("Le lundi de la semaine.", "The Monday of the week."), _DATE),
    "days_past_due": (
        "jours_apres_echeance",
        ("Jours après l'échéance", "Days past due"),
        (
            "Jours calendaires après le dernier jour ; négatif avant lui.",
            "Calendar days after the last day; below 0 before it.",
        ),
        _COUNT,
    ),
    "parameter": ("parametre", ("Paramètre", "Parameter"), ("Le paramètre étudié.", "The parameter."), _TEXT),
    "value": ("valeur", ("Valeur", "Value"), ("La valeur du paramètre.", "The value of the parameter."), _TEXT),
    "parameter_2": (
        "second_parametre",
        ("Second paramètre", "Second parameter"),
        ("Le second paramètre étudié.", "The second parameter."),
        _TEXT,
    ),
    "value_2": (
        "seconde_valeur",
        ("Seconde valeur", "Second value"),
        ("La valeur du second paramètre.", "The value of the second parameter."),
        _TEXT,
    ),
    "scenario": ("scenario", ("Scénario", "Scenario"), ("Le nom du scénario.", "The name of the scenario."), _TEXT),
    "baseline": (
        "reference",
        ("Référence", "Baseline"),
        ("Le scénario auquel celui-ci est comparé.", "The scenario that this one is compared with."),
        _TEXT,
    ),
    "level": (
        "niveau",
        ("Niveau", "Level"),
        ("Le niveau mesuré, ou tous.", "The level that is measured, or all."),
        _TEXT,
    ),
    "site": ("centre", ("Centre", "Site"), ("Le centre qui reçoit, ou tous.", "The site of receipt, or all."), _TEXT),
    "unit": ("unite", ("Unité", "Unit"), ("L'unité qui traite, ou toutes.", "The handling unit, or all."), _TEXT),
    "measure": ("mesure", ("Mesure", "Measure"), ("Ce qui est mesuré.", "The measure."), _TEXT),
    "mean": (
        "moyenne",
        ("Moyenne", "Mean"),
        ("La moyenne des répliques ; vide si aucune n'a cette mesure.", "The mean; empty if no replication has one."),
        _NUMBER,
    ),
    "low": (
        "borne_basse",
        ("Borne basse", "Lower bound"),
        ("La borne basse de l'intervalle de confiance.", "The lower bound of the confidence interval."),
        _NUMBER,
    ),
    "high": (
        "borne_haute",
        ("Borne haute", "Upper bound"),
        ("La borne haute de l'intervalle de confiance.", "The upper bound of the confidence interval."),
        _NUMBER,
    ),
    "replications": (
        "repliques",
        ("Répliques", "Replications"),
        ("Combien de répliques ont cette mesure.", "How many replications have it."),
        _COUNT,
    ),
    "is_clear": (
        "ecart_etabli",
        ("Écart établi", "Clear difference"),
        ("« oui » si l'intervalle ne contient pas 0.", "“yes” if the interval does not contain 0."),
        _FLAG,
    ),
    "handlers": ("agents", ("Agents", "Handlers"), ("Le nombre d'agents.", "The number of handlers."), _COUNT),
    "on_time_rate": (
        "taux_dans_le_delai",
        ("Réponses dans le délai", "Answers in time"),
        ("La part des réponses dans le délai, de 0 à 1.", "The share of answers in time, from 0 to 1."),
        _NUMBER,
    ),
    "utilisation": (
        "temps_travaille",
        ("Temps travaillé", "Utilisation"),
        ("La part du temps de présence travaillée, de 0 à 1.", "The share of the time present that was worked."),
        _NUMBER,
    ),
    "assumption": (
        "hypothese",
        ("Hypothèse", "Assumption"),
        ("Ce que la simulation suppose.", "What the simulation assumes."),
        _TEXT,
    ),
    "assumed": (
        "valeur_supposee",
        ("Valeur supposée", "Assumed value"),
        ("La valeur de l'hypothèse.", "The value of the assumption."),
        _TEXT,
    ),
    "definition": ("definition", ("Définition", "Definition"), ("Ce que dit la mesure.", "What it states."), _TEXT),
}
_MOVED: Final[_Described] = (
    "echeance",
    ("Échéance", "Due date"),
    (
        "Comment l'échéance change par rapport à la première version.",
        "How the due date changes from that of the first edition.",
    ),
    _TEXT,
)
_WIDTHS: Final = {
    "measure": 40,
    "assumption": 44,
    "assumed": 60,
    "definition": 80,
    "rows_before": 60,
    "rows_after": 60,
    "edition": 30,
}
_ALL: Final = Wording("tous", "all")
_REPLAY: Final[tuple[tuple[str, Wording, Mapping[str, Any]], ...]] = (
    ("workload", WORKLOAD_BY_LEVEL, WORKLOAD),
    ("flows", Wording("Flux", "Flows"), FLOWS),
    ("changes", Wording("Règles à l'origine", "Rows responsible"), CHANGES),
)
_DATED: Final[tuple[tuple[str, Wording, Mapping[str, Any]], ...]] = (
    ("due_dates", Wording("Échéances", "Due dates"), DUE_DATES),
    ("weeks", Wording("Charge par semaine", "Workload by week"), WEEKS),
)
_COUNTED: Final[tuple[tuple[str, Wording, Mapping[str, Any]], ...]] = (
    ("on_time", Wording("Respect du délai", "Answers in time"), ON_TIME),
    ("ageing", Wording("Ancienneté", "Ageing"), AGEING),
)
_SWEPT: Final = ("parameter", "value", "edition", "outcome", "cases", "share")
_ESTIMATED: Final = ("scenario", "level", "site", "unit", "measure", "mean", "low", "high", "replications")
_TRIED: Final = ("handlers", "on_time_rate", "low", "high", "utilisation")
_EXPECTED: Final = Wording(
    "le résultat de replay, sweep, compare, compare_staffing ou handlers_needed",
    "the result of replay, sweep, compare, compare_staffing or handlers_needed",
)


def laboratory_report(found: object, *, exported_at: datetime | None = None, as_of: date | None = None) -> Report:
    """Return the report of a result, for every format: `save_report(laboratory_report(found), "rejeu.pdf")`.

    Args:
        found: the result of `replay`, `sweep` or `compare`, or of `simulation.compare_staffing` or `handlers_needed`.
        exported_at: when it is made, aware; now by default.
        as_of: of a sweep, the day at whose end its answers were counted; of a result without such a day, the day of the
            export by default.

    Raises:
        FaultsError: it is something else.
    """
    match found:
        case Replay():
            name, title, tables, filters = _of_replay(found)
        case StaffingComparison():
            name, title, tables, filters = _of_comparison(found)
        case Comparison():
            name, title, tables, filters = _of_compared(found)
        case HandlersNeeded():
            name, title, tables, filters = _of_handlers(found)
        case _:
            name, title, tables, filters = _of_sweep(found)
    zone = BusinessCalendar.france().zone
    made = datetime.now(UTC) if exported_at is None else exported_at
    simulated = found.period.until if isinstance(found, StaffingComparison | HandlersNeeded) else None
    observed = found.as_of if isinstance(found, Comparison | Replay) else None
    as_of = observed or simulated or as_of or made.astimezone(zone).date()
    notes = sentences(found) if isinstance(found, Comparison) else ()
    return Report(
        name=name, title=title, tables=tables, as_of=as_of, exported_at=made, zone=zone, filters=filters, notes=notes
    )


@html_writer(Comparison)
def comparison_html(found: Comparison, *, lang: Lang) -> str:
    """Return a comparison as one HTML page."""
    return report_bytes(laboratory_report(found), ReportFormat.HTML, lang).decode()


def to_xlsx(
    found: object,
    path: str | Path,
    *,
    exported_at: datetime | None = None,
    as_of: date | None = None,
    lang: Lang = "fr",
) -> Path:
    """Write a result as a workbook: a sheet for each table, then the definitions of the columns; return the file.

    Args:
        found: as for `laboratory_report`.
        path: the file.
        exported_at: as for `laboratory_report`; two exports at one instant are the same bytes.
        as_of: as for `laboratory_report`.
        lang: the language of titles and labels.

    Raises:
        FaultsError: as for `laboratory_report`.
        MissingExtraError: XlsxWriter is not installed.
        OSError: the file cannot be written.
    """
    return save_report(laboratory_report(found, exported_at=exported_at, as_of=as_of), path, ReportFormat.XLSX, lang)


_Parts: TypeAlias = tuple[str, Wording, tuple[ReportTable[Any], ...], tuple[tuple[Wording, Value], ...]]


def _of_replay(found: Replay) -> _Parts:
    dates = _has(found.due_dates)
    chosen = (*_REPLAY, *(_DATED if dates else ()), *(_COUNTED if dates and found.as_of is not None else ()))
    tables = tuple(_table(title, names, _rows(found, name)) for name, title, names in chosen)
    editions = " ; ".join(edition.edition for edition in found.editions)
    filters: tuple[tuple[Wording, Value], ...] = (
        (Wording("Demandes", "Messages"), found.size),
        (Wording("Versions comparées", "Editions"), editions),
        (Wording("Lignes avec une valeur impossible", "Rows with a value that cannot be"), found.invalid),
    )
    return "rejeu", Wording("Rejeu d'un portefeuille de demandes", "Replay of a caseload"), tables, filters


def _rows(found: Replay, name: str) -> Iterator[_Row]:
    """Yield the rows of a frame of a replay, the rules that decided in words."""
    editions = {edition.edition: edition for edition in found.editions}
    for row in records(getattr(found, name)()):
        if name == "changes":
            decision = row["decision"]
            row |= {
                "rows_before": rules(found.editions[0], decision, row["rows_before"]),
                "rows_after": rules(editions[row["edition"]], decision, row["rows_after"]),
            }
        yield row


def _has(dates: Callable[[], Any]) -> bool:
    """Return True if a replay counted due dates."""
    try:
        dates()
    except ValueError:
        return False
    return True


def _of_sweep(found: object) -> _Parts:
    try:
        rows = records(found)
    except TypeError:
        rows = []
    columns = list(rows[0]) if rows else []
    if not set(_SWEPT) <= set(columns) or not set(columns[1:]) <= set(_COLUMNS):
        raise FaultsError((Fault("found", type(found).__name__, _EXPECTED),))
    table = _table(Wording("Sensibilité", "Sensitivity"), columns, rows)
    title = Wording("Étude de sensibilité d'un paramètre", "Sensitivity to a parameter")
    parameter = Wording("Paramètre", "Parameter"), _words("parameter", rows[0]["parameter"])
    return "sensibilite", title, (table,), (parameter,)


def _of_comparison(found: StaffingComparison) -> _Parts:
    differences = ({**attrs.asdict(one), "is_clear": one.is_clear} for one in found.differences)
    compared = ("scenario", "baseline", *_ESTIMATED[1:], "is_clear")
    tables = (
        _table(Wording("Estimations", "Estimates"), _ESTIMATED, map(attrs.asdict, found.estimates)),
        _table(Wording("Écarts", "Differences"), compared, differences),
        _assumptions(found.scenarios),
        _table(Wording("Mesures", "Measures"), ("measure", "definition"), _measures()),
    )
    warned = ((Wording("Avertissement", "Warning"), warning) for warning in found.warnings)
    title = Wording("Comparaison d'effectifs", "Comparison of staffing")
    return "effectifs", title, tables, (_confidence(found.confidence), *_period(found.period), *warned)


def _of_compared(found: Comparison) -> _Parts:
    title = Wording("Comparaison de deux versions", "Comparison of two editions")
    if not found.is_paired:
        title = Wording("Comparaison de deux portefeuilles de demandes", "Comparison of two caseloads")
    return "comparaison", title, comparison_tables(found, partial(_chart, found)), criteria(found)


def _chart(found: Comparison, by: str, lang: Lang) -> str | None:
    """Return a chart of a comparison; None where no package draws it, or no due date has moved."""
    if by == "due_dates" and all(one.change != "moved" for one in found.due_dates):
        return None
    try:
        return svg_of(plot_comparison(found, by=by, lang=lang))
    except MissingExtraError:
        return None


def _of_handlers(found: HandlersNeeded) -> _Parts:
    table = _table(Wording("Effectifs essayés", "Handlers tried"), _TRIED, map(attrs.asdict, found.tried))
    filters: tuple[tuple[Wording, Value], ...] = (
        (Wording("Unité", "Unit"), unit_wording(found.unit)),
        (Wording("Objectif", "Target"), _decimal(found.target)),
        (
            Wording("Effectif nécessaire", "Handlers needed"),
            Wording("non atteint", "not reached") if found.handlers is None else found.handlers,
        ),
        _confidence(found.confidence),
        *_period(found.period),
    )
    tables = (table, _assumptions([found.scenario]))
    return "effectif-necessaire", Wording("Effectif nécessaire d'une unité", "Handlers needed"), tables, filters


def _period(period: SimulatedPeriod) -> tuple[tuple[Wording, Value], ...]:
    first: Value = Wording("première arrivée", "first arrival") if period.since is None else period.since
    return (
        (Wording("Premier jour mesuré", "First day measured"), first),
        (Wording("Dernier jour simulé", "Last day simulated"), period.until),
        (Wording("Répliques", "Replications"), period.replications),
        (Wording("Graine des tirages", "Seed of the draws"), period.seed),
        (Wording("Centre de ce qui n'en a pas", "Site of what has none"), period.default_site),
    )


def _assumptions(scenarios: Iterable[StaffingScenario]) -> ReportTable[Any]:
    """The staff and the efforts of each scenario, from which its runs can be repeated."""
    rows = (
        {"scenario": one.name, "assumption": name, "assumed": value}
        for one in scenarios
        for name, value in _assumed(one)
    )
    return _table(Wording("Hypothèses", "Assumptions"), ("scenario", "assumption", "assumed"), rows)


def _assumed(scenario: StaffingScenario) -> Iterator[tuple[Wording, Any]]:
    policy, staffing = scenario.policy, scenario.staffing
    yield Wording("version de la procédure", "edition of the procedure"), f"{policy.edition} ({policy.digest[:12]})"
    yield Wording("agents de chaque centre", "handlers of each site"), staffing.local
    yield Wording("agents de chaque région", "handlers of each region"), staffing.regional
    yield Wording("agents de l'échelon national", "handlers of the national unit"), staffing.national
    for unit, handlers in staffing.units.items():
        name = unit_wording(unit)
        yield Wording(f"agents : {name.fr}", f"handlers: {name.en}"), handlers
    yield Wording("temps de qualification", "effort of qualification"), staffing.qualification.wording
    for level, effort in staffing.treatment.items():
        fr, en = (level.label(lang) for lang in LANGUAGES)
        yield Wording(f"temps de traitement, niveau {fr}", f"effort of treatment, {en} level"), effort.wording
    hours = " ; ".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in staffing.hours.spans)
    day_type = staffing.hours.day_type
    yield (
        Wording("horaires", "working hours"),
        Wording(f"{hours}, {day_type.plural('fr')}", f"{hours}, {day_type.plural('en')}"),
    )
    for absence in staffing.absences:
        days = " ; ".join(f"{one.first:%d/%m/%Y}–{one.last:%d/%m/%Y}" for one in absence.days)
        name = unit_wording(absence.unit)
        yield Wording(f"absences prévues : {name.fr}", f"known absences: {name.en}"), f"{absence.handlers} ({days})"
    yield (
        Wording("part des jours d'absence imprévue", "share of days of unforeseen absence"),
        f"{staffing.absent:g}".replace(".", ","),
    )


def _confidence(confidence: float) -> tuple[Wording, Value]:
    return Wording("Niveau de confiance", "Confidence"), _decimal(confidence)


def _measures() -> Iterator[_Row]:
    for name, metric in METRICS.items():
        yield {"measure": name, "definition": metric.definition}


# Columns


def _table(title: Wording, names: Iterable[str], rows: Iterable[_Row]) -> ReportTable[Any]:
    names = tuple(names)
    is_dates = "change" in names and "days" in names
    columns = tuple(_column(name, _MOVED if is_dates and name == "change" else _described(name)) for name in names)
    return ReportTable(title=title, columns=columns, records=tuple(rows))


def _described(name: str) -> _Described:
    """Return the description of a column; one that is not known is a dimension of groups."""
    title = capitalized_wording(dimension(name))
    known = (name, (title.fr, title.en), ("Le groupe de demandes.", "The group of messages."), _TEXT)
    return _COLUMNS.get(name, known)


def _column(name: str, described: _Described) -> ReportColumn[_Row]:
    french, title, meaning, kind = described
    return ReportColumn(
        name=french,
        title=Wording(*title),
        meaning=Wording(*meaning),
        kind=kind,
        source=SOURCE,
        value=lambda row: value_of(name, row[name], kind),
        width=_WIDTHS.get(name, 24 if kind is _TEXT else 14),
    )


def value_of(name: str, value: Any, kind: ValueKind) -> Value:
    """Return a value of a frame of any kind as a report has it, and a code in words."""
    if value is None or (isinstance(value, float) and isnan(value)):
        return None
    if kind is _COUNT:
        return int(value)
    if kind is _NUMBER:
        return _decimal(value)
    if kind is _DATE:
        return value.date() if isinstance(value, datetime) else value
    return _words(name, value) if kind is _TEXT else bool(value)


def _words(name: str, value: object) -> Value:
    if isinstance(value, Wording):
        return value
    text = str(value)
    if name in {"outcome", "before", "after"}:
        return Wording(label(text, "fr"), label(text, "en"))
    if name.startswith("parameter") and (parameter := PARAMETERS.get(text.replace(".", "_"))) is not None:
        return Wording(parameter.title("fr"), parameter.title("en"))
    known: Mapping[str, Wording] = {
        "decision": DECIDED,
        "change": MOVES,
        "measure": {measure: metric.title for measure, metric in METRICS.items()},
        "level": {"all": _ALL, **{level.value: level.wording for level in Level}},
        "site": {"all": _ALL},
        "unit": {"all": Wording("toutes", "all")},
    }.get(name, {})
    return known.get(text, unit_wording(text) if name == "unit" else text)


def _decimal(value: float) -> Decimal:
    """Return a number with four decimal places, for reading."""
    return Decimal(str(round(value, 4)))
