"""Enumerations whose members carry their labels, and those whose members have an order."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from typing import Self

from reclamation_core.wording import Lang, Wording, safe_repr

__all__ = ["Audience", "LabelledEnum", "OrderedEnum"]


class LabelledEnum(StrEnum):
    """A closed list of codes, each with its French and English label.

    A member is its code (`Channel.EMAIL == "email"`), so it can be stored and compared as a plain string.
    """

    wording: Wording

    def __new__(cls, code: str, fr: str, en: str) -> Self:
        """A member is its code, and can be stored and compared as a plain string."""
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
        """The member that a text names: by its code, its name or one of its labels, accents and case left aside.

        Raises:
            TypeError: not a text.
            ValueError: no member has that code, name or label; the message lists the codes.

        >>> from reclamation_core.vocabulary import Channel
        >>> Channel.parse(" Telephone ")
        <Channel.PHONE: 'phone'>
        """
        if not isinstance(text, str):
            raise TypeError(f"{cls.__name__}: a text is expected, got {safe_repr(text)}")
        named = cls._value2member_map_.get(text) or _by_name(cls).get(fold_label(text))  # most often the code itself
        if named is not None:
            return named  # type: ignore[return-value]  # a member of this class
        raise ValueError(f"{cls.__name__}: {text!r} is not one of {', '.join(member.value for member in cls)}")


class Audience(LabelledEnum):
    """Who reads a text: it decides what the text says, the language how."""

    AGENT = "agent", "agent", "agent"
    """Someone who handles complaints: the rule and its source, what is missing, what to do next."""
    COMPLAINANT = "complainant", "client", "complainant"
    """Who complains: plain words, without sources, internal causes or anything about a third person."""
    DEVELOPER = "developer", "développeur", "developer"
    """A programmer: English, with the names of facts, rules and tables, in either language."""


def fold_label(text: str) -> str:
    """Return the text without accents and case, and with one kind of separator."""
    letters = unicodedata.normalize("NFKD", text.strip().casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return "-".join(bare.replace("_", " ").replace("-", " ").replace("’", "'").split())


@cache
def _by_name(codes: type[LabelledEnum]) -> dict[str, LabelledEnum]:
    """Return the members by their codes and labels, folded; the first of two that share a label."""
    named = ((member, (member.value, member.wording.fr, member.wording.en)) for member in [*codes][::-1])
    return {fold_label(name): member for member, names in named for name in names}


@cache
def _ranks(codes: type[OrderedEnum]) -> dict[OrderedEnum, int]:
    return {member: place for place, member in enumerate(codes)}


def _by_rank(compare: Callable[[int, int], bool]) -> Callable[[OrderedEnum, object], bool]:
    def method(self: OrderedEnum, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented  # type: ignore[no-any-return]
        return compare(self.rank, other.rank)

    return method


class OrderedEnum(LabelledEnum):
    """A vocabulary whose members are ordered as they are written, the first being the least.

    Members compare by rank, not by spelling, and only with members of the same vocabulary.
    """

    @property
    def rank(self) -> int:
        """The member's place, from 0."""
        return _ranks(self.__class__)[self]

    __lt__ = _by_rank(int.__lt__)
    __le__ = _by_rank(int.__le__)
    __gt__ = _by_rank(int.__gt__)
    __ge__ = _by_rank(int.__ge__)
