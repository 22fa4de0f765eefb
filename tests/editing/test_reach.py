"""What somebody does to their own entries changes nobody else's, and nobody reaches beyond their territories."""

import pytest
from django.urls import reverse

from actors.actions.delete_actor import delete_actor
from actors.actions.facts import Fact
from actors.actions.merge_actors import merge_actors, undo_merger
from actors.actions.restore import restore_version
from actors.history import keep_missing, versions_of
from actors.models import Actor, Cooperation, NotTwins
from editing.duplicates.listing import tell_apart
from editing.import_models import ImportBatch, ImportState
from editing.letter_models import PendingFact
from editing.letters.entering import enter_fact
from editing.roles import ADMINISTRATOR, CONTRIBUTOR, EDITOR, LOCAL_EDITOR, MODERATOR
from territories.models import Change
from tests.editing.admin.forms import add_row, form_data
from tests.editing.imports import tables
from tests.editing.letters.typing import facts, make_prepared, page_of
from tests.factories import building
from tests.factories.actors import make_area, make_cooperation, make_organisation
from tests.factories.editors import logged_in, make_user
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db

LINK = {"kind": "runs", "status": "active", "certainty": "stated", "reason": "", "since": "", "until": ""}


@pytest.fixture
def inside():
    return make_territory()


@pytest.fixture
def local(inside):
    return make_user(LOCAL_EDITOR, "lea", [inside])


@pytest.fixture
def contributor():
    return make_user(CONTRIBUTOR, "camille")


@pytest.fixture
def moderator():
    return make_user(MODERATOR, "max")


# -- links of an entry in preparation with a published one ----------------------------------------------


def by_the_page_of_the_link(client, own, public):
    citations = {"citations-TOTAL_FORMS": 0, "citations-INITIAL_FORMS": 0}
    client.post(
        reverse("admin:actors_cooperation_add"), {**LINK, **citations, "source": own.pk, "target": public.pk}
    )


def by_the_form_of_the_entry(client, own, public):
    page = reverse("admin:actors_organisation_change", args=[own.pk])
    row = {**LINK, "target": public.pk, "source": own.pk, "id": "", "cited_source": ""}
    client.post(page, {**add_row(form_data(client.get(page)), "links_out", **row), "_draft": "1"})


def by_an_article(client, own, public):
    row = {"phrase": "runs:source", "other": str(public), "status": "active"}
    facts(client, make_prepared().articles.get(), own, cooperation=[row])


WAYS = [by_the_page_of_the_link, by_the_form_of_the_entry, by_an_article]


@pytest.mark.parametrize("link", WAYS)
def test_a_drafts_link_is_no_change_of_the_published_entry(contributor, moderator, link):
    """Neither its history nor the directory tells of it, and its merger can still be undone."""
    own = make_organisation(name="La mienne", publication="draft", created_by=contributor)
    public, merged = make_organisation(name="Publique"), make_organisation(name="Réunie")
    keep_missing()
    merger = merge_actors(kept=public, merged=merged, user=moderator)
    versions, number = versions_of(public.pk).count(), Change.objects.version()
    link(logged_in(contributor), own, public)
    made = Cooperation.objects.get(source=own, target=public)
    assert versions_of(public.pk).count() == versions
    assert Change.objects.version() == number
    assert versions_of(own.pk).first().revision.user == contributor
    undo_merger(merger=merger, user=moderator)
    assert sorted(Actor.objects.published().values_list("name", flat=True)) == ["Publique", "Réunie"]
    # What the contributor prepared is still there.
    assert Cooperation.objects.get() == made


def test_a_drafts_link_does_not_keep_an_import_from_being_undone(contributor, moderator):
    own = make_organisation(name="La mienne", publication="draft", created_by=contributor)
    public = make_organisation(name="Publique")
    keep_missing()
    batch = tables.apply({"Identifiant": public.public_id, "Résumé": "Importé"}, user=moderator)
    by_the_page_of_the_link(logged_in(contributor), own, public)
    tables.undone(batch)
    batch.refresh_from_db()
    assert (batch.state, batch.problems) == (ImportState.UNDONE, [])
    assert Actor.objects.get(pk=public.pk).summary == ""
    assert Cooperation.objects.get().source_id == own.pk


