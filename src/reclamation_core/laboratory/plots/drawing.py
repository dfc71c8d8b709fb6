"""What all plots share: Altair itself, the rows of a small frame, the colours of outcomes, shares in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from reclamation_core.errors import Fault, FaultsError, MissingExtraError
from reclamation_core.laboratory.outcomes import HANDLINGS, OUT_OF_SCOPE, UNDETERMINED, label, order
from reclamation_core.laboratory.tabulating import records
from reclamation_core.wording import Lang, Wording

OKABE_ITO: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#000000", "#999999")
"""Colours that people with any kind of colour vision tell apart."""

_OF_HANDLING: Final = dict(zip(HANDLINGS, ("#56b4e9", "#0072b2", "#d55e00", "#cc79a7", "#999999"), strict=True))

EDITION: Final = Wording("édition", "edition")
CASES: Final = Wording("réclamations", "complaints")
SHARE: Final = Wording("part", "share")
OUTCOME: Final = Wording("prise en charge", "handling")


def altair() -> Any:
    """Altair.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import altair as alt
    except ModuleNotFoundError:
        raise MissingExtraError("altair", "plots") from None
    return alt


def harmless(value: Any) -> Any:
    """A value that may stand in a page, where Altair writes the data of a chart into a script as they are.

    A text with `</script>` would end that script and begin another, so its `<` becomes the quotation mark that looks
    most like it.
    """
    return value.replace("<", "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}") if isinstance(value, str) else value


def rows_of(
    name: str, frame: Any, columns: Collection[str], source: str, also: Collection[str] = ()
) -> list[dict[str, Any]]:
    """The rows of a small frame, which must have some columns and may have others, all texts being harmless.

    Raises:
        FaultsError: it is no frame in memory, or lacks a column; `source` says where such a frame comes from.
    """
    expected = Wording(f"le tableau de {source} est attendu", f"the frame of {source} is expected")
    try:
        rows = records(frame)
        names = set(frame.column_names if hasattr(frame, "column_names") else frame.columns)
    except TypeError:
        raise FaultsError((Fault(name, type(frame).__name__, expected),)) from None
    missing = [column for column in columns if column not in names]
    if missing:
        raise FaultsError([Fault(f"{name}.{column}", None, expected) for column in missing])
    if not rows:
        empty = Wording(f"au moins une ligne est attendue de {source}", f"at least one row of {source} is expected")
        raise FaultsError((Fault(name, "0 rows", empty),))
    kept = [column for column in (*columns, *also) if column in names]
    return [{column: harmless(row[column]) for column in kept} for row in rows]


def outcomes_of(rows: Iterable[Mapping[str, Any]], *names: str) -> list[str]:
    """The outcomes that occur in some columns, in their order."""
    return sorted({row[name] for row in rows for name in names}, key=order)


def colours(outcomes: Sequence[str]) -> list[str]:
    """A colour for each outcome; those of the handling keep theirs from plot to plot."""
    if set(outcomes) <= set(HANDLINGS):
        return [_OF_HANDLING[outcome] for outcome in outcomes]
    kept = {UNDETERMINED: _OF_HANDLING[UNDETERMINED], OUT_OF_SCOPE: _OF_HANDLING[OUT_OF_SCOPE]}
    free = [colour for colour in OKABE_ITO if colour not in kept.values()]
    others = [outcome for outcome in outcomes if outcome not in kept]
    return [kept.get(outcome) or free[others.index(outcome) % len(free)] for outcome in outcomes]


def colour(outcomes: Sequence[str], lang: Lang, field: str = "outcome_label") -> Any:
    """The encoding of outcomes by colour, with their legend."""
    draw = altair()
    labels = [label(outcome, lang) for outcome in outcomes]
    scale = draw.Scale(domain=labels, range=colours(outcomes))
    return draw.Color(f"{field}:N", title=OUTCOME.in_(lang), scale=scale)


def percent(share: float | None, lang: Lang) -> str:
    """A share for a reader, one decimal; an en dash where it is not known."""
    if share is None or share != share:  # noqa: PLR0124  (pandas tells what is not known by NaN)
        return "–"
    return f"{100 * share:.1f} %".replace(".", ",") if lang == "fr" else f"{100 * share:.1f}%"


def percent_axis(title: str, lang: Lang) -> Any:
    """An axis of shares."""
    sign = " %" if lang == "fr" else "%"
    return altair().Axis(title=title, labelExpr=f"format(100 * datum.value, '.0f') + '{sign}'")


def tip(field: str, wording: Wording, lang: Lang, of_type: str = "N") -> Any:
    """What is told of a field when it is pointed at."""
    return altair().Tooltip(f"{field}:{of_type}", title=wording.in_(lang))
