"""The help of the board: a section for each kind of page; the guide shows the same sections with pictures."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import attrs


@attrs.frozen(kw_only=True)
class HelpSection:
    """A section of the help.

    Args:
        anchor: the anchor of its heading, here and in the guide.
        title: its heading.
        paragraphs: its text, without markup.
        steps: what one does, one after the other.
        templates: the templates of the pages that it is about.
    """

    anchor: str
    title: str
    paragraphs: tuple[str, ...] = attrs.field(converter=tuple)
    steps: tuple[str, ...] = attrs.field(default=(), converter=tuple)
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
