"""The addresses: the board, the API, the tickets, the admin, the log-in."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from examples.django_app.views import list_tickets, open_ticket

urlpatterns = [
    path("", RedirectView.as_view(url="reclamations/")),
    path("tickets/", list_tickets, name="tickets"),
    path("tickets/new", open_ticket, name="new-ticket"),
    path("admin/", admin.site.urls),
    path("accounts/", include("django.contrib.auth.urls")),
]
urlpatterns += [path("reclamations/", include("reclamation_core.integrations.django.urls"))]
urlpatterns += [path("api/", include("reclamation_core.integrations.django.api"))]
