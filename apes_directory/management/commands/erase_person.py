from django.core.management.base import BaseCommand, CommandError

from actors.actions.erase_person import erase
from actors.actions.holdings import holdings
from apes_directory.management.commands.held_on import traces_of
from sources.models import Person


class Command(BaseCommand):
    help = (
        "Efface une personne partout et pour toujours, par ses noms, courriels et téléphones. Sans --wet-run, dit seulement "
        "combien de mentions partiraient."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "what", nargs="+", metavar="QUOI", help="noms et autres graphies, courriels, numéros"
        )
        parser.add_argument("--wet-run", action="store_true", help="effacer vraiment : cela ne se défait pas")

    def handle(self, *, what: list[str], wet_run: bool, **options) -> None:
        traces = traces_of(what)
        if not traces:
            raise CommandError("Donnez un nom, un courriel ou un numéro de téléphone.")
        persons = sum(traces.is_called(*person.spellings) for person in Person.objects.order_by("pk"))
        places = sum(1 for _ in holdings(traces))
        if wet_run:
            erase(traces=traces)
        left = sum(1 for _ in holdings(traces)) if wet_run else places
        done = f"effacées, {left} restent" if wet_run else "à effacer (rien n’est fait sans --wet-run)"
        self.stdout.write(f"{persons} personne(s), {places} mentions {done}.")
        if wet_run and left:
            self.stdout.write(
                "Ce qui reste est le nom d’une fiche ou d’un compte : « manage.py held_on » dit où."
            )
