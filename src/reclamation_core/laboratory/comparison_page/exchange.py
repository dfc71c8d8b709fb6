"""What a program and the page exchange: the files of a form, and the response to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias

import attrs

from reclamation_core.errors import Fault
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Lang, Wording

LARGEST_FILE: Final = 64 << 20
"""The most bytes of a file of complaints."""
LARGEST_TOML: Final = 2 << 20
"""The most bytes of a policy file or of a mapping."""

Progress: TypeAlias = Callable[[int, int], object]
"""Receives how much is done, and how much there is in all."""


_NUMBER: Final = Wording("un nombre est attendu, comme 7 ou 6,5", "a number is expected, such as 7 or 6.5")


@attrs.frozen
class UploadedFile(SharedRepr):
    """A file that a form sends.

    Args:
        name: its name, without a folder.
        content: its bytes.
    """

    name: str
    content: bytes = attrs.field(repr=False)


@attrs.frozen
class Download(SharedRepr):
    """A file that the page offers to save.

    Args:
        name: its name, without a folder.
        media_type: its media type.
        content: its bytes.
    """

    name: str
    media_type: str
    content: bytes = attrs.field(repr=False)


@attrs.frozen
class Response(SharedRepr):
    """The response to a form.

    Args:
        html: what the element `target` contains from now on; empty where nothing is replaced.
        target: the id of an element of the document.
        focus: the id of the element that takes the focus.
        title: the title of the document.
        download: the file to save.
        language: the language of the HTML.
        resume: fields to send in front of those of the next form where the program was started anew meanwhile.
    """

    html: str = attrs.field(repr=False)
    target: str
    focus: str
    title: str
    download: Download | None
    language: Lang
    resume: Mapping[str, Sequence[str]] = attrs.field(factory=dict, repr=False)


@attrs.frozen
class PostedForm(SharedRepr):
    """What a form sends.

    Args:
        fields: the values of each field, in order.
        files: the files of each field.
        progress: receives the progress of long work.
    """

    fields: Mapping[str, Sequence[str]]
    files: Mapping[str, Sequence[UploadedFile]]
    progress: Progress

    def text(self, name: str) -> str:
        """Return the last value of a field, without the spaces around it; empty where there is none."""
        values = self.fields.get(name, ())
        return values[-1].strip() if values else ""

    def file(self, name: str) -> UploadedFile | None:
        """Return the first file of a field; None where none is chosen."""
        return next((one for one in self.files.get(name, ()) if one.name or one.content), None)


def number_in(form: PostedForm, field: str, faults: list[Fault]) -> int | float | None:
    """Return the number in a field; None where it is empty, or where it is refused and added to the faults."""
    text = form.text(field)
    try:
        number = Decimal(text.replace(",", ".")) if text else None
    except InvalidOperation:
        number = Decimal("NaN")
    if number is None:
        return None
    if not number.is_finite() or abs(number) > 10**9:
        faults.append(Fault(field, text, _NUMBER))
        return None
    return int(number) if number == number.to_integral_value() else float(number)
