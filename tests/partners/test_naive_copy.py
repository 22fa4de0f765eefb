"""A naive copy of the directory, kept by « modifies_depuis » alone through random acts: it equals the whole."""

import datetime
import random
from urllib.parse import quote

import pytest
from django.utils import timezone

from actors.actions.confirm import confirm_actors
from actors.actions.delete_actor import delete_actors
from actors.actions.merge_actors import CannotMerge, merge_actors, undo_merger
from actors.actions.record import actor_changed
from actors.actions.restore import restore_from_bin
from actors.enums import ConfirmedBy, PublicationStatus
from actors.history import act, keep_missing
from actors.models import Actor, BinnedActor, Cooperation, Merger
from tests.editing.imports.tables import apply, undone
from tests.factories import building
from tests.factories.actors import make_cooperation, make_organisation, make_ptce
from tests.factories.territories import make_territory

ACTS = 30


class Copy:
    """Takes pages, drops what is deleted, replaces what it has; nothing more."""

    def __init__(self, client, address: str) -> None:
        self.client, self.address = client, address
        self.rows: dict[str, dict] = {}
        self.at = "1990-01-01"
        self.renew()

    def _pages(self, address: str):
        while address:
            answer = self.client.get(address)
            assert answer.status_code == 200, answer.content
            page = answer.json()
            yield page
            address = page["next"]

    def renew(self) -> None:
        pages = list(self._pages(f"{self.address}&tri=id&par=7&modifies_depuis={quote(self.at)}"))
        for page in pages:
            for gone in page["deleted"]:
                self.rows.pop(gone["id"], None)
            self.rows.update((row["id"], row) for row in page["results"])
        # Sharper than « read_at », so that nothing is told twice by luck.
        self.at = timezone.now().isoformat()

    def whole(self) -> dict[str, dict]:
        return {
            row["id"]: row for page in self._pages(f"{self.address}&tri=id&par=50") for row in page["results"]
        }


class Editors:
    """Random acts on a small directory, each by the door that the back-office takes."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.batches: list = []
        self.done: list[str] = []

    def act(self) -> None:
        kinds = [
            "edit",
            "rename",
            "publish",
            "link",
            "unlink",
            "delete",
            "restore",
            "merge",
            "part",
            "table",
            "undo",
        ]
        kind = self.dice.choice([*kinds, "edit", "confirm", "create"])
        if len(self._published()) < 4:
            kind = self.dice.choice(["create", "restore", "publish"])
        self.done.append(kind)
        getattr(self, f"_{kind}")()

    def _published(self) -> list[Actor]:
        return list(Actor.objects.published().order_by("pk"))

    def _anybody(self) -> list[Actor]:
        return list(Actor.objects.order_by("pk"))

    def _saved(self, actor: Actor, *, was_public: bool, others=()) -> None:
        actor.save()
        actor_changed(actor=actor, what="Modification", was_public=was_public)
        for other in Actor.objects.filter(pk__in=others).exclude(pk=actor.pk):
            actor_changed(actor=other, what="Modification", was_public=other.is_public)

    def _edit(self) -> None:
        actor = self.dice.choice(self._anybody())
        with act(what="Modification"):
            actor.summary = f"En une ligne {self.dice.random()}"
            if actor.nature == "organisation":
                actor.sphere = self.dice.choice(["ess", "public", "unknown"])
            actor.life_status = self.dice.choice(["unknown", "closed"])
            actor.life_status_year = 2022 if actor.life_status == "closed" else None
            self._saved(actor, was_public=actor.is_public)

    def _rename(self) -> None:
        actor = self.dice.choice(self._anybody())
        with act(what="Nom"):
            actor.name = f"Nom {self.dice.random()}"
            self._saved(actor, was_public=actor.is_public)

    def _publish(self) -> None:
        actor = self.dice.choice(self._anybody())
        was_public = actor.is_public
        with act(what="Publication"):
            actor.publication = self.dice.choice(PublicationStatus.values)
            self._saved(actor, was_public=was_public)

    def _link(self) -> None:
        one, other = self.dice.sample(self._published(), 2)
        kind, since = self.dice.choice(["partner_of", "member_of"]), str(self.dice.randint(1990, 2020))
        with act(what="Lien"):
            make_cooperation(one, other, kind, since=since)
            for end in (one, other):
                actor_changed(actor=end, what="Lien", was_public=True)

    def _unlink(self) -> None:
        links = list(Cooperation.objects.select_related("source", "target").order_by("pk"))
        if links:
            link = self.dice.choice(links)
            with act(what="Lien"):
                link.delete()
                for end in (link.source, link.target):
                    actor_changed(actor=end, what="Lien", was_public=end.is_public)

    def _delete(self) -> None:
        delete_actors(actors=self.dice.sample(self._anybody(), self.dice.choice([1, 1, 2])))

    def _restore(self) -> None:
        if binned := list(BinnedActor.objects.order_by("pk")):
            restore_from_bin(binned=self.dice.choice(binned), user=None)

    def _merge(self) -> None:
        kept, merged = self.dice.sample(self._anybody(), 2)
        try:
            merge_actors(kept=kept, merged=merged)
        except CannotMerge:
            self.done[-1] = "merge refused"

    def _part(self) -> None:
        if merger := Merger.objects.filter(undone_at=None).order_by("-pk").first():
            try:
                undo_merger(merger=merger)
            except CannotMerge:
                self.done[-1] = "part refused"

    def _table(self) -> None:
        actors = self.dice.sample(self._published(), 2)
        lines = [
            {
                "Identifiant": actor.public_id,
                "Nom": f"{actor.name} bis"[:100],
                "Publication": self.dice.choice(["Brouillon", "Publié", "Retiré"]),
            }
            for actor in actors
        ]
        new = {
            "Nom": f"D’un tableau {self.dice.random()}",
            "Publication": self.dice.choice(["Brouillon", "Publié"]),
        }
        self.batches.append(apply(*lines, new))

    def _undo(self) -> None:
        if self.batches:
            undone(self.batches.pop())

    def _confirm(self) -> None:
        ids = [actor.pk for actor in self.dice.sample(self._published(), 2)]
        confirm_actors(actor_ids=ids, by=ConfirmedBy.APES)

    def _create(self) -> None:
        with act(what="Création"):
            actor = make_organisation(name=f"Nouvelle {self.dice.random()}", publication="draft")
            self._saved(actor, was_public=False)


@pytest.mark.parametrize(
    ("seed", "query"),
    list(
        enumerate(
            [
                "/api/v1/actors?include=cooperations",
                "/api/v1/ptces?include=cooperations",
                "/api/v1/actors?famille=ess",
                "/api/v1/actors?territoire=62427",
            ]
        )
    ),
)
def test_a_naive_copy_equals_the_whole(client, db, seed, query):
    with building():
        towns = [make_territory(code="62427", name="Hénin-Beaumont"), None]
        for number in range(10):
            make_organisation(
                name=f"Structure {number}", place=towns[number % 2], sphere=("ess", "public")[number % 2]
            )
        make_ptce(name="Grappe")
        make_ptce(name="Pôle")
        keep_missing()
        first = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
        Actor.objects.update(updated_at=first)
    copy, editors = Copy(client, query), Editors(seed)
    assert copy.rows == copy.whole() != {}
    for number in range(ACTS):
        editors.act()
        if number % 3 == 2:
            copy.renew()
            assert copy.rows == copy.whole(), editors.done[-6:]
