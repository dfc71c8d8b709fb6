"""The report of a comparison: sentences first, then tables, each with its chart above it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.cases.narration import own_value
from reclamation_core.laboratory.compared_records import (
    ALL,
    COMPARED_MEASURES,
    ChangedDecision,
    ComparedLevel,
    ComparedMeasure,
    MovedDueDate,
)
from reclamation_core.laboratory.comparison import Comparison
from reclamation_core.laboratory.outcomes import DECIDED, UNDETERMINED, label
from reclamation_core.policy import Policy
from reclamation_core.policy.difference import listed_changes
from reclamation_core.reporting import ReportColumn, ReportTable, ValueKind
from reclamation_core.reporting.report import Value, report_column
from reclamation_core.tables import Boolean, Domain
from reclamation_core.tables.explanation import row_wording
from reclamation_core.vocabulary import Fact
from reclamation_core.wording import LANGUAGES, Lang, Wording, capitalized, format_number

MOVES: Final[Mapping[str, Wording]] = {
    "moved": Wording("déplacée", "moved"),
    "kept": Wording("inchangée", "kept"),
    "gained": Wording("ajoutée", "gained"),
    "lost": Wording("supprimée", "lost"),
    "none": Wording("aucune", "none"),
}
"""How a due date changes, in words."""

DIMENSIONS: Final[Mapping[str, Wording]] = {
    "site": Wording("centre", "site"),
    "region": Wording("région", "region"),
    "level": Wording("prise en charge avant", "handling before"),
    "theme": Wording("thème", "theme"),
    "month": Wording("mois de réception", "month of receipt"),
}
_NONE: Final = Wording("non renseigné", "not recorded")
_SHOWN: Final = 20
SOURCE: Final = Wording("calcul du laboratoire", "computed by the laboratory")
_SHARE: Final = Wording("%", "%")
_UNITS: Final[Mapping[str, Wording]] = {
    "messages": Wording("demandes", "messages"),
    "messages_per_week": Wording("demandes", "messages"),
    "overdue_answers": Wording("réponses", "answers"),
    "cost": Wording("unité de coût", "cost unit"),
}
_HOURS: Final = Wording("heures", "hours")


def name_of_group(by: str, group: str, own: Mapping[str, Fact]) -> Wording:
    """Return the name of a group for a reader; `own` has the facts of the editions by column."""
    if not group:
        return _NONE
    if by in own:
        return Wording(*(own_value(own[by], _own(own[by].domain, group), lang) for lang in LANGUAGES))
    return Wording(label(group, "fr"), label(group, "en")) if by == "level" else Wording(group, group)


def _own(domain: Domain, group: str) -> object:
    """Return the value of a fact of an edition that has the text of a group."""
    try:
        return {"true": True, "false": False}[group] if isinstance(domain, Boolean) else domain.decode(group)
    except (KeyError, ValueError):
        return group


def dimension(by: str, own: Mapping[str, Fact] = MappingProxyType({})) -> Wording:
    """Return the name of a dimension for a reader; `own` has the facts of the editions by column."""
    return own[by].label if by in own else DIMENSIONS.get(by, Wording(by, by))


def sentences(found: Comparison) -> tuple[Wording, ...]:
    """Return what the comparison shows, in a few sentences, and what is chance in it."""
    pairs = ((_result(found, lang), _chance(found, lang)) for lang in LANGUAGES)
    (fr, chance_fr), (en, chance_en) = pairs
    return tuple(Wording(*texts) for texts in zip([*fr, *chance_fr], [*en, *chance_en], strict=True))


def _result(found: Comparison, lang: Lang) -> Iterator[str]:
    french = lang == "fr"
    before, after = found.before, found.after
    hours = found.measure("hours")
    if found.is_paired:
        for name, fr, en in _SHARES:
            one = _of_all(found, name)
            if one is not None:
                share = one.change or 0.0
                count, of = (format_number(number, lang) for number in (round(share * before.cases), before.cases))
                yield (
                    f"{fr} : {count} sur {of} ({_percent(share, lang)})."
                    if french
                    else f"{en}: {count} of {of} ({_percent(share, lang)})."
                )
    else:
        first, second = (format_number(side.cases, lang) for side in (before, after))
        yield f"Demandes : {first}, puis {second}." if french else f"Messages: {first}, then {second}."
        if before.days and after.days and max(before.days, after.days) > 1.05 * min(before.days, after.days):
            first, second = (format_number(days, lang) for days in (before.days, after.days))
            yield (
                f"Les périodes durent {first} et {second} jours : comparez les parts et les nombres par semaine."
                if french
                else f"The periods last {first} and {second} days: compare shares and numbers a week."
            )
    work = _signed(hours.change, 1, lang), _number(hours.before, 1, lang), _number(hours.after, 1, lang)
    yield (
        f"Travail demandé : {work[0]} h ({work[1]} h, puis {work[2]} h){_interval(hours, 1, lang)}."
        if french
        else f"Work offered: {work[0]} h ({work[1]} h, then {work[2]} h){_interval(hours, 1, lang)}."
    )
    for name, fr, en in (("overdue_answers", "Réponses en retard", "Overdue answers"), ("cost", "Coût", "Cost")):
        one = _of_all(found, name)
        if one is not None:
            first, second = (_number(value, 0, lang) for value in (one.before, one.after))
            more = f"{_signed(one.change, 0, lang)} ({first}, {'puis' if french else 'then'} {second})"
            yield f"{fr} : {more}{_interval(one, 0, lang)}." if french else f"{en}: {more}{_interval(one, 0, lang)}."
    unsure = found.level(UNDETERMINED)
    if unsure.before or unsure.after:
        first, second = (format_number(number, lang) for number in (unsure.before, unsure.after))
        yield (
            f"Demandes indéterminées, faute d'une information : {first} avant, {second} après. Les colonnes « au "
            f"moins » et « au plus » indiquent ce que deviennent les nombres selon cette information."
            if french
            else f"Messages undetermined for want of a fact: {first} before, {second} after. The columns “at least” "
            f"and “at most” show what the numbers become, depending on that fact."
        )


_SHARES: Final = (
    ("decided_otherwise", "Demandes décidées autrement", "Messages decided otherwise"),
    ("due_dates_moved", "Échéances modifiées", "Due dates changed"),
)


def _of_all(found: Comparison, name: str) -> ComparedMeasure | None:
    return next((one for one in found.measures if one.by == ALL and one.measure == name), None)


def _chance(found: Comparison, lang: Lang) -> Iterator[str]:
    french = lang == "fr"
    if not found.is_sampled:
        yield (
            "Ces nombres sont exacts pour ces demandes : chacune est décidée sous les deux versions, sans hasard. "
            "D'autres demandes donneraient d'autres nombres."
            if french
            else "These numbers are exact for these messages: each is decided under both editions, without chance. "
            "Other messages would give other numbers."
        )
        return
    shown: list[ComparedLevel | ComparedMeasure] = [*found.levels, *found.measures]
    shown = [one for one in shown if one.low is not None]
    clear, level = (
        sum(one.is_clear for one in shown),
        _percent(found.confidence, lang).replace(",0", "").replace(".0", ""),
    )
    by_chance = _number((1 - found.confidence) * len(shown), 0, lang)
    if found.is_paired:
        yield (
            f"Ces demandes sont un échantillon : sur 100 intervalles à {level}, environ {_per_hundred(found)} "
            f"contiennent la valeur de l'ensemble."
            if french
            else f"These messages are a sample: of 100 intervals of {level}, about {_per_hundred(found)} contain the "
            f"value of all messages."
        )
    else:
        yield (
            f"Deux périodes diffèrent toujours un peu : un écart dont l'intervalle à {level} contient 0 peut être dû "
            f"au hasard des arrivées."
            if french
            else f"Two periods always differ a little: a change whose {level} interval contains 0 may be due to chance "
            f"in what arrives."
        )
    yield (
        f"Écarts établis : {clear} sur {len(shown)} intervalles. Si rien ne changeait, le hasard seul en établirait "
        f"environ {by_chance}."
        if french
        else f"Clear changes: {clear} of {len(shown)} intervals. If nothing changed, chance alone would make about "
        f"{by_chance} clear."
    )


def _per_hundred(found: Comparison) -> str:
    return f"{100 * found.confidence:.0f}"


def _percent(share: float, lang: Lang) -> str:
    text = f"{100 * share:.1f}"
    return f"{text} %".replace(".", ",") if lang == "fr" else f"{text}%"


def _number(value: float | None, places: int, lang: Lang) -> str:
    if value is None:
        return "–"
    return format_number(value, lang, places)


def _signed(value: float | None, places: int, lang: Lang) -> str:
    text = _number(value, places, lang).replace("-", "\N{MINUS SIGN}")
    return f"+{text}" if value is not None and round(value, places) > 0 else text


def _interval(one: ComparedMeasure, places: int, lang: Lang) -> str:
    if one.low is None:
        return ""
    low, high = (_signed(bound, places, lang) for bound in (one.low, one.high))
    return f", intervalle de {low} à {high}" if lang == "fr" else f", interval from {low} to {high}"


Draw: TypeAlias = Callable[[str, Lang], str | None]
"""A function from what is drawn and a language to a chart as SVG; None where nothing draws."""


def tables(found: Comparison, draw: Draw) -> tuple[ReportTable[Any], ...]:
    """Return the tables of a comparison, the results first."""
    made = [_results(found), _drawn(_levels(found), draw, ALL)]
    if found.is_paired:
        made.append(_changes(found))
    if found.due_dates:
        made.append(_drawn(_due_dates(found), draw, "due_dates"))
    made += (_drawn(_groups(found, by), draw, by) for by in found.by)
    made += _editions(found)
    made += [_assumptions(found), _definitions()]
    return tuple(_without_chance(table) for table in made) if not found.is_sampled else tuple(made)


def _drawn(table: ReportTable[Any], draw: Draw, what: str) -> ReportTable[Any]:
    return attrs.evolve(table, picture=lambda lang: draw(what, lang))


def _without_chance(table: ReportTable[Any]) -> ReportTable[Any]:
    """Return a table without the columns of intervals."""
    columns = tuple(one for one in table.columns if not one.name.endswith(_OF_CHANCE))
    return attrs.evolve(table, columns=columns)


_OF_CHANCE: Final = ("borne_basse", "borne_haute", "ecart_etabli", "_low", "_high")


def criteria(found: Comparison) -> tuple[tuple[Wording, Value], ...]:
    """Return what is compared, for the heading."""
    before, after = found.before, found.after
    chosen: list[tuple[Wording, Value]] = [
        (Wording("Version avant", "Edition before"), before.edition),
        (Wording("Version après", "Edition after"), after.edition),
        (Wording("Demandes", "Messages"), before.cases if found.is_paired else f"{before.cases} → {after.cases}"),
    ]
    if before.first is not None:
        chosen.append((Wording("Première réception", "First receipt"), before.first))
        chosen.append((Wording("Dernière réception", "Last receipt"), after.last))
    if found.population is not None:
        chosen.append((Wording("Ensemble représenté", "Population"), found.population))
    if found.is_sampled:
        percents = (_percent(found.confidence, lang).replace(",0", "").replace(".0", "") for lang in LANGUAGES)
        chosen.append((Wording("Niveau de confiance", "Confidence"), Wording(*percents)))
    return tuple(chosen)


def _assumptions(found: Comparison) -> ReportTable[Any]:
    """Return the efforts and the costs from which hours and costs follow."""
    costs, efforts = found.costs, found.costs.efforts
    rows: list[tuple[Wording, Value]] = [
        (Wording("Temps de qualification", "Effort of qualification"), efforts.qualification.wording)
    ]
    for level, effort in efforts.treatment.items():
        title = Wording(
            f"Temps de traitement, niveau {level.label('fr')}", f"Effort of treatment, {level.label('en')} level"
        )
        rows.append((title, effort.wording))
    for name, amount in (
        (Wording("Coût d'une heure", "Cost of an hour"), costs.per_hour),
        (Wording("Coût d'une réponse en retard", "Cost of an overdue answer"), costs.per_overdue_answer),
    ):
        if amount is not None:
            rows.append((name, Decimal(str(amount))))
    columns = (
        _column(
            "hypothese",
            ("Hypothèse", "Assumption"),
            ("Ce qui est supposé.", "What is assumed."),
            lambda one: one[0],
            width=44,
        ),
        _column(
            "valeur", ("Valeur", "Value"), ("La valeur supposée.", "The assumed value."), lambda one: one[1], width=60
        ),
    )
    return ReportTable(title=Wording("Hypothèses", "Assumptions"), columns=columns, records=tuple(rows))


# Columns


def _decimal(value: float | None, places: int = 1) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, places)))


def _points(value: float | None) -> Decimal | None:
    return None if value is None else _decimal(100 * value)


def _column(
    name: str,
    titles: tuple[str, str],
    meanings: tuple[str, str],
    value: Callable[[Any], Value],
    kind: ValueKind = ValueKind.TEXT,
    *,
    width: int = 14,
) -> ReportColumn[Any]:
    return report_column(name, titles, meanings, value, kind, source=SOURCE, width=width)


_BEFORE: Final = ("Avant", "Before"), ("La valeur sur le premier côté.", "The value on the first side.")
_AFTER: Final = ("Après", "After"), ("La valeur sur le second côté.", "The value on the second side.")
_CHANGE: Final = ("Écart", "Change"), ("Après, moins avant.", "After, less before.")
_LOW: Final = (
    ("Écart : borne basse", "Change: lower bound"),
    ("La borne basse de l'intervalle de confiance ; vide sans hasard.", "The lower bound; empty without chance."),
)
_HIGH: Final = (
    ("Écart : borne haute", "Change: upper bound"),
    ("La borne haute de l'intervalle de confiance ; vide sans hasard.", "The upper bound; empty without chance."),
)
_CLEAR: Final = (
    ("Écart établi", "Clear change"),
    ("« oui » si l'intervalle ne contient pas 0 ; vide sans intervalle.", "“yes” if the interval does not contain 0."),
)
_LEAST: Final = (
    ("Écart : au moins", "Change: at least"),
    ("Le moins que permettent les informations inconnues.", "The least that the unknown facts allow."),
)
_MOST: Final = (
    ("Écart : au plus", "Change: at most"),
    ("Le plus que permettent les informations inconnues.", "The most that the unknown facts allow."),
)


def _clear(one: ComparedLevel | ComparedMeasure) -> bool | None:
    return None if one.low is None else one.is_clear


def _of_measure(field: str) -> Callable[[ComparedMeasure], Decimal | None]:
    """Return the value of a field of a measure, shares in percent."""

    def value(one: ComparedMeasure) -> Decimal | None:
        given: float | None = attrgetter(field)(one)
        return _points(given) if COMPARED_MEASURES[one.measure].is_share else _decimal(given, 2)

    return value


def _results(found: Comparison) -> ReportTable[Any]:
    columns = (
        _column(
            "mesure",
            ("Mesure", "Measure"),
            ("Ce qui est mesuré.", "The measure."),
            lambda one: COMPARED_MEASURES[one.measure].title,
            width=30,
        ),
        _column("unite", ("Unité", "Unit"), ("L'unité des valeurs.", "The unit of the values."), _unit, width=12),
        *_measured_columns(),
    )
    rows = tuple(one for one in found.measures if one.by == ALL)
    return ReportTable(title=Wording("Résultats", "Results"), columns=columns, records=rows)


def _unit(one: ComparedMeasure) -> Wording:
    return _SHARE if COMPARED_MEASURES[one.measure].is_share else _UNITS.get(one.measure, _HOURS)


def _measured_columns() -> tuple[ReportColumn[Any], ...]:
    number = ValueKind.DECIMAL
    return (
        _column("avant", *_BEFORE, _of_measure("before"), number),
        _column("apres", *_AFTER, _of_measure("after"), number),
        _column("ecart", *_CHANGE, _of_measure("change"), number),
        _column("ecart_borne_basse", *_LOW, _of_measure("low"), number),
        _column("ecart_borne_haute", *_HIGH, _of_measure("high"), number),
        _column("ecart_etabli", *_CLEAR, _clear, ValueKind.FLAG, width=10),
        _column("ecart_au_moins", *_LEAST, _of_measure("least"), number),
        _column("ecart_au_plus", *_MOST, _of_measure("most"), number),
    )


def _levels(found: Comparison) -> ReportTable[Any]:
    count, number = ValueKind.INTEGER, ValueKind.DECIMAL
    columns = (
        _column(
            "prise_en_charge",
            ("Prise en charge", "Handling"),
            ("Le niveau qui traite, hors du cadre, ou indéterminé.", "The level, out of scope, or undetermined."),
            lambda one: Wording(label(one.outcome, "fr"), label(one.outcome, "en")),
            width=18,
        ),
        _column("avant", *_BEFORE, lambda one: one.before, count),
        _column("apres", *_AFTER, lambda one: one.after, count),
        _column("ecart", *_CHANGE, lambda one: one.change, count),
        _column(
            "ecart_part",
            ("Écart de la part (points)", "Change of the share (points)"),
            ("L'écart de la part des demandes, en points de pourcentage.", "In percentage points."),
            lambda one: _points(one.share_change),
            number,
        ),
        _column("ecart_borne_basse", *_LOW, lambda one: _points(one.low), number),
        _column("ecart_borne_haute", *_HIGH, lambda one: _points(one.high), number),
        *(_column(name, titles, meanings, _bound(field), count) for name, field, titles, meanings in _BOUNDS),
    )
    rows = tuple(one for one in found.levels if one.by == ALL)
    return ReportTable(title=Wording("Niveaux de traitement", "Handling levels"), columns=columns, records=rows)


_BOUNDS: Final = (
    ("avant_au_moins", "before_least", ("Avant : au moins", "Before: at least"), _LEAST[1]),
    ("avant_au_plus", "before_most", ("Avant : au plus", "Before: at most"), _MOST[1]),
    ("apres_au_moins", "after_least", ("Après : au moins", "After: at least"), _LEAST[1]),
    ("apres_au_plus", "after_most", ("Après : au plus", "After: at most"), _MOST[1]),
    ("ecart_au_moins", "change_least", *_LEAST),
    ("ecart_au_plus", "change_most", *_MOST),
)


def _bound(field: str) -> Callable[[ComparedLevel], int | None]:
    """Return a bound of the messages of an outcome; None for `undetermined`, which no message is once it is known."""
    return lambda one: None if one.outcome == UNDETERMINED else attrgetter(field)(one)


def rules(policy: Policy, decision: str, rows: str) -> Wording | None:
    """Return the rules that decided, each with its number in the edition; None if none did."""
    table = policy.tables[decision]
    found = [table.row(name) for name in rows.split()]
    if not found:
        return None
    numbers = [policy.rule_numbers[decision, row.id] for row in found]
    fr, en = (
        [f"{number}{colon} {row_wording(table, row, lang)}" for number, row in zip(numbers, found, strict=True)]
        for lang, colon in zip(LANGUAGES, (" :", ":"), strict=True)
    )
    return Wording(" ; ".join(fr), "; ".join(en))


def _outcome(policy: Policy, decision: str, code: str) -> Wording:
    """Return the label of an outcome; that of an edition's own table as the edition has it."""
    if decision in DECIDED or code == UNDETERMINED:
        return Wording(label(code, "fr"), label(code, "en"))
    return policy.tables[decision].outcome_label(code)


