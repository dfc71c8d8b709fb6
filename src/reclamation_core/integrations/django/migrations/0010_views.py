"""Upgrade the schema of this library: sites for the views in French, and views for business intelligence."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

from reclamation_core.integrations.django.apps import upgrade_schema


def _added(name: str, field: models.Field[Any, Any]) -> Any:
    return migrations.AddField(model_name="caserow", name=name, field=field)


def _code(label: str) -> Any:
    return models.CharField(max_length=200, null=True, verbose_name=label)


class Migration(migrations.Migration):
    """The tenth migration."""

    schema = "0024"
    dependencies: ClassVar[Any] = [("reclamation_core", "0009_facets")]
    operations: ClassVar[Any] = [
        migrations.RunPython(upgrade_schema, migrations.RunPython.noop),
        _added("region", _code("région")),
        _added("theme", _code("thème")),
        _added("exigence", _code("exigence en cause")),
        _added("cycle", models.SmallIntegerField(null=True, verbose_name="cycle de réponse")),
        _added("recu_ou_rouvert_le", models.DateField(null=True, verbose_name="reçu ou rouvert le")),
        _added("accuse_reception_le", models.DateField(null=True, verbose_name="accusé de réception le")),
        _added("repondu_le", models.DateField(null=True, verbose_name="jour de la réponse")),
        _added("decision", _code("décision")),
        _added("issue_delai", _code("issue du délai")),
        _added("jours_calendaires", models.IntegerField(null=True, verbose_name="jours calendaires")),
    ]
