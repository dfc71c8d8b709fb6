"""Create the schema of this library, the models on its views, and the memberships of users."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import migrations, models

from reclamation_core.integrations.django.apps import upgrade_schema


class Migration(migrations.Migration):
    """The first migration."""

    initial = True
    dependencies: ClassVar[Any] = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations: ClassVar[Any] = [
        migrations.RunPython(upgrade_schema, migrations.RunPython.noop),
        migrations.CreateModel(
            name="CaseRow",
            fields=[
                ("dossier", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="dossier")),
                ("type_dossier", models.CharField(max_length=100, verbose_name="type de dossier")),
                ("etat", models.CharField(max_length=100, verbose_name="état")),
                ("niveau", models.CharField(max_length=100, verbose_name="niveau de traitement")),
                ("criticite", models.CharField(max_length=100, null=True, verbose_name="niveau de criticité")),
                ("complexite", models.CharField(max_length=100, null=True, verbose_name="complexité")),
                ("recevabilite", models.CharField(max_length=100, null=True, verbose_name="recevabilité")),
                ("canal", models.CharField(max_length=100, null=True, verbose_name="canal")),
                ("qualite_auteur", models.CharField(max_length=100, null=True, verbose_name="qualité de l'auteur")),
                ("nature_demande", models.CharField(max_length=100, null=True, verbose_name="nature de la demande")),
                ("centre", models.CharField(max_length=200, verbose_name="centre")),
                ("unite_traitement", models.CharField(max_length=200, verbose_name="unité de traitement")),
                ("version_procedure", models.CharField(max_length=200, verbose_name="version de la procédure")),
                ("recu_le_utc", models.DateTimeField(verbose_name="reçu le")),
                ("jour_reception", models.DateField(verbose_name="jour de réception")),
                ("echeance", models.DateField(null=True, verbose_name="échéance")),
                ("reponse_attendue_le", models.DateField(null=True, verbose_name="réponse attendue le")),
                ("repondu_le_utc", models.DateTimeField(null=True, verbose_name="répondu le")),
                ("clos_le_utc", models.DateTimeField(null=True, verbose_name="clos le")),
                ("motif_cloture", models.CharField(max_length=100, null=True, verbose_name="motif de clôture")),
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
                        help_text="Laissez vide pour une région ou l'Afpa.",
                        max_length=200,
                        verbose_name="centre",
                    ),
                ),
                (
                    "region",
                    models.CharField(
                        blank=True,
                        help_text="Laissez vide pour un centre ou l'Afpa.",
                        max_length=200,
                        verbose_name="région",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=models.CASCADE,
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
