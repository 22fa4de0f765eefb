from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from actors.mail import mail_is_on
from actors.models.freshness import MONTHS_FRESH
from editing.freshness.reminding import (
    DAYS_BETWEEN_MAILS,
    MONTHS_BETWEEN_QUESTIONS,
    forget_old,
    letters_due,
    sent_one_by_one,
)


class Command(BaseCommand):
    help = (
        "Demande par courriel aux structures si leurs fiches sont encore justes : celles que personne n’a vérifiées "
        f"depuis longtemps, un courriel au plus par adresse en {DAYS_BETWEEN_MAILS} jours. Sans --wet-run, dit "
        "seulement à qui. Interrompue, la commande reprend où elle en était."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wet-run", action="store_true", help="envoyer vraiment")
        parser.add_argument(
            "--months",
            type=int,
            default=MONTHS_FRESH,
            help=f"fiches non vérifiées depuis tant de mois ({MONTHS_FRESH})",
        )
        parser.add_argument(
            "--between",
            type=int,
            default=MONTHS_BETWEEN_QUESTIONS,
            help=f"mois entre deux questions sur une même fiche ({MONTHS_BETWEEN_QUESTIONS})",
        )
        parser.add_argument("--limit", type=int, default=0, help="nombre de courriels au plus (0 : tous)")

    def handle(
        self, *, wet_run: bool, months: int, between: int, limit: int, verbosity: int, **options
    ) -> None:
        if not 1 <= months <= 120 or not 1 <= between <= 120:
            raise CommandError("--months et --between vont de 1 à 120.")
        if wet_run and not mail_is_on():
            raise CommandError(
                "Ce site n’envoie pas de courriels (EMAIL_HOST n’est pas réglé) : rien n’est envoyé, rien n’est noté."
            )
        letters, left_out = letters_due(months, between)
        chosen = letters[:limit] if limit > 0 else letters
        if wet_run:
            # Silent where the error stream is no terminal.
            bar = tqdm(
                sent_one_by_one(chosen), total=len(chosen), disable=None, leave=False, desc="courriels"
            )
            sent = sum(bar)
            forget_old()
        if not verbosity:
            return
        if not wet_run:
            for letter in chosen:
                names = ", ".join(actor.full_name for actor in letter.actors)
                self.stdout.write(f"{letter.address} : {names}")
        entries = sum(len(letter.actors) for letter in chosen)
        done = f"{sent} courriels partis" if wet_run else f"{len(chosen)} courriels à envoyer"
        rest = (
            f", {len(letters) - len(chosen)} autres une prochaine fois" if len(chosen) < len(letters) else ""
        )
        self.stdout.write(f"Vérification des fiches : {done}, pour {entries} fiches{rest}.")
        for reason, number in sorted(left_out.items()):
            self.stdout.write(f"Sans courriel : {number} fiches {reason}.")
        if not wet_run:
            self.stdout.write("Essai à blanc : rien n’est parti. Ajouter --wet-run pour envoyer.")
