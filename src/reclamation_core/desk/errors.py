"""What the desk refuses before any case is asked."""

from __future__ import annotations

import attrs

from reclamation_core.errors import ReclamationError


@attrs.define(eq=False)
class OutsideScopeError(ReclamationError, PermissionError):
    """A site is outside the scope of the desk.

    Args:
        site: the site.
        sites: the sites of the scope.
    """

    site: str
    sites: tuple[str, ...]

    def __str__(self) -> str:
        return f"site {self.site!r} is outside this desk's scope, {', '.join(self.sites)}; use a desk of that site"


@attrs.define(eq=False)
class WholeStoreError(ReclamationError, PermissionError):
    """What looks at a whole store was asked of a desk that sees a part of it.

    Args:
        asked: what was asked.
        sites: the sites of the scope.
    """

    asked: str
    sites: tuple[str, ...]

    def __str__(self) -> str:
        seen = ", ".join(self.sites)
        return f"{self.asked} looks at every case, and this desk sees those of {seen} only; ask one without a scope"


@attrs.define(eq=False)
class ForeignSourceError(ReclamationError, PermissionError):
    """A message is registered already, as a case outside the desk's scope; nothing is said of that case.

    Args:
        source: what identifies the message.
    """

    source: str

    def __str__(self) -> str:
        return f"the message {self.source!r} is registered already, outside this desk's scope; use a desk that sees it"


@attrs.define(eq=False)
class CircularLinkError(ReclamationError, ValueError):
    """A case would be the duplicate of itself, by one link or by several: then nobody would answer.

    Args:
        reference: the case.
        to: the case that it was to be linked to.
    """

    reference: str
    to: str

    def __str__(self) -> str:
        return f"case {self.reference!r} cannot be linked to {self.to!r}, which leads back to it; name another case"
