"""Desks on Django's connection: inside the transaction of the host application, acting as a user."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

import attrs
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import OperationalError, connections, transaction
from django.http import HttpRequest

from reclamation_core.desk import Desk
from reclamation_core.gil_pauses import leave_out_of_collections
from reclamation_core.integrations.board.requests import ActingRole, chosen_role, named
from reclamation_core.integrations.django.settings import agency, database, is_known, options, roles_function
from reclamation_core.vocabulary import Role, Sites

__all__ = ["acting_role", "desk", "desk_for", "desk_of", "membership_roles", "roles_of"]

SESSION_KEY: Final = "reclamation_role"


def desk(using: str | None = None, **replaced: object) -> Desk:
    """Return a desk on Django's connection, inside the transaction that `transaction.atomic` has begun.

    Outside `atomic` each command is committed at once. The desk belongs to the current thread and request. What is
    imported by the first one of a process is left out of garbage collections (`gc.freeze`).

    Args:
        using: the alias of the database; that of the setting by default.
        **replaced: options of the desk in place of those of the setting, such as `clock`.
    """
    connection = connections[using or database()]
    connection.ensure_connection()
    leave_out_of_collections()
    given: dict[str, Any] = {**options(), **replaced}
    return Desk.from_connection(connection.connection, **given)


@contextmanager
def reading() -> Iterator[None]:
    """Read one state of the database, without the lock of a writer.

    On SQLite commands need the `transaction_mode` IMMEDIATE, with which each transaction of Django is one of a writer.
    """
    connection: Any = connections[database()]
    mode = getattr(connection, "transaction_mode", None)
    with ExitStack() as stack:
        connection.transaction_mode = None
        try:
            stack.enter_context(transaction.atomic(using=database()))
        finally:
            connection.transaction_mode = mode
        yield


def is_busy(error: OperationalError) -> bool:
    """Return True for a lock and a lost connection; False for an error of SQLite that stays, as a missing table."""
    cause = error.__cause__
    if not isinstance(cause, sqlite3.Error):
        return True
    return getattr(cause, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def roles_of(user: object) -> tuple[ActingRole, ...]:
    """Return the roles that a user may act in: those of the function of the setting, by default `membership_roles`.

    A unit that is not in the list of sites, because it left it, is left out, and so is a role without any other unit.

    Raises:
        ImproperlyConfigured: the function of the setting returns something else.
    """
    found: list[ActingRole] = []
    given: Any = (roles_function() or membership_roles)(user)
    for role in [given] if given is None else given:
        if not isinstance(role, ActingRole):
            raise ImproperlyConfigured(f"RECLAMATION: ROLES: an ActingRole is expected, got {type(role).__name__}")
        sites = tuple(site for site in role.sites if is_known(site, ""))
        regions = tuple(region for region in role.regions if is_known("", region))
        if sites or regions or not (role.sites or role.regions):
            found.append(attrs.evolve(role, sites=sites, regions=regions))
    return tuple(found)


def membership_roles(user: Any) -> tuple[ActingRole, ...]:
    """Return the roles of the memberships of a user; none without a membership.

    A role for several units comes first with all of them, then with each one alone.
    """
    from reclamation_core.integrations.django.models import Membership

    held: dict[str, list[Any]] = {}
    for one in Membership.objects.filter(user_id=user.pk).order_by("pk") if user.is_authenticated else ():
        if is_known(one.site, one.region):
            held.setdefault(one.role, []).append(one)
    roles: list[ActingRole] = []
    for code, memberships in held.items():
        roles.append(_acting_role(code, memberships))
        if len(memberships) > 1:
            roles += (attrs.evolve(_acting_role(code, [one]), key=f"{code}:{one.pk}") for one in memberships)
    return tuple(roles)


def _acting_role(code: str, memberships: list[Any]) -> ActingRole:
    sites, regions = (
        tuple(dict.fromkeys(filter(None, names)))
        for names in ((one.site for one in memberships), (one.region for one in memberships))
    )
    role, names = Role.parse(code), options().get("sites") or Sites()
    if any(not one.site and not one.region for one in memberships):
        return ActingRole(role, label=named(role, agency()), key=code)
    units = ", ".join([*(names[site].name if site in names else site for site in sites), *regions])
    return ActingRole(role, sites, regions, label=named(role, units), key=code)


def acting_role(request: HttpRequest) -> ActingRole:
    """Return the role that the user of a request has chosen, as the session has it; by default the first one.

    Raises:
        PermissionDenied: the user has no role.
    """
    return _required(chosen_role(roles_of(request.user), request.session.get(SESSION_KEY)))


def desk_of(user: object, role: Role | str | None = None, using: str | None = None) -> Desk:
    """Return a desk that acts as a user in one of the user's roles, limited to the sites of that role.

    Args:
        user: the user.
        role: the role, or the key of one of `roles_of(user)`; by default the first one.
        using: the alias of the database; that of the setting by default.

    Raises:
        PermissionDenied: the user has no role, or not that one.
    """
    roles = [one for one in roles_of(user) if role is None or one.key == role]
    return _acting(user, _required(chosen_role(roles, role)), using)


def desk_for(request: HttpRequest, using: str | None = None) -> Desk:
    """Return a desk that acts as the user of a request, in the role that the user has chosen on the board.

    Args:
        request: the request.
        using: the alias of the database; that of the setting by default.

    Raises:
        PermissionDenied: the user has no role.
    """
    return _acting(request.user, acting_role(request), using)


def _required(role: ActingRole | None) -> ActingRole:
    if role is None:
        raise PermissionDenied("no membership gives this user that role")
    return role


def _acting(user: Any, role: ActingRole, using: str | None) -> Desk:
    return role.desk(desk(using), user.get_full_name() or user.get_username())
