"""Desks on Django's connection: inside the transaction of the host application, acting as a user."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.core.signals import setting_changed
from django.db import connections

from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.desk import Desk, DeskOptions
from reclamation_core.errors import ReclamationError
from reclamation_core.policy import read_policy
from reclamation_core.vocabulary import Role, Sites

__all__ = ["desk", "desk_of"]

_KNOWN = frozenset({"SITES", "POLICY", "TAXONOMY", "DATABASE"})


def database() -> str:
    """Return the alias of the database that has the tables of this library."""
    return str(_setting().get("DATABASE", "default"))


@cache
def options() -> DeskOptions:
    """Return the options of every desk, from the setting `RECLAMATION`.

    Raises:
        ImproperlyConfigured: the setting has an unknown key, or a file of it cannot be read.
    """
    given = _setting()
    unknown = sorted(given.keys() - _KNOWN)
    if unknown:
        raise ImproperlyConfigured(f"RECLAMATION: {unknown[0]!r} is unknown; use {', '.join(sorted(_KNOWN))}")
    try:
        sites, policy = given.get("SITES"), given.get("POLICY")
        return DeskOptions(
            sites=Sites.from_toml(sites) if isinstance(sites, str | Path) else sites,
            policy=read_policy(policy) if isinstance(policy, str | Path) else policy,
            taxonomy=given.get("TAXONOMY", TRAINING_BODY),
        )
    except (OSError, ReclamationError) as error:
        raise ImproperlyConfigured(f"RECLAMATION: {error}") from error


def desk(using: str | None = None) -> Desk:
    """Return a desk on Django's connection, inside the transaction that `transaction.atomic` has begun.

    Outside `atomic` each command is committed at once. The desk belongs to the current thread and request.

    Args:
        using: the alias of the database; that of the setting by default.
    """
    connection = connections[using or database()]
    connection.ensure_connection()
    return Desk.from_connection(connection.connection, **options())


def desk_of(user: Any, role: Role | str | None = None, using: str | None = None) -> Desk:
    """Return a desk that acts as a user in one of the user's roles, limited to the sites of that role.

    Args:
        user: the user, with memberships.
        role: the role; by default that of the user's first membership.
        using: the alias of the database; that of the setting by default.

    Raises:
        PermissionDenied: the user has no membership, or none in that role.
    """
    from reclamation_core.integrations.django.models import Membership

    memberships = list(Membership.objects.filter(user_id=user.pk).order_by("pk")) if user.is_authenticated else []
    chosen = role or (memberships[0].role if memberships else None)
    held = [one for one in memberships if one.role == chosen]
    if not held:
        raise PermissionDenied("no membership gives this user that role")
    acting = desk(using).acting(user.get_full_name() or user.get_username(), held[0].role)
    if any(not one.site and not one.region for one in held):
        return acting
    return acting.scoped(
        site=[one.site for one in held if one.site] or None,
        region=[one.region for one in held if one.region] or None,
    )


def _setting() -> dict[str, Any]:
    return dict(getattr(settings, "RECLAMATION", {}))


def _forget_options(*, setting: str, **_: object) -> None:
    if setting == "RECLAMATION":
        options.cache_clear()


setting_changed.connect(_forget_options)
