from django.core.management.base import BaseCommand

from editing.roles import ROLES, sync_roles


class Command(BaseCommand):
    help = "Met les groupes de l’administration en accord avec la table des rôles (docs/roles.md)."

    def handle(self, *args, **options) -> None:
        sync_roles()
        names = ", ".join(role.name for role in ROLES if role.rights)
        self.stdout.write(f"Rôles en place : {names}.")
