"""Text that a person reads, in French first and in English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Final, Literal, TypeAlias

import attrs

from reclamation_core.shared_repr import SharedRepr

__all__ = ["Lang", "Wording", "typeset", "verbatim"]

_WORDLESS: Final = (bool, int, float, Decimal, date, datetime, timedelta, type(None))
_DECIMAL: Final = re.compile(r"-?[0-9]+\.[0-9]+")
_LONGEST: Final = 10**100  # of whole numbers: Python does not write those of thousands of digits

Lang: TypeAlias = Literal["fr", "en"]
LANGUAGES: Final[tuple[Lang, Lang]] = ("fr", "en")
"""A language of the house: French, what end users read, or English."""


class BlankTextError(ValueError):
    """A text of a wording is blank."""


def _not_blank(_: object, attribute: attrs.Attribute[str], value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{attribute.name}: a text is expected, got {value!r}")
    if not value.strip():
        raise BlankTextError(f"{attribute.name}: the text is blank; give the wording in both languages")


@attrs.frozen
class Wording(SharedRepr):
    """One text in the two languages of the house.

    Args:
        fr: the text in French.
        en: the text in English.

    Raises:
        TypeError: a text is not a string.
        ValueError: a text is blank.

    >>> Wording("un stagiaire", "a trainee").in_("fr")
    'un stagiaire'
    """

    fr: str = attrs.field(validator=_not_blank)
    en: str = attrs.field(validator=_not_blank)

    def in_(self, lang: Lang) -> str:
        """The text in one language.

        Raises:
            ValueError: the language is neither "fr" nor "en".
        """
        if lang == "fr":
            return self.fr
        if lang == "en":
            return self.en
        raise ValueError(f"lang: {lang!r} is not a language of this library; use 'fr' or 'en'")


def capitalized(text: str) -> str:
    """Return a text that begins with a capital; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def capitalized_wording(words: Wording) -> Wording:
    """Return a wording that begins with a capital in both languages."""
    return Wording(capitalized(words.fr), capitalized(words.en))


# The noncharacters around a text that stays as it is; no output has them.
_OPEN: Final = "\ufdd0"
_CLOSE: Final = "\ufdd1"
MARKS: Final = _OPEN + _CLOSE
"""The signs that `verbatim` puts around a text."""
_INNER_STOP: Final = re.compile(rf"(?<![.\W])\.{_CLOSE}(?=\s?[;:,.])")

