"""A bad input, with the error that it is to be refused by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs
from hypothesis import strategies as st


@attrs.frozen
class Invalid:
    """Arguments of which one is bad.

    Args:
        given: the arguments, by name; all but one are valid.
        error: the class of the error that refuses them.
        field: what the error's message names.

    >>> from reclamation_core.vocabulary import Site
    >>> bad = Invalid({"code": "", "name": "Créteil", "region": "Île-de-France"}, ValueError, "code")
    >>> bad.refused_by(Site)
    ValueError("code: '' is not a name; give one line of text, without spaces around it")
    """

    given: Mapping[str, Any]
    error: type[Exception]
    field: str

    def refused_by(self, make: Callable[..., object]) -> Exception:
        """The error by which something refuses these arguments, as it is to.

        Raises:
            AssertionError: they are not refused, or the error does not name the field. Another error is let through.
        """
        try:
            made = make(**self.given)
        except self.error as refusal:
            if self.field in str(refusal).lower():  # `Territory` names the field `territory`
                return refusal
            raise AssertionError(f"{self.field} is not named by the refusal of {self.given!r}: {refusal}") from refusal
        raise AssertionError(f"{self.given!r} is not refused for its {self.field}: {made!r}")


def spoilt(valid: Mapping[str, Any], *bad: tuple[str, Any, type[Exception]]) -> st.SearchStrategy[Invalid]:
    """Valid arguments, one of which is replaced by a bad value; shrinks towards the first of them.

    Args:
        valid: the arguments.
        bad: each a field, a bad value of it and the error.
    """
    return st.sampled_from(bad).map(lambda one: Invalid({**valid, one[0]: one[1]}, one[2], one[0]))
