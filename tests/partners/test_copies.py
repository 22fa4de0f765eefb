"""Copies of the directory: whatever changes in what the API says is told to who asks what changed since."""

import datetime
import json
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone
from reversion.models import Revision

from actors.actions.delete_actor import delete_actor
from actors.actions.erase_person import erase_person
from actors.actions.merge_actors import merge_actors
from actors.history import act, keep_missing
from actors.models import Activity, Actor, PublicId
from editing.letters.release import publish_letter, withdraw_letter
from editing.roles import EDITOR
from partners.records.dictionary import ACTOR_PARTS
from sources.models import Article, Letter, Person, Source
from territories.models import Change, record_change
from tests.editing.admin.forms import form_data
from tests.editing.imports.tables import apply, undone
from tests.factories import building
from tests.factories.actors import make_cooperation, make_organisation, make_place
from tests.factories.editors import make_user
from tests.factories.territories import make_territory

PARTS = ",".join(ACTOR_PARTS)


def get(client, address: str) -> dict:
    response = client.get(f"/api/v1{address}")
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def everything(client) -> dict[str, dict]:
    found = get(client, f"/actors?tri=id&par=100&include={PARTS}")
    assert found["next"] is None
    return {record["id"]: record for record in found["results"]}


@pytest.fixture
def old(directory):
    """The small directory, with more that can change, all of it written two days ago."""
    with building():
        directory.bassin = make_territory("informal", "bassin", "Bassin minier")
        make_place(directory.ressourcerie, directory.bassin)
        other = make_organisation(name="Autre", public_id="hjkmnpqr")
        make_cooperation(other, directory.ptce, "partner_of")
        Article.objects.filter(slug="dechets").update(title="Autour de Jeanne Dupontel")
        with act(what="Tout"):
            record_change(subject="all", key="", what="Tout")
        keep_missing()
        then = timezone.now() - datetime.timedelta(days=2)
        Actor.objects.update(updated_at=then, reached_at=None)
        Revision.objects.update(date_created=then)
        Change.objects.update(at=then)
    return directory


class Editor:
    """What somebody does in the back-office; each method is one kind of change."""

    def __init__(self, client, directory) -> None:
        self.client, self.made = client, directory

    def save(self, model: str, pk: int, **values) -> None:
        address = reverse(f"admin:{model}_change", args=[pk])
        answer = self.client.post(address, form_data(self.client.get(address)) | values)
        assert answer.status_code == 302, answer.context["errors"]

    def date_of_a_letter(self):
        self.save("sources_letter", self.made.letter.pk, earliest="2023-07-01", latest="2023-07-31")

    def title_of_an_article(self):
        self.save("sources_article", Article.objects.get(slug="dechets").pk, title="Titre corrigé")

    def address_of_a_source(self):
        self.save("sources_source", Source.objects.get(key="site").pk, url="https://die.exemple.fr/autre")

    def name_of_a_territory(self):
        self.save("territories_territory", self.made.bassin.pk, name="Bassin renommé")

    def name_of_an_activity(self):
        self.save("actors_activity", Activity.objects.get(slug="recyclerie").pk, name="Recyclerie créative")

    def end_of_an_activity(self):
        address = reverse("admin:actors_activity_delete", args=[Activity.objects.get(slug="recyclerie").pk])
        assert self.client.post(address, {"post": "yes"}).status_code == 302

    def name_of_a_partner(self):
        self.save("actors_organisation", self.made.die.pk, name="Nouveau nom")

    def address_of_a_partner(self):
        self.save("actors_organisation", self.made.die.pk, slug="die-bis")

    def number_of_a_partner(self):
        self.save("actors_organisation", self.made.die.pk, number="plural")

    def name_of_partners_in_bulk(self):
        apply({"Identifiant": "abcdefgh", "Nom": "Nouveau nom"})

    def partner_taken_offline_in_bulk(self):
        apply({"Identifiant": "abcdefgh", "Nom": "Dynamique", "Publication": "Brouillon"})

    def letter_withdrawn(self):
        withdraw_letter(letter=self.made.letter, user=make_user(EDITOR))

    def letter_published(self):
        publish_letter(letter=Letter.objects.get(slug="99"), user=make_user(EDITOR))

    def deletion(self):
        delete_actor(actor=Actor.objects.get(public_id="abcdefgh"))

    def merger(self):
        merge_actors(
            kept=Actor.objects.get(public_id="abcdefgh"), merged=Actor.objects.get(public_id="hjkmnpqr")
        )

    def erasure(self):
        erase_person(person=Person.objects.get())

    def person_that_becomes_known(self):
        address = reverse("admin:sources_person_add")
        data = form_data(self.client.get(address)) | {"name": "Collecte et revend", "slug": "collecte"}
        assert self.client.post(address, data).status_code == 302

    def other_spelling_of_a_person(self):
        self.save("sources_person", Person.objects.get().pk, other_spellings="Collecte et revend")


