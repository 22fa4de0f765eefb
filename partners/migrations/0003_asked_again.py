from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0002_following")]

    operations = [
        migrations.AddField(
            model_name="subscription",
            name="asked_again_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="redemandé le"),
        ),
    ]
