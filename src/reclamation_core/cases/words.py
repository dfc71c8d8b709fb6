"""Words: the one tokenisation of texts, for searches and for requests for access to personal data.

A word is a run of letters and digits of a text without case and accents. A search finds the cases that have all its
words, the last one as a prefix; so it finds every case with a text that has these words whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Final

import attrs

from reclamation_core.cases.case import Case
from reclamation_core.cases.texts import TextKind, commitments_by_field
from reclamation_core.shared_repr import SharedRepr

NAME_MARK: Final = "~"
"""Precedes an indexed word of a text that names a person; alone, it marks a case that has too many words to index."""
SITE_MARK: Final = 2 * NAME_MARK
"""Precedes an indexed site in hexadecimal: no word of a search, nor that of a name, begins so."""
_LONGEST: Final = 40
"""So many characters of a word are indexed and compared."""
_MOST: Final = 16
"""So many words of a search are compared: the last one and the longest others."""
_MOST_INDEXED: Final = 150_000
"""So many characters of the words of a case are indexed: PostgreSQL limits an entry of its index to a megabyte."""
_WORD: Final = re.compile(r"[^\W_]+")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "’": "'"})
_APOSTROPHES: Final = str.maketrans(dict.fromkeys("\u02b9\u02bb\u02bc\u02bd", "'"))
"""Unicode classes these as letters; users type them as apostrophes."""


def normalize_text(text: str) -> str:
    """Return a text without case, accents, ligatures and curly apostrophes, for searching.

    Stores hold the words of the result: after a change of this function or of `text_words`, raise `STATE_VERSION`, so
    that they are computed again.

    >>> normalize_text("L’Œuvre de Mme DÉSIRÉ")
    "l'oeuvre de mme desire"
    """
    if text.isascii():
        return text.lower()
    compatible = unicodedata.normalize("NFKD", text).casefold()  # a compatibility form may bring capitals with it
    decomposed = unicodedata.normalize("NFKD", compatible)
    plain = _NOT_ASCII.sub(lambda sign: "" if unicodedata.combining(sign[0]) else sign[0], decomposed)
    return plain.translate(_LIGATURES)


def text_words(text: str) -> tuple[str, ...]:
    """Return the words of a text in their order: without case, accents and punctuation.

    >>> text_words("DUPONT-O’Brien, Désirée")
    ('dupont', 'o', 'brien', 'desiree')
    """
    return tuple(_WORD.findall(normalize_text(text).translate(_APOSTROPHES)))


def indexed_words(case: Case) -> tuple[str, ...]:
    """Return the words that a case is searched by, each once and sorted, without those of erased texts and of actors.

    The identifiers of the messages among its supports are such words, erased or not.

    A word of a text that names a person has `NAME_MARK` before it. A case with too many words has that mark alone among
    its words: every search for words finds it.
    """
    found = {word[:_LONGEST] for source in case.filed_messages for word in text_words(source)}
    left = _MOST_INDEXED - sum(map(len, found))
    for event in case.events:
        for _, kind, commitment in commitments_by_field(event.data):
            text = case.read(commitment)
            mark = NAME_MARK if kind is TextKind.PERSONAL else ""
            for word in () if text is None else text_words(text):
                entry = mark + word[:_LONGEST]
                if entry in found:
                    continue
                left -= len(entry)
                if left < 0:
                    return tuple(sorted({*found, NAME_MARK}))
                found.add(entry)
    return tuple(sorted(found))


def site_entries(sites: Collection[str]) -> tuple[str, ...]:
    """Return what the cases of some sites are indexed by, sorted.

    >>> site_entries({"STR", "CRE"})
    ('~~435245', '~~535452')
    """
    return tuple(sorted(SITE_MARK + site.encode().hex() for site in sites))


@attrs.frozen
class SearchWords(SharedRepr):
    """The words of a search.

    Attributes:
        whole: the words that a case must have.
        prefix: the beginning of another one, the last word of the search.
        in_names: True to search the texts that name persons too.
    """

    whole: tuple[str, ...] = attrs.field(repr=False)
    prefix: str = attrs.field(repr=False)
    in_names: bool

    @classmethod
    def of(cls, text: str, *, in_names: bool) -> SearchWords | None:
        """Return the words of a text; None if it has none.

        Of more than sixteen words, the last one and the longest others are compared.
        """
        words = [word[:_LONGEST] for word in text_words(text)]
        if not words:
            return None
        others = sorted({*words[:-1]}, key=lambda word: (-len(word), word))
        return cls(tuple(others[: _MOST - 1]), words[-1], in_names)

    def entries(self, word: str) -> tuple[str, ...]:
        """Return the indexed words that a word of the search is compared with."""
        return (word, NAME_MARK + word) if self.in_names else (word,)

    def are_among(self, indexed: Collection[str]) -> bool:
        """Return True if these are among the indexed words of a case."""
        if NAME_MARK in indexed:
            return True
        prefixes = self.entries(self.prefix)
        return all(any(entry in indexed for entry in self.entries(word)) for word in self.whole) and any(
            word.startswith(prefixes) for word in indexed
        )
