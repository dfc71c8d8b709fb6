"""What a replay shows in a notebook: how many complaints change, from what to what, by which rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from reclamation_core.laboratory.outcomes import DECIDED, HANDLINGS, counted, label
from reclamation_core.laboratory.tallies import Matrix, Tallies, changes, matrices, on_time, on_time_rates, workload
from reclamation_core.markup import Html, card, paragraph, section, table
from reclamation_core.tables.explanation import row_wording
from reclamation_core.wording import Lang, Wording, is_singular

if TYPE_CHECKING:
    from reclamation_core.laboratory.replayed import Replay
    from reclamation_core.policy import Policy

_MOST_CHANGES: Final = 20

_TITLE: Final = Wording("Rejeu de {} sous {}", "{} replayed under {}")
_MESSAGES: Final = (Wording("{} demande", "{} message"), Wording("{} demandes", "{} messages"))
_EDITIONS: Final = (Wording("{} édition", "{} edition"), Wording("{} éditions", "{} editions"))
_COMPARED: Final = Wording("De « {} » à « {} »", "From “{}” to “{}”")
_CHANGED: Final = (
    Wording("{} sur {} a une décision ou une échéance différente.", "{} of {} has another decision or due date."),
    Wording("{} sur {} ont une décision ou une échéance différente.", "{} of {} have another decision or due date."),
)
_MATRIX: Final = Wording("Flux : en ligne avant, en colonne après", "Flows: rows before, columns after")
_BEFORE: Final = Wording("avant \\ après", "before \\ after")
_TOTAL: Final = Wording("total", "total")
_RESPONSIBLE: Final = Wording("Lignes responsables", "Rows responsible")
_FIRST: Final = Wording(
    "Les {} changements les plus fréquents ; tous sont dans changes().", "The {} most frequent; changes() has all."
)
_COLUMNS: Final = (
    Wording("décision", "decision"),
    Wording("avant", "before"),
    Wording("après", "after"),
    Wording("ligne avant", "row before"),
    Wording("ligne après", "row after"),
    Wording("demandes", "messages"),
)
_LOAD: Final = Wording("Charge par niveau", "Workload by level")
_EDITION: Final = Wording("édition", "edition")
_RATE: Final = Wording(
    "réponses dans le délai, parmi les échéances venues au {}", "answers in time, among those due by {}"
)
_NEWLY: Final = Wording(
    "admises par cette édition seule, hors du taux", "admitted by this edition alone, not in the rate"
)
_INVALID: Final = Wording("Lignes avec une valeur impossible : {}.", "Rows with a value that cannot be: {}.")


def replay_card(replay: Replay, tallies: Tallies, lang: Lang) -> Html:
    """The replay as an HTML fragment."""
    title = _TITLE.in_(lang).format(
        _number(_MESSAGES, tallies.size, lang), _number(_EDITIONS, len(tallies.names), lang)
    )
    invalid = [paragraph(_INVALID.in_(lang).format(counted(replay.invalid, lang)))] if replay.invalid else []
    compared = (_comparison(replay, tallies, edition, lang) for edition in replay.editions[1:])
    return card(section(title, *invalid, _workload(replay, tallies, lang)), *compared, lang=lang)


def _number(forms: tuple[Wording, Wording], number: int, lang: Lang) -> str:
    """The form for a single one or for several, with its number where it has a place for it."""
    one, several = forms
    return (one if is_singular(number, lang) else several).in_(lang).format(counted(number, lang))


def _workload(replay: Replay, tallies: Tallies, lang: Lang) -> Html:
    cells = {(load["edition"], load["outcome"]): load["cases"] for load in workload(tallies)}
    header = [_EDITION.in_(lang), *(label(outcome, lang) for outcome in HANDLINGS)]
    rates: Mapping[str, list[str]] = {}
    if replay.as_of is not None:
        header += [_RATE.in_(lang).format(f"{replay.as_of:%d/%m/%Y}" if lang == "fr" else replay.as_of)]
        header += [_NEWLY.in_(lang)]
        rates = _rates(tallies, replay.as_of, lang)
    rows = (
        [name, *(counted(cells[name, outcome], lang) for outcome in HANDLINGS), *rates.get(name, [])]
        for name in tallies.names
    )
    return table(_LOAD.in_(lang), header, rows, lang=lang, numbers=range(1, len(header)))


def _rates(tallies: Tallies, as_of: date, lang: Lang) -> dict[str, list[str]]:
    """By the name of the edition, its on-time rate and how many complaints are not in it."""
    newly = dict.fromkeys(tallies.names, 0)
    for record in on_time(tallies, as_of):
        newly[record["edition"]] += record["newly_admitted"]
    rates = on_time_rates(tallies, as_of)
    return {name: [_percent(rates[name], lang), counted(newly[name], lang)] for name in tallies.names}


def _comparison(replay: Replay, tallies: Tallies, edition: Policy, lang: Lang) -> Html:
    name = edition.edition
    number = replay.changed[name]
    of_all = (_number(_MESSAGES, number, lang), counted(tallies.size, lang))
    changed = _CHANGED[not is_singular(number, lang)].in_(lang).format(*of_all)
    matrix = _matrix(matrices(tallies, tallies.handled)[name], lang)
    found = [change for change in changes(tallies) if change["edition"] == name]
    rows = (_change(replay.editions[0], edition, change, lang) for change in islice(found, _MOST_CHANGES))
    header = [column.in_(lang) for column in _COLUMNS]
    told = [table(_RESPONSIBLE.in_(lang), header, rows, lang=lang, numbers={len(header) - 1})] if found else []
    more = [paragraph(_FIRST.in_(lang).format(_MOST_CHANGES))] if len(found) > _MOST_CHANGES else []
    return section(_COMPARED.in_(lang).format(tallies.names[0], name), paragraph(changed), matrix, *told, *more)


def _matrix(matrix: Matrix, lang: Lang) -> Html:
    outcomes = [outcome for outcome in HANDLINGS if any(outcome in cell for cell in matrix)]
    header = [_BEFORE.in_(lang), *(label(outcome, lang) for outcome in outcomes), _TOTAL.in_(lang)]

    def row(name: str, earlier: list[str]) -> list[str]:
        cases = [sum(matrix.get((before, after), 0) for before in earlier) for after in outcomes]
        return [name, *(counted(number, lang) for number in (*cases, sum(cases)))]

    rows = [*(row(label(before, lang), [before]) for before in outcomes), row(_TOTAL.in_(lang), outcomes)]
    return table(_MATRIX.in_(lang), header, rows, lang=lang, numbers=range(1, len(header)))


def _change(before: Policy, after: Policy, change: dict[str, Any], lang: Lang) -> Iterator[str]:
    decision = change["decision"]
    yield DECIDED[decision].in_(lang)
    yield label(change["before"], lang)
    yield label(change["after"], lang)
    yield _rows(before, decision, change["rows_before"], lang)
    yield _rows(after, decision, change["rows_after"], lang)
    yield counted(change["cases"], lang)


def _rows(policy: Policy, decision: str, rows: str, lang: Lang) -> str:
    """The rows that decided, with their rules."""
    colon, semicolon = (" : ", " ; ") if lang == "fr" else (": ", "; ")
    found = policy.tables[decision]
    named = map(found.row, rows.split())
    return semicolon.join(f"{row.id}{colon}{row_wording(found, row, lang)}" for row in named) or "–"


def _percent(rate: float | None, lang: Lang) -> str:
    if rate is None:
        return "–"
    return f"{100 * rate:.1f} %".replace(".", ",") if lang == "fr" else f"{100 * rate:.1f}%"
