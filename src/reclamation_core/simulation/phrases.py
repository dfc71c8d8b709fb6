"""The bank of phrases that invented texts are made of."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Final, TypeAlias

import attrs

Bank: TypeAlias = Mapping[str, Mapping[str, Sequence[str]]]


@attrs.frozen(kw_only=True)
class Phrases:
    """French phrases by part of a text, as `data/phrases.toml` has them.

    Args:
        values: what stands for each placeholder.
        introductions: who writes and about which training, by complainant.
        openings: how a text begins, by manner of writing; `awkward` like a formula.
        closings: how it ends, by manner of writing.
        themes: by theme, what the trainee says, what others say, the effects, the survey's comments.
        kinds: by kind of message, what a trainee and what others say.
        requests: what is asked for.
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


_FILE: Final = "data/phrases.toml"


@cache
def phrases() -> Phrases:
    """The shipped bank, read once."""
    text = resources.files(__package__).joinpath(_FILE).read_text(encoding="utf-8")
    return Phrases(**tomllib.loads(text))