def _listed(one: ChangedDecision) -> Value:
    if not one.references:
        return None
    shown = ", ".join(one.references[:_SHOWN])
    left = one.cases - min(len(one.references), _SHOWN)
    if not left:
        return shown
    return Wording(f"{shown} et {left} autres", f"{shown} and {left} more")


def _changes(found: Comparison) -> ReportTable[Any]:
    before, after = found.before.policy, found.after.policy
    columns = (
        _column(
            "decision",
            ("Décision", "Decision"),
            ("La décision qui change.", "The decision that changes."),
            lambda one: DECIDED.get(one.decision) or before.tables[one.decision].title,
            width=18,
        ),
        _column("avant", *_BEFORE, lambda one: _outcome(before, one.decision, one.before)),
        _column("apres", *_AFTER, lambda one: _outcome(after, one.decision, one.after)),
        _column(
            "regles_avant",
            ("Règles avant", "Rows before"),
            ("Les règles décisives avant.", "The rows that decided before."),
            lambda one: rules(before, one.decision, one.rows_before),
            width=40,
        ),
        _column(
            "regles_apres",
            ("Règles après", "Rows after"),
            ("Les règles décisives après.", "The rows that decide after."),
            lambda one: rules(after, one.decision, one.rows_after),
            width=40,
        ),
        _column(
            "demandes",
            ("Demandes", "Messages"),
            ("Le nombre de demandes.", "The number of messages."),
            lambda one: one.cases,
            ValueKind.INTEGER,
        ),
        _column(
            "part",
            ("Part (%)", "Share (%)"),
            ("La part de toutes les demandes.", "The share of all messages."),
            lambda one: _points(one.share),
            ValueKind.DECIMAL,
        ),
        _column(
            "part_borne_basse",
            ("Part : borne basse", "Share: lower bound"),
            _LOW[1],
            lambda one: _points(one.low),
            ValueKind.DECIMAL,
        ),
        _column(
            "part_borne_haute",
            ("Part : borne haute", "Share: upper bound"),
            _HIGH[1],
            lambda one: _points(one.high),
            ValueKind.DECIMAL,
        ),
        _column(
            "references",
            ("Dossiers", "Cases"),
            ("Les références des premières demandes.", "The references of the first messages."),
            _listed,
            width=40,
        ),
    )
    title = Wording("Règles qui décident autrement", "Rows that decide otherwise")
    return ReportTable(title=title, columns=columns, records=tuple(one for one in found.changes if one.by == ALL))


