"""All that the installation holds on somebody: what is answered to who asks for it."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from actors.actions.holdings import holdings
from apes_directory.backups.archive import copies_in
from apes_directory.remains import error_files, spoilt_databases
from partners.editions import EDITIONS
from sources.erasure import DoNotRestore, Traces
from sources.models import Person

_TEXT_FILES = {".csv", ".json", ".jsonl", ".geojson", ".ttl", ".txt", ".md", ".html", ".xml"}


class Command(BaseCommand):
    help = (
        "Dit tout ce qui est gardé d’une personne, par son nom, son courriel ou son téléphone : chaque table, l’historique, la "
        "corbeille, les fichiers de départ, les éditions et le relevé des erreurs. N’écrit rien."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "what", nargs="+", metavar="QUOI", help="noms et autres graphies, courriels, numéros de téléphone"
        )

    def handle(self, *, what: list[str], **options) -> None:
        traces = traces_of(what)
        if not traces:
            raise CommandError("Donnez un nom, un courriel ou un numéro de téléphone.")
        persons = [person for person in Person.objects.order_by("pk") if traces.is_called(*person.spellings)]
        for person in persons:
            self._person(person)
        traces = Traces.of(
            [*traces.names, *(name for person in persons for name in person.spellings)],
            traces.emails,
            traces.phones,
        )
        found: Counter = Counter()
        for holding in holdings(traces):
            found[holding.table] += 1
            self.stdout.write(f"{holding.table}, ligne {holding.pk}, {holding.column} : {holding.excerpt}")
        for path in files_that_say(traces):
            found["fichiers"] += 1
            self.stdout.write(f"fichier {path}")
        if DoNotRestore.read().forbids(*traces.names):
            self.stdout.write("Ce nom est sur la liste des personnes effacées.")
        self._unread()
        told = ", ".join(f"{table} {number}" for table, number in sorted(found.items()))
        self.stdout.write(
            f"{len(persons)} personne(s) ; mentions : {told}." if found else "Rien n’est gardé sous ces noms."
        )

    def _unread(self) -> None:
        """What may hold the person as well and can't be looked through: copies, which lose whoever is erased when they
        come back, and spoilt databases."""
        if copies := copies_in(settings.BACKUP_DIR):
            self.stdout.write(
                f"Non lues : {len(copies)} sauvegardes depuis le {copies[0].moment:%d/%m/%Y}. Revenir à l’une d’elles ne "
                "ramène personne qui a été effacé ; elles disparaissent en six mois."
            )
        for path in spoilt_databases():
            self.stdout.write(f"Non lue : {path}, une base abîmée mise de côté, à effacer.")

    def _person(self, person: Person) -> None:
        hidden = f", masquée depuis le {person.hidden_on:%d/%m/%Y}" if person.hidden_on else ""
        self.stdout.write(f"Personne {person.pk} : {' / '.join(person.spellings)}{hidden}")
        for row in person.functions.select_related("actor"):
            self.stdout.write(f"  porte-parole de {row.actor} : {row.role or row.get_category_display()}")
        for article in person.articles.select_related("letter"):
            self.stdout.write(f"  signe dans {article.letter.short_label} : {article.title}")


def traces_of(what: list[str]) -> Traces:
    """What was typed, told apart: an address has an @, a number more digits than letters."""
    emails = [each for each in what if "@" in each]
    phones = [
        each for each in what if "@" not in each and sum(map(str.isdigit, each)) > sum(map(str.isalpha, each))
    ]
    return Traces.of([each for each in what if each not in emails and each not in phones], emails, phones)


def files_that_say(traces: Traces) -> Iterator[Path]:
    """Files of the editions, of the fixtures and of errors that say something of the person; read line by line."""
    editions = [path for edition in EDITIONS.all() for path in _files(EDITIONS.folder_of(edition))]
    for path in [*editions, *_files(Path(settings.FIXTURES_DIR)), *error_files()]:
        with path.open(encoding="utf-8", errors="replace") as file:
            if any(traces.knows(line) for line in file):
                yield path


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in _TEXT_FILES and path.is_file())
