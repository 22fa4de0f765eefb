from django.core.management.base import BaseCommand

from actors import statistics


class Command(BaseCommand):
    help = "Dit ce que contient l’annuaire : acteurs par nature, type et lettre, liens par type, faits avec une source."

    def handle(self, **options):
        self.table("Acteurs par nature", statistics.natures())
        self.table("Acteurs par type", statistics.kinds())
        self.table("Acteurs par lettre", statistics.letters())
        self.table("Liens par type", statistics.links())
        facts = statistics.sourced()
        total, cited = sum(fact.total for fact in facts), sum(fact.cited for fact in facts)
        self.stdout.write("\nFaits et sources")
        for fact in facts:
            self.stdout.write(f"{fact.total:6d}  {fact.label} (dont {fact.cited} avec une source)")
        share = 100 * cited / total if total else 100
        self.stdout.write(f"{total:6d}  faits, dont {share:.1f} % avec une source")

    def table(self, title: str, rows: list[tuple[str, int]]) -> None:
        self.stdout.write(f"\n{title}")
        for label, count in rows:
            self.stdout.write(f"{count:6d}  {label}")
        self.stdout.write(f"{sum(count for _, count in rows):6d}  en tout")
