"""No page of the back-office tells a contributor of what somebody else prepares."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import NoReverseMatch, reverse

from actors.actions.record import actor_changed
from actors.enums import ContactKind, Label, PtceStatus
from actors.history import act, versions_of
from actors.models import (
    Actor,
    ActorLabel,
    ActorSector,
    Citation,
    Cooperation,
    OutsideId,
    PtceStatusEntry,
    Spokesperson,
)
from actors.models.citation import ROW_TARGETS
from editing.admin.page import PAGES
from editing.home.lists import WORKLISTS
from editing.letter_models import PendingFact, PreparedEntry
from editing.letters.entering import release_of
from editing.rights import paths_to_actor, readable, rows_changeable, visible
from editing.roles import CONTRIBUTOR, EDITOR, LOCAL_EDITOR, MODERATOR
from territories.admin_base import DirectoryAdmin, foreign_keys
from tests.editing.admin.forms import add_row, form_data
from tests.editing.admin.rows import make_activity
from tests.editing.letters.typing import make_prepared, page_of
from tests.factories import building
from tests.factories.actors import (
    make_alias,
    make_area,
    make_citation,
    make_contact,
    make_cooperation,
    make_figure,
    make_organisation,
    make_place,
    make_ptce,
    make_spokesperson,
    make_wish,
)
from tests.factories.editors import logged_in, make_user
from tests.factories.sources import make_person
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db

# In every text of the hidden entry, and in nothing else.
SECRET = "zyzzyva"


@building()
def make_scene(user) -> dict:
    """An entry that somebody else prepares, with every row; one published and one own draft, linked with it."""
    other = make_user(EDITOR, "paul")
    hidden = make_ptce(name="Zyzzyva", slug="zyzzyva", publication="draft", created_by=other)
    public = make_organisation(name="Publique", place=make_territory())
    own = make_organisation(name="La mienne", publication="draft", created_by=user)
    letter = make_prepared()
    article = letter.articles.get()
    person = make_person("Jeanne")
    make_spokesperson(public, person)
    link, own_link = make_cooperation(public, hidden), make_cooperation(hidden, own, kind="runs")
    taken = make_cooperation(hidden, public, kind="takes_over")
    rows = {
        "alias": make_alias(hidden, "Zyzzyva bis"),
        "place": make_place(hidden, name="Maison Zyzzyva", address="1 rue Zyzzyva"),
        "area": make_area(hidden, make_territory()),
        "contact": make_contact(hidden, "perso@zyzzyva.fr", ContactKind.EMAIL, personal=True),
        "figure": make_figure(hidden, what="zyzzyvas"),
        "spokesperson": make_spokesperson(hidden, person, role="Zyzzyva en chef"),
        "cooperation": link,
        "wish": make_wish(hidden, text="Un zyzzyva de plus"),
        "status": PtceStatusEntry.objects.create(actor=hidden, status=PtceStatus.ACTIVE, call="Zyzzyva"),
    }
    for name, row in rows.items():
        make_citation(article, **{name: row})
    for row in (own_link, taken):
        make_citation(article, cooperation=row)
    for actor in (hidden, public, own):
        make_citation(article, actor=actor)
        ActorSector.objects.create(actor=actor, sector="culture", position=1)
        ActorLabel.objects.create(actor=actor, label=Label.values[1])
    OutsideId.objects.create(actor=hidden, scheme="wikidata", value="Qzyzzyva")
    activity = make_activity(1)
    for actor in (hidden, public):
        actor.activities.add(activity)
    PreparedEntry.objects.create(release=release_of(letter), actor=hidden)
    waiting = {"article": article, "entered_by": other}
    PendingFact.objects.create(
        actor=public,
        kind="cooperation",
        values={
            "source_id": hidden.pk,
            "target_id": public.pk,
            "kind": "funds",
            "status": "active",
            "certainty": "stated",
            "reason": "",
            "since": "",
            "until": "",
        },
        **waiting,
    )
    PendingFact.objects.create(
        actor=hidden, kind="alias", values={"name": "Zyzzyva ter", "kind": "other"}, **waiting
    )
    with act(what="Trois fiches", user=other) as current:
        current.touch(hidden.pk, public.pk, own.pk)
    with act(what="Modification : Zyzzyva", user=other) as current:
        current.touch(hidden.pk, public.pk, own.pk)
        Actor.objects.filter(pk=hidden.pk).update(summary="Autre")
        Cooperation.objects.filter(pk__in=[link.pk, own_link.pk]).update(since="2019")
    with act(what="Le lien s’en va", user=other):
        taken.delete()
        actor_changed(actor=public, what="Le lien s’en va", was_public=True)
    return {
        "hidden": hidden,
        "public": public,
        "own": own,
        "letter": letter,
        "article": article,
        "rows": rows,
    }


def text_of(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{content.decode(errors='replace')} {response.get('Location', '')}"


def named(client, urls) -> list[str]:
    """Those of these addresses that answer with the secret, which is no part of any, or fail."""
    found = []
    for url in urls:
        response = client.get(url)
        text = text_of(response).replace(url, "").lower()
        if response.status_code >= 500 or SECRET in text:
            found.append(f"{response.status_code} {url}")
    return found


def addresses_of_models(scene):
    """Lists, and every page of every row there is; new rows with every choice made by hand."""
    for model, model_admin in admin.site._registry.items():
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{base}_changelist")
        yield reverse(f"{base}_changelist") + "?_popup=1"
        for row in model._base_manager.all()[:40]:
            for page in ("change", "history", "delete"):
                yield reverse(f"{base}_{page}", args=[row.pk])
        try:
            add = reverse(f"{base}_add")
        except NoReverseMatch:
            continue
        for key in foreign_keys(model) if isinstance(model_admin, DirectoryAdmin) else ():
            for row in key.related_model._base_manager.all()[:40]:
                yield f"{add}?{key.name}={row.pk}"
    for model in apps.get_models():
        for row in model._base_manager.all()[:5]:
            yield f"/admin/r/{ContentType.objects.get_for_model(model).pk}/{row.pk}/"


def addresses_of_choices():
    """What every field that is chosen by typing offers, of whichever model, registered or not."""
    for model in apps.get_models():
        for column in (*foreign_keys(model), *model._meta.many_to_many):
            query = f"app_label={model._meta.app_label}&model_name={model._meta.model_name}&field_name={column.name}"
            yield f"{reverse('admin:autocomplete')}?{query}&term="


def addresses_of_pages(scene):
    """Every page that is no model's, with what it may be asked."""
    hidden, public, own, article = (scene[name] for name in ("hidden", "public", "own", "article"))
    asked = {
        "letter_article": [f"?acteur={each.pk}" for each in (hidden, public, own)],
        "letter_preview": [f"?fiche={each.pk}" for each in (hidden, public, own)],
        "letter_proposals": ["?quoi=acteur&q=zyz"],
        "known_entries": ["?nom=zyzz"],
        "twins": [f"?une={own.pk}&autre={hidden.pk}"],
        "actor_history": [f"?de={one.pk}&a={two.pk}" for one, two in _pairs(public, own, hidden)],
    }
    territory = public.places.get().territory
    given = {"slug": scene["letter"].slug, "pk": article.pk, "batch_id": 1, "territory_id": territory.pk}
    yield from (reverse("admin:worklist", args=[worklist.slug]) for worklist in WORKLISTS)
    for page in PAGES:
        names = re.findall(r"<(?:\w+:)?(\w+)>", page.path)
        for one in (hidden, public, own):
            each = {**given, "actor_id": one.pk, "one": one.pk, "other": hidden.pk}
            try:
                url = reverse(f"admin:{page.name}", kwargs={name: each[name] for name in names})
            except (NoReverseMatch, KeyError) as error:
                pytest.fail(f"say what {page.path} is given: {error}")
            yield from (url + query for query in ["", *asked.get(page.name, [])])


