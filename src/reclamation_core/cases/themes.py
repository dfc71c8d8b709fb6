"""Themes that the words of a text suggest: a list of words by theme, with its version, and the words that decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

import attrs

from reclamation_core.cases.words import text_words
from reclamation_core.documents.files import read_toml
from reclamation_core.documents.toml_lines import lines_of_faults
from reclamation_core.errors import Fault, FaultsError, MissingExtraError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import label, refuse_value
from reclamation_core.wording import Wording

_TABLE: Final = Wording(
    "un texte « version » et une table « themes » de listes de mots sont attendus",
    "a text 'version' and a table 'themes' of lists of words are expected",
)
_WORDS: Final = Wording("une liste de mots ou d'expressions est attendue", "a list of words or expressions is expected")


def _listed(given: object) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(given, Mapping) or not given:
        refuse_value("themes", None, _TABLE)
    faults = []
    for theme, words in given.items():
        if isinstance(words, str) or not isinstance(words, Iterable):
            faults.append(Fault(f"themes.{theme}", None, _WORDS))
            continue
        faults += [Fault(f"themes.{theme}", None, _WORDS)] if not (listed := list(words)) else []
        faults += [
            Fault(f"themes.{theme}[{place}]", None, _WORDS)
            for place, word in enumerate(listed)
            if not isinstance(word, str) or not text_words(word)
        ]
    if faults:
        raise FaultsError(faults)
    return {theme: tuple(words) for theme, words in given.items()}


@attrs.frozen
class ThemeSuggestion(SharedRepr):
    """What a text suggests.

    Attributes:
        theme: the code of the theme.
        words: the words and expressions of the list that the text has, in the order of the list; never those of the
            text.
    """

    theme: str
    words: tuple[str, ...]


@attrs.frozen(kw_only=True)
class ThemeKeywords(SharedRepr):
    """The words of each theme (mots-clés).

    Args:
        version: the version of the list.
        themes: by the code of a theme, its words and expressions. Case, accents and endings do not matter.

    Raises:
        FaultsError: the version is no text of one line, a theme has no words, or a word has no letter or digit.

    >>> keywords = ThemeKeywords(version="1", themes={"equipment": ["machine", "atelier"], "refund": ["caution"]})
    >>> keywords.suggest("Deux MACHINES de l'atelier sont en panne.")
    ThemeSuggestion(theme='equipment', words=('machine', 'atelier'))
    >>> keywords.suggest("Rien de tout cela.") is None
    True
    """

    version: str = attrs.field(validator=label)
    themes: Mapping[str, tuple[str, ...]] = attrs.field(converter=_listed, hash=False)

    @classmethod
    def from_toml(cls, path: str | Path) -> Self:
        """Read the keywords of a TOML file: `version = "..."`, then a list of words by theme under `[themes]`.

        Raises:
            OSError: the file cannot be read.
            FaultsError: it is no such document; each fault has its path.
        """
        with lines_of_faults(path):
            return cls._from_document(read_toml(path))

    @classmethod
    def proposed(cls) -> Self:
        """Return the words that the library proposes for its themes, in French."""
        return cls._from_document(read_toml(Path(__file__).with_name("data") / "themes.toml"))

    @classmethod
    def _from_document(cls, document: Mapping[str, Any]) -> Self:
        if document.keys() != {"version", "themes"}:
            refuse_value("themes", sorted(document), _TABLE)
        return cls(version=document["version"], themes=document["themes"])

    def suggest(self, text: str) -> ThemeSuggestion | None:
        """Return the theme with most words in a text; None if there is none, or if two have as many.

        An expression counts as many times as it has words, as it says more; two words of one stem count once.

        Raises:
            MissingExtraError: the extra `themes` (snowballstemmer) is not installed.
        """
        stems = _stems(text, _stemmer())
        found: dict[str, dict[tuple[str, ...], str]] = {}
        for theme, word, expression in self._expressions:
            if _has(stems, expression):
                found.setdefault(theme, {}).setdefault(expression, word)
        weights = {theme: sum(map(len, words)) for theme, words in found.items()}
        best = [theme for theme, weight in weights.items() if weight == max(weights.values())]
        return ThemeSuggestion(best[0], tuple(found[best[0]].values())) if len(best) == 1 else None

    @cached_property
    def _expressions(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        stem = _stemmer()
        return tuple((theme, word, _stems(word, stem)) for theme, listed in self.themes.items() for word in listed)


def _has(stems: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Return True if words follow each other in a text."""
    return any(stems[place : place + len(words)] == words for place in range(len(stems) - len(words) + 1))


def _stems(text: str, stem: Callable[[str], str]) -> tuple[str, ...]:
    # Without accents a feminine participle, such as annulée, has an e more than the stem of the masculine.
    return tuple(stem(word).rstrip("e") for word in text_words(text))


def _stemmer() -> Callable[[str], str]:
    """Return a new stemmer of French, which has a state: two threads need two."""
    try:
        from snowballstemmer import stemmer
    except ImportError as error:
        raise MissingExtraError(error.name or "snowballstemmer", "themes") from None
    stem: Callable[[str], str] = stemmer("french").stemWord
    return stem
