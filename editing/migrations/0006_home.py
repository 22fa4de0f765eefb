import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("editing", "0005_freshness"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TwinTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=80, verbose_name="empreinte")),
                ("pairs", models.JSONField(default=list, verbose_name="paires")),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="compté le"),
                ),
            ],
            options={
                "verbose_name": "compte des doublons probables",
                "verbose_name_plural": "comptes des doublons probables",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Postponement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("worklist", models.SlugField(max_length=40, verbose_name="liste")),
                ("until", models.DateField(verbose_name="revient le")),
                (
                    "postponed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="reportée le"
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="postponements",
                        to="actors.actor",
                        verbose_name="fiche",
                    ),
                ),
                (
                    "postponed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reportée par",
                    ),
                ),
            ],
            options={
                "verbose_name": "fiche reportée",
                "verbose_name_plural": "fiches reportées",
                "ordering": ["until", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("worklist", "actor"),
                        name="postponement_unique",
                        violation_error_message="Cette fiche est déjà reportée dans cette liste.",
                    )
                ],
            },
        ),
    ]
