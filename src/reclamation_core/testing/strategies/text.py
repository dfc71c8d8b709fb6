"""Texts, names and invalid arguments, and checks of the options of strategies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

import attrs
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reclamation_core.cases.causes.checks import is_visible
from reclamation_core.codes import LabelledEnum
from reclamation_core.policy import Policy, m2_1


@attrs.frozen
class Invalid:
    """Arguments of which one is bad.

    Args:
        given: the arguments, by name; all but one are valid.
        error: the class of the error that refuses them.
        field: what the error's message names.

    >>> from reclamation_core.vocabulary import Site
    >>> bad = Invalid({"code": "", "name": "Créteil", "region": "Île-de-France"}, ValueError, "code")
    >>> bad.refused_by(Site)
    ValueError("code: '' is not a name; give one line of text, without spaces around it")
    """

    given: Mapping[str, Any]
    error: type[Exception]
    field: str

    def refused_by(self, make: Callable[..., object]) -> Exception:
        """The error by which something refuses these arguments, as it is to.

        Raises:
            AssertionError: they are not refused, or the error does not name the field. Another error is let through.
        """
        try:
            made = make(**self.given)
        except self.error as refusal:
            if self.field in str(refusal).lower():  # `Territory` names the field `territory`
                return refusal
            raise AssertionError(f"{self.field} is not named by the refusal of {self.given!r}: {refusal}") from refusal
        raise AssertionError(f"{self.given!r} is not refused for its {self.field}: {made!r}")


def spoilt(valid: Mapping[str, Any], *bad: tuple[str, Any, type[Exception]]) -> st.SearchStrategy[Invalid]:
    """Valid arguments, one of which is replaced by a bad value; shrinks towards the first of them.

    Args:
        valid: the arguments.
        bad: each a field, a bad value of it and the error.
    """
    return st.sampled_from(bad).map(lambda one: Invalid({**valid, one[0]: one[1]}, one[2], one[0]))


V = TypeVar("V", bound=LabelledEnum)


def member(name: str, value: V | None, vocabulary: type[V]) -> V | None:
    """A member that is asked for, by itself or by its code; None where any will do.

    Raises:
        InvalidArgument: the vocabulary has no such member.
    """
    if value is None or value in tuple(vocabulary):
        return None if value is None else vocabulary.parse(value)
    codes = ", ".join(each.value for each in vocabulary)
    raise InvalidArgument(f"{name}: {value!r} is no {vocabulary.__name__}; give one of {codes}, or None for any")


def edition_or_default(policy: Policy | None) -> Policy:
    """The edition that is asked for; `m2_1()` by default.

    Raises:
        InvalidArgument: it is none.
    """
    if policy is not None and not isinstance(policy, Policy):
        raise InvalidArgument(f"policy: a Policy is expected, got {policy!r}; draw one first where it is drawn")
    return policy or m2_1()


def require_strategies(known: Iterable[str], given: Mapping[str, object]) -> None:
    """Refuse what is given by a name that there is not, and what is no strategy.

    Raises:
        InvalidArgument: it is so.
    """
    names = sorted(known)
    for name, value in given.items():
        if name not in names:
            raise InvalidArgument(f"{name}: there is no such fact; give some of {', '.join(names)}")
        if not isinstance(value, st.SearchStrategy):
            raise InvalidArgument(f"{name}: a strategy is expected, got {value!r}; give st.just(one) for one alone")


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
