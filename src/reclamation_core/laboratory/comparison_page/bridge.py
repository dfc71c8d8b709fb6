"""What the worker of the page calls: plain values in, plain values out, so that JavaScript converts nothing else."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import monotonic
from typing import Any, Final

import attrs

from reclamation_core.laboratory.comparison_page import ComparisonPage, UploadedFile, example_file
from reclamation_core.wording import LANGUAGES, Lang

_SECONDS: Final = 0.05
"""How often progress is shown."""


_FIRST: Final[Sequence[Mapping[str, Sequence[str]]]] = (
    {"step": ["file"]},
    {"step": ["policies"], "view": ["policies"]},
    {"step": ["compare"], "after-threshold": ["7"]},
)
"""The forms of a first comparison."""


def prepare() -> None:
    """Compare a few messages in each language; then nothing is left to import, and the browser stores the memory."""
    for lang in LANGUAGES:
        example, page = example_file(lang), ComparisonPage(lang)
        few = UploadedFile(example.name, b"".join(example.content.splitlines(keepends=True)[:20]))
        for fields in _FIRST:
            page.respond(fields, {"file": [few]}, lambda *_: None)
    gc.collect()


class Bridge:
    """A page of the browser: it holds what was compared last.

    Args:
        language: the language of the document.
        show_progress: is called with how much is done, and of how much.
    """

    def __init__(self, language: Lang, show_progress: Callable[[int, int], object]) -> None:
        self._page = ComparisonPage(language)
        self._show_progress = show_progress
        self._shown_at = 0.0

    def respond(self, fields: Iterable[Sequence[str]], files: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the response to a form.

        Args:
            fields: the name and value of each control.
            files: the `field`, `name` and `content` of each chosen file.
        """
        values: dict[str, list[str]] = defaultdict(list)
        uploaded: dict[str, list[UploadedFile]] = defaultdict(list)
        for name, value in fields:
            values[name].append(value)
        for file in files:
            uploaded[file["field"]].append(UploadedFile(file["name"], bytes(file["content"])))
        return attrs.asdict(self._page.respond(values, uploaded, self._progress))

    def _progress(self, done: int, total: int) -> None:
        now = monotonic()
        if done >= total or now - self._shown_at >= _SECONDS:
            self._shown_at = now
            self._show_progress(done, total)
