from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0002_letter_state")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="hidden_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="masquée depuis le"),
        ),
        migrations.AddField(
            model_name="erasedperson",
            name="kind",
            field=models.CharField(
                choices=[("name", "Nom"), ("email", "Courriel"), ("phone", "Téléphone")],
                default="name",
                max_length=5,
                verbose_name="sorte",
            ),
        ),
        migrations.AddField(
            model_name="erasedperson",
            name="words",
            field=models.CharField(
                blank=True, max_length=100, verbose_name="empreintes des mots", default=""
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="erasedperson",
            name="key_mark",
            field=models.CharField(blank=True, max_length=8, verbose_name="marque de la clé", default=""),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="erasedperson",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["name", "email", "phone"])),
                name="erasedperson_kind_in_list",
                violation_error_message="La sorte d’une empreinte est dans la liste prévue.",
            ),
        ),
    ]
