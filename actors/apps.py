from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate


class ActorsConfig(AppConfig):
    name = "actors"
    verbose_name = "Acteurs"

    def ready(self) -> None:
        # Models are loaded only now.
        import actors.actions.obey  # noqa: F401 (has the last word on every act)
        from actors.history import reversion_setup
        from actors.index import engine

        reversion_setup.register()
        post_migrate.connect(engine.after_migrate, sender=self)
        post_migrate.connect(reversion_setup.after_migrate, sender=self)
        checks.register(engine.check_triggers, checks.Tags.database)
