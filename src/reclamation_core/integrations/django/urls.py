"""The addresses of the board; include them under a prefix of your own."""

from __future__ import annotations

from django.urls import path

from reclamation_core.integrations.django.views import board

app_name = "reclamation"
urlpatterns = [path("", board, name="board"), path("<path:path>", board, name="page")]
