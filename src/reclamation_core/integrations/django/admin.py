"""The admin: memberships; cases, events and actions to read, each with a link to its page of the board."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html

from reclamation_core.integrations.django.models import (
    ActionCaseRow,
    ActionRow,
    CaseCauseRow,
    CaseRow,
    CaseSiteRow,
    EventRow,
    Membership,
    PublishedActionRow,
)


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    """The memberships of users."""

    list_display = ("user", "role", "site", "region")
    list_filter = ("role", "site", "region")
    search_fields = ("user__username", "user__last_name", "site", "region")


class ReadOnlyMixin:
    """Rows to read: the board changes them."""

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Return False."""
        return False

    has_add_permission = has_delete_permission = has_change_permission


class RowAdmin(ReadOnlyMixin, admin.ModelAdmin):
    """Rows to read, with a link to the board where its addresses are included."""

    list_per_page = 50
    show_full_result_count = False

    def view_on_site(self, obj: object) -> str | None:
        """Return the address of the page of the board; None where the board has no address."""
        try:
            return str(reverse("reclamation:page", args=[self.page(obj)]))
        except NoReverseMatch:
            return None

    def page(self, obj: Any) -> str:
        """Return the path of the page below the board."""
        return f"dossiers/{obj.dossier_id}"

    @admin.display(description="tableau de bord")
    def on_board(self, obj: object) -> str:
        """Return a link to the page of the board."""
        address = self.view_on_site(obj)
        return "" if address is None else format_html('<a href="{}">ouvrir</a>', address)


class RowInline(ReadOnlyMixin, admin.TabularInline):
    """Rows of a case or an action, to read."""

    extra = 0
    can_delete = False


class SiteInline(RowInline):
    """The sites of a case."""

    model = CaseSiteRow
    fields = ("centre", "role_du_centre")


class CauseInline(RowInline):
    """The causes of a case."""

    model = CaseCauseRow
    fields = ("famille_cause",)


class EventInline(RowInline):
    """The events of a case."""

    model = EventRow
    fields = ("numero", "type", "survenu_le_utc", "enregistre_le_utc", "role")


class ActionCaseInline(RowInline):
    """The actions of a case, or the cases of an action."""

    model = ActionCaseRow
    fields = ("plan", "numero", "dossier")


@admin.register(CaseRow)
class CaseRowAdmin(RowAdmin):
    """The cases."""

    list_display = (
        "dossier",
        "type_dossier",
        "etat",
        "recevabilite",
        "niveau",
        "criticite",
        "centre",
        "jour_reception",
        "reponse_attendue_le",
        "on_board",
    )
    list_filter = ("type_dossier", "etat", "niveau", "criticite", "recevabilite", "canal", "motif_cloture", "centre")
    search_fields = ("dossier", "centre", "unite_traitement")
    date_hierarchy = "jour_reception"
    inlines = (SiteInline, CauseInline, ActionCaseInline, EventInline)

    def page(self, obj: Any) -> str:
        """Return the path of the page of the case."""
        return f"dossiers/{obj.dossier}"


@admin.register(EventRow)
class EventRowAdmin(RowAdmin):
    """The events of the cases."""

    list_display = ("dossier", "numero", "type", "survenu_le_utc", "role", "on_board")
    list_filter = ("type", "role")
    search_fields = ("dossier__dossier",)


@admin.register(ActionRow)
class ActionRowAdmin(RowAdmin):
    """The actions of the plans."""

    list_display: ClassVar[Any] = (
        "numero",
        "perimetre",
        "code_perimetre",
        "type",
        "priorite",
        "etat",
        "echeance",
        "a_evaluer_le",
        "efficacite",
        "on_board",
    )
    list_filter: ClassVar[Any] = ("etat", "type", "priorite", "efficacite", "perimetre", "niveau", "code_perimetre")
    search_fields = ("numero", "code_perimetre", "action", "pilote")
    inlines: ClassVar[Any] = (ActionCaseInline,)

    def page(self, obj: Any) -> str:
        """Return the path of the page of the plan."""
        return f"pgaac/{obj.cle.partition('/')[0]}"


@admin.register(PublishedActionRow)
class PublishedActionRowAdmin(ActionRowAdmin):
    """The actions of the published plans."""

    list_display = ("edition", "plan", "numero", "publiee_le_utc", "priorite", "etat", "efficacite", "on_board")
    list_filter = ("perimetre", "code_perimetre", "edition", "etat", "efficacite")
    inlines = ()
