"""Enumerations whose members carry their labels, and those whose members have an order."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Self

from reclamation_core.wording import Lang, Wording


class Vocabulary(StrEnum):
    """A closed list of codes, each with its French and English label.

    A member is its code (`Channel.EMAIL == "email"`), so it can be stored and compared as a plain string.
    """

    wording: Wording

    def __new__(cls, code: str, fr: str, en: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.wording = Wording(fr, en)
        return member

    # Enum's own __hash__ is a Python function; the hash of the code is cached by the string and several times faster.
    __hash__ = str.__hash__

    def label(self, lang: Lang = "fr") -> str:
        """The member's label, for a reader."""
        return self.wording.in_(lang)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The member that a text names: by its code, its name or one of its labels, whatever the case.

        Raises:
            ValueError: no member has that code, name or label; the message lists the codes.

        >>> from reclamation_core.vocabulary import Channel
        >>> Channel.parse(" Courriel ")
        <Channel.EMAIL: 'email'>
        """
        wanted = text.strip().casefold()
        for member in cls:
            if wanted in (member.value, member.wording.fr.casefold(), member.wording.en.casefold()):
                return member
        raise ValueError(f"{text!r} is not one of {', '.join(member.value for member in cls)}")


def _by_rank(compare: Callable[[int, int], bool]) -> Callable[[OrderedVocabulary, object], bool]:
    def method(self: OrderedVocabulary, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented  # type: ignore[no-any-return]
        return compare(self.rank, other.rank)

    return method


class OrderedVocabulary(Vocabulary):
    """A vocabulary whose members are ordered as they are written, the first being the least.

    Members compare by rank, not by spelling, and only with members of the same vocabulary.
    """

    @property
    def rank(self) -> int:
        """The member's place, from 0."""
        return list(self.__class__).index(self)

    __lt__ = _by_rank(int.__lt__)
    __le__ = _by_rank(int.__le__)
    __gt__ = _by_rank(int.__gt__)
    __ge__ = _by_rank(int.__ge__)