def changed_cases(found: Comparison) -> ReportTable[Any]:
    """Return a row for each decision that differs of the messages that `compare` lists."""
    changes = _changes(found)
    chosen = ("decision", "avant", "apres", "regles_avant", "regles_apres")
    rows = [(reference, change) for change in changes.records for reference in change.references]
    columns = (
        _column(
            "reference",
            ("Dossier", "Case"),
            ("La référence de la demande.", "The reference of the message."),
            lambda row: row[0],
            width=20,
        ),
        *(attrs.evolve(one, value=_of_change(one.value)) for one in changes.columns if one.name in chosen),
    )
    title = Wording("Demandes décidées autrement", "Messages decided otherwise")
    return ReportTable(title=title, columns=columns, records=tuple(sorted(rows, key=lambda row: row[0])))


def _of_change(value: Callable[[ChangedDecision], Value]) -> Callable[[tuple[str, ChangedDecision]], Value]:
    return lambda row: value(row[1])


def moved_cases(moved: Iterable[tuple[str, date | None, date | None]]) -> ReportTable[Any]:
    """Return a row for each message whose due date changes.

    Args:
        moved: their references, each with the due date before and after; None for none.
    """
    columns = (
        _column(
            "reference",
            ("Dossier", "Case"),
            ("La référence de la demande.", "The reference of the message."),
            lambda row: row[0],
            width=20,
        ),
        _column("avant", *_BEFORE, lambda row: row[1], ValueKind.DATE),
        _column("apres", *_AFTER, lambda row: row[2], ValueKind.DATE),
        _days_later(lambda row: None if None in row else (row[2] - row[1]).days),
    )
    title = Wording("Demandes dont l'échéance change", "Messages whose due date changes")
    return ReportTable(title=title, columns=columns, records=tuple(moved))


