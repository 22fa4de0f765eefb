import sys
from collections import Counter

from django.core.management.base import BaseCommand

from apes_directory.diagnosis import Level, findings


class Command(BaseCommand):
    help = (
        "Dit en français ce qui va et ce qui ne va pas : programme, réglages, base, disque, sauvegardes, entretien. Ne "
        "change rien et ne nomme personne ; rend 1 si quelque chose est grave."
    )
    # Its own business: here they would stop it before it could tell.
    requires_system_checks = []

    def handle(self, **options) -> None:
        counts: Counter[Level] = Counter()
        for level, subject, text in findings():
            counts[level] += 1
            self.stdout.write(f"{level.value:7} {subject} : {text}")
        totals = ((Level.BAD, "graves"), (Level.LOOK, "à voir"), (Level.GOOD, "en ordre"))
        self.stdout.write("\n" + " ; ".join(f"{word} : {counts[level]}" for level, word in totals))
        if counts[Level.BAD]:
            sys.exit(1)
