from importlib import import_module

from django.apps import AppConfig


class ApesDirectoryConfig(AppConfig):
    """Holds the commands that prepare and serve an installation; has no model."""

    name = "apes_directory"
    verbose_name = "Annuaire"

    def ready(self) -> None:
        import_module("apes_directory.remains")  # tells erase_person() how far it reaches here
        import_module("apes_directory.connections").watch()
