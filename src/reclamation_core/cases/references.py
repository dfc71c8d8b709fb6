"""Keys of plans and of their actions: the scope of a plan, and an action of it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final, Self

import attrs

from reclamation_core.cases.codes import ScopeKind
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import coded, label, member_of, of_class, refuse_value
from reclamation_core.vocabulary.sites import Sites
from reclamation_core.wording import Lang, Wording

_NO_CODE: Final = Wording("aucun code n'est attendu pour le plan national", "no code is expected for the nation")
_KEY: Final = Wording("site:CODE, region:NOM ou nation est attendu", "site:CODE, region:NAME or nation is expected")


def _kind(value: ScopeKind | str) -> ScopeKind:
    return coded(ScopeKind, value)  # type: ignore[no-any-return]


def _code(scope: PlanScope, attribute: attrs.Attribute[Any], value: str | None) -> None:
    if scope.kind is ScopeKind.NATION:
        if value is not None:
            refuse_value(attribute.name, value, _NO_CODE)
        return
    label(scope, attribute, value)


@attrs.frozen(cache_hash=True)
class PlanScope(SharedRepr):
    """A site, a region or the nation.

    Args:
        kind: which of the three, a member or its code.
        code: the site's code or the region's name; None for the nation.

    Raises:
        TypeError, ValueError: the kind is none, or the code does not go with it.

    >>> print(PlanScope.site("CRE"), PlanScope.nation())
    site:CRE nation
    """

    kind: ScopeKind = attrs.field(converter=_kind, validator=member_of(ScopeKind))
    code: str | None = attrs.field(default=None, validator=_code)

    @classmethod
    def site(cls, code: str) -> Self:
        """The plan of one site, by its code."""
        return cls(ScopeKind.SITE, code)

    @classmethod
    def region(cls, name: str) -> Self:
        """The plan of one region, by its name."""
        return cls(ScopeKind.REGION, name)

    @classmethod
    def nation(cls) -> Self:
        """The plan of the nation."""
        return cls(ScopeKind.NATION)

    @classmethod
    def parse(cls, key: str) -> Self:
        """The scope with a key.

        Raises:
            FaultsError: no scope has that key.

        >>> PlanScope.parse("region:Grand Est").label()
        'région Grand Est'
        """
        name, colon, code = key.partition(":")
        kind = next((kind for kind in ScopeKind if kind.value == name), None)
        if kind is None or (kind is not ScopeKind.NATION and not code):
            refuse_value("scope", key, _KEY)
        return cls(kind, code if colon else None)

    @property
    def key(self) -> str:
        """The key of its plan in stores and documents: `site:CRE`, `region:Grand Est`, `nation`."""
        return self.kind.value if self.code is None else f"{self.kind.value}:{self.code}"

    @property
    def order(self) -> tuple[int, str]:
        """The sort key of scopes: the nation, then regions, then sites, by code."""
        return (-self.kind.rank, self.code or "")

    def above(self, other: PlanScope) -> bool:
        """Return True if a plan of this kind may gather actions of the other: a region of sites, the nation of all."""
        return self.kind > other.kind

    def label(self, lang: Lang = "fr", sites: Sites | None = None) -> str:
        """What a reader calls it; a site by its name where `sites` has it, else by its code."""
        kind = self.kind.label(lang)
        if self.code is None:
            return kind
        if self.kind is ScopeKind.SITE and sites is not None:
            return f"{kind} {sites.name_of(self.code)}"
        return f"{kind} {self.code}"

    def __str__(self) -> str:
        return self.key


_NUMBER: Final = re.compile(r"0*([0-9]+)")


@lru_cache(maxsize=4096)
def natural_key(reference: str) -> tuple[str, str]:
    """An order of references in which numbers count as numbers.

    >>> sorted(["A-10", "A-2"], key=natural_key)
    ['A-2', 'A-10']
    """
    # Before the digits of a number stands how many they are: the longer of two numbers is the greater.
    return _NUMBER.sub(lambda found: f"\0{chr(len(found[1]))}{found[1]}", reference), reference


@attrs.frozen
class LineReference(SharedRepr):
    """The key of an action: the scope of its plan and its reference; two plans may each have an action A-1.

    Args:
        scope: whose plan it is on.
        action: its reference there.

    Raises:
        TypeError, ValueError: a field is refused.

    >>> print(LineReference(PlanScope.site("CRE"), "A-1"))
    site:CRE/A-1
    """

    scope: PlanScope = attrs.field(validator=of_class(PlanScope))
    action: str = attrs.field(validator=label)

    @property
    def order(self) -> Any:
        """The sort key of actions in a published plan."""
        return self.scope.order, natural_key(self.action)

    def label(self, lang: Lang = "fr", sites: Sites | None = None) -> str:
        """What a reader calls it; a site by its name where `sites` has it, else by its code."""
        return f"{self.action} ({self.scope.label(lang, sites)})"

    def __str__(self) -> str:
        return f"{self.scope}/{self.action}"
