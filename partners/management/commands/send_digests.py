from collections import Counter

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from actors.mail import mail_is_on
from partners.following.digests import Outcome, due_ids, send_digest


class Command(BaseCommand):
    help = (
        "Envoie leurs nouveautés à ceux qui suivent une liste, un territoire ou un PTCE : un courriel au plus par "
        "rythme demandé, aucun quand rien n’a changé. À lancer chaque jour ; interrompu, il reprend où il en était."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--wet-run", action="store_true", help="envoyer vraiment ; sans cela, compte seulement"
        )

    def handle(self, *, wet_run: bool, **options) -> None:
        if wet_run and not mail_is_on():
            raise CommandError("L’envoi de courriels n’est pas en service sur ce site (EMAIL_HOST).")
        ids = due_ids(timezone.localdate())
        outcomes: Counter[Outcome] = Counter()
        for pk in tqdm(ids, desc="Suivis", disable=None):
            outcomes[send_digest(pk, wet_run=wet_run)] += 1
        counts = ", ".join(each.told(outcomes[each]) for each in Outcome)
        self.stdout.write(f"{len(ids)} suivi{'s' if len(ids) > 1 else ''} à échéance : {counts}.")
        if not wet_run:
            self.stdout.write("À blanc : rien n’est parti. Ajoutez --wet-run pour envoyer.")
