from importlib import import_module

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate


class EditingConfig(AppConfig):
    """What editors work with: the admin of the actors, roles, history, bin."""

    name = "editing"
    verbose_name = "Rédaction"

    def ready(self) -> None:
        post_migrate.connect(_sync_roles, sender=self)
        # Whichever page logs somebody in, their session begins the same way.
        user_logged_in.connect(import_module("editing.accounts.middleware").password_given)
        import_module("editing.erasing")  # tells erase_person() how far it reaches here
        import_module("editing.letters.purging")  # tells purge_bin() the same


def _sync_roles(sender, using: str, **kwargs) -> None:
    from editing.roles import sync_roles  # models are loaded only now

    sync_roles()
