"""The banks of French phrases and names of invented texts."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import TypeAlias, TypeVar

import attrs

from reclamation_core.documents import make_converter, structure
from reclamation_core.simulation.draws import Draws

T = TypeVar("T")
Bank: TypeAlias = Mapping[str, Mapping[str, Sequence[str]]]


@attrs.frozen(kw_only=True)
class Phrases:
    """French phrases by part of a text, as `data/phrases.toml` has them.

    Args:
        values: the values of each placeholder.
        introductions: who writes and about which training, by complainant.
        openings: how a text begins, by manner of writing; `awkward` like a formula.
        closings: how it ends, by manner of writing.
        themes: the sentences of trainees and of others, the effects and the survey's comments, by theme.
        kinds: by kind of message, what a trainee and what others say.
        requests: the requests of complainants.
        satisfied: what a satisfied person adds to a note.
    """

    values: Mapping[str, Sequence[str]]
    introductions: Mapping[str, Sequence[str]]
    openings: Mapping[str, Sequence[str]]
    closings: Mapping[str, Sequence[str]]
    themes: Bank
    kinds: Bank
    requests: Sequence[str]
    satisfied: Sequence[str]


@attrs.frozen(kw_only=True)
class MalfunctionPhrases:
    """French phrases of reports, as `data/malfunctions.toml` has them.

    Args:
        values: the values of each placeholder.
        themes: by theme, what happened and what came of it.
    """

    values: Mapping[str, Sequence[str]]
    themes: Bank


def read_bank(kind: type[T], name: str) -> T:
    """A shipped bank: the tables of a TOML file as a class, refused where it is not wholly so.

    Raises:
        FaultsError: with every fault of the file, each with its path.
    """
    text = resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    return structure(make_converter(), tomllib.loads(text), kind)


@cache
def phrases() -> Phrases:
    """Return the phrases of complaints and comments."""
    return read_bank(Phrases, "phrases.toml")


@cache
def malfunction_phrases() -> MalfunctionPhrases:
    """Return the phrases of reports of malfunctions."""
    return read_bank(MalfunctionPhrases, "malfunctions.toml")


@attrs.frozen(kw_only=True)
class Names:
    """French names by part, as `data/people.toml` has them; the first names are women's and men's alike."""

    first: Sequence[str]
    last: Sequence[str]
    bodies: Sequence[str]
    trades: Sequence[str]


@cache
def names() -> Names:
    """The shipped names."""
    return read_bank(Names, "people.toml")


def person_name(draws: Draws) -> str:
    """Somebody's name."""
    return f"{draws.one_of(names().first)} {draws.one_of(names().last)}"


def body_name(draws: Draws) -> str:
    """The name of a funder, a prescriber or a partner."""
    return f"{draws.one_of(names().bodies)} {draws.one_of(names().last)}"


def company_name(draws: Draws) -> str:
    """A company's name."""
    return f"{draws.one_of(names().trades)} {draws.one_of(names().last)}"