def _pairs(*actors):
    for actor in actors:
        versions = list(versions_of(actor.pk))
        yield from ((one, versions[-1]) for one in versions[:-1])


@pytest.fixture
def person():
    return make_user(CONTRIBUTOR, "camille")


@pytest.fixture
def scene(person):
    return make_scene(person)


@pytest.fixture
def client(person):
    client = logged_in(person)
    client.raise_request_exception = False
    return client


def test_the_hidden_entry_is_where_leaks_would_be_seen(scene, person):
    """The pages below would name it: they do to an editor."""
    editor = logged_in(make_user(EDITOR, "zoe"))
    scene_pages = [
        reverse("admin:actors_citation_changelist"),
        reverse("admin:actors_actorsector_changelist"),
        reverse("admin:sources_person_change", args=[scene["rows"]["spokesperson"].person_id]),
        reverse("admin:actors_organisation_change", args=[scene["public"].pk]),
        reverse("admin:actor_history", args=[scene["public"].pk]),
        reverse("admin:letter_release", args=[scene["letter"].slug]),
        page_of(scene["article"]),
    ]
    assert len(named(editor, scene_pages)) == len(scene_pages)
    assert scene["hidden"] not in visible(person)


def test_models_pages(client, scene):
    assert named(client, addresses_of_models(scene)) == []


def test_choices(client, scene):
    assert named(client, addresses_of_choices()) == []


def test_pages_of_no_model(client, scene):
    assert named(client, addresses_of_pages(scene)) == []


def test_exports(client, scene):
    lists = ("organisation", "initiative", "ptce", "actor")
    urls = [reverse(f"admin:actors_{name}_export", args=[kind]) for name in lists for kind in ("csv", "xlsx")]
    assert named(client, urls) == []


def test_the_site_itself(client, scene):
    urls = [scene[name].get_absolute_url() for name in ("hidden", "public", "own")]
    assert [client.get(url).status_code for url in urls] == [404, 200, 200]
    assert named(client, urls) == []


