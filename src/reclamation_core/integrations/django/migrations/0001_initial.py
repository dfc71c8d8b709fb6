"""Create the schema of this library, the models on its views, and the memberships of users."""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from reclamation_core.integrations.django.apps import upgrade_schema


class Migration(migrations.Migration):
    """The first migration."""

    schema = "0012"
    initial = True
    dependencies: ClassVar[Any] = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations: ClassVar[Any] = [
        migrations.RunPython(upgrade_schema, migrations.RunPython.noop),
        migrations.CreateModel(
            name="ActionCaseRow",
            fields=[
                ("cle", models.CharField(max_length=400, primary_key=True, serialize=False, verbose_name="clé")),
                ("plan", models.CharField(max_length=200, verbose_name="plan")),
                ("numero", models.CharField(max_length=200, verbose_name="numéro")),
            ],
            options={
                "verbose_name": "dossier d'une action",
                "verbose_name_plural": "dossiers des actions",
                "db_table": "reclamation_v_actions_dossiers",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ActionRow",
            fields=[
                ("cle", models.CharField(max_length=400, primary_key=True, serialize=False, verbose_name="clé")),
                ("perimetre", models.CharField(max_length=200, verbose_name="périmètre")),
                ("code_perimetre", models.CharField(max_length=200, null=True, verbose_name="code du périmètre")),
                ("numero", models.CharField(max_length=200, verbose_name="numéro")),
                ("type", models.CharField(max_length=200, verbose_name="type")),
                ("origine", models.CharField(max_length=200, verbose_name="origine")),
                (
                    "reference_origine",
                    models.CharField(max_length=200, null=True, verbose_name="référence de l'origine"),
                ),
                ("processus", models.CharField(max_length=200, null=True, verbose_name="processus")),
                ("centre", models.CharField(max_length=200, null=True, verbose_name="centre")),
                ("niveau", models.CharField(max_length=200, null=True, verbose_name="niveau de traitement")),
                ("rang_niveau", models.SmallIntegerField(null=True, verbose_name="rang : niveau de traitement")),
                ("famille_cause", models.CharField(max_length=200, null=True, verbose_name="famille de cause")),
                ("cause", models.TextField(null=True, verbose_name="cause")),
                ("action", models.TextField(null=True, verbose_name="action")),
                ("pilote", models.TextField(null=True, verbose_name="pilote")),
                ("priorite", models.CharField(max_length=200, null=True, verbose_name="priorité")),
                ("rang_priorite", models.SmallIntegerField(null=True, verbose_name="rang : priorité")),
                ("etat", models.CharField(max_length=200, verbose_name="état")),
                ("inscrite_le_utc", models.DateTimeField(null=True, verbose_name="inscrite le")),
                ("echeance", models.DateField(null=True, verbose_name="échéance")),
                ("demarree_le_utc", models.DateTimeField(null=True, verbose_name="démarrée le")),
                ("realisee_le_utc", models.DateTimeField(null=True, verbose_name="réalisée le")),
                ("critere", models.TextField(null=True, verbose_name="critère d'efficacité")),
                ("a_evaluer_le", models.DateField(null=True, verbose_name="à évaluer le")),
                ("efficacite", models.CharField(max_length=200, null=True, verbose_name="efficacité")),
                ("evaluee_le_utc", models.DateTimeField(null=True, verbose_name="évaluée le")),
                ("close_le_utc", models.DateTimeField(null=True, verbose_name="clôturée le")),
                ("abandonnee_le_utc", models.DateTimeField(null=True, verbose_name="abandonnée le")),
                ("reouvertures", models.IntegerField(null=True, verbose_name="réouvertures")),
            ],
            options={
                "verbose_name": "action",
                "db_table": "reclamation_v_actions",
                "ordering": ["cle"],
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CaseCauseRow",
            fields=[
                ("cle", models.CharField(max_length=400, primary_key=True, serialize=False, verbose_name="clé")),
                ("famille_cause", models.CharField(max_length=200, verbose_name="famille de cause")),
            ],
            options={
                "verbose_name": "cause d'un dossier",
                "verbose_name_plural": "causes des dossiers",
                "db_table": "reclamation_v_dossiers_causes",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CaseRow",
            fields=[
                ("dossier", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="dossier")),
                ("type_dossier", models.CharField(max_length=200, verbose_name="type de dossier")),
                ("etat", models.CharField(max_length=200, verbose_name="état")),
                ("rang_etat", models.SmallIntegerField(null=True, verbose_name="rang : état")),
                ("niveau", models.CharField(max_length=200, verbose_name="niveau de traitement")),
                ("rang_niveau", models.SmallIntegerField(null=True, verbose_name="rang : niveau de traitement")),
                ("criticite", models.CharField(max_length=200, null=True, verbose_name="niveau de criticité")),
                ("rang_criticite", models.SmallIntegerField(null=True, verbose_name="rang : niveau de criticité")),
                ("complexite", models.CharField(max_length=200, null=True, verbose_name="complexité")),
                ("recevabilite", models.CharField(max_length=200, null=True, verbose_name="recevabilité")),
                ("canal", models.CharField(max_length=200, null=True, verbose_name="canal")),
                ("qualite_auteur", models.CharField(max_length=200, null=True, verbose_name="qualité de l'auteur")),
                ("nature_demande", models.CharField(max_length=200, null=True, verbose_name="nature de la demande")),
                ("centre", models.CharField(max_length=200, verbose_name="centre")),
                ("unite_traitement", models.CharField(max_length=200, verbose_name="unité de traitement")),
                ("version_procedure", models.CharField(max_length=200, verbose_name="version de la procédure")),
                ("recu_le_utc", models.DateTimeField(verbose_name="reçu le")),
                ("jour_reception", models.DateField(verbose_name="jour de réception")),
                ("echeance", models.DateField(null=True, verbose_name="échéance")),
                ("reponse_attendue_le", models.DateField(null=True, verbose_name="réponse attendue le")),
                ("repondu_le_utc", models.DateTimeField(null=True, verbose_name="répondu le")),
                ("clos_le_utc", models.DateTimeField(null=True, verbose_name="clos le")),
                ("motif_cloture", models.CharField(max_length=200, null=True, verbose_name="motif de clôture")),
                ("anonymise_le_utc", models.DateTimeField(null=True, verbose_name="anonymisé le")),
            ],
            options={
                "verbose_name": "dossier",
                "db_table": "reclamation_v_dossiers",
                "ordering": ["dossier"],
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CaseSiteRow",
            fields=[
                ("cle", models.CharField(max_length=400, primary_key=True, serialize=False, verbose_name="clé")),
                ("centre", models.CharField(max_length=200, verbose_name="centre")),
                ("role_du_centre", models.CharField(max_length=200, verbose_name="rôle du centre")),
            ],
            options={
                "verbose_name": "centre d'un dossier",
                "verbose_name_plural": "centres des dossiers",
                "db_table": "reclamation_v_dossiers_sites",
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="EventRow",
            fields=[
                ("cle", models.CharField(max_length=400, primary_key=True, serialize=False, verbose_name="clé")),
                ("numero", models.IntegerField(verbose_name="numéro")),
                ("type", models.CharField(max_length=200, verbose_name="événement")),
                ("survenu_le_utc", models.DateTimeField(verbose_name="survenu le")),
                ("enregistre_le_utc", models.DateTimeField(verbose_name="enregistré le")),
                ("role", models.CharField(max_length=200, verbose_name="rôle")),
            ],
            options={
                "verbose_name": "événement",
                "db_table": "reclamation_v_evenements",
                "ordering": ["dossier", "numero"],
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="PublishedActionRow",
            fields=[
                ("cle", models.CharField(max_length=400, primary_key=True, serialize=False, verbose_name="clé")),
                ("perimetre", models.CharField(max_length=200, verbose_name="périmètre")),
                ("code_perimetre", models.CharField(max_length=200, null=True, verbose_name="code du périmètre")),
                ("numero", models.CharField(max_length=200, verbose_name="numéro")),
                ("type", models.CharField(max_length=200, verbose_name="type")),
                ("origine", models.CharField(max_length=200, verbose_name="origine")),
                (
                    "reference_origine",
                    models.CharField(max_length=200, null=True, verbose_name="référence de l'origine"),
                ),
                ("processus", models.CharField(max_length=200, null=True, verbose_name="processus")),
                ("centre", models.CharField(max_length=200, null=True, verbose_name="centre")),
                ("niveau", models.CharField(max_length=200, null=True, verbose_name="niveau de traitement")),
                ("rang_niveau", models.SmallIntegerField(null=True, verbose_name="rang : niveau de traitement")),
                ("famille_cause", models.CharField(max_length=200, null=True, verbose_name="famille de cause")),
                ("cause", models.TextField(null=True, verbose_name="cause")),
                ("action", models.TextField(null=True, verbose_name="action")),
                ("pilote", models.TextField(null=True, verbose_name="pilote")),
                ("priorite", models.CharField(max_length=200, null=True, verbose_name="priorité")),
                ("rang_priorite", models.SmallIntegerField(null=True, verbose_name="rang : priorité")),
                ("etat", models.CharField(max_length=200, verbose_name="état")),
                ("inscrite_le_utc", models.DateTimeField(null=True, verbose_name="inscrite le")),
                ("echeance", models.DateField(null=True, verbose_name="échéance")),
                ("demarree_le_utc", models.DateTimeField(null=True, verbose_name="démarrée le")),
                ("realisee_le_utc", models.DateTimeField(null=True, verbose_name="réalisée le")),
                ("critere", models.TextField(null=True, verbose_name="critère d'efficacité")),
                ("a_evaluer_le", models.DateField(null=True, verbose_name="à évaluer le")),
                ("efficacite", models.CharField(max_length=200, null=True, verbose_name="efficacité")),
                ("evaluee_le_utc", models.DateTimeField(null=True, verbose_name="évaluée le")),
                ("close_le_utc", models.DateTimeField(null=True, verbose_name="clôturée le")),
                ("abandonnee_le_utc", models.DateTimeField(null=True, verbose_name="abandonnée le")),
                ("reouvertures", models.IntegerField(null=True, verbose_name="réouvertures")),
                ("edition", models.IntegerField(verbose_name="édition")),
                ("publiee_le_utc", models.DateTimeField(verbose_name="publiée le")),
                ("plan", models.CharField(max_length=200, verbose_name="plan")),
            ],
            options={
                "verbose_name": "action d'un PGAAC publié",
                "verbose_name_plural": "actions des PGAAC publiés",
                "db_table": "reclamation_v_pgaac",
                "ordering": ["-publiee_le_utc", "cle"],
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="RegisteredCase",
            fields=[
                (
                    "reference",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="dossier"),
                )
            ],
            options={
                "verbose_name": "dossier enregistré",
                "verbose_name_plural": "dossiers enregistrés",
                "db_table": "reclamation_cases",
                "ordering": ["reference"],
                "abstract": False,
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("handling_unit", "unité de traitement"),
                            ("rqr", "RQR"),
                            ("aq", "AQ"),
                            ("system", "système"),
                        ],
                        max_length=30,
                        verbose_name="rôle",
                    ),
                ),
                (
                    "site",
                    models.CharField(
                        blank=True,
                        help_text="Laissez vide pour une région ou l'organisme.",
                        max_length=200,
                        verbose_name="centre",
                    ),
                ),
                (
                    "region",
                    models.CharField(
                        blank=True,
                        help_text="Laissez vide pour un centre ou l'organisme.",
                        max_length=200,
                        verbose_name="région",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reclamation_memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="utilisateur",
                    ),
                ),
            ],
            options={
                "verbose_name": "habilitation",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "role", "site", "region"), name="reclamation_membership_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("site", ""), ("region", ""), _connector="OR"),
                        name="reclamation_membership_site_or_region",
                    ),
                ],
            },
        ),
    ]
