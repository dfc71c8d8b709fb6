"""Which cases a desk sees and touches."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from reclamation_core.cases import Case
from reclamation_core.desk.errors import OutsideScopeError
from reclamation_core.plans import PlanScope, ScopeKind


def _set(values: Iterable[str]) -> frozenset[str]:
    return frozenset(values)


@attrs.frozen
class Scope:
    """Some sites: cases are within it that have one of them as registering site, service site or handling unit.

    Args:
        sites: the sites.
        region: the region that they are all the sites of, if that is how they were chosen; its plan is within too.
    """

    sites: frozenset[str] = attrs.field(converter=_set)
    region: str | None = None

    def holds(self, case: Case) -> bool:
        """Whether a case is within the scope."""
        return not self.sites.isdisjoint((case.site, case.handling_unit, *case.service_sites))

    def holds_plan(self, scope: PlanScope) -> bool:
        """Whether a plan is within the scope: that of one of the sites, or of the region."""
        if scope.kind is ScopeKind.SITE:
            return scope.code in self.sites
        return scope.kind is ScopeKind.REGION and scope.code == self.region

    def require(self, *sites: str) -> None:
        """Refuse sites that are outside.

        Raises:
            OutsideScopeError: the first that is.
        """
        for site in sites:
            if site not in self.sites:
                raise OutsideScopeError(site, tuple(sorted(self.sites)))

    def require_within(self, other: Scope) -> None:
        """Refuse a scope that sees more than this one: another site's cases, or a region's plan.

        Raises:
            OutsideScopeError: it does.
        """
        self.require(*sorted(other.sites))
        if other.region is not None and other.region != self.region:
            raise OutsideScopeError(other.region, tuple(sorted(self.sites)), is_region=True)