def _days_later(value: Callable[[Any], int | None]) -> ReportColumn[Any]:
    return _column(
        "jours",
        ("Jours", "Days"),
        (
            "De combien de jours calendaires elle est plus tardive ; vide s'il n'y en a pas deux.",
            "How many calendar days later; empty if there are not two.",
        ),
        value,
        ValueKind.INTEGER,
    )


def _due_dates(found: Comparison) -> ReportTable[Any]:
    columns = (
        _column(
            "echeance",
            ("Échéance", "Due date"),
            ("Comment l'échéance change.", "How the due date changes."),
            lambda one: MOVES[one.change],
        ),
        _days_later(lambda one: one.days),
        _column(
            "demandes",
            ("Demandes", "Messages"),
            ("Le nombre de demandes.", "The number of messages."),
            lambda one: one.cases,
            ValueKind.INTEGER,
        ),
    )
    rows: tuple[MovedDueDate, ...] = tuple(one for one in found.due_dates if one.by == ALL)
    return ReportTable(title=Wording("Échéances déplacées", "Due dates moved"), columns=columns, records=rows)


def _groups(found: Comparison, by: str) -> ReportTable[Any]:
    """Return a row for each group: its messages, its levels and its measures."""
    name = dimension(by, found.own_facts)
    names = dict.fromkeys(one.measure for one in found.measures if one.by == by)
    rows = [
        {"group": group, **{one.measure: one for one in found.measures if (one.by, one.group) == (by, group)}}
        for dimension_, group in found.groups
        if dimension_ == by
    ]

    def of(measure: str, field: str) -> Callable[[Mapping[str, Any]], Decimal | None]:
        value = _of_measure(field)
        return lambda row: value(row[measure]) if measure in row else None

    columns = [
        _column(
            "groupe",
            (capitalized(name.fr), capitalized(name.en)),
            ("Le groupe de demandes.", "The group of messages."),
            lambda row: name_of_group(by, row["group"], found.own_facts),
            width=22,
        )
    ]
    for measure in names:
        title, unit = COMPARED_MEASURES[measure].title, COMPARED_MEASURES[measure].is_share
        fields = _OF_PAIRED.get(measure, _OF_GROUP[measure]) if found.is_paired else _OF_GROUP[measure]
        for field in fields:
            side_fr, side_en = ("", "") if fields == ("before",) else _SIDES[field]
            columns.append(
                _column(
                    f"{measure}_{field}",
                    (
                        f"{capitalized(title.fr)}{' (%)' if unit else ''}{side_fr}",
                        f"{capitalized(title.en)}{' (%)' if unit else ''}{side_en}",
                    ),
                    (
                        f"{capitalized(COMPARED_MEASURES[measure].definition.fr)}.",
                        f"{capitalized(COMPARED_MEASURES[measure].definition.en)}.",
                    ),
                    of(measure, field),
                    ValueKind.DECIMAL,
                )
            )
    title = Wording(f"Par {name.fr}", f"By {name.en}")
    return ReportTable(title=title, columns=tuple(columns), records=tuple(rows))


