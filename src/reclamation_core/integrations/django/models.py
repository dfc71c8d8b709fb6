"""Models: the memberships of users, the table that foreign keys refer to, and read-only models on the French views."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from reclamation_core.integrations.django.settings import agency, database, is_known
from reclamation_core.vocabulary import Role

_UNKNOWN: Final = {
    "site": "Ce centre n'est pas dans la liste des centres. Saisissez son code.",
    "region": "Aucun centre de la liste n'est dans cette région. Saisissez son nom.",
}
_READ_ONLY: Final = "a view is read-only; use a desk to change cases"


class Membership(models.Model):
    """The role of a user, for a site, a region or, without either, the whole agency (habilitation)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="utilisateur", related_name="reclamation_memberships"
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
        """Refuse a site with a region, and a site or a region that is not in the list of sites of the setting.

        Raises:
            ValidationError: it is one of these.
        """
        if self.site and self.region:
            raise ValidationError({"region": "Choisissez un centre ou une région, pas les deux."})
        unknown = {"site": not is_known(self.site, ""), "region": not is_known("", self.region)}
        if any(unknown.values()):
            raise ValidationError({name: _UNKNOWN[name] for name, is_unknown in unknown.items() if is_unknown})

    def save(self, *arguments: object, **named: object) -> None:
        """Save the membership; raises the errors of its fields and of `clean` too."""
        self.clean_fields(exclude=["user"])
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


class _ReadOnlyManager(models.Manager.from_queryset(ReadOnlyQuerySet)):  # type: ignore[misc]
    """Rows of the database of the setting, which alone has the views."""

    def get_queryset(self) -> Any:
        """Return the rows of the database of the setting."""
        return super().get_queryset().using(database())


class ReadOnlyModel(models.Model):
    """A model on a view or a table of the library: it is read, never written."""

    objects = _ReadOnlyManager()

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
        to, models.DO_NOTHING, db_column=column, db_constraint=False, verbose_name=label, related_name=related_name
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
    recevabilite = _code("recevabilité", null=False)
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


class PeriodRow(KeyedRow):
    """What was known of a case between two recordings: what indicators read."""

    dossier = _row("CaseRow", "dossier", "dossier", "periodes")
    connu_depuis_utc = InstantField("connu depuis le")
    connu_jusqu_au_utc = InstantField("connu jusqu'au", null=True)
    cycle_termine = _code("cycle terminé", null=False)
    centre = _code("centre", null=False)
    unite_traitement = _code("unité de traitement", null=False)
    etat = _code("état", null=False)
    niveau = _code("niveau de traitement")
    recevabilite = _code("recevabilité", null=False)
    canal = _code("canal")
    qualite_auteur = _code("qualité de l'auteur")
    nature_demande = _code("nature de la demande")
    theme = _code("thème")
    exigence = _code("exigence en cause")
    familles_cause = models.TextField("familles de cause", null=True)
    cycle = models.SmallIntegerField("cycle de réponse")
    recu_ou_rouvert_le = models.DateField("reçu ou rouvert le")
    echeance = models.DateField("échéance", null=True)
    accuse_reception_le = models.DateField("accusé de réception le", null=True)
    repondu_le = models.DateField("répondu le", null=True)
    decision = _code("décision")
    clos_ou_retire_le = models.DateField("clos ou retiré le", null=True)
    mediation_le = models.DateField("médiation le", null=True)
    auteur_connu = _code("auteur connu", null=False)
    supports_factuels = models.SmallIntegerField("supports factuels")
    precisions_demandees = models.SmallIntegerField("précisions demandées")
    changements_unite = models.SmallIntegerField("changements d'unité")
    region = _code("région")
    dans_le_cadre = _code("dans le cadre de la procédure", null=False)
    est_actuel = _code("état actuel", null=False)
    dernier_du_cycle = _code("dernier état du cycle", null=False)
    issue_delai = _code("issue du délai")
    jours_calendaires = models.IntegerField("jours calendaires", null=True)
    fin_suivi_cause = models.DateField("fin du suivi de la cause", null=True)

    class Meta(KeyedRow.Meta):
        abstract = False
        db_table = "reclamation_v_periodes"
        verbose_name = "état connu d'un dossier"
        verbose_name_plural = "états connus des dossiers"
        ordering: ClassVar[Any] = ["dossier", "connu_depuis_utc"]


