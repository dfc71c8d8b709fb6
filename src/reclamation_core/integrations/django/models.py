"""Models: the memberships of users, and read-only models on the French views of the library."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from reclamation_core.vocabulary import Role


class Membership(models.Model):
    """The role of a user, for a site, a region or, without either, the whole agency (habilitation)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name="utilisateur",
        related_name="reclamation_memberships",
    )
    role = models.CharField("rôle", max_length=30, choices=[(role.value, role.label()) for role in Role])
    site = models.CharField("centre", max_length=200, blank=True, help_text="Laissez vide pour une région ou l'Afpa.")
    region = models.CharField("région", max_length=200, blank=True, help_text="Laissez vide pour un centre ou l'Afpa.")

    class Meta:
        verbose_name = "habilitation"
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["user", "role", "site", "region"], name="reclamation_membership_once"),
            models.CheckConstraint(
                condition=models.Q(site="") | models.Q(region=""), name="reclamation_membership_site_or_region"
            ),
        ]

    def __str__(self) -> str:
        where = self.site or self.region or "Afpa"
        return f"{self.user}, {Role.parse(self.role).label()}, {where}"


class ViewQuerySet(models.QuerySet["CaseRow"]):
    """Rows of a view: they are read, never written."""

    def delete(self) -> Any:
        """Refuse to delete."""
        raise NotImplementedError("a view is read-only; use a desk to change cases")

    def update(self, **_: Any) -> int:
        """Refuse to update."""
        raise NotImplementedError("a view is read-only; use a desk to change cases")


class ViewModel(models.Model):
    """A model on a view: it is read, never written."""

    objects = ViewQuerySet.as_manager()

    class Meta:
        abstract = True
        managed = False

    def save(self, *_: Any, **__: Any) -> None:
        """Refuse to save."""
        raise NotImplementedError("a view is read-only; use a desk to change cases")

    def delete(self, *_: Any, **__: Any) -> Any:
        """Refuse to delete."""
        raise NotImplementedError("a view is read-only; use a desk to change cases")


class CaseRow(ViewModel):
    """A case, in its present state (dossier)."""

    dossier = models.CharField("dossier", max_length=40, primary_key=True)
    type_dossier = models.CharField("type de dossier", max_length=100)
    etat = models.CharField("état", max_length=100)
    niveau = models.CharField("niveau de traitement", max_length=100)
    criticite = models.CharField("niveau de criticité", max_length=100, null=True)
    complexite = models.CharField("complexité", max_length=100, null=True)
    recevabilite = models.CharField("recevabilité", max_length=100, null=True)
    canal = models.CharField("canal", max_length=100, null=True)
    qualite_auteur = models.CharField("qualité de l'auteur", max_length=100, null=True)
    nature_demande = models.CharField("nature de la demande", max_length=100, null=True)
    centre = models.CharField("centre", max_length=200)
    unite_traitement = models.CharField("unité de traitement", max_length=200)
    version_procedure = models.CharField("version de la procédure", max_length=200)
    recu_le_utc = models.DateTimeField("reçu le")
    jour_reception = models.DateField("jour de réception")
    echeance = models.DateField("échéance", null=True)
    reponse_attendue_le = models.DateField("réponse attendue le", null=True)
    repondu_le_utc = models.DateTimeField("répondu le", null=True)
    clos_le_utc = models.DateTimeField("clos le", null=True)
    motif_cloture = models.CharField("motif de clôture", max_length=100, null=True)
    anonymise_le_utc = models.DateTimeField("anonymisé le", null=True)

    class Meta(ViewModel.Meta):
        db_table = "reclamation_v_dossiers"
        verbose_name = "dossier"
        ordering: ClassVar[Any] = ["dossier"]

    def __str__(self) -> str:
        return str(self.dossier)
