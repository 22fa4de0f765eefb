from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate


class ActorsConfig(AppConfig):
    name = "actors"
    verbose_name = "Acteurs"

    def ready(self) -> None:
        from actors.index import engine  # models are loaded only now

        post_migrate.connect(engine.after_migrate, sender=self)
        checks.register(engine.check_triggers, checks.Tags.database)
