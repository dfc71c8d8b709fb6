"""Users for a demonstration, with their memberships; an application of yours has its own."""

from __future__ import annotations

from typing import Final

from django.contrib.auth import get_user_model

from reclamation_core.integrations.django.models import Membership

PASSWORD: Final = "demo"  # noqa: S105  printed at the start
PEOPLE: Final = {
    "metz": ("Nadia Roux", [("handling_unit", "METZ")]),
    "dinan": ("Yann Le Goff", [("handling_unit", "DINAN")]),
    "valence": ("Inès Faure", [("handling_unit", "VALENCE")]),
    "rqr": ("Paul Meyer", [("rqr", "METZ"), ("rqr", "COLMAR"), ("handling_unit", "COLMAR")]),
    "aq": ("Claire Petit", [("aq", "")]),
    "chef": ("Anne Martin", [("aq", "")]),
}
"""Each login with the name and the roles, each with its site or none; `chef` sees the admin."""


def create_people(password: str | None = PASSWORD) -> None:
    """Create the users that are missing; without a password they cannot log in."""
    for login, (name, roles) in PEOPLE.items():
        first, _, last = name.partition(" ")
        given = {"first_name": first, "last_name": last, "is_staff": login == "chef", "is_superuser": login == "chef"}
        user, is_new = get_user_model().objects.get_or_create(username=login, defaults=given)
        if is_new:
            user.set_password(password)
            user.save()
            Membership.objects.bulk_create(Membership(user=user, role=role, site=site) for role, site in roles)
