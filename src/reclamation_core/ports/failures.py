"""What a store that keeps its things elsewhere may suffer: nothing is half written where one of these is raised.

Nothing at all is written, but for a commit that a lost connection left without an answer: it may have been kept, whole.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from reclamation_core.errors import ReclamationError


@attrs.define(eq=False)
class StoreError(ReclamationError, OSError):
    """The database refused; the message says how, never what was to be written.

    Args:
        database: which database, without any credential.
        reason: what the database calls it: a code, and the name of its error.
    """

    _told: ClassVar[str] = "the database refused what it was asked; look in its log"

    database: str
    reason: str

    def __str__(self) -> str:
        return f"{self.database}: {self._told} ({self.reason})"


@attrs.define(eq=False)
class StoreBusyError(StoreError, TimeoutError):
    """Somebody else held the database, or what was to be changed, for too long."""

    _told = "somebody else held it for too long; try again, or let it wait longer"


@attrs.define(eq=False)
class StoreReadOnlyError(StoreError, PermissionError):
    """The database may not be written to from here."""

    _told = "it may not be written to; give the right to write to the file and its folder, or to the tables"


@attrs.define(eq=False)
class StoreFullError(StoreError):
    """There is no room left."""

    _told = "there is no room left on its disk; make some, then do it again"


@attrs.define(eq=False)
class StoreUnreachableError(StoreError, ConnectionError):
    """The database does not answer, or does not let in.

    Where a commit raises it, all of that may have been kept before the connection was lost: look again. What is
    registered by its source may simply be registered again.
    """

    _told = "it cannot be reached; check its address, that it runs, and the right to enter"


@attrs.define(eq=False)
class StoreDamagedError(StoreError, ValueError):
    """What is stored cannot be read: the file is no database, or something in it was damaged.

    What else is stored stays readable: ask for the cases after `holder`, or for the events after `position`.

    Args:
        holder: the case, by its reference, or the plan, by its scope, that is damaged; None where it is the whole.
        position: the place in the feed, where an event was asked for by it.
    """

    _told = "what it holds cannot be read; restore it from a copy"

    holder: str | None = None
    position: int | None = None


@attrs.define(eq=False)
class SchemaError(ReclamationError, RuntimeError):
    """The tables are not those that this version of the library works on; it never changes them by surprise.

    Args:
        database: which database, without any credential.
        found: the schema's version; None where there is none.
        expected: the version that is needed.
    """

    database: str
    found: str | None
    expected: str

    def __str__(self) -> str:
        found = "has no schema" if self.found is None else f"has schema version {self.found}"
        return f"{self.database}: it {found}, version {self.expected} is needed; {self._remedy()}"

    def _remedy(self) -> str:
        if self.found is not None and self.found > self.expected:
            return "it is newer than this library: install a later version of reclamation-core"
        return "make a copy of it, then run `reclamation db upgrade`, or reclamation_core.adapters.upgrade(...)"
