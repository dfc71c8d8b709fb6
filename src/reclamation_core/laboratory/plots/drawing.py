"""Helpers of all plots: Altair, charts without network access, rows of small frames, colours, shares in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from reclamation_core.errors import Fault, FaultsError, MissingExtraError
from reclamation_core.laboratory.outcomes import HANDLINGS, OUT_OF_SCOPE, UNDETERMINED, label, order
from reclamation_core.laboratory.tallies import records
from reclamation_core.vocabulary import Band, Complexity, Eligibility, Level
from reclamation_core.wording import Lang, Wording, typeset

PALETTE: Final = ("#004f85", "#b98500", "#009a74", "#c069a6", "#3a94dc", "#a83200", "#000000", "#7a7a7a")
"""Colours that can be distinguished with any kind of colour vision, after Okabe and Ito, each dark enough on white."""

_OF_HANDLING: Final = dict(zip(HANDLINGS, ("#3a94dc", "#004f85", "#a83200", "#c069a6", "#7a7a7a"), strict=True))
_FREE: Final = [one for one in PALETTE if one not in {_OF_HANDLING[UNDETERMINED], _OF_HANDLING[OUT_OF_SCOPE]}]
DARK: Final = frozenset({"#004f85", "#a83200", "#000000"})
"""The colours on which white letters are read."""
_COLOURS: Final[Mapping[str, str]] = {
    **{member.value: colour for codes in (Eligibility, Band, Complexity) for member, colour in zip(codes, _FREE)},
    **{str(number): _FREE[number % len(_FREE)] for number in range(17)},
    **_OF_HANDLING,
}
"""The colour of each outcome, the same in every plot."""
_SHAPES: Final = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "stroke")
DASHES: Final = ((1, 0), (6, 3), (2, 2), (8, 3, 2, 3), (10, 4), (4, 1, 1, 1))
"""Dashes that distinguish lines without colour: drawn and blank lengths, in pixels."""

_MOST_LINES: Final = 12
"""So many rows of a chart are read in its description."""

EDITION: Final = Wording("version", "edition")
RATE: Final = Wording("réponses dans le délai", "answers in time")
BOUNDS: Final = Wording("intervalle de confiance", "confidence interval")
CASES: Final = Wording("réclamations", "complaints")
MESSAGES: Final = Wording("demandes", "messages")
"""What is counted where some are out of scope, and so are no complaints."""
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


class _Offline:
    """Changes of an Altair chart: an HTML page contains its scripts, a notebook gets a static picture.

    A screen reader reads the description of the chart; the marks, whose names are those of fields, are hidden from it.

    Another renderer that is enabled (`altair.renderers.enable("jupyter")`) is left to draw, and `inline=False` writes a
    page that fetches its scripts.
    """

    def to_dict(self, *args: object, **options: object) -> dict[str, Any]:
        spec: dict[str, Any] = super().to_dict(*args, **options)  # type: ignore[misc]
        if "$schema" in spec:  # the whole chart, not a part of it
            spec.setdefault("config", {})["aria"] = False
            texts = [part["description"] for part in _parts(spec) if "description" in part]
            if texts:
                spec["description"] = " ".join(texts)
        return spec

    def save(self, fp: object, format: object = None, **options: object) -> None:  # noqa: A002  (Altair's name)
        if format == "html" or (format is None and str(fp).endswith(".html")):
            _drawer()
            options = {"inline": True, **options}
        super().save(fp, format, **options)  # type: ignore[misc]

    def to_html(self, *args: object, **options: object) -> str:
        _drawer()
        page: str = super().to_html(*args, **{"inline": True, **options})  # type: ignore[misc]
        return page

    def _repr_mimebundle_(self, *args: object, **options: object) -> Any:
        if altair().renderers.active != "default":
            return super()._repr_mimebundle_(*args, **options)  # type: ignore[misc]
        return {"image/svg+xml": svg_of(self), "text/plain": repr(self)}

    def __or__(self, other: object) -> Any:
        return offline(super().__or__(other))  # type: ignore[misc]

    def __and__(self, other: object) -> Any:
        return offline(super().__and__(other))  # type: ignore[misc]

    def __add__(self, other: object) -> Any:
        return offline(super().__add__(other))  # type: ignore[misc]


def svg_of(chart: Any) -> str:
    """Return a chart of Altair as SVG, with its description for a screen reader.

    Raises:
        MissingExtraError: what draws is not installed.
    """
    picture: str = _drawer().vegalite_to_svg(chart.to_json())
    text = quoteattr(chart.to_dict().get("description", ""))
    return picture.replace("<svg ", f'<svg role="img" aria-label={text} ', 1)


def _parts(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a chart and the charts that it is composed of."""
    yield spec
    for kind in ("hconcat", "vconcat"):
        for part in spec.get(kind, ()):
            yield from _parts(part)


def described(chart: Any, title: str, notes: Sequence[str], lines: Iterable[str], lang: Lang) -> Any:
    """Give a chart its title, its notes below it, and the text that a screen reader reads in its place.

    Args:
        chart: a chart of Altair.
        title: the title.
        notes: the day, the intervals, the number of runs.
        lines: what the chart shows, in words; a dozen are read, and how many more there are.
        lang: the language.
    """
    read = list(lines)
    if len(read) > _MOST_LINES:
        more = {"fr": "et {} autres", "en": "and {} more"}[lang].format(len(read) - _MOST_LINES)
        read = [*read[:_MOST_LINES], more]
    subtitle = " · ".join(notes)
    apart = " ; " if lang == "fr" else "; "
    text = ". ".join(part for part in (title, subtitle, apart.join(read)) if part) + "."
    heading = altair().Title(title, subtitle=subtitle, anchor="middle") if subtitle else title
    return offline(chart.properties(title=heading, description=typeset(text) if lang == "fr" else text))


