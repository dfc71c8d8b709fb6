"""Texts and names, and checks of the options of strategies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reclamation_core.cases.causes.checks import is_visible
from reclamation_core.codes import LabelledEnum
from reclamation_core.policy import Policy, m2_1
from reclamation_core.testing.strategies.invalid import InvalidArguments

V = TypeVar("V", bound=LabelledEnum)


def member(name: str, value: V | None, vocabulary: type[V]) -> V | None:
    """Return the member of an option's value, which may be a code; None for any.

    Raises:
        InvalidArgument: the vocabulary has no such member.
    """
    if value is None or value in tuple(vocabulary):
        return None if value is None else vocabulary.parse(value)
    codes = ", ".join(each.value for each in vocabulary)
    raise InvalidArgument(f"{name}: {value!r} is not a {vocabulary.__name__}; use one of {codes}, or None for any")


def policy_or_default(policy: Policy | None) -> Policy:
    """Return an option's policy, `m2_1()` by default.

    Raises:
        InvalidArgument: the value is not a policy.
    """
    if policy is not None and not isinstance(policy, Policy):
        raise InvalidArgument(f"policy: a Policy is expected, got {policy!r}; to draw it, use flatmap or st.data()")
    return policy or m2_1()


def require_strategies(known: Iterable[str], given: Mapping[str, object]) -> None:
    """Refuse unknown names of facts, and values that are not strategies.

    Raises:
        InvalidArgument: a name is unknown or a value is not a strategy.
    """
    names = sorted(known)
    for name, value in given.items():
        if name not in names:
            raise InvalidArgument(f"{name}: this fact does not exist; use some of {', '.join(names)}")
        if not isinstance(value, st.SearchStrategy):
            raise InvalidArgument(f"{name}: a strategy is expected, got {value!r}; use st.just(...) for one value")


_LETTERS: Final = "aàâæbcçdeéèêëfghiîïjklmnoôœpqrstuùûüvwxyÿzAÀBCÇDEÉÈÊLMNOŒPRSTÙ"
_SIGNS: Final = _LETTERS + "0123456789 ,.;:!?'’«»()-–…€%/\u00a0\u202f"
_EVERYDAY: Final = (
    "L'intervenant était absent.",
    "Aucun poste ne fonctionnait à la rentrée.",
    "« Où est passée ma convention ? »",
    "Réglé 1 250,50 € le 3 août, reçu à L'Haÿ-les-Roses.",
    "Le cœur du problème : l'accueil,\net personne ne répond.",
)
_EMOJI: Final = ("😡", "👍🏽", "👩‍👩‍👧‍👦", "🇫🇷", "❤️")
_HOSTILE_BY_KIND: Final[Mapping[str, tuple[str, ...]]] = {
    "formulas": ("=1+1", "+33 1 02 03 04 05", "-2+3", '@SUM(A1:A9)|cmd" /C calc"!A0'),
    "HTML": ("<script>alert(1)</script>", "<b>", "&lt;", "]]>", '"]'),
    "Markdown and diagrams": ("[x](y)", "\n# ", "|", "`", "*_~", "%%{", "#quot;"),
    "wildcards and quotes of SQL": ("%", "_", "\\", "\\'", "'", '"', "''"),
    "placeholders": ("%s", "%(reference)s", ":reference", "?", "$1", "{}"),
    "SQL": ("--", "/*", ";", "'; DROP TABLE reclamation_cases; --", "' OR '1'='1", "NULL"),
    "a query": ("') UNION SELECT salt FROM reclamation_case_texts --",),
    "right to left": ("العربية", "\u200f\u202eכתב\u202c"),
    "combining marks, letters that fold to several or none": ("e\u0301", "a\u0300\u0323\u0489", "ﬁ", "İ", "ß"),
    "invisible": ("\r\n", "\t", "\x01", "\x7f", "\ufeff", "\u200b", "\U0010ffff"),
}
_HOSTILE: Final = tuple(text for found in _HOSTILE_BY_KIND.values() for text in found)
UNSTORABLE: Final = ("\0", "\ud800", "\udfff", "a\0b", "é\ud83d")
"""Texts that a store refuses: with a NUL, or with half of a surrogate pair."""


def texts(*, emoji: bool = False, long: bool = False, hostile: bool = False) -> st.SearchStrategy[str]:
    """Texts that a store accepts: visible, in everyday French with accents.

    Args:
        emoji: also emoji, some of several code points.
        long: also texts of up to a hundred thousand characters.
        hostile: also texts with a meaning in another language: formulas, markup, quotes and wildcards of SQL; text from
            right to left, combining and invisible characters, and any other code point.

    Shrinks towards "0", with any options.
    """
    plain = st.text(_SIGNS, min_size=1, max_size=30).filter(is_visible)
    found = [plain, st.sampled_from(_EVERYDAY)]
    if emoji:
        found.append(_around(st.lists(st.sampled_from(_EMOJI), max_size=3).map("".join)))
    if hostile:
        fragments = st.lists(st.sampled_from(_HOSTILE), max_size=3).map("".join)
        any_signs = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
        found += [st.sampled_from(_HOSTILE).filter(is_visible), _around(fragments), _around(any_signs)]
    if long:
        found.append(st.builds(str.__mul__, st.sampled_from(["é", "x", "a b", "mot "]), st.integers(1_000, 25_000)))
    return st.one_of(found)


def _around(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return texts with a visible letter between two parts."""
    return st.builds("{}{}{}".format, parts, st.sampled_from(_LETTERS), parts)


def invalid_texts(*, field: str = "text", blank: bool = True) -> st.SearchStrategy[InvalidArguments]:
    """Values that are refused as a text.

    Args:
        field: the argument that takes the text.
        blank: also blank texts.

    Shrinks towards a text with a NUL.
    """
    bad: list[tuple[Any, type[Exception]]] = [(text, ValueError) for text in UNSTORABLE]
    bad += [(text, ValueError) for text in ("", " ", "\n\t") if blank]
    bad += [(value, TypeError) for value in (1, b"octets", ["une", "liste"])]
    return st.sampled_from(bad).map(lambda one: InvalidArguments({field: one[0]}, one[1], field))


def names(*, longest: int = 40) -> st.SearchStrategy[str]:
    """Names on one line, such as codes of sites and references; shrinks towards "A".

    Args:
        longest: the number of characters of the longest name; a case accepts 200.
    """
    spelt = st.text("AÉSTa-e'n9", max_size=min(longest - 1, 12))
    known = [name for name in ("Créteil", "L'Haÿ-les-Roses", "Saint-Étienne", "Œuilly 2") if len(name) <= longest]
    return st.one_of(st.builds("{}{}".format, st.sampled_from("ABÉŒ9"), spelt), *map(st.just, known))