MONTHS: Final = (
    Wording("janvier", "January"),
    Wording("février", "February"),
    Wording("mars", "March"),
    Wording("avril", "April"),
    Wording("mai", "May"),
    Wording("juin", "June"),
    Wording("juillet", "July"),
    Wording("août", "August"),
    Wording("septembre", "September"),
    Wording("octobre", "October"),
    Wording("novembre", "November"),
    Wording("décembre", "December"),
)
_MONTHS: Final = "|".join(month.fr for month in MONTHS)
_AFTER_MONTH: Final = "|".join(rf"(?<=\b{month.fr})" for month in MONTHS)
_UNITS: Final = "h|min|s|ms|km|[KMG]o|ans?|mois|jours?|semaines?|heures?|minutes?|secondes?"
_SPACE: Final = r"[\ \u00a0\u202f]"
_APOSTROPHE: Final = r"(?:'|&\#x27;|&\#39;)"  # HTML writes it by its number
_WITHIN: Final = r"(?<=[^\s|])"  # neither the first of a line nor of a cell of a Markdown table
_TYPOGRAPHY: Final = rf"""
    (?=['&<`\]hm{MARKS}]                                   # what a match begins with: other places are left at once
      | {_SPACE}(?:(?![a-z])|(?<=[\d«r]{_SPACE})))         # most spaces are before a small letter, not after these
    (?:
    (?P<left>                                              # for a machine, or typed by a person
        {_OPEN}[^{_CLOSE}]*{_CLOSE} | [{MARKS}]
      | ^\ *```.*?^\ *``` | `[^`\n]+` | \]\([^)\n]*\)      # code and addresses of Markdown
      | <(?P<tag>code|pre|style|script)\b.*?</(?P=tag)>
      | (?:<(?!(?:code|pre|style|script)\b)[A-Za-z/!][^<>]*>\n*)+
      | \b(?:https?|mailto):[^\s<>]+
    )
  | (?P<narrow>
        {_WITHIN}{_SPACE}(?=[;!?](?![=\w\[]))
      | (?<=\d)(?<!\d{{4}}){_SPACE}(?=\d{{3}}(?!\d))       # thousands
    )
  | (?P<wide>
        {_WITHIN}{_SPACE}(?=:(?![\w=:/-])|») | (?<=«){_SPACE}
      | {_WITHIN}{_SPACE}(?=[–—→=+×](?!\S))
      | (?<=\d){_SPACE}(?=(?:{_UNITS}|{_MONTHS})\b|[%‰€]) | (?<=\d{_SPACE}h){_SPACE}(?=\d)
      | (?<=\b1er){_SPACE}(?=(?:{_MONTHS})\b) | (?:{_AFTER_MONTH}){_SPACE}(?=\d{{4}}\b)
      | (?:(?<=n°)|(?<=\bnᵒˢ)|(?<=\bnos)|(?<=\bpoint)|(?<=§)){_SPACE}(?=\d)
      | (?:(?<=\bM\.)|(?<=\bMme)){_SPACE}(?=[A-ZÀ-Ý])
    )
  | (?P<apostrophe>
        (?<=[^\W\d_]){_APOSTROPHE}(?=[^\W_]|«)
      | (?:(?<=\b[cdjlmnstCDJLMNST])|(?<=[Qq]u)){_APOSTROPHE}(?=[<`*\[{_OPEN}])
    )
    )
    """
_SIGNS: Final = {"narrow": "\N{NARROW NO-BREAK SPACE}", "wide": "\N{NO-BREAK SPACE}", "apostrophe": "’"}


def verbatim(text: str) -> str:
    """Mark a text that a person typed, or an identifier: `typeset` leaves it as it is and removes the marks."""
    return f"{_OPEN}{_without_marks(text)}{_CLOSE}"


def _without_marks(text: str) -> str:
    return text.replace(_OPEN, "").replace(_CLOSE, "")  # a translation takes ten times as long


def drop_inner_stops(text: str) -> str:
    """Return a sentence without the full stop of a marked text before a sign of the sentence: `niveau. ;`."""
    return _INNER_STOP.sub(_CLOSE, text)


@cache
def _typography() -> re.Pattern[str]:
    """Return the pattern, which takes long to compile: when it is first used."""
    return re.compile(_TYPOGRAPHY, re.MULTILINE | re.DOTALL | re.VERBOSE)


def typeset(text: str, lang: Lang = "fr") -> str:
    r"""Return a text of this library as it is printed: the typography of its language, at the way out.

    In French, as the Imprimerie nationale has it: a narrow no-break space before ; ! ? and between thousands, a
    no-break space before : % € and inside « », between a number and its unit, in a date, after n°; the apostrophe is
    ’. No line begins with a sign. Only spaces and apostrophes change, each into one character. Code, HTML tags,
    addresses and what `verbatim` marks stay as they are. Apply it once, to what a person reads: never to a text that
    is stored, nor to a document for a program.

    >>> typeset("l'échéance : « le 2 mai 2026 » ; 1 500 dossiers ?")
    'l’échéance\xa0: «\xa0le 2\xa0mai\xa02026\xa0»\u202f; 1\u202f500 dossiers\u202f?'
    >>> typeset("motif : " + verbatim("l'eau : froide"))
    "motif\xa0: l'eau : froide"
    """
    return _typography().sub(_set, text) if lang == "fr" else _without_marks(text)


def _set(found: re.Match[str]) -> str:
    return _SIGNS.get(found.lastgroup or "") or _without_marks(found[0])


