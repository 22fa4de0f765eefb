from django.apps import AppConfig
from django.db.models.signals import pre_save


class TerritoriesConfig(AppConfig):
    name = "territories"
    verbose_name = "Territoires"

    def ready(self) -> None:
        from territories import tidying

        pre_save.connect(tidying.tidy, dispatch_uid="tidy")
