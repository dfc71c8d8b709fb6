"""Argument validation of the desk: an error names the parameter of the method that was called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Protocol

import attrs

from reclamation_core.cases.events.base import Facts
from reclamation_core.documents.faults import Refused
from reclamation_core.errors import REDACTED, Fault, FaultsError
from reclamation_core.policy import Policy, PolicyBook
from reclamation_core.ports import Store
from reclamation_core.validators import refuse_value, require, whole_number
from reclamation_core.vocabulary import FACTS, SEVERITIES, ComplaintFacts, RiskDomain
from reclamation_core.vocabulary.own_facts import OWN
from reclamation_core.wording import Wording, safe_repr

NOT_OF_MALFUNCTIONS: Final = Wording(
    "rien n'est attendu ici : un dysfonctionnement interne n'a ni client, ni canal, ni note",
    "nothing is expected here: an internal malfunction has neither client nor channel nor note",
)
_ONE_FACT: Final = Wording("indiquez au moins une information", "at least one fact is expected, by its name")
_VERSION: Final = whole_number(0)
_ETAG: Final = re.compile(r'(?:W/)?"v(?P<version>[0-9]{1,18})"|\*', re.ASCII)
_A_TAG: Final = Wording(
    "l'étiquette de version reçue avec le dossier ou le plan est attendue, telle quelle",
    'the entity tag that came with the case or plan is expected as it was, such as "v7"',
)
_READ_SEVERITY: Final[Mapping[RiskDomain, Any]] = {
    domain: attrs.fields_dict(ComplaintFacts)[name].converter for domain, name in SEVERITIES.items()
}
_ONE_PLACE: Final = Wording(
    "chaque gravité est attendue une seule fois, parmi les risques ou parmi les faits",
    "each severity is expected once, among the risks or among the facts",
)


class Versioned(Protocol):
    """A case, a summary or a plan."""

    @property
    def version(self) -> int:
        """The number of its events."""


def a_store(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value that is not a store."""
    if not isinstance(value, Store):
        raise TypeError(
            f"{attribute.name}: a store is expected, got {safe_repr(value)}; Desk.open takes the address of one"
        )


def a_policy(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value that is neither a policy nor a book of policies."""
    if not isinstance(value, Policy | PolicyBook):
        raise TypeError(
            f"{attribute.name}: a Policy or a PolicyBook is expected, got {safe_repr(value)}; read_policy reads one"
        )


def a_clock(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value without a method `now`."""
    if not callable(getattr(value, "now", None)):
        raise TypeError(
            f"{attribute.name}: a clock is expected, with a method now() that returns the instant, "
            f"got {safe_repr(value)}"
        )


def a_function(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value that cannot be called."""
    if not callable(value):
        raise TypeError(f"{attribute.name}: a function is expected, got {safe_repr(value)}")


def facts_with(facts: Facts, changes: Mapping[str, Any]) -> Facts:
    """Return facts with some of them changed.

    Raises:
        TypeError: a name is not that of a fact of these.
        FaultsError: a value is refused.
    """
    known = [field.name for field in attrs.fields(type(facts))]
    if foreign := sorted(name for name in changes if name in FACTS and name not in known):
        raise FaultsError(Fault(name, REDACTED, NOT_OF_MALFUNCTIONS) for name in foreign)
    if OWN in changes:
        changes = {**changes, OWN: facts.own.updated(changes[OWN])}
    for name in changes:
        if name not in known:  # the value may be personal and is left out of the message
            raise TypeError(f"{name}: {type(facts).__name__} has no such fact; use {', '.join(known)}")
    return attrs.evolve(facts, **changes)


def require_some(facts: Mapping[str, Any]) -> None:
    """Refuse an empty set of facts.

    Raises:
        FaultsError: there is no fact.
    """
    if not facts or facts == {OWN: {}}:
        refuse_value("facts", {}, _ONE_FACT)


def severities(risks: Mapping[RiskDomain | str, int], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts with the severity of every risk domain, 0 for the domains that are not among the risks.

    Raises:
        TypeError: the risks are not a mapping.
        FaultsError: a domain is unknown, a severity is refused, or one is among the facts too.
    """
    if not isinstance(risks, Mapping):
        raise TypeError(
            f"risks: a mapping of domains to severities is expected, such as {{'training': 2}}, got {safe_repr(risks)}"
        )
    touched = {_domain(domain): severity for domain, severity in risks.items()}
    read = {domain: _READ_SEVERITY[domain](severity) for domain, severity in touched.items()}
    if refused := {domain: one for domain, one in read.items() if isinstance(one, Refused)}:
        raise FaultsError(
            Fault(f"risks.{domain.value}", one.safe_value, one.expected) for domain, one in refused.items()
        )
    graded = {name: touched.get(domain, 0) for domain, name in SEVERITIES.items()}
    if twice := sorted(graded.keys() & facts.keys()):
        refuse_value("risks", twice, _ONE_PLACE)
    return {**graded, **facts}


def etag(aggregate: Versioned) -> str:
    """Return the version of a case, a summary or a plan as the entity tag of HTTP (ETag).

    >>> from reclamation_core.plans import Pgaac, PlanScope
    >>> etag(Pgaac(scope=PlanScope.site("CRE")))
    '"v0"'
    """
    return f'"v{aggregate.version}"'


def read_etag(expected: int | str) -> int | None:
    """Return the version that a caller expects: a number, or the header If-Match with what `etag` wrote.

    A proxy that compresses makes the tag weak: `W/"v7"` is the same version here, though RFC 9110 (13.1.1) refuses it.
    `*` expects any version: None.

    Raises:
        FaultsError: it is neither a version nor one such tag.
        TypeError: it is neither a number nor a text.

    >>> read_etag('"v7"'), read_etag('W/"v7"'), read_etag(7), read_etag("*")
    (7, 7, 7, None)
    """
    if isinstance(expected, str):
        tag = _ETAG.fullmatch(expected.strip())
        if tag is None:
            refuse_value("expected_version", expected, _A_TAG)
        return None if tag["version"] is None else int(tag["version"])
    require(_VERSION, expected_version=expected)
    return expected


def _domain(domain: object) -> RiskDomain:
    try:
        return RiskDomain.parse(domain)  # type: ignore[arg-type]  # it raises what is refused here
    except (TypeError, ValueError):
        shown = str(domain) if isinstance(domain, str) else safe_repr(domain)
        known = ", ".join(RiskDomain)
        expected = Wording(f"un domaine de risque est attendu : {known}", f"a risk domain is expected: {known}")
        refuse_value("risks", shown, expected)