_BOTH: Final = ("before", "after")
_OF_GROUP: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(COMPARED_MEASURES, _BOTH),
    **dict.fromkeys(("decided_otherwise", "due_dates_moved"), ("change",)),
    **dict.fromkeys(("hours_by_volume", "hours_by_mix", "hours_by_edition"), ("change",)),
    **dict.fromkeys(("hours", "on_time_rate"), (*_BOTH, "change", "low", "high")),
}
_OF_PAIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "messages": ("before",),
    "hours_per_message": (),
    "on_time_rate": _BOTH,
    "cost": ("change",),
}
"""What a group shows where both sides have the same messages, as many before as after."""
_SIDES: Final = {
    "before": (", avant", ", before"),
    "after": (", après", ", after"),
    "change": (", écart", ", change"),
    "low": (", borne basse", ", lower bound"),
    "high": (", borne haute", ", upper bound"),
}


def _editions(found: Comparison) -> Iterator[ReportTable[Any]]:
    """Yield the parameters and rows that differ, where the editions do."""
    listed = tuple(listed_changes(found.difference)) if found.before.digest != found.after.digest else ()
    if listed:
        columns = (
            _column(
                "regle",
                ("Règle ou paramètre", "Row or parameter"),
                ("Ce qui diffère.", "What differs."),
                lambda one: one[0],
                width=40,
            ),
            _column("avant", *_BEFORE, lambda one: one[1], width=60),
            _column("apres", *_AFTER, lambda one: one[2], width=60),
        )
        title = Wording("Différences entre les versions", "Differences of the editions")
        yield ReportTable(title=title, columns=columns, records=listed)


def _definitions() -> ReportTable[Any]:
    columns = (
        _column(
            "mesure", ("Mesure", "Measure"), ("Ce qui est mesuré.", "The measure."), lambda one: one.title, width=30
        ),
        _column(
            "definition",
            ("Définition", "Definition"),
            ("Ce que compte la mesure.", "What it counts."),
            lambda one: one.definition,
            width=80,
        ),
    )
    return ReportTable(title=Wording("Mesures", "Measures"), columns=columns, records=tuple(COMPARED_MEASURES.values()))
