"""The doors of the desk: what a verb is given is looked at under the name that it has there, before all else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from reclamation_core.cases.checks import Validator
from reclamation_core.cases.events import Facts
from reclamation_core.policy import Policy, PolicyBook
from reclamation_core.vocabulary import SEVERITIES, RiskDomain
from reclamation_core.wording import safe_repr


@attrs.frozen
class _Parameter:
    """What a validator needs to know of a verb's parameter."""

    name: str


def require(validator: Validator, **given: object) -> None:
    """Refuse values that a validator refuses; each is given under the name of its parameter.

    Raises:
        TypeError, ValueError: a value is refused; the message names it and the remedy.
    """
    for name, value in given.items():
        validator(None, _Parameter(name), value)


def a_store(_: object, attribute: Any, value: object) -> None:
    """Refuse what is no store."""
    if not callable(getattr(value, "unit_of_work", None)):
        raise TypeError(f"{attribute.name}: a store is expected, got a {type(value).__name__}; an address is for open")


def a_policy(_: object, attribute: Any, value: object) -> None:
    """Refuse what is neither an edition of the procedure nor a book of them."""
    if not isinstance(value, Policy | PolicyBook):
        raise TypeError(
            f"{attribute.name}: a Policy or a PolicyBook is expected, got {safe_repr(value)}; read_policy reads one"
        )


def a_clock(_: object, attribute: Any, value: object) -> None:
    """Refuse what tells no instant."""
    if not callable(getattr(value, "now", None)):
        raise TypeError(f"{attribute.name}: a clock is expected, whose now() tells the instant, got {safe_repr(value)}")


def a_text(_: object, attribute: Any, value: object) -> None:
    """Refuse what cannot be a reference or a code."""
    if not isinstance(value, str):
        raise TypeError(f"{attribute.name}: a text is expected, got {safe_repr(value)}")


def facts_with(facts: Facts, told: Mapping[str, Any]) -> Facts:
    """Facts, with what was told of them.

    Raises:
        TypeError: something told is no fact of these.
        FaultsError: a value is refused.
    """
    known = [field.name for field in attrs.fields(type(facts))]
    for name in told:
        if name not in known:  # its value is not shown: it may be somebody's words
            raise TypeError(f"{name}: {type(facts).__name__} has no such fact; give some of {', '.join(known)}")
    return attrs.evolve(facts, **told)


def require_some(facts: Mapping[str, Any]) -> None:
    """Refuse that nothing is told.

    Raises:
        ValueError: it is so.
    """
    if not facts:
        raise ValueError("facts: none is given; give at least one by its name")


def severities(risks: Mapping[RiskDomain | str, int], facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that say how grave a case is in each domain, beside the others that are told.

    Raises:
        TypeError: they are no domains with their severities.
        ValueError: a domain is none, or its severity is among the facts too.
    """
    if not isinstance(risks, Mapping):
        raise TypeError(
            f"risks: domains with their severities are expected, such as {{'training': 2}}, got {safe_repr(risks)}"
        )
    touched = {_domain(domain): severity for domain, severity in risks.items()}
    graded = {name: touched.get(domain, 0) for domain, name in SEVERITIES.items()}
    if twice := sorted(graded.keys() & facts.keys()):
        raise ValueError(f"risks: {', '.join(twice)} are given too; give the severities in one place")
    return {**graded, **facts}


def _domain(domain: RiskDomain | str) -> RiskDomain:
    try:
        return RiskDomain.parse(domain)
    except (TypeError, ValueError) as error:
        raise ValueError(f"risks: {error}") from error
