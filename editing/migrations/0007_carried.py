from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("editing", "0006_home")]

    operations = [
        migrations.AddField(
            model_name="pendingfact",
            name="carried",
            field=models.JSONField(blank=True, default=list, verbose_name="repris de fiches réunies"),
        ),
        migrations.AddField(
            model_name="preparedentry",
            name="carried",
            field=models.JSONField(blank=True, default=list, verbose_name="repris de fiches réunies"),
        ),
    ]