def test_going_back_leaves_the_links_of_drafts(contributor):
    own = make_organisation(publication="draft", created_by=contributor)
    public = make_organisation(name="Publique")
    keep_missing()
    by_the_page_of_the_link(logged_in(contributor), own, public)
    restored = restore_version(version=versions_of(public.pk).last(), user=make_user(EDITOR))
    assert restored.left_out == []
    assert Cooperation.objects.count() == 1


def test_a_published_entrys_own_links_go_back_as_ever():
    one, other = make_organisation(name="Une"), make_organisation(name="Autre")
    keep_missing()
    client = logged_in(make_user(EDITOR))
    by_the_page_of_the_link(client, one, other)
    assert versions_of(other.pk).count() == 2
    restore_version(version=versions_of(other.pk).last(), user=None)
    assert not Cooperation.objects.exists()


def test_publishing_an_entry_tells_those_linked_with_it(inside):
    draft, public = make_organisation(name="Prête", publication="draft"), make_organisation(name="Publique")
    with building():
        make_cooperation(draft, public)
    keep_missing()
    client = logged_in(make_user(EDITOR))
    page = reverse("admin:actors_organisation_change", args=[draft.pk])
    before = Change.objects.version()
    assert client.post(page, {**form_data(client.get(page)), "_publish": "1"}).status_code == 302
    told = Change.objects.filter(number__gt=before).values_list("key", flat=True)
    assert {*told} == {draft.public_id, public.public_id}


# -- imports ----------------------------------------------------------------------------------------------


def test_a_local_editor_publishes_by_import_what_the_form_would_let(local, inside):
    far = make_territory()
    own = {"publication": "draft", "created_by": local}
    here = make_organisation(name="Ici", place=inside, **own)
    elsewhere = make_organisation(name="Ailleurs", place=far, **own)
    nowhere = make_organisation(name="Nulle part", **own)
    served = make_organisation(name="Desservie", **own)
    both = make_organisation(name="Les deux", place=inside, **own)
    with building():
        make_area(served, inside)
        both.places.create(territory=far, role="branch")
    lines = [
        {"Identifiant": actor.public_id, "Publication": "Publié"}
        for actor in (here, elsewhere, nowhere, served, both)
    ]
    batch = tables.apply(*lines, user=local, chosen=["change"])
    told = {row.actor.name: row.reasons for row in batch.rows.select_related("actor")}
    refused = ["Publication : la fiche n’est pas entièrement dans les territoires qui vous sont confiés."]
    assert told == {
        "Ici": [],
        "Ailleurs": refused,
        "Nulle part": refused,
        "Desservie": [],
        "Les deux": refused,
    }
    published = Actor.objects.published().order_by("name").values_list("name", flat=True)
    assert list(published) == ["Desservie", "Ici"]


def test_what_an_import_ends_in_is_asked_again_when_it_is_written(local, inside):
    """Territories may be taken from somebody between the sorting and the writing."""
    actor = make_organisation(name="Ici", place=inside, publication="draft", created_by=local)
    batch = tables.sort({"Identifiant": actor.public_id, "Publication": "Publié"}, user=local)
    local.editor_territories.all().delete()
    tables.applied(batch, ["change"])
    batch.refresh_from_db()
    assert batch.state == ImportState.SORTED
    assert batch.problems == ["Rien n’est enregistré : vos droits ne vont pas jusque-là (« Ici »)."]
    assert Actor.objects.get().publication == "draft"


