"""A page's worth of rows of every model: what the back-office lists and edits."""

import datetime

from django.contrib.auth import get_user_model
from django.utils import timezone

from actors.actions.delete_actor import delete_actor
from actors.actions.merge_actors import merge_actors
from actors.enums import AliasKind, Label, PtceStatus, Sector
from actors.models import (
    Activity,
    Actor,
    ActorLabel,
    ActorSector,
    NetworkLayout,
    NotTwins,
    OutsideId,
    PtceStatusEntry,
    PublicId,
    Seed,
)
from editing.freshness_models import Correspondent, LinkCheck, LinkState, Reminder
from editing.home_models import Postponement
from editing.import_models import ImportBatch, ImportRow
from editing.letter_models import LetterRelease, PendingFact, PreparedEntry
from editing.request_models import PersonRequest
from editing.suggestion_models import SendingTrace, Suggestion
from partners.models import Subscription, UsageCount
from sources.models import ErasedPerson
from territories.enums import TerritoryKind
from territories.models import Change
from tests.factories import building
from tests.factories.actors import (
    make_alias,
    make_area,
    make_citation,
    make_contact,
    make_cooperation,
    make_figure,
    make_initiative,
    make_organisation,
    make_place,
    make_ptce,
    make_spokesperson,
    make_wish,
)
from tests.factories.sources import make_article, make_letter, make_mention, make_person, make_source
from tests.factories.territories import (
    make_adjacency,
    make_boundary,
    make_containment,
    make_succession,
    make_territory,
)


@building()
def make_commune():
    """A commune with a parent, a postal code and its department."""
    department = make_territory(TerritoryKind.DEPARTMENT)
    commune = make_territory(TerritoryKind.COMMUNE, postal_codes=("62000",), parent=department)
    make_containment(department, commune)
    return commune


@building()
def fill(actor: Actor, number: int) -> None:
    """One more row in every inline of ``actor``, each with a source of its own."""
    rows = [
        make_alias(actor, f"Nom {number}", kind=AliasKind.OTHER),
        make_place(actor, make_commune(), address=f"{number} rue Haute"),
        make_area(actor, make_commune()),
        make_contact(actor, value=f"https://exemple.fr/{number}"),
        make_spokesperson(actor),
        make_figure(actor, year=2000 + number),
        make_cooperation(actor, make_organisation()),
        make_cooperation(make_initiative(), actor),
        make_wish(actor, text=f"Envie {number}"),
    ]
    targets = [
        "alias",
        "place",
        "area",
        "contact",
        "spokesperson",
        "figure",
        "cooperation",
        "cooperation",
        "wish",
    ]
    ActorSector.objects.create(actor=actor, sector=Sector.values[number], position=number)
    ActorLabel.objects.create(actor=actor, label=Label.values[number])
    OutsideId.objects.create(actor=actor, scheme="wikidata", value=f"Q{actor.pk}{number}")
    if actor.nature == "ptce":
        rows.append(
            PtceStatusEntry.objects.create(actor=actor, status=PtceStatus.ACTIVE, date=f"201{number}")
        )
        targets.append("status")
    for row, target in zip(rows, targets, strict=True):
        make_citation(**{target: row})
    make_citation(actor=actor)


@building()
def make_activity(number: int) -> Activity:
    return Activity.objects.create(slug=f"activite-{number}", name=f"Activité {number}")


@building()
def make_everything(number: int) -> None:
    """At least one more row of every model of the directory."""
    for actor in (make_organisation(), make_initiative(), make_ptce()):
        fill(actor, number)
        actor.activities.add(make_activity(actor.pk))
    commune, other = make_commune(), make_commune()
    make_boundary(commune)
    make_succession(commune, other)
    make_adjacency(commune, other)
    make_figure(territory=commune)
    article = make_article(make_letter(), authors=[make_person()])
    make_mention(article, commune)
    make_source()
    delete_actor(actor=make_organisation(name=f"Fiche supprimée {number}"))
    merge_actors(kept=make_organisation(), merged=make_organisation(name=f"Fiche réunie {number}"))
    first, second = (PublicId.objects.get(actor=make_organisation()) for _ in range(2))
    NotTwins.objects.create(first=first, second=second)
    ErasedPerson.objects.create(fingerprint=f"{number:064}", erased_on=datetime.date(2026, 1, number))
    Seed.objects.create(key=f"actor:{number}", model="actors.Actor", row_id=number, data={})
    NetworkLayout.objects.create(version=number, fingerprint="", positions={})
    Change.objects.create(subject="all", what=f"Changement {number}")
    Subscription.objects.create(email=f"a{number}@exemple.fr", title="acteurs")
    UsageCount.objects.create(
        day=datetime.date(2026, 1, number), kind="embed", name="fiche", host="exemple.fr", count=3
    )


@building()
def make_back_office(number: int) -> None:
    """One more row of every table of the back-office that has a list."""
    actor, letter = make_organisation(), make_letter()
    user, now = get_user_model().objects.create_user(f"personne-{number}"), timezone.now()
    release = LetterRelease.objects.create(letter=letter, planned_by=user)
    PreparedEntry.objects.create(release=release, actor=actor)
    values = {"name": f"Nom {number}", "kind": "other"}
    PendingFact.objects.create(article=make_article(letter), actor=actor, kind="alias", values=values)
    Suggestion.objects.create(reference=f"REF{number}", kind="correction", actor=actor, decided_by=user)
    PersonRequest.objects.create(
        reference=f"PER{number}", kind="remove", state="done", decided_at=now, decided_by=user
    )
    SendingTrace.objects.create(fingerprint=f"{number}")
    address = f"https://exemple.fr/{number}"
    LinkCheck.objects.create(address=address, state=LinkState.values[0], checked_at=now, due_at=now)
    correspondent = Correspondent.objects.create(fingerprint=f"{number}")
    Reminder.objects.create(correspondent=correspondent, entry=PublicId.objects.get(actor=actor))
    batch = ImportBatch.objects.create(created_by=user, file_name="tableau.csv")
    ImportRow.objects.create(batch=batch, line=number, actor=actor)
    Postponement.objects.create(worklist="sans-lieu", actor=actor, until=now.date(), postponed_by=user)