class SiteRow(ReadOnlyModel):
    """A site and its region, as `reclamation db sites` wrote it."""

    centre = models.CharField("centre", max_length=200, primary_key=True)
    nom = _code("nom", null=False)
    region = _code("région", null=False)

    class Meta(ReadOnlyModel.Meta):
        db_table = "reclamation_v_centres"
        verbose_name = "centre"
        ordering: ClassVar[Any] = ["centre"]


class SignalRow(KeyedRow):
    """A signal of a plan: what was seen, what was expected, what became of it; without names nor reasons."""

    perimetre = _code("périmètre", null=False)
    code_perimetre = _code("code du périmètre")
    signal = _code("signal", null=False)
    flux = _code("flux", null=False)
    semaine = _code("semaine", null=False)
    debut_fenetre = _code("première semaine observée", null=False)
    derniere_semaine = _code("dernière semaine", null=False)
    observes = models.IntegerField("dossiers observés")
    attendus = models.FloatField("dossiers attendus")
    semaines_de_recurrence = models.FloatField("semaines de récurrence")
    detecte_le_utc = InstantField("détecté le")
    pris_en_compte_le_utc = InstantField("pris en compte le", null=True)
    ecarte_le_utc = InstantField("écarté le", null=True)
    etat = _code("état", null=False)

    class Meta(KeyedRow.Meta):
        abstract = False
        db_table = "reclamation_v_signaux"
        verbose_name = "signal"
        verbose_name_plural = "signaux"
        ordering: ClassVar[Any] = ["-detecte_le_utc", "cle"]


class FollowedColumns(KeyedRow):
    """The columns of an action without its texts."""

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
    priorite = _code("priorité")
    rang_priorite = _rank("priorité")
    etat = _code("état", null=False)
    inscrite_le_utc = InstantField("inscrite le", null=True)
    echeance = models.DateField("échéance", null=True)
    demarree_le_utc = InstantField("démarrée le", null=True)
    realisee_le_utc = InstantField("réalisée le", null=True)
    a_evaluer_le = models.DateField("à évaluer le", null=True)
    efficacite = _code("efficacité")
    evaluee_le_utc = InstantField("évaluée le", null=True)
    close_le_utc = InstantField("clôturée le", null=True)
    abandonnee_le_utc = InstantField("abandonnée le", null=True)
    reouvertures = models.IntegerField("réouvertures", null=True)

    class Meta(KeyedRow.Meta):
        abstract = True


class ActionColumns(FollowedColumns):
    """The columns of an action with its texts."""

    cause = models.TextField("cause", null=True)
    action = models.TextField("action", null=True)
    pilote = models.TextField("pilote", null=True)
    critere = models.TextField("critère d'efficacité", null=True)

    class Meta(FollowedColumns.Meta):
        abstract = True


class FollowedActionRow(FollowedColumns):
    """An action of a plan in its present state, without its texts."""

    class Meta(FollowedColumns.Meta):
        abstract = False
        db_table = "reclamation_v_suivi_actions"
        verbose_name = "action, sans ses textes"
        verbose_name_plural = "actions, sans leurs textes"
        ordering: ClassVar[Any] = ["cle"]


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


class PublishedColumns(models.Model):
    """The edition that an action was published in."""

    edition = models.IntegerField("édition")
    publiee_le_utc = InstantField("publiée le")
    plan = _code("plan", null=False)

    class Meta:
        abstract = True


class PublishedActionRow(PublishedColumns, ActionColumns):
    """An action of a published plan, as it was published."""

    class Meta(ActionColumns.Meta):
        abstract = False
        db_table = "reclamation_v_pgaac"
        verbose_name = "action d'un PGAAC publié"
        verbose_name_plural = "actions des PGAAC publiés"
        ordering: ClassVar[Any] = ["-publiee_le_utc", "cle"]


class FollowedPublishedActionRow(PublishedColumns, FollowedColumns):
    """An action of a published plan, as it was published, without its texts."""

    class Meta(FollowedColumns.Meta):
        abstract = False
        db_table = "reclamation_v_suivi_pgaac"
        verbose_name = "action d'un PGAAC publié, sans ses textes"
        verbose_name_plural = "actions des PGAAC publiés, sans leurs textes"
        ordering: ClassVar[Any] = ["-publiee_le_utc", "cle"]