@pytest.mark.parametrize("target", ["actor", *ROW_TARGETS])
def test_a_citation_of_what_is_hidden_is_refused_unnamed(client, scene, target):
    row = scene["hidden"] if target == "actor" else scene["rows"][target]
    source = scene["article"].source
    before = Citation.objects.count()
    data = {"source": source.pk, target: row.pk, "printed": "", "role": "named" if target == "actor" else ""}
    response = client.post(reverse("admin:actors_citation_add"), data)
    assert response.status_code == 200
    assert SECRET not in text_of(response).lower()
    assert Citation.objects.count() == before


def test_a_link_with_what_is_hidden_is_refused_unnamed(client, scene):
    page = reverse("admin:actors_organisation_change", args=[scene["own"].pk])
    data = form_data(client.get(page))
    new = {"kind": "partner_of", "status": "active", "certainty": "stated", "target": scene["hidden"].pk}
    empty = dict.fromkeys(("id", "reason", "since", "until", "cited_source"), "")
    history = versions_of(scene["hidden"].pk).count()
    posted = add_row(data, "links_out", **new, **empty, source=scene["own"].pk)
    response = client.post(page, {**posted, "_draft": "1"})
    assert response.status_code == 200
    assert SECRET not in text_of(response).lower()
    assert not Cooperation.objects.filter(kind="partner_of").exists()
    assert versions_of(scene["hidden"].pk).count() == history


def test_saving_an_entry_leaves_its_links_with_what_is_hidden(client, scene):
    """The form does not show them; also when somebody else saved meanwhile."""
    page = reverse("admin:actors_organisation_change", args=[scene["own"].pk])
    data = form_data(client.get(page))
    with act(what="Autre", user=make_user(EDITOR, "zoe")), building():
        Actor.objects.filter(pk=scene["own"].pk).update(precision="à Lens")
        actor_changed(actor=scene["own"], what="Autre", was_public=False)
    links = list(Cooperation.objects.order_by("pk").values())
    response = client.post(page, {**data, "summary": "Résumé", "_draft": "1"})
    assert response.status_code == 302
    assert SECRET not in text_of(response).lower()
    assert list(Cooperation.objects.order_by("pk").values()) == links
    assert Actor.objects.get(pk=scene["own"].pk).summary == "Résumé"


def test_a_new_entry_like_one_that_is_hidden_is_told_of_it_unnamed(client, scene):
    add = reverse("admin:actors_ptce_add")
    response = client.post(
        add, {**form_data(client.get(add)), "name": "Zyzzyvas", "slug": "zz", "_draft": "1"}
    )
    assert "Une fiche que quelqu’un d’autre prépare" in response.text
    assert "« Zyzzyva »" not in response.text
    typed = {"new_actor": "1", "name": "Zyzzyvas", "role": "subject", "kind": "ptce:", "commune": ""}
    response = client.post(page_of(scene["article"]), typed)
    assert "« Zyzzyva »" not in text_of(response)


def test_the_preview_of_a_letter_is_for_who_publishes_it(scene):
    url = reverse("admin:letter_preview", args=[scene["letter"].slug])
    asked = [url, f"{url}?fiche={scene['hidden'].pk}"]
    for role in (CONTRIBUTOR, LOCAL_EDITOR):
        client = logged_in(make_user(role))
        assert [client.get(one).status_code for one in asked] == [403, 403], role
        assert "Aperçu" not in client.get(reverse("admin:letter_release", args=[scene["letter"].slug])).text
    client = logged_in(make_user(MODERATOR))
    assert [client.get(one).status_code for one in asked] == [200, 200]


# -- the rule -----------------------------------------------------------------------------------------


def test_every_row_that_leads_to_an_entry_is_read_with_it(scene, person):
    """Whatever model: rows of the hidden entry are not readable, and no admin gives out others."""
    editor = make_user(EDITOR, "zoe")
    for model in apps.get_models():
        paths = paths_to_actor(model)
        rows = model._base_manager.all()
        assert set(readable(editor, rows)) == set(rows)
        hidden = set()
        for path in paths:
            hidden |= set(rows.filter(**{path: scene["hidden"].pk}))
        assert not hidden & set(readable(person, rows)), model
        if not paths and not issubclass(model, Actor):
            assert set(readable(person, rows)) == set(rows)
    assert paths_to_actor(Spokesperson) == ["actor"]
    assert paths_to_actor(Cooperation) == ["source", "target"]
    assert {*paths_to_actor(Citation)} >= {"actor", "cooperation__target", "status__actor"}


def test_every_admin_asks_the_site_what_may_be_read(rf, person):
    """Of a model that leads to entries, or is one."""
    asked = []

    class Asked(Exception):
        pass

    def note(user, rows):
        asked.append(rows.model)
        raise Asked

    request = rf.get("/")
    request.user = person
    site = admin.site
    for model, model_admin in site._registry.items():
        if not (paths_to_actor(model) or issubclass(model, Actor)):
            continue
        assert isinstance(model_admin, DirectoryAdmin), model
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(site._wrapped), "readable", staticmethod(note))
            with pytest.raises(Asked):
                model_admin.get_queryset(request)
    assert {Actor, Citation, Cooperation, PreparedEntry} <= {*asked}


def test_a_link_is_changed_by_who_reads_both_ends(scene, person):
    assert list(rows_changeable(person, Cooperation.objects.all())) == []
