"""The addresses of the board; include them under a prefix of your own."""

from __future__ import annotations

from django.urls import path

from reclamation_core.integrations.django.views import board, choose_role

app_name = "reclamation"
urlpatterns = [
    path("", board, name="board"),
    path("role", choose_role, name="role"),
    path("<path:path>", board, name="page"),
]
