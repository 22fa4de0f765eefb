"""What ``huge.py`` runs in processes of their own: making the database, and streaming a file of it to nowhere."""

import datetime
import json
import resource
import sys
import time

import django

django.setup()

from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402
from reversion.models import Revision, Version  # noqa: E402

from actors.enums import CooperationKind, Sector  # noqa: E402
from actors.models import Actor, ActorSector, Citation, ContactPoint, Cooperation, Place  # noqa: E402
from partners.downloads.datasets import DATASETS  # noqa: E402
from partners.downloads.files import File, written  # noqa: E402
from partners.downloads.request import Request  # noqa: E402
from partners.records import Links  # noqa: E402
from territories.models import Change  # noqa: E402
from tests.factories.sources import make_article  # noqa: E402
from tests.factories.territories import make_territory  # noqa: E402

_BATCH = 5000
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def _public_id(number: int) -> str:
    signs = []
    for _ in range(8):
        number, rest = divmod(number, len(_LETTERS))
        signs.append(_LETTERS[rest])
    return "".join(reversed(signs))


def make(count: int) -> None:
    """Bare rows, without search: a place, a sector, a web site, a source, a link, a change and a kept state each."""
    call_command("migrate", verbosity=0)
    towns = [make_territory(latitude=50.0 + at / 100, longitude=2.5) for at in range(50)]
    sources = [make_article().source for _ in range(20)]
    for start in range(0, count, _BATCH):
        numbers = range(start, min(start + _BATCH, count))
        actors = Actor.objects.bulk_create(
            Actor(
                public_id=_public_id(at),
                slug=f"acteur-{at}",
                nature="organisation",
                organisation_kind="integration",
                sphere="ess",
                name=f"Acteur numéro {at}",
                name_key=f"acteur numero {at}",
                summary="Collecte, répare et revend ce dont d’autres ne veulent plus",
                description="Une description de quelques lignes, comme en ont les fiches de l’annuaire. " * 4,
                legal_form="association",
                publication="published",
                life_status="active",
                life_status_year=2022,
            )
            for at in numbers
        )
        Place.objects.bulk_create(
            Place(actor=each, territory=towns[each.pk % 50], role="seat") for each in actors
        )
        ActorSector.objects.bulk_create(
            ActorSector(actor=each, sector=Sector.REUSE, position=1) for each in actors
        )
        ContactPoint.objects.bulk_create(
            ContactPoint(actor=each, kind="website", value=f"https://acteur-{each.pk}.exemple.fr/")
            for each in actors
        )
        Citation.objects.bulk_create(
            Citation(actor=each, source=sources[each.pk % 20], role="subject") for each in actors
        )
        links = Cooperation.objects.bulk_create(
            Cooperation(source=one, target=other, kind=CooperationKind.SUPPORTS)
            for one, other in zip(actors, [*actors[1:], actors[0]], strict=True)
        )
        Citation.objects.bulk_create(
            Citation(cooperation=each, source=sources[each.pk % 20]) for each in links
        )
        Change.objects.bulk_create(
            Change(number=each.pk, subject="actor", key=each.public_id, what="Fiche") for each in actors
        )
        # As after an import: one act, a state of each entry. The text is short, and nobody reads it here.
        act = Revision.objects.create(date_created=timezone.now())
        Version.objects.bulk_create(
            Version(
                revision=act,
                content_type=ContentType.objects.get_for_model(Actor),
                object_id=str(each.pk),
                db="default",
                format="json",
                serialized_data="{}",
            )
            for each in actors
        )


def stream(dataset: str, suffix: str) -> None:
    started, size = time.process_time(), 0
    links = Links("https://annuaire.exemple.fr")
    on = datetime.date(2026, 11, 22).isoformat()
    for block in written(File(DATASETS[dataset], Request(), links, on, f"{links.base}/donnees/"), suffix):
        size += len(block)
    # Kilobytes on Linux.
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"megabytes": round(most), "seconds": round(time.process_time() - started, 1), "bytes": size}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(int(sys.argv[2]))
    else:
        stream(sys.argv[2], sys.argv[3])
