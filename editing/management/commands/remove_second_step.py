"""For whoever lost telephone and recovery codes, where no administrator can enter any more."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from editing.accounts.attempts import open_again
from editing.accounts.second_factor import remove, tell


class Command(BaseCommand):
    help = (
        "Retire la validation en deux étapes d’un compte et oublie ses mauvais mots de passe : pour qui a perdu son "
        "téléphone et ses codes de secours. Ses sessions ouvertes se ferment."
    )

    def add_arguments(self, parser):
        parser.add_argument("name", metavar="NOM", help="nom d’utilisateur du compte")

    def handle(self, *args, name: str, **options) -> None:
        user = get_user_model().objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"Il n’y a pas de compte « {name} ».")
        open_again(user)
        if not remove(user=user):
            self.stdout.write(
                f"« {name} » n’avait pas de validation en deux étapes ; l’entrée lui est ouverte."
            )
            return
        tell(
            user,
            "La validation en deux étapes de votre compte vient d’être retirée depuis la machine qui tient le site.",
        )
        self.stdout.write(f"« {name} » entre de nouveau avec son seul mot de passe.")
