"""The places that a desk is told of: sites that are known, where the sites of the agency are given."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars import BusinessCalendar, CalendarDefinition
from reclamation_core.cases.checks import of_class, optional
from reclamation_core.plans import PlanScope, ScopeKind
from reclamation_core.plans.plan import ActionCommands
from reclamation_core.vocabulary import Sites


@attrs.frozen
class Places:
    """The sites of the agency, or none given: then any code is a site of metropolitan France, of no region."""

    sites: Sites | None = attrs.field(validator=optional(of_class(Sites)))

    @property
    def known(self) -> Sites:
        """The sites that are known: none where none are given."""
        return self.sites or Sites()

    def calendar(self, site: str) -> BusinessCalendar:
        """The calendar of a site; raises UnknownSiteError where the sites are known and this is none of them."""
        return BusinessCalendar.france() if self.sites is None else self.sites[site].calendar()

    def definition(self, site: str) -> CalendarDefinition | None:
        """The calendar of a site as the sites file has it now; None where there is no such site, or no file."""
        known = self.sites is not None and site in self.sites
        return self.calendar(site).definition if known else None

    def zone(self, scope: PlanScope) -> ZoneInfo | None:
        """The time zone of the site whose plan it is; None of a region, the nation or a site that left the list."""
        known = self.sites is None or scope.code in self.sites
        return self.calendar(str(scope.code)).zone if scope.kind is ScopeKind.SITE and known else None

    def require(self, *codes: str) -> None:
        """Refuse what is no site.

        Raises:
            UnknownSiteError: the sites are known and this is none of them.
        """
        if self.sites is not None:
            for code in codes:
                self.sites[code]

    def require_of(self, plan: ActionCommands, before: ActionCommands) -> None:
        """Refuse a plan on which an action names a site that is none, where it was not named there before.

        Raises:
            UnknownSiteError: the sites are known and this is none of them.
        """
        self.require(*sorted(_named(plan) - _named(before)))

    def require_plan(self, scope: PlanScope) -> None:
        """Refuse the plan of what is no site or no region. Raises what `require` and `of_region` do."""
        if scope.kind is ScopeKind.SITE:
            self.require(str(scope.code))
        elif scope.kind is ScopeKind.REGION:
            self.of_region(str(scope.code))

    def of_region(self, region: str) -> frozenset[str]:
        """The sites of a region, at least one.

        Raises:
            ValueError: there is none.
        """
        found = frozenset(code for code in self.known if self.known[code].region == region)
        if not found:
            raise ValueError(f"region: {region!r}; no site of this desk is of that region")
        return found


def _named(plan: ActionCommands) -> set[str]:
    """The sites that the actions of a plan name: where they are done, and those they are spread to."""
    return {site for action in plan.actions for site in (action.site, *action.spread) if site is not None}
