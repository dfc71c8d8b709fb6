"""The help of the board: a section for each kind of page; the guide shows the same sections with pictures."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

import attrs

from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Wording


def _wordings(given: Iterable[Mapping[str, str]]) -> tuple[Wording, ...]:
    return tuple(Wording(**one) for one in given)


def _wording(given: Mapping[str, str]) -> Wording:
    return Wording(**given)


@attrs.frozen(kw_only=True)
class HelpSection(SharedRepr):
    """A section of the help.

    Args:
        anchor: the anchor of its heading, here and in the guide.
        title: its heading.
        paragraphs: its text, without markup.
        steps: what one does, one after the other.
        templates: the templates of the pages that it is about.
    """

    anchor: str
    title: Wording = attrs.field(converter=_wording)
    paragraphs: tuple[Wording, ...] = attrs.field(converter=_wordings)
    steps: tuple[Wording, ...] = attrs.field(default=(), converter=_wordings)
    templates: tuple[str, ...] = attrs.field(converter=tuple)


@cache
def help_sections() -> tuple[HelpSection, ...]:
    """Return the sections of `help.toml`, in their order."""
    text = files("reclamation_core.integrations.board").joinpath("help.toml").read_text(encoding="utf-8")
    return tuple(HelpSection(**section) for section in tomllib.loads(text)["sections"])


@cache
def help_anchors() -> Mapping[str, str]:
    """Return the anchor of the section about the pages of each template."""
    return {template: section.anchor for section in help_sections() for template in section.templates}
