"""A guard: a condition that an act must meet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from reclamation_core.cases.codes import Verb
from reclamation_core.wording import Wording


@attrs.frozen(kw_only=True)
class Guard:
    """A condition for some acts.

    Args:
        id: its name.
        verbs: the acts that it guards.
        when: what refuses, as the conditions of a row.
        wording: what is wrong, and what would do.
        clause: the clause it comes from, None where it is common sense.
        reading: the reading it is.
    """

    id: str
    verbs: tuple[Verb, ...]
    when: Mapping[str, Any] = attrs.field(hash=False)
    wording: Wording
    clause: str | None = None
    reading: str | None = None