def notes(
    lang: Lang, *, as_of: date | None = None, confidence: float | None = None, runs: int | None = None
) -> list[str]:
    """Return what a chart states of its figures: the day, the confidence of its intervals, the number of runs."""
    found = []
    if as_of is not None:
        found.append({"fr": f"Situation au {as_of:%d/%m/%Y}", "en": f"As of {as_of:%Y-%m-%d}"}[lang])
    if confidence is not None:
        level = f"{100 * confidence:g}"
        found.append({"fr": f"intervalles à {level.replace('.', ',')} %", "en": f"{level}% intervals"}[lang])
    if runs is not None:
        found.append({"fr": f"{runs} répliques", "en": f"{runs} replications"}[lang])
    return found


def offline(chart: object) -> Any:
    """Return a chart of Altair that is drawn without a network, with what is composed of it by `|`, `&` and `+`."""
    if not isinstance(chart, _Offline):
        of_altair = _offline(type(chart))  # type: ignore[arg-type]  # a class is hashed as a class
        object.__setattr__(chart, "__class__", of_altair)  # Altair takes what is set for a part of the plot
    return chart


@cache
def _offline(of_altair: Any) -> Any:
    return type(of_altair.__name__, (_Offline, of_altair), {"__module__": __name__})


def _drawer() -> Any:
    """The package that draws.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import vl_convert
    except ModuleNotFoundError:
        raise MissingExtraError("vl-convert-python", "plots") from None
    return vl_convert


def empty(title: str, lang: Lang, counted: Wording = CASES) -> Any:
    """Return an empty chart with a note."""
    draw = altair()
    no = {"fr": "aucune", "en": "no"}[lang]
    word = counted.in_(lang).removesuffix("s") if lang == "fr" else counted.in_(lang)
    data = draw.Data(values=[{"text": f"{no} {word}"}])
    text = draw.Chart(data).mark_text(fontSize=12, color="#595959").encode(text="text:N")
    return text.properties(title=title, width=520, height=120)


def harmless(value: object) -> Any:
    """A value that may stand in a page, where Altair writes the data of a chart into a script as they are.

    A text with `</script>` would end that script and begin another, so its `<` becomes the quotation mark that looks
    most like it.
    """
    return value.replace("<", "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}") if isinstance(value, str) else value


def rows_of(
    name: str, frame: Any, columns: Collection[str], source: str, also: Collection[str] = ()
) -> list[dict[str, Any]]:
    """The rows of a small frame, which must have some columns and may have others, all texts being harmless.

    Without rows, the result is empty.

    Raises:
        FaultsError: it is no frame in memory, or lacks a column; `source` names the function that returns such a frame.
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
    kept = [column for column in (*columns, *also) if column in names]
    return [{column: harmless(row[column]) for column in kept} for row in rows]


def outcomes_of(rows: Iterable[Mapping[str, Any]], *names: str) -> list[str]:
    """The outcomes that occur in some columns, in their order."""
    return sorted({row[name] for row in rows for name in names}, key=order)


def colours(outcomes: Sequence[str]) -> list[str]:
    """Return the colour of each outcome, the same in all plots."""
    return [_COLOURS[outcome] for outcome in outcomes]


def colours_of_series(names: Sequence[str]) -> list[str]:
    """A colour for each series: that of the level where it is named as one, else one of its own."""
    of_level = {
        word: _COLOURS[level.value] for level in Level for word in (level.value, level.label("fr"), level.label("en"))
    }
    others = [name for name in names if name not in of_level]
    used = {of_level[name] for name in names if name in of_level}
    free = [one for one in PALETTE if one not in used]
    return [of_level.get(name) or free[others.index(name) % len(free)] for name in names]


def shape(outcomes: Sequence[str], lang: Lang) -> Any:
    """The encoding of outcomes by the shape of points, which shares the legend of their colours."""
    draw = altair()
    labels = [label(outcome, lang) for outcome in outcomes]
    shapes = [_SHAPES[place % len(_SHAPES)] for place in range(len(outcomes))]
    return draw.Shape("outcome_label:N", title=OUTCOME.in_(lang), scale=draw.Scale(domain=labels, range=shapes))


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
    number = "format(100 * datum.value, '.2~f')"  # near 100 %, ticks differ by less than one
    number = f"replace({number}, '.', ',')" if lang == "fr" else number
    return altair().Axis(title=title, labelExpr=f"{number} + '{sign}'")


def count_axis(title: str, lang: Lang) -> Any:
    """An axis of whole numbers, with their thousands apart."""
    apart = "," if lang == "en" else "\N{NARROW NO-BREAK SPACE}"
    return altair().Axis(title=title, tickMinStep=1, labelExpr=f"replace(format(datum.value, ',d'), /,/g, '{apart}')")


def tip(field: str, wording: Wording, lang: Lang, of_type: str = "N") -> Any:
    """Return the tooltip of a field."""
    return altair().Tooltip(f"{field}:{of_type}", title=wording.in_(lang))
