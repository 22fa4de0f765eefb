from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("actors", "0007_takeovers")]

    operations = [
        migrations.AddField(
            model_name="actor",
            name="last_confirmed_by",
            field=models.CharField(
                blank=True,
                choices=[("apes", "l’Apes"), ("actor", "la structure")],
                default="",
                editable=False,
                max_length=5,
                verbose_name="vérifié par",
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="actor",
            constraint=models.CheckConstraint(
                condition=Q(last_confirmed_by="")
                | Q(last_confirmed_by__in=["apes", "actor"], last_confirmed_on__isnull=False),
                name="actor_confirmed_by_dated",
                violation_error_message="Qui a vérifié une fiche va avec le jour où elle l’a été.",
            ),
        ),
    ]
