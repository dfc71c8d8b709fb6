"""The templates of the page in a language."""

from __future__ import annotations

from functools import cache, partial
from typing import Any, Final

from reclamation_core.calendars.codes import in_words
from reclamation_core.calendars.local_times import PARIS
from reclamation_core.codes import LabelledEnum
from reclamation_core.errors import MissingExtraError
from reclamation_core.reporting.report import Value, ValueKind, display, readable
from reclamation_core.tables.explanation import sentence
from reclamation_core.wording import Lang, Wording, capitalized, colon, plural, typeset, verbatim

MOST_SHOWN: Final = 200
"""The most rows of a table that the page shows; files have all."""
_NUMBERS: Final = frozenset({ValueKind.INTEGER, ValueKind.DECIMAL})


def render(name: str, lang: Lang, **context: object) -> str:
    """Return a template of the page as HTML, in the typography of its language.

    Raises:
        MissingExtraError: Jinja2 is not installed.
    """
    return typeset(environment(lang).get_template(name).render(**context), lang)


@cache
def environment(lang: Lang) -> Any:
    """Return the templates of the page in a language.

    Raises:
        MissingExtraError: Jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError as error:
        raise MissingExtraError("Jinja2", "page") from error
    made = Environment(
        loader=PackageLoader("reclamation_core.laboratory.comparison_page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    made.filters |= {
        "capitalize_first": capitalized,
        "sentence": sentence,
        "typed": lambda text: verbatim(readable(str(text))),
        "cell": partial(_cell, lang),
        "day": lambda day: in_words(day, lang),
    }
    made.globals |= {
        "lang": lang,
        "_": partial(_text, lang),
        "plural": partial(plural, lang),
        "colon": colon(lang),
        "is_number": lambda column: column.kind in _NUMBERS,
        "rows_of": lambda table: list(table.rows()),
        "most_shown": MOST_SHOWN,
    }
    return made


def _text(lang: Lang, text: str | Wording, english: str = "", /, **values: object) -> Any:
    """Return a text in a language: of two texts, of a `Wording`, or of a code by its label."""
    from markupsafe import escape

    found = Wording(str(text), english) if english else text.wording if isinstance(text, LabelledEnum) else text
    chosen = found.in_(lang) if isinstance(found, Wording) else found
    return escape(chosen).format(**values) if values else chosen


def _cell(lang: Lang, value: Value) -> str:
    """Return a value of a report as the page shows it."""
    return verbatim(display(value, lang, PARIS))
