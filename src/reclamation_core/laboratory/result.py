"""The result of a replay: small frames of the differences, and its display in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, overload

import attrs

from reclamation_core.laboratory.outcomes import DECIDED, HANDLING, HANDLINGS, label
from reclamation_core.laboratory.tallies import Backend, CountRecord, Matrix, Tallies, small_frame
from reclamation_core.markup import Html, card, paragraph, section, table
from reclamation_core.policy import Policy
from reclamation_core.tables.explanation import row_wording
from reclamation_core.wording import Lang, Wording, colon, format_number, is_singular, semicolon

FLOWS: Final = {"edition": str, "before": str, "after": str, "cases": int, "share": float}
CHANGES: Final = {
    "edition": str,
    "decision": str,
    "before": str,
    "after": str,
    "rows_before": str,
    "rows_after": str,
    "cases": int,
    "share": float,
}
WORKLOAD: Final = {"edition": str, "outcome": str, "cases": int, "share": float, "change": int}
DUE_DATES: Final = {"edition": str, "change": str, "days": int, "cases": int}
ON_TIME: Final = {
    "edition": str,
    "outcome": str,
    "on_time": int,
    "late": int,
    "open": int,
    "early": int,
    "newly_admitted": int,
    "withdrawn": int,
    "rate": float,
}
WEEKS: Final = {"edition": str, "week": date, "outcome": str, "cases": int}
AGEING: Final = {"edition": str, "outcome": str, "days_past_due": int, "cases": int}


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Replay:
    """A caseload decided under several editions, each compared with the first (rejeu).

    What is counted comes as small frames: pandas or PyArrow where the caseload is, else Polars. Their column `edition`
    has the names of the editions; outcomes are codes, and `undetermined` where an edition does not decide. With `by`, a
    dimension that `replay` was called with, the first column has its name, and rows are counted for each of its values;
    a share is then that of the group.

    Attributes:
        editions: the editions, the first being what the others are compared with.
        cases: the caseload with the columns of `frames.decide` for each edition, whose names begin with `edition_1_`,
            `edition_2_`, ...; `edition_2_changed` and so on name the decisions, and `due_date`, that differ from the
            first edition's, with a space between, null where none does.
        as_of: the day at whose end the answers are counted; None if none was set.
        changed: by the name of each edition but the first, how many complaints have an outcome or a due date other than
            under the first.
        invalid: the number of rows with invalid values, including an answer before the receipt; 0 unless such rows are
            marked.
        repeated: the number of rows whose `reference` is that of an earlier row; None for a lazy frame, or without that
            column.
        received_later: the number of rows received after `as_of`; 0 without it.
    """

    editions: tuple[Policy, ...]
    cases: Any
    as_of: date | None
    changed: Mapping[str, int]
    invalid: int
    repeated: int | None
    received_later: int
    _tallies: Tallies
    _backend: Backend
    _groups: Mapping[str, Mapping[str, Tallies]] = attrs.field(factory=dict)

    @property
    def size(self) -> int:
        """The number of complaints."""
        return self._tallies.size

    @property
    def decisions(self) -> tuple[str, ...]:
        """The decisions that were compared, in order."""
        return tuple(self._tallies.decided)

    def flows(self, decision: str = HANDLING, *, by: str | None = None) -> Any:
        """How complaints flow from the first edition's outcomes to those of each other: the matrix, a cell a row.

        Columns: `edition`, `before`, `after`, `cases`, `share` (of all complaints). Every complaint is in exactly one
        cell of each edition; cells without complaints are left out.

        Args:
            decision: one of `decisions`; or `handling` (prise en charge), which is the level that handles, or
                `out_of_scope`, or `undetermined` where eligibility or level is.
            by: a dimension of the replay.

        Raises:
            ValueError: there is no such decision, or no such dimension.
        """
        return self._counted(lambda tallies: tallies.flows(self._outcomes(tallies, decision)), FLOWS, by)

    def matrices(self, decision: str = HANDLING) -> dict[str, Matrix]:
        """The same by the name of the edition: how many complaints for each outcome before and after, in order.

        Raises:
            ValueError: there is no such decision.
        """
        return self._tallies.matrices(self._outcomes(self._tallies, decision))

    def changes(self, *, by: str | None = None) -> Any:
        """Each decision that is another than under the first edition, with the rows that decided (lignes responsables).

        Columns: `edition`, `decision`, `before`, `after`, `rows_before` and `rows_after` (the ids of the rows that
        decided under the first edition and under this one, with a space between; empty where it is undetermined),
        `cases`, `share` (of all complaints). The most frequent come first.
        """
        return self._counted(Tallies.changes, CHANGES, by)

    def workload(self, *, by: str | None = None) -> Any:
        """Return the number of complaints of each level under each edition (charge par niveau).

        Columns: `edition`, `outcome` (a level, `undetermined` or `out_of_scope`, all of them), `cases`, `share`,
        `change` (how many more than under the first edition).
        """
        return self._counted(Tallies.workload, WORKLOAD, by)

    def due_dates(self, *, by: str | None = None) -> Any:
        """How due dates move from the first edition to each other (échéances).

        Columns: `edition`; `change`: `moved` or `kept`, `gained` where only this edition has a due date, `lost` where
        only the first has one, `none` where neither has; `days`: how many calendar days later (fewer than 0: earlier),
        missing where there is no date on both sides; `cases`. Every complaint is counted once for each edition.

        Raises:
            ValueError: the caseload was replayed without a calendar.
        """
        self._need_dates()
        return self._counted(Tallies.due_dates, DUE_DATES, by)

    def on_time(self, *, by: str | None = None) -> Any:
        """Return the number of answers in time under each edition, by handling (respect du délai).

        Columns: `edition`, `outcome` (a level; `undetermined` for a complaint whose level is; `to_be_clarified` for a
        message whose eligibility is), `on_time`, `late`, `open`, `early`, `newly_admitted`, `withdrawn`, `rate` (in
        time among those in time or late; missing where there are none). Complaints without a due date are not counted.

        As in the staffing model, a complaint is in time or late once its last day is not after `as_of`. Before that it
        is `open` (censored) or, if answered already, `early`. Neither is in the rate: quick answers are known sooner
        than slow ones, so a rate with them would be too good.

        A complaint is newly admitted (nouvellement admise) where this edition has a due date and the first has none. It
        is counted apart, in no other column and not in the rate, whether it was answered or not: where the caseload was
        worked under the first edition, no answer was due, so silence is not lateness, and a courtesy answer no merit.
        So the rates of two editions differ by their deadlines, and by complaints that the later one sets aside.

        A complaint whose `withdrawn_on` is by its last day, before any answer, is counted as `withdrawn`, in no rate:
        no answer is due.

        Raises:
            ValueError: the caseload was replayed without a calendar, or without `as_of`.
        """
        as_of = self._need_as_of()
        return self._counted(lambda tallies: tallies.on_time(as_of), ON_TIME, by)

    @overload
    def on_time_rates(self, *, by: None = None) -> dict[str, float | None]: ...

    @overload
    def on_time_rates(self, *, by: str) -> dict[str, dict[str, float | None]]: ...

    def on_time_rates(self, *, by: str | None = None) -> dict[str, float | None] | dict[str, dict[str, float | None]]:
        """The on-time rate of all answers, by the name of the edition (taux de respect); None where none is known.

        It is of the complaints that await an answer under the first edition too, as in `on_time`. With `by`, a
        dimension of the replay: these rates by the value of the dimension.

        Raises:
            ValueError: the caseload was replayed without a calendar, or without `as_of`; there is no such dimension.
        """
        as_of = self._need_as_of()
        if by is None:
            return self._tallies.on_time_rates(as_of)
        return {group: tallies.on_time_rates(as_of) for group, tallies in self._of_groups(by).items()}

    def weeks(self, *, by: str | None = None) -> Any:
        """In which week how many answers are due, by level, under each edition (charge par semaine).

        Columns: `edition`, `week` (its Monday), `outcome`, `cases`. Complaints without a due date are not counted.

        Raises:
            ValueError: the caseload was replayed without a calendar.
        """
        self._need_dates()
        return self._counted(Tallies.weeks, WEEKS, by)

    def ageing(self, *, by: str | None = None) -> Any:
        """How far complaints that are open at the end of `as_of` are past their last day, or before it (ancienneté).

        Columns: `edition`, `outcome`, `days_past_due` (calendar days; fewer than 0 before the last day), `cases`.
        Complaints that are newly admitted or withdrawn, as `on_time` has them, are not counted.

        Raises:
            ValueError: the caseload was replayed without a calendar, or without `as_of`.
        """
        as_of = self._need_as_of()
        return self._counted(lambda tallies: tallies.ageing(as_of), AGEING, by)

    def to_html(self, lang: Lang = "fr") -> str:
        """Return the changes as an HTML fragment: the matrix, the responsible rows, workload and on-time rate."""
        return _replay_card(self, self._tallies, lang)

    def _repr_html_(self) -> str:
        return self.to_html()

    def __repr__(self) -> str:
        return f"<Replay of {self.size} complaints under {', '.join(self._tallies.names)}>"

    def _outcomes(self, tallies: Tallies, decision: str) -> Mapping[tuple[str, ...], int]:
        if decision == HANDLING:
            return tallies.handled
        if decision not in self.decisions:
            known = ", ".join([HANDLING, *self.decisions])
            raise ValueError(f"decision: {decision!r} was not replayed; use one of {known}")
        return tallies.decided[decision]

    @property
    def by(self) -> tuple[str, ...]:
        """The dimensions of the groups."""
        return tuple(self._groups)

    def _counted(
        self, rows: Callable[[Tallies], Iterable[CountRecord]], columns: Mapping[str, type[Any]], by: str | None
    ) -> Any:
        if by is None:
            return small_frame(list(rows(self._tallies)), columns, self._backend)
        counted = [{by: group, **row} for group, tallies in self._of_groups(by).items() for row in rows(tallies)]
        return small_frame(counted, {by: str, **columns}, self._backend)

    def _of_groups(self, by: str) -> Mapping[str, Tallies]:
        if by not in self._groups:
            raise ValueError(f"by: {by!r} was not counted; call replay with by={by!r}")
        return self._groups[by]

    def _need_dates(self) -> None:
        if not self._tallies.dates:
            raise ValueError("calendar: replay was called without one, so no due dates were counted; pass one")

    def _need_as_of(self) -> date:
        self._need_dates()
        if self.as_of is None:
            raise ValueError("as_of: replay was called without it, so no answers were counted; pass the day")
        return self.as_of


_MOST_CHANGES: Final = 20

_TITLE: Final = Wording("Rejeu de {} sous {}", "{} replayed under {}")
_MESSAGES: Final = (Wording("{} demande", "{} message"), Wording("{} demandes", "{} messages"))
_EDITIONS: Final = (Wording("{} version", "{} edition"), Wording("{} versions", "{} editions"))
_COMPARED: Final = Wording("De « {} » à « {} »", "From “{}” to “{}”")
_CHANGED: Final = (
    Wording("{} sur {} a une décision ou une échéance différente.", "{} of {} has another decision or due date."),
    Wording("{} sur {} ont une décision ou une échéance différente.", "{} of {} have another decision or due date."),
)
_MATRIX: Final = Wording("Flux : en ligne avant, en colonne après", "Flows: rows before, columns after")
_BEFORE: Final = Wording("avant \\ après", "before \\ after")
_TOTAL: Final = Wording("total", "total")
_RESPONSIBLE: Final = Wording("Règles à l'origine des changements", "Rows responsible")
_FIRST: Final = Wording(
    "Les {} changements les plus fréquents ; tous sont dans changes().", "The {} most frequent; changes() has all."
)
_COLUMNS: Final = (
    Wording("décision", "decision"),
    Wording("avant", "before"),
    Wording("après", "after"),
    Wording("règle avant", "row before"),
    Wording("règle après", "row after"),
    Wording("demandes", "messages"),
)
WORKLOAD_BY_LEVEL: Final = Wording("Charge par niveau", "Workload by level")
_EDITION: Final = Wording("version", "edition")
_RATE: Final = Wording(
    "réponses dans le délai, parmi les échéances venues au {}", "answers in time, among those due by {}"
)
_NEWLY: Final = Wording(
    "réclamations reconnues seulement par cette version (non comptées dans le taux)",
    "admitted by this edition alone, not in the rate",
)
_REPEATED: Final = Wording(
    "Lignes dont la référence figure déjà plus haut : {}.", "Rows whose reference is that of an earlier row: {}."
)
_LATER: Final = Wording(
    "Lignes reçues après la date d'analyse : {}.", "Rows received after the day of the analysis: {}."
)
_INVALID: Final = Wording("Lignes avec une valeur impossible : {}.", "Rows with a value that cannot be: {}.")


def _replay_card(replay: Replay, tallies: Tallies, lang: Lang) -> Html:
    """The replay as an HTML fragment."""
    title = _TITLE.in_(lang).format(
        _number(_MESSAGES, tallies.size, lang), _number(_EDITIONS, len(tallies.names), lang)
    )
    remarks = ((_INVALID, replay.invalid), (_REPEATED, replay.repeated), (_LATER, replay.received_later))
    invalid = [paragraph(text.in_(lang).format(format_number(number, lang))) for text, number in remarks if number]
    compared = (_comparison(replay, tallies, edition, lang) for edition in replay.editions[1:])
    return card(section(title, *invalid, _workload(replay, tallies, lang)), *compared, lang=lang)


def _number(forms: tuple[Wording, Wording], number: int, lang: Lang) -> str:
    """The form for a single one or for several, with its number where it has a place for it."""
    one, several = forms
    return (one if is_singular(number, lang) else several).in_(lang).format(format_number(number, lang))


def _workload(replay: Replay, tallies: Tallies, lang: Lang) -> Html:
    cells = {(load["edition"], load["outcome"]): load["cases"] for load in tallies.workload()}
    header = [_EDITION.in_(lang), *(label(outcome, lang) for outcome in HANDLINGS)]
    rates: Mapping[str, list[str]] = {}
    if replay.as_of is not None:
        header += [_RATE.in_(lang).format(f"{replay.as_of:%d/%m/%Y}" if lang == "fr" else replay.as_of)]
        header += [_NEWLY.in_(lang)]
        rates = _rates(tallies, replay.as_of, lang)
    rows = (
        [name, *(format_number(cells[name, outcome], lang) for outcome in HANDLINGS), *rates.get(name, [])]
        for name in tallies.names
    )
    return table(WORKLOAD_BY_LEVEL.in_(lang), header, rows, lang=lang, numbers=range(1, len(header)))


def _rates(tallies: Tallies, as_of: date, lang: Lang) -> dict[str, list[str]]:
    """By the name of the edition, its on-time rate and how many complaints are not in it."""
    newly = dict.fromkeys(tallies.names, 0)
    for record in tallies.on_time(as_of):
        newly[record["edition"]] += record["newly_admitted"]
    rates = tallies.on_time_rates(as_of)
    return {name: [_percent(rates[name], lang), format_number(newly[name], lang)] for name in tallies.names}


def _comparison(replay: Replay, tallies: Tallies, policy: Policy, lang: Lang) -> Html:
    name = policy.edition
    number = replay.changed[name]
    of_all = (_number(_MESSAGES, number, lang), format_number(tallies.size, lang))
    changed = _CHANGED[not is_singular(number, lang)].in_(lang).format(*of_all)
    matrix = _matrix(tallies.matrices(tallies.handled)[name], lang)
    found = [change for change in tallies.changes() if change["edition"] == name]
    rows = (_change(replay.editions[0], policy, change, lang) for change in found[:_MOST_CHANGES])
    header = [column.in_(lang) for column in _COLUMNS]
    responsible = [table(_RESPONSIBLE.in_(lang), header, rows, lang=lang, numbers={len(header) - 1})] if found else []
    more = [paragraph(_FIRST.in_(lang).format(_MOST_CHANGES))] if found[_MOST_CHANGES:] else []
    return section(_COMPARED.in_(lang).format(tallies.names[0], name), paragraph(changed), matrix, *responsible, *more)


def _matrix(matrix: Matrix, lang: Lang) -> Html:
    outcomes = [outcome for outcome in HANDLINGS if any(outcome in cell for cell in matrix)]
    header = [_BEFORE.in_(lang), *(label(outcome, lang) for outcome in outcomes), _TOTAL.in_(lang)]

    def row(name: str, earlier: list[str]) -> list[str]:
        cases = [sum(matrix.get((before, after), 0) for before in earlier) for after in outcomes]
        return [name, *(format_number(number, lang) for number in (*cases, sum(cases)))]

    rows = [*(row(label(before, lang), [before]) for before in outcomes), row(_TOTAL.in_(lang), outcomes)]
    return table(_MATRIX.in_(lang), header, rows, lang=lang, numbers=range(1, len(header)))


def _change(before: Policy, after: Policy, change: dict[str, Any], lang: Lang) -> Iterator[str]:
    decision = change["decision"]
    yield DECIDED[decision].in_(lang) if decision in DECIDED else after.tables[decision].title.in_(lang)
    yield label(change["before"], lang)
    yield label(change["after"], lang)
    yield _rows(before, decision, change["rows_before"], lang)
    yield _rows(after, decision, change["rows_after"], lang)
    yield format_number(change["cases"], lang)


def _rows(policy: Policy, decision: str, rows: str, lang: Lang) -> str:
    """The rows that decided, with their rules."""
    found = policy.tables[decision]
    named = map(found.row, rows.split())
    return semicolon(lang).join(f"{row.id}{colon(lang)}{row_wording(found, row, lang)}" for row in named) or "–"


def _percent(rate: float | None, lang: Lang) -> str:
    if rate is None:
        return "–"
    return f"{100 * rate:.1f} %".replace(".", ",") if lang == "fr" else f"{100 * rate:.1f}%"