def day_text(day: date, lang: Lang) -> str:
    """Return a day as sentences and tables show it; in English with its month in words, as 02/05 is read in two ways.

    >>> day_text(date(2026, 5, 2), "fr"), day_text(date(2026, 5, 2), "en")
    ('02/05/2026', '2 May 2026')
    """
    if lang == "fr":
        return f"{day.day:02}/{day.month:02}/{day.year:04}"
    return f"{day.day} {MONTHS[day.month - 1].en} {day.year}"


def decimal_text(text: str, lang: Lang) -> str:
    """Return a number of plain data with the decimal sign of a language, and any other text as it is.

    >>> decimal_text("7.5", "fr"), decimal_text("7.5", "en"), decimal_text("v. 7.5", "fr")
    ('7,5', '7.5', 'v. 7.5')
    """
    return text.replace(".", ",") if lang == "fr" and _DECIMAL.fullmatch(text) else text


def colon(lang: Lang) -> str:
    """A colon with the spaces of its language."""
    return " : " if lang == "fr" else ": "


def semicolon(lang: Lang) -> str:
    """A semicolon with the spaces of its language."""
    return " ; " if lang == "fr" else "; "


def is_singular(count: float, lang: Lang) -> bool:
    """Return True if a count takes the singular: 0 and 1 in French, 1 alone in English.

    >>> is_singular(0, "fr"), is_singular(0, "en"), is_singular(1, "en")
    (True, False, True)
    """
    return count < 2 if lang == "fr" else count == 1


def plural(lang: Lang, count: float, fr: tuple[str, str], en: tuple[str, str]) -> str:
    """Return the singular or the plural of a word in a language: of none the singular in French alone."""
    return {"fr": fr, "en": en}[lang][not is_singular(count, lang)]


def format_number(number: float, lang: Lang = "fr", decimals: int = 0, *, signed: bool = False) -> str:
    r"""Return a number for a reader: in French with a decimal comma, its thousands apart by a narrow no-break space.

    Args:
        number: the number.
        lang: the language.
        decimals: the number of decimals.
        signed: True to write a plus sign too.

    >>> format_number(1234.5, "fr", 1), format_number(1234.5, "en", 1)
    ('1\u202f234,5', '1,234.5')
    """
    text = f"{number:+,.{decimals}f}" if signed else f"{number:,.{decimals}f}"
    return text.translate(_FRENCH_NUMBER) if lang == "fr" else text


_FRENCH_NUMBER: Final = {ord(","): "\N{NARROW NO-BREAK SPACE}", ord("."): ","}
_CLAUSES: Final = re.compile(r"M2-1 §\d(?:\.\d+)?(?:, §\d(?:\.\d+)?)*")
_INTERPRETATIONS: Final = re.compile(r"I(\d+)(?:, I(\d+))*")
_PARTS: Final = {"0": ("objectif", "aim"), "6": ("interactions", "interactions"), "7": ("titre", "title")}


def cite_interpretation(interpretation: str, lang: Lang) -> str:
    """Return the name of an interpretation, or of several, for a reader; one of a policy's own is named as it is.

    >>> cite_interpretation("I21", "fr"), cite_interpretation("I1, I9", "en")
    ('interprétation n° 21', 'interpretations 1 and 9')
    """
    noun = "interprétation" if lang == "fr" else "interpretation"
    if not _INTERPRETATIONS.fullmatch(interpretation):
        return f"{noun}{' :' if lang == 'fr' else ':'} {interpretation}"
    numbers = re.findall(r"\d+", interpretation)
    listed = _listed(numbers, lang)
    plural = "s" if len(numbers) > 1 else ""
    return f"{noun}{plural} {'n° ' if lang == 'fr' and not plural else 'nᵒˢ ' if lang == 'fr' else ''}{listed}"


def citation(clause: str | None, interpretation: str | None, lang: Lang) -> str:
    """Return what a rule rests on, for a reader: the point of M2-1, by its own number, and the interpretation.

    >>> citation("M2-1 §1.2, §1.3", "I20", "fr")
    'M2-1, point 1 ; interprétation n° 20'
    >>> citation("M2-1 §5.2, §7", None, "en"), citation(None, None, "fr")
    ('M2-1, point 5 and title', '')
    """
    parts = [] if clause is None else [_point(clause, lang)]
    if interpretation:
        parts.append(cite_interpretation(interpretation, lang))
    return semicolon(lang).join(parts)


