import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import editing.suggestion_models


class Migration(migrations.Migration):
    dependencies = [
        ("actors", "0008_confirmed_by"),
        ("editing", "0003_imports"),
        ("reversion", "0002_add_index_on_version_for_content_type_and_db"),
        ("territories", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SendingTrace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fingerprint", models.CharField(max_length=64, verbose_name="empreinte")),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="le")),
            ],
            options={
                "verbose_name": "envoi récent",
                "verbose_name_plural": "envois récents",
                "ordering": ["-sent_at", "-pk"],
                "indexes": [models.Index(fields=["fingerprint", "sent_at"], name="sendingtrace_recent")],
            },
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        default=editing.suggestion_models.new_reference,
                        editable=False,
                        max_length=8,
                        unique=True,
                        verbose_name="référence",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("correction", "Correction"),
                            ("closure", "Fermeture signalée"),
                            ("new", "Nouvel acteur"),
                            ("general", "Message"),
                        ],
                        max_length=10,
                        verbose_name="sorte",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "À traiter"),
                            ("accepted", "Acceptée"),
                            ("partly", "Acceptée en partie"),
                            ("refused", "Refusée"),
                            ("spam", "Indésirable"),
                        ],
                        db_index=True,
                        default="waiting",
                        max_length=8,
                        verbose_name="état",
                    ),
                ),
                (
                    "public_id",
                    models.CharField(blank=True, max_length=8, verbose_name="identifiant permanent"),
                ),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="nom")),
                (
                    "seen",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="valeurs montrées",
                    ),
                ),
                (
                    "proposed",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="valeurs proposées",
                    ),
                ),
                (
                    "decided",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="valeurs retenues",
                    ),
                ),
                ("message", models.TextField(blank=True, max_length=4000, verbose_name="message")),
                (
                    "how_known",
                    models.CharField(blank=True, max_length=400, verbose_name="comment on le sait"),
                ),
                (
                    "sender",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Non précisé"),
                            ("structure", "De la structure"),
                            ("other", "Quelqu’un d’autre"),
                        ],
                        max_length=9,
                        verbose_name="qui le dit",
                    ),
                ),
                (
                    "proven",
                    models.BooleanField(default=False, verbose_name="par le lien envoyé à la structure"),
                ),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="courriel de l’expéditeur"),
                ),
                (
                    "received_at",
                    models.DateTimeField(
                        db_index=True, default=django.utils.timezone.now, verbose_name="reçue le"
                    ),
                ),
                ("postponed_until", models.DateField(blank=True, null=True, verbose_name="reportée au")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="traitée le")),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "–"),
                            ("already", "C’est déjà dans l’annuaire"),
                            ("unverified", "Nous n’avons pas pu le vérifier"),
                            ("scope", "Cela sort du champ de l’annuaire"),
                            ("letters", "L’annuaire suit ses sources, qui disent autre chose"),
                            ("unclear", "Nous n’avons pas compris ce qu’il faut changer"),
                            ("other", "Autre raison, dite ci-dessous"),
                        ],
                        max_length=10,
                        verbose_name="raison du refus",
                    ),
                ),
                ("answer", models.TextField(blank=True, max_length=2000, verbose_name="réponse")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="réponse envoyée le"),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="suggestions",
                        to="actors.actor",
                        verbose_name="fiche",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="reversion.revision",
                        verbose_name="modification",
                    ),
                ),
                (
                    "territory",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="territories.territory",
                        verbose_name="territoire",
                    ),
                ),
            ],
            options={
                "verbose_name": "proposition reçue",
                "verbose_name_plural": "propositions reçues",
                "ordering": ["received_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["correction", "closure", "new", "general"]),
                            (
                                "reason__in",
                                ["", "already", "unverified", "scope", "letters", "unclear", "other"],
                            ),
                            ("sender__in", ["", "structure", "other"]),
                            ("state__in", ["waiting", "accepted", "partly", "refused", "spam"]),
                        ),
                        name="suggestion_lists",
                        violation_error_message="Sorte, état, expéditeur et raison sont dans les listes prévues.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("state", "waiting")),
                            models.Q(
                                models.Q(("state", "waiting"), _negated=True), ("decided_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="suggestion_decided_iff_not_waiting",
                        violation_error_message="Une proposition traitée dit quand elle l’a été.",
                    ),
                ],
            },
        ),
    ]
