"""The admin: memberships, and cases to read with filters."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from reclamation_core.integrations.django.models import CaseRow, Membership


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    """The memberships of users."""

    list_display = ("user", "role", "site", "region")
    list_filter = ("role", "site", "region")
    search_fields = ("user__username", "user__last_name", "site", "region")


@admin.register(CaseRow)
class CaseRowAdmin(admin.ModelAdmin):
    """The cases, to read: the board changes them."""

    list_display = ("dossier", "etat", "recevabilite", "niveau", "centre", "jour_reception", "reponse_attendue_le")
    list_filter = ("etat", "niveau", "recevabilite", "canal", "centre")
    search_fields = ("dossier", "centre", "unite_traitement")
    date_hierarchy = "jour_reception"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False