def _point(clause: str, lang: Lang) -> str:
    if not _CLAUSES.fullmatch(clause):
        return clause
    first = dict.fromkeys(re.findall(r"§(\d)", clause))
    place = LANGUAGES.index(lang)
    return f"M2-1, {_listed([_PARTS[part][place] if part in _PARTS else f'point {part}' for part in first], lang)}"


def _listed(words: list[str], lang: Lang) -> str:
    *others, last = words
    return f"{', '.join(others)} {'et' if lang == 'fr' else 'and'} {last}" if others else last


def first_of(values: Iterable[object], most: int = 10) -> str:
    """Return the first of some values, for a message, and "…" if there are more."""
    texts = [*map(str, values)]
    return ", ".join(texts if len(texts) <= most else [*texts[:most], "…"])


def safe_repr(value: object) -> str:
    """Return a refused value for an error message; of a value that may hold personal text, its class alone.

    >>> safe_repr(3), safe_repr("Mme Roy"), safe_repr({"complainant": "Mme Roy"})
    ('3', 'a str', 'a dict')
    """
    plain = type(value) in _WORDLESS or isinstance(value, Enum)
    endless = isinstance(value, int) and abs(value) > _LONGEST
    return repr(value) if plain and not endless else f"a {type(value).__name__}"


class ChosenFrom(Enum):
    """What the values of a field of a form are chosen from."""

    SITES = "sites"
    CAUSE_FAMILIES = "cause_families"
    UNKNOWN_FACTS = "unknown_facts"
    EVENTS = "events"
    MEASURES = "measures"
    TEXT_KINDS = "text_kinds"
    SIGNALS = "signals"
    ACTIONS = "actions"
    NEW_ACTIONS = "new_actions"
    """None: a form has the fields of one action's sheet, and those of the plan that it is put on."""


@attrs.frozen
class FieldLabel(SharedRepr):
    """The label of a field of a form, and what to enter in it.

    Args:
        label: its name for a reader.
        hint: what to enter; None where the name says it.
        chosen_from: what its values are chosen from; None if they are entered, or listed by its type.
        chosen_as: its name where values are chosen; None if it is the same.
        is_required: True if a form requires it although its command has a default.
        group: the title of the group of fields that seldom matter, which a form shows closed; None to show it always.
        only_with: the choice of another field without which it is of no use; None if it does not depend on a choice.
    """

    label: Wording
    hint: Wording | None = None
    chosen_from: ChosenFrom | None = attrs.field(default=None, kw_only=True)
    chosen_as: Wording | None = attrs.field(default=None, kw_only=True)
    is_required: bool = attrs.field(default=False, kw_only=True)
    group: Wording | None = attrs.field(default=None, kw_only=True)
    only_with: str | None = attrs.field(default=None, kw_only=True)


MORE: Final = Wording("Autres précisions", "Other details")
"""The title of the group of fields that a form shows closed, if the group has no other one."""
LABEL: Final = "reclamation_core.label"
"""The key of the metadata of a field with its label."""


def labelled(fr: str, en: str, hint: Wording | None = None, **options: Any) -> dict[str, FieldLabel]:
    """Return the metadata of an attrs field that has a label; `field_labels` reads it.

    Args:
        fr: its name in French.
        en: its name in English.
        hint: what to enter.
        options: `chosen_from`, `chosen_as`, `is_required`, `group` and `only_with` of the `FieldLabel`.
    """
    return {LABEL: FieldLabel(Wording(fr, en), hint, **options)}


def field_labels(cls: type[Any]) -> dict[str, FieldLabel]:
    """Return the labels of the fields of an attrs class that have one, in the order of the fields."""
    return {field.name: field.metadata[LABEL] for field in attrs.fields(cls) if LABEL in field.metadata}
