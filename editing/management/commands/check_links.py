from collections import Counter

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from editing.freshness.checking import addresses_due, forget_unused, outcomes, reacher, record
from editing.freshness_models import LinkCheck, LinkState


class Command(BaseCommand):
    help = (
        "Demande aux sites que donnent les fiches et les sources s’ils répondent encore, ceux dont c’est le tour "
        "seulement, et note leur réponse. Aucune fiche n’est modifiée. Interrompue, la vérification reprend où elle "
        "en était."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=0, help="nombre d’adresses au plus (0 : toutes)")
        parser.add_argument("--workers", type=int, default=8, help="sites interrogés à la fois (8)")

    def handle(self, *, limit: int, workers: int, verbosity: int, **options) -> None:
        due = addresses_due()
        asked = due[:limit] if limit > 0 else due
        counts = Counter()
        answers = outcomes(asked, reacher(), min(max(workers, 1), 32))
        try:
            # Silent where the error stream is no terminal.
            for address, outcome in tqdm(answers, total=len(asked), disable=None, leave=False, desc="liens"):
                record(address, outcome)
                counts[outcome.state] += 1
        except KeyboardInterrupt:
            self.stderr.write("Interrompue : ce qui est vérifié est noté, la prochaine fois reprendra ici.")
        finally:
            answers.close()
        forget_unused()
        if verbosity:
            told = ", ".join(
                f"{LinkState(state).label.lower()} : {counts[state]}"
                for state in LinkState.values
                if counts[state]
            )
            self.stdout.write(
                f"Liens : {counts.total()} adresses vérifiées{f' ({told})' if told else ''}, "
                f"{len(due) - counts.total()} à vérifier encore. "
                f"En tout {LinkCheck.objects.dead().count()} liens morts, {LinkCheck.objects.moved().count()} déplacés."
            )
