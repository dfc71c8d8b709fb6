"""Models: the memberships of users, the table that foreign keys refer to, and read-only models on the French views."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from reclamation_core.integrations.django.settings import agency, is_known
from reclamation_core.vocabulary import Role

_UNKNOWN: Final = {
    "site": "Ce centre n'est pas dans la liste des centres. Saisissez son code.",
    "region": "Aucun centre de la liste n'est dans cette région. Saisissez son nom.",
}
_READ_ONLY: Final = "a view is read-only; use a desk to change cases"


class Membership(models.Model):
    """The role of a user, for a site, a region or, without either, the whole agency (habilitation)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name="utilisateur",
        related_name="reclamation_memberships",
    )
    role = models.CharField("rôle", max_length=30, choices=[(role.value, role.label()) for role in Role])
    site = models.CharField(
        "centre", max_length=200, blank=True, help_text="Laissez vide pour une région ou l'organisme."
    )
    region = models.CharField(
        "région", max_length=200, blank=True, help_text="Laissez vide pour un centre ou l'organisme."
    )

    class Meta:
        verbose_name = "habilitation"
        constraints: ClassVar[Any] = [
            models.UniqueConstraint(fields=["user", "role", "site", "region"], name="reclamation_membership_once"),
            models.CheckConstraint(
                condition=models.Q(site="") | models.Q(region=""), name="reclamation_membership_site_or_region"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {Role.parse(self.role).label()}, {self.site or self.region or agency()}"

    def clean(self) -> None:
        """Refuse a site or a region that is not in the list of sites of the setting.

        Raises:
            ValidationError: it is not.
        """
        unknown = {"site": not is_known(self.site, ""), "region": not is_known("", self.region)}
        if any(unknown.values()):
            raise ValidationError({name: _UNKNOWN[name] for name, is_unknown in unknown.items() if is_unknown})

    def save(self, *arguments: object, **named: object) -> None:
        """Save the membership; raises the errors of `clean` too."""
        self.clean()
        super().save(*arguments, **named)


class ReadOnlyQuerySet(models.QuerySet["ReadOnlyModel"]):
    """Rows that are read, never written."""

    def delete(self) -> Any:
        """Refuse to delete."""
        raise NotImplementedError(_READ_ONLY)

    def update(self, **_: object) -> int:
        """Refuse to update."""
        raise NotImplementedError(_READ_ONLY)

    def bulk_create(self, *_: object, **__: object) -> Any:
        """Refuse to create."""
        raise NotImplementedError(_READ_ONLY)


class ReadOnlyModel(models.Model):
    """A model on a view or a table of the library: it is read, never written."""

    objects = ReadOnlyQuerySet.as_manager()

    class Meta:
        abstract = True
        managed = False

    def __str__(self) -> str:
        return str(self.pk)

    def save(self, *_: object, **__: object) -> None:
        """Refuse to save."""
        raise NotImplementedError(_READ_ONLY)

    def delete(self, *_: object, **__: object) -> Any:
        """Refuse to delete."""
        raise NotImplementedError(_READ_ONLY)


class InstantField(models.DateTimeField):
    """An instant of a view, which is in UTC and does not say so."""

    def from_db_value(self, value: datetime | None, *_: object) -> datetime | None:
        """Return the instant with its time zone where Django works with time zones."""
        return value.replace(tzinfo=UTC) if value is not None and settings.USE_TZ else value

    def deconstruct(self) -> Any:
        """Return the field as migrations write it: the column is one of Django's."""
        name, _, *given = super().deconstruct()
        return name, "django.db.models.DateTimeField", *given


class RegisteredCase(ReadOnlyModel):
    """A case in the table of the library: what a foreign key of the host refers to."""

    reference = models.CharField("dossier", max_length=40, primary_key=True)

    class Meta(ReadOnlyModel.Meta):
        db_table = "reclamation_cases"
        verbose_name = "dossier enregistré"
        verbose_name_plural = "dossiers enregistrés"
        ordering: ClassVar[Any] = ["reference"]


def _code(label: str, *, null: bool = True) -> Any:
    return models.CharField(label, max_length=200, null=null)


def _rank(label: str) -> Any:
    return models.SmallIntegerField(f"rang : {label}", null=True)


def _row(to: str, label: str, column: str, related_name: str) -> Any:
    """Return a foreign key on a view: the database does not check it."""
    return models.ForeignKey(
        to,
        models.DO_NOTHING,
        db_column=column,
        db_constraint=False,
        verbose_name=label,
        related_name=related_name,
    )


class CaseRow(ReadOnlyModel):
    """A case, in its present state (dossier)."""

    dossier = models.CharField("dossier", max_length=40, primary_key=True)
    type_dossier = _code("type de dossier", null=False)
    etat = _code("état", null=False)
    rang_etat = _rank("état")
    niveau = _code("niveau de traitement")
    rang_niveau = _rank("niveau de traitement")
    criticite = _code("niveau de criticité")
    rang_criticite = _rank("niveau de criticité")
    complexite = _code("complexité")
    recevabilite = _code("recevabilité")
    canal = _code("canal")
    qualite_auteur = _code("qualité de l'auteur")
    nature_demande = _code("nature de la demande")
    centre = _code("centre", null=False)
    unite_traitement = _code("unité de traitement", null=False)
    version_procedure = _code("version de la procédure", null=False)
    recu_le_utc = InstantField("reçu le")
    jour_reception = models.DateField("jour de réception")
    echeance = models.DateField("échéance", null=True)
    reponse_attendue_le = models.DateField("réponse attendue le", null=True)
    repondu_le_utc = InstantField("répondu le", null=True)
    clos_le_utc = InstantField("clos le", null=True)
    motif_cloture = _code("motif de clôture")
    anonymise_le_utc = InstantField("anonymisé le", null=True)
    region = _code("région")
    theme = _code("thème")
    exigence = _code("exigence en cause")
    cycle = models.SmallIntegerField("cycle de réponse", null=True)
    recu_ou_rouvert_le = models.DateField("reçu ou rouvert le", null=True)
    accuse_reception_le = models.DateField("accusé de réception le", null=True)
    repondu_le = models.DateField("jour de la réponse", null=True)
    decision = _code("décision")
    issue_delai = _code("issue du délai")
    jours_calendaires = models.IntegerField("jours calendaires", null=True)

    class Meta(ReadOnlyModel.Meta):
        db_table = "reclamation_v_dossiers"
        verbose_name = "dossier"
        ordering: ClassVar[Any] = ["dossier"]


class KeyedRow(ReadOnlyModel):
    """A row whose key is composed of what names it."""

    cle = models.CharField("clé", max_length=400, primary_key=True)

    class Meta(ReadOnlyModel.Meta):
        abstract = True


class CaseSiteRow(KeyedRow):
    """A site of a case, and its part in it."""

    dossier = _row("CaseRow", "dossier", "dossier", "centres")
    centre = _code("centre", null=False)
    role_du_centre = _code("rôle du centre", null=False)

    class Meta(KeyedRow.Meta):
        abstract = False
        db_table = "reclamation_v_dossiers_sites"
        verbose_name = "centre d'un dossier"
        verbose_name_plural = "centres des dossiers"


class CaseCauseRow(KeyedRow):
    """A family of causes of a case, at the latest analysis."""

    dossier = _row("CaseRow", "dossier", "dossier", "causes")
    famille_cause = _code("famille de cause", null=False)

    class Meta(KeyedRow.Meta):
        abstract = False
        db_table = "reclamation_v_dossiers_causes"
        verbose_name = "cause d'un dossier"
        verbose_name_plural = "causes des dossiers"


class EventRow(KeyedRow):
    """An event of a case, without its texts."""

    dossier = _row("CaseRow", "dossier", "dossier", "evenements")
    numero = models.IntegerField("numéro")
    type = _code("événement", null=False)
    survenu_le_utc = InstantField("survenu le")
    enregistre_le_utc = InstantField("enregistré le")
    role = _code("rôle", null=False)

    class Meta(KeyedRow.Meta):
        abstract = False
        db_table = "reclamation_v_evenements"
        verbose_name = "événement"
        ordering: ClassVar[Any] = ["dossier", "numero"]


class ActionColumns(KeyedRow):
    """The columns of an action."""

    perimetre = _code("périmètre", null=False)
    code_perimetre = _code("code du périmètre")
    numero = _code("numéro", null=False)
    type = _code("type", null=False)
    origine = _code("origine", null=False)
    reference_origine = _code("référence de l'origine")
    processus = _code("processus")
    centre = _code("centre")
    niveau = _code("niveau de traitement")
    rang_niveau = _rank("niveau de traitement")
    famille_cause = _code("famille de cause")
    cause = models.TextField("cause", null=True)
    action = models.TextField("action", null=True)
    pilote = models.TextField("pilote", null=True)
    priorite = _code("priorité")
    rang_priorite = _rank("priorité")
    etat = _code("état", null=False)
    inscrite_le_utc = InstantField("inscrite le", null=True)
    echeance = models.DateField("échéance", null=True)
    demarree_le_utc = InstantField("démarrée le", null=True)
    realisee_le_utc = InstantField("réalisée le", null=True)
    critere = models.TextField("critère d'efficacité", null=True)
    a_evaluer_le = models.DateField("à évaluer le", null=True)
    efficacite = _code("efficacité")
    evaluee_le_utc = InstantField("évaluée le", null=True)
    close_le_utc = InstantField("clôturée le", null=True)
    abandonnee_le_utc = InstantField("abandonnée le", null=True)
    reouvertures = models.IntegerField("réouvertures", null=True)

    class Meta(KeyedRow.Meta):
        abstract = True


class ActionRow(ActionColumns):
    """An action of a plan, in its present state."""

    class Meta(ActionColumns.Meta):
        abstract = False
        db_table = "reclamation_v_actions"
        verbose_name = "action"
        ordering: ClassVar[Any] = ["cle"]


class ActionCaseRow(KeyedRow):
    """A case that an action serves."""

    plan = _code("plan", null=False)
    action = _row("ActionRow", "action", "cle_action", "dossiers")
    numero = _code("numéro", null=False)
    dossier = _row("CaseRow", "dossier", "dossier", "actions")

    class Meta(KeyedRow.Meta):
        abstract = False
        db_table = "reclamation_v_actions_dossiers"
        verbose_name = "dossier d'une action"
        verbose_name_plural = "dossiers des actions"


class PublishedActionRow(ActionColumns):
    """An action of a published plan, as it was published."""

    edition = models.IntegerField("édition")
    publiee_le_utc = InstantField("publiée le")
    plan = _code("plan", null=False)

    class Meta(ActionColumns.Meta):
        abstract = False
        db_table = "reclamation_v_pgaac"
        verbose_name = "action d'un PGAAC publié"
        verbose_name_plural = "actions des PGAAC publiés"
        ordering: ClassVar[Any] = ["-publiee_le_utc", "cle"]