@pytest.mark.parametrize("state", ["Retiré", "Publié"])
def test_a_contributor_imports_only_what_is_in_preparation(contributor, state):
    batch = tables.apply(
        {"Nom": "Alpha", "Publication": state}, {"Nom": "Beta", "Publication": "À relire"}, user=contributor
    )
    reasons = list(batch.rows.values_list("reasons", flat=True))
    assert reasons == [["Publication : vous n’avez pas le droit de publier ni de retirer une fiche."], []]
    assert list(Actor.objects.values_list("name", "publication")) == [("Beta", "review")]


def test_an_import_outlives_the_account_of_who_made_it(moderator):
    batch = tables.apply({"Nom": "Alpha", "Publication": "Publié"}, user=moderator)
    waiting = tables.sort({"Nom": "Beta"}, user=moderator)
    client = logged_in(make_user(ADMINISTRATOR))
    client.post(reverse("admin:auth_user_delete", args=[moderator.pk]), {"post": "yes"})
    assert ImportBatch.objects.filter(created_by=None).count() == 2
    assert "Compte supprimé" in client.get(reverse("admin:imports")).text
    assert "compte est supprimé" in client.get(reverse("admin:import_batch", args=[batch.pk])).text
    waiting = ImportBatch.objects.get(pk=waiting.pk)
    tables.applied(waiting)
    waiting.refresh_from_db()
    assert waiting.problems == [
        "La personne qui a déposé ce tableau n’a plus de compte : déposez-le de nouveau."
    ]
    batch = ImportBatch.objects.get(pk=batch.pk)
    tables.undone(batch)
    assert not Actor.objects.exists()


# -- beyond a local editor's territories -------------------------------------------------------------------


def test_a_fact_that_waits_is_removed_by_who_publishes_its_entry(local, inside):
    editor = make_user(EDITOR, "zoe")
    here, far = make_organisation(name="Ici", place=inside), make_organisation(name="Ailleurs")
    article = make_prepared().articles.get()
    waiting = [
        enter_fact(
            fact=Fact("alias", {"name": "Ixe", "kind": "other"}), article=article, user=editor, actor=actor
        )
        for actor in (here, far)
    ]
    client = logged_in(local)
    answers = [client.post(page_of(article), {"remove": f"pending-{one.pk}"}).status_code for one in waiting]
    assert answers == [302, 403]
    assert list(PendingFact.objects.all()) == [waiting[1]]


@pytest.mark.parametrize("where", ["inside", "elsewhere", "nowhere"])
def test_a_merger_is_undone_by_who_settles_both_entries(local, moderator, inside, where):
    place = {"inside": inside, "elsewhere": make_territory(), "nowhere": None}[where]
    kept, merged = (
        make_organisation(name="Gardée", place=inside),
        make_organisation(name="Réunie", place=place),
    )
    keep_missing()
    merger = merge_actors(kept=kept, merged=merged, user=moderator)
    client = logged_in(local)
    offered = 'name="merger"' in client.get(reverse("admin:mergers")).text
    answer = client.post(reverse("admin:mergers"), {"merger": merger.pk}).status_code
    assert (offered, answer) == ((True, 302) if where == "inside" else (False, 403))
    assert Actor.objects.count() == (2 if where == "inside" else 1)


@pytest.mark.parametrize("gone", [1, 2])
def test_a_pair_of_which_an_entry_is_gone_is_not_a_local_editors(local, moderator, inside, gone):
    pair = [make_organisation(name=name, place=inside) for name in ("Une", "Autre")]
    tell_apart(*pair, moderator)
    for actor in pair[:gone]:
        delete_actor(actor=actor, user=moderator)
    row = {"pair": NotTwins.objects.get().pk}
    assert logged_in(local).post(reverse("admin:told_apart"), row).status_code == 403
    assert NotTwins.objects.exists()
    assert logged_in(moderator).post(reverse("admin:told_apart"), row).status_code == 302


def test_a_pair_inside_is_a_local_editors(local, moderator, inside):
    tell_apart(make_organisation(place=inside), make_organisation(place=inside), moderator)
    row = {"pair": NotTwins.objects.get().pk}
    assert logged_in(local).post(reverse("admin:told_apart"), row).status_code == 302
    assert not NotTwins.objects.exists()
