from django.apps import AppConfig


class ApesDirectoryConfig(AppConfig):
    """Holds the commands that prepare and serve an installation; has no model."""

    name = "apes_directory"
    verbose_name = "Annuaire"
