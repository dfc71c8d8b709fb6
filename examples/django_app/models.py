"""The application's own table: tickets, each with the case that it opened."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from reclamation_core.integrations.django.models import RegisteredCase


class Ticket(models.Model):
    """A ticket of the help desk."""

    subject = models.CharField("objet", max_length=200)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    case = models.OneToOneField(RegisteredCase, models.PROTECT)
