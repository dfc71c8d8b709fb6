"""Characters that no text of this library may hold: NUL, and half of a surrogate pair."""

from __future__ import annotations

import re
from typing import Final

from reclamation_core.wording import Wording

_UNSOUND: Final = re.compile("[\x00\ud800-\udfff]")

SOUND: Final = Wording(
    "un texte sans caractère nul ni demi-codet isolé", "a text without a NUL character or a lone surrogate"
)
"""What is expected of a text."""


def is_sound(text: str) -> bool:
    """Whether the text can be stored anywhere."""
    return _UNSOUND.search(text) is None


def made_sound(text: str) -> str:
    """The text with the replacement character in place of what cannot be stored."""
    return _UNSOUND.sub("\ufffd", text)
