"""Texts as people write them, in French, and as nobody should."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from reclamation_core.cases.causes.checks import is_visible
from reclamation_core.testing.strategies.invalid import Invalid

_LETTERS: Final = "aàâæbcçdeéèêëfghiîïjklmnoôœpqrstuùûüvwxyÿzAÀBCÇDEÉÈÊLMNOŒPRSTÙ"
_SIGNS: Final = _LETTERS + "0123456789 ,.;:!?'’«»()-–…€%/\u00a0\u202f"
_EVERYDAY: Final = (
    "L'intervenant était absent.",
    "Aucun poste ne fonctionnait à la rentrée.",
    "« Où est passée ma convention ? »",
    "Réglé 1 250,50 € le 3 août, reçu à L'Haÿ-les-Roses.",
    "Le cœur du problème : l'accueil,\net personne ne répond.",
)
_EMOJI: Final = (
    "😡",
    "👍🏽",
    "👩‍👩‍👧‍👦",
    "🇫🇷",
    "❤️",
)
_HOSTILE: Final = (
    # Formulas to a spreadsheet.
    "=1+1",
    "+33 1 02 03 04 05",
    "-2+3",
    '@SUM(A1:A9)|cmd" /C calc"!A0',
    # Markup to a browser, a page, a diagram.
    "<script>alert(1)</script>",
    "<b>",
    "&lt;",
    "]]>",
    '"]',
    "[x](y)",
    "\n# ",
    "|",
    "`",
    "*_~",
    "%%{",
    "#quot;",
    # Wildcards, quotes and comments to a database, places of parameters.
    "%",
    "_",
    "\\",
    "\\'",
    "'",
    '"',
    "''",
    "%s",
    "%(reference)s",
    ":reference",
    "?",
    "$1",
    "{}",
    "--",
    "/*",
    ";",
    "'; DROP TABLE reclamation_cases; --",
    "' OR '1'='1",
    "') UNION SELECT salt FROM reclamation_case_texts --",
    "NULL",
    # What is written from right to left, and what turns the direction round.
    "العربية",
    "\u200f\u202eכתב\u202c",
    # Marks that join the letter before them, letters that fold to several, to none, to another.
    "e\u0301",
    "a\u0300\u0323\u0489",
    "ﬁ",
    "İ",
    "ß",
    # What is not seen.
    "\r\n",
    "\t",
    "\x01",
    "\x7f",
    "\ufeff",
    "\u200b",
    "\U0010ffff",
)
UNKEEPABLE: Final = ("\0", "\ud800", "\udfff", "a\0b", "é\ud83d")
"""Texts that no store keeps: they hold a NUL, or half of a surrogate pair."""


def texts(*, emoji: bool = False, long: bool = False, hostile: bool = False) -> st.SearchStrategy[str]:
    """Texts that can be kept, and of which something is seen: words of everyday French with their accents.

    Args:
        emoji: with emoji among them, some of several code points.
        long: with texts of up to a hundred thousand characters among them.
        hostile: with texts that mean something to what they are put into: formulas, markup, quotes and wildcards of
            SQL, text written from right to left, combining and invisible signs, and any other code point.

    Shrinks towards "0", whatever the options.
    """
    plain = st.text(_SIGNS, min_size=1, max_size=30).filter(is_visible)
    found = [plain, st.sampled_from(_EVERYDAY)]
    if emoji:
        found.append(_around(_EMOJI))
    if hostile:
        found += [st.sampled_from(_HOSTILE).filter(is_visible), _around(_HOSTILE), _anything()]
    if long:
        found.append(st.builds(str.__mul__, st.sampled_from(["é", "x", "a b", "mot "]), st.integers(1_000, 25_000)))
    return st.one_of(found)


def _around(fragments: tuple[str, ...]) -> st.SearchStrategy[str]:
    """A letter between fragments, so that something is seen."""
    some = st.lists(st.sampled_from(fragments), max_size=3).map("".join)
    return st.builds("{}{}{}".format, some, st.sampled_from(_LETTERS), some)


def _anything() -> st.SearchStrategy[str]:
    any_signs = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
    return st.builds("{}{}{}".format, any_signs, st.sampled_from(_LETTERS), any_signs)


def invalid_texts(*, field: str = "text", blank: bool = True) -> st.SearchStrategy[Invalid]:
    """Values that are refused where a text is expected.

    Args:
        field: the argument that takes the text.
        blank: whether a blank text is refused there too.

    Shrinks towards a text that holds a NUL.
    """
    bad: list[tuple[Any, type[Exception]]] = [(text, ValueError) for text in UNKEEPABLE]
    bad += [(text, ValueError) for text in ("", " ", "\n\t") if blank]
    bad += [(value, TypeError) for value in (1, b"octets", ["une", "liste"])]
    return st.sampled_from(bad).map(lambda one: Invalid({field: one[0]}, one[1], field))


def names(*, longest: int = 40) -> st.SearchStrategy[str]:
    """Names of places and things, on one line, such as codes of sites and references; shrinks towards "A".

    Args:
        longest: how many characters a name has at most; 200 is the most that a case takes.
    """
    spelt = st.text("AÉSTa-e'n9", max_size=min(longest - 1, 12))
    known = [name for name in ("Créteil", "L'Haÿ-les-Roses", "Saint-Étienne", "Œuilly 2") if len(name) <= longest]
    return st.one_of(st.builds("{}{}".format, st.sampled_from("ABÉŒ9"), spelt), *map(st.just, known))
