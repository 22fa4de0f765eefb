"""Make an account for the back-office, asking in French."""

import sys
from getpass import getpass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction

from apes_directory.settings import env_str
from editing.models import EditorTerritory
from editing.roles import ADMINISTRATOR, BY_KEY, LOCAL_EDITOR, ROLES, Role, give_role, sync_roles
from territories.models import Territory


class Command(BaseCommand):
    help = (
        "Crée un compte de l’administration, avec tous les droits sauf --role contraire (docs/roles.md). "
        "Demande un nom et un mot de passe, ou les prend dans EDITOR_NAME et EDITOR_PASSWORD."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        keys = [role.key for role in ROLES if role.rights]
        parser.add_argument("--role", choices=keys, default=ADMINISTRATOR.key, help="rôle du compte")
        parser.add_argument(
            "--territory",
            action="append",
            default=[],
            metavar="ADRESSE",
            help="territoire confié, par la fin de son adresse (« riviere-62 ») ; plusieurs fois au besoin",
        )

    def handle(self, *args, role: str, territory: list[str], **options) -> None:
        if bool(territory) != BY_KEY[role].local:
            raise CommandError(f"--territory va avec --role {LOCAL_EDITOR.key}, et lui seul.")
        name, password = env_str("EDITOR_NAME"), env_str("EDITOR_PASSWORD")
        if bool(name) != bool(password):
            raise CommandError("EDITOR_NAME et EDITOR_PASSWORD vont ensemble.")
        try:
            if name:
                self.check_name(name)
                self.check_password(name, password)
            elif sys.stdin.isatty():
                name = self.ask_name()
                password = self.ask_password(name)
            else:
                raise CommandError(
                    "Sans terminal, donnez EDITOR_NAME et EDITOR_PASSWORD dans l’environnement."
                )
            self.create(name, password, BY_KEY[role], territory)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except DatabaseError as error:
            raise CommandError(f"La base n’est pas prête, lancez d’abord « make run » ({error}).") from None
        except (KeyboardInterrupt, EOFError):
            raise CommandError("Aucun compte n’a été créé.") from None
        self.stdout.write(
            f"Le compte « {name} » ({BY_KEY[role].name.lower()}) est créé : il ouvre l’administration, "
            f"http://{settings.HOST}:{settings.PORT}/admin/ quand « make run » tourne."
        )

    @transaction.atomic
    def create(self, name: str, password: str, role: Role, slugs: list[str]) -> None:
        territories = Territory.objects.in_bulk(slugs, field_name="slug")
        if unknown := sorted(set(slugs) - set(territories)):
            raise CommandError(f"Aucun territoire à l’adresse {', '.join(unknown)}.")
        sync_roles()
        user = get_user_model().objects.create_user(name, password=password)
        give_role(user, role)
        EditorTerritory.objects.bulk_create(
            EditorTerritory(user=user, territory=territory) for territory in territories.values()
        )

    def check_name(self, name: str) -> None:
        """Raise ValidationError for a name that Django refuses or that is taken (1 query)."""
        user_model = get_user_model()
        field = user_model._meta.get_field(user_model.USERNAME_FIELD)
        field.clean(name, None)
        if user_model.objects.filter(**{user_model.USERNAME_FIELD: name}).exists():
            raise ValidationError(
                f"Le compte « {name} » existe déjà (pour changer son mot de passe : "
                f".venv/bin/python manage.py changepassword {name})."
            )

    def check_password(self, name: str, password: str) -> None:
        validate_password(password, get_user_model()(username=name))

    def ask_name(self) -> str:
        while True:
            name = input("Nom d’utilisateur : ").strip()
            try:
                self.check_name(name)
            except ValidationError as error:
                self.stderr.write(" ".join(error.messages))
            else:
                return name

    def ask_password(self, name: str) -> str:
        while True:
            password = getpass("Mot de passe (12 caractères au moins, rien ne s’affiche) : ")
            try:
                self.check_password(name, password)
            except ValidationError as error:
                self.stderr.write(" ".join(error.messages))
                continue
            if password == getpass("Le même, encore une fois : "):
                return password
            self.stderr.write("Les deux ne sont pas les mêmes.")
