from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("actors", "0008_confirmed_by")]

    operations = [
        migrations.AddField(
            model_name="publicid",
            name="shown_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="en ligne depuis"),
        ),
        migrations.AddField(
            model_name="publicid",
            name="hidden_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="hors ligne depuis"),
        ),
        migrations.AddField(
            model_name="actor",
            name="reached_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="atteint le"),
        ),
    ]
