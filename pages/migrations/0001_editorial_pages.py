import django.utils.timezone
from django.db import migrations, models

import pages.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="EditorialPage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        error_messages={"unique": "Une page a déjà cette adresse."},
                        help_text="La page se trouve à cette adresse pour toujours : « a-propos » donne /a-propos/.",
                        max_length=60,
                        unique=True,
                        validators=[pages.models.not_reserved],
                        verbose_name="adresse",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="titre")),
                ("body", models.TextField(max_length=50000, verbose_name="texte")),
                (
                    "footer_rank",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Les plus petits viennent d’abord. Vide : le bas des pages n’y mène pas.",
                        null=True,
                        verbose_name="rang en bas de page",
                    ),
                ),
                (
                    "footer_label",
                    models.CharField(
                        blank=True,
                        help_text="Vide : le titre.",
                        max_length=60,
                        verbose_name="libellé en bas de page",
                    ),
                ),
                (
                    "updated_on",
                    models.DateField(
                        default=django.utils.timezone.localdate, verbose_name="texte mis à jour le"
                    ),
                ),
                (
                    "seed",
                    models.JSONField(
                        blank=True, default=dict, editable=False, verbose_name="valeurs chargées"
                    ),
                ),
            ],
            options={
                "verbose_name": "page du site",
                "verbose_name_plural": "pages du site",
                "ordering": ["title", "pk"],
            },
        ),
    ]
