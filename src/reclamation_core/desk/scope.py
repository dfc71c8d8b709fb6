"""Which cases a desk sees and touches."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from reclamation_core.cases import Case
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


def _set(values: Iterable[str]) -> frozenset[str]:
    return frozenset(values)


@attrs.frozen
class Scope:
    """Some sites: cases are within it that have one of them as registering site, service site or handling unit."""

    sites: frozenset[str] = attrs.field(converter=_set)

    def holds(self, case: Case) -> bool:
        """Whether a case is within the scope."""
        return not self.sites.isdisjoint((case.site, case.handling_unit, *case.service_sites))

    def require(self, site: str) -> None:
        """Refuse a site that is outside; raises OutsideScopeError."""
        if site not in self.sites:
            raise OutsideScopeError(site, tuple(sorted(self.sites)))