CHANGES = [name for name in vars(Editor) if not name.startswith("_") and name != "save"]


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_is_told(client, admin_client, old, change):
    before = everything(client)
    single = client.get("/api/v1/actors/abcdefgh")
    since = quote((timezone.now() - datetime.timedelta(seconds=1)).isoformat())
    getattr(Editor(admin_client, old), change)()
    after = everything(client)
    told = get(client, f"/actors?modifies_depuis={since}&tri=id&par=100")
    changed = {record["id"] for record in told["results"]}
    gone = {each["id"] for each in told["deleted"]}
    assert before != after
    assert {key for key in after if before.get(key) != after[key]} <= changed
    assert before.keys() - after.keys() <= gone
    for key in before.keys() & after.keys():
        assert before[key] == after[key] or before[key]["updated_at"] != after[key]["updated_at"], key
    again = client.get("/api/v1/actors/abcdefgh", headers={"if-none-match": single["ETag"]})
    assert again.status_code != 304


def test_the_whole_is_read_at_one_moment(client, old):
    """What changes while somebody walks may stand on a page that was taken before: the first one's moment counts."""
    pages = [get(client, "/actors?modifies_depuis=2000-01-01&tri=id&par=2")]
    while pages[-1]["next"]:
        pages.append(get(client, pages[-1]["next"].partition("/api/v1")[2]))
    assert len(pages) > 1
    assert [page["read_at"] is None for page in pages] == [False, *[True] * (len(pages) - 1)]
    assert not any(page["deleted"] for page in pages[1:])


# -- drafts --------------------------------------------------------------------------------------------


def ask_everywhere(client, public_id: str, slug: str) -> set[int]:
    addresses = (
        f"/id/{public_id}",
        f"/api/v1/actors/{public_id}",
        f"/api/v1/actors/{slug}",
        f"/acteurs/{slug}/",
    )
    return {
        client.get(address).status_code for address in (*addresses, f"/integration/v1/fiche/{public_id}/")
    }


def told_gone(client) -> dict[str, str]:
    deleted = get(client, "/actors?modifies_depuis=2000-01-01")["deleted"]
    return {each["id"]: each["fate"] for each in deleted if each["fate"] != "out_of_selection"}


def test_nobody_learns_of_a_draft_that_is_gone(client, old):
    draft = Actor.objects.get(public_id="defghjkm")
    slug = draft.slug
    assert ask_everywhere(client, "defghjkm", slug) == {404}
    delete_actor(actor=draft)
    assert ask_everywhere(client, "defghjkm", slug) == {404}
    assert told_gone(client) == {}


def test_nobody_learns_of_a_draft_that_was_merged(client, old):
    draft = Actor.objects.get(public_id="defghjkm")
    slug = draft.slug
    merge_actors(kept=Actor.objects.get(public_id="abcdefgh"), merged=draft)
    assert ask_everywhere(client, "defghjkm", slug) == {404}
    assert told_gone(client) == {}


def test_nobody_learns_of_an_import_that_was_taken_back(client, old):
    batch = apply({"Nom": "Venue d’un tableau"}, {"Nom": "Publiée d’un tableau", "Publication": "Publié"})
    shown = Actor.objects.get(name="Publiée d’un tableau").public_id
    undone(batch)
    assert told_gone(client) == {shown: "deleted"}
    assert Change.objects.filter(subject="actor", key=shown, fate="deleted").count() == 1


def test_who_was_out_is_told_however_they_went(client, old):
    """Taken offline in bulk, then deleted as a draft: a copy that had it drops it."""
    apply({"Identifiant": "abcdefgh", "Nom": "Dynamique", "Publication": "Brouillon"})
    assert told_gone(client) == {"abcdefgh": "withdrawn"}
    assert Change.objects.filter(subject="actor", key="abcdefgh", fate="withdrawn").count() == 1
    delete_actor(actor=Actor.objects.get(public_id="abcdefgh"))
    assert told_gone(client) == {"abcdefgh": "deleted"}
    assert client.get("/id/abcdefgh").status_code == 410


def test_who_never_was_out_is_not_told_withdrawn(client, old):
    assert PublicId.objects.get(value="efghjkmn").shown_at is None
    assert told_gone(client) == {}
