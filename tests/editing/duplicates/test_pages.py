"""« Doublons probables », bringing together, « Réunions »: who may, what they see, what it costs."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from actors.actions.merge_actors import merge_actors
from actors.history import act
from actors.models import Actor, Merger, NotTwins
from editing.models import LetterRelease, PreparedEntry
from editing.roles import CONTRIBUTOR, EDITOR, LOCAL_EDITOR, MODERATOR, VISITOR
from tests.factories import building
from tests.factories.actors import make_contact, make_initiative, make_organisation, make_ptce
from tests.factories.editors import logged_in, make_user
from tests.factories.sources import make_letter
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db

TWINS, APART, MERGERS = (reverse(f"admin:{name}") for name in ("twins", "told_apart", "mergers"))


def pair(place=None, name="Le Coron"):
    return [make_organisation(name=name, slug=f"{name[-3:]}-{slug}".lower(), place=place) for slug in "ab"]


def merge_url(one, other):
    return reverse("admin:merge", args=[one.pk, other.pk])


def shown(response):
    return [{row.one.pk, row.other.pk} for row in response.context["twins"].rows]


def posted(response, **more):
    """The comparison's form as a browser sends it."""
    comparison = response.context["comparison"]
    chosen = {f"choose-{choice.key}": ticked for choice, ticked in comparison.differing}
    return {"kept": comparison.kept.pk, "versions": comparison.versions, **chosen, **more}


@pytest.fixture
def editor():
    return logged_in(make_user(EDITOR))


# -- an editor --------------------------------------------------------------------------------------


def test_the_list_tells_pairs_and_why(editor):
    one, other = pair()
    response = editor.get(TWINS)
    assert shown(response) == [{one.pk, other.pk}]
    assert "Même nom « Le Coron », lieu non précisé" in response.text
    assert merge_url(one, other) in response.text


def test_not_a_twin_is_remembered_with_who_and_when_and_can_be_taken_back(editor):
    one, other = pair()
    response = editor.post(TWINS, {"one": other.pk, "other": one.pk}, follow=True)
    assert "sont deux fiches différentes" in response.text
    assert shown(response) == []
    row = NotTwins.objects.get()
    assert row.said_by.username.startswith("editor")
    editor.post(TWINS, {"one": one.pk, "other": other.pk})
    assert NotTwins.objects.count() == 1
    assert "Le Coron" in editor.get(APART).text
    editor.post(APART, {"pair": row.pk})
    assert shown(editor.get(TWINS)) == [{one.pk, other.pk}]


def test_two_entries_side_by_side_only_ask_where_they_differ(editor):
    one, other = pair()
    with building():
        Actor.objects.filter(pk=one.pk).update(founded="2010", summary="A")
        Actor.objects.filter(pk=other.pk).update(founded="2010", summary="B")
    response = editor.get(merge_url(one, other))
    comparison = response.context["comparison"]
    assert [choice.key for choice, _ in comparison.differing] == ["summary"]
    assert "founded" in [choice.key for choice in comparison.same]
    assert (comparison.kept, comparison.merged) == (one, other)
    turned = editor.get(merge_url(one, other), {"garder": other.pk}).context["comparison"]
    assert (turned.kept, turned.merged) == (other, one)


def test_bringing_together_with_a_choice_and_undoing(editor):
    one, other = pair()
    with building():
        Actor.objects.filter(pk=one.pk).update(summary="A")
        Actor.objects.filter(pk=other.pk).update(summary="B")
    page = editor.get(merge_url(one, other))
    response = editor.post(merge_url(one, other), posted(page, **{"choose-summary": "merged"}))
    assert response["Location"] == reverse("admin:actors_organisation_change", args=[one.pk])
    one.refresh_from_db()
    assert one.summary == "B"
    merger = Merger.objects.get()
    assert merger.merged_by.username.startswith("editor")
    assert "Annuler la réunion" in editor.get(MERGERS).text
    response = editor.post(MERGERS, {"merger": merger.pk}, follow=True)
    assert "sont de nouveau deux fiches" in response.text
    one.refresh_from_db()
    assert (one.summary, Actor.objects.get(pk=other.pk).summary) == ("A", "B")
    assert "Annuler la réunion" not in editor.get(MERGERS).text


def test_an_undoing_that_is_refused_names_the_fields(editor):
    one, other = pair()
    merger = merge_actors(kept=one, merged=other)
    with building():
        Actor.objects.filter(pk=one.pk).update(summary="Nouveau")
    response = editor.post(MERGERS, {"merger": merger.pk}, follow=True)
    assert "a été modifiée depuis : En une ligne" in response.text
    assert not Actor.objects.filter(pk=other.pk).exists()


def test_a_change_made_meanwhile_is_shown_before_anything_is_written(editor):
    one, other = pair()
    data = posted(editor.get(merge_url(one, other)))
    with act() as current, building():
        Actor.objects.filter(pk=one.pk).update(summary="Entre-temps")
        current.touch(one.pk)
    response = editor.post(merge_url(one, other), data)
    assert "modifiée entre-temps" in response.text
    assert Actor.objects.count() == 2
    editor.post(merge_url(one, other), posted(response))
    assert Actor.objects.count() == 1


def test_what_can_not_be_is_told_and_nothing_is_written(editor):
    ptce, organisation = make_ptce(), make_organisation()
    page = editor.get(merge_url(ptce, organisation))
    response = editor.post(merge_url(ptce, organisation), posted(page))
    assert "Un PTCE garde une fiche à lui" in response.text
    assert Actor.objects.count() == 2
    assert editor.get(merge_url(ptce, ptce)).status_code == 404
    assert editor.post(merge_url(*pair()), {"kept": "x", "choose-name": "neither"}).status_code == 200


def test_what_the_entry_that_stays_has_no_place_for_is_told(editor):
    initiative = make_initiative()
    organisation = make_organisation(siren="123456789", registry_state="proposed", legal_form="scic")
    url = merge_url(initiative, organisation)
    assert "serait perdu" in editor.get(url, {"garder": initiative.pk}).text
    assert "serait perdu" not in editor.get(url, {"garder": organisation.pk}).text


def test_what_waits_for_a_letter_shows_nowhere_before(editor):
    """Brought into a published entry, a draft would tell what the letter has yet to tell."""
    one, other = pair()
    with building():
        release = LetterRelease.objects.create(letter=make_letter(number="75", slug="75"))
        waiting = PreparedEntry.objects.create(release=release, actor=other)
        Actor.objects.filter(pk=other.pk).update(publication="draft")
    page = editor.get(merge_url(one, other))
    assert "attend une parution (Lettre n° 75" in editor.post(merge_url(one, other), posted(page)).text
    assert Actor.objects.count() == 2
    with building():
        waiting.state_before = "draft"
        waiting.save()
        Actor.objects.filter(pk=other.pk).update(publication="published")
    editor.post(merge_url(one, other), posted(page))
    assert Actor.objects.count() == 1


def test_any_two_entries_may_be_compared(editor):
    one, other = make_organisation(), make_organisation()
    response = editor.get(TWINS, {"une": one.pk, "autre": other.pk})
    assert response["Location"] == merge_url(one, other)
    assert "deux fiches différentes" in editor.get(TWINS, {"une": one.pk, "autre": one.pk}).text


def test_a_moderator_settles_them_too():
    client, (one, other) = logged_in(make_user(MODERATOR)), pair()
    assert shown(client.get(TWINS)) == [{one.pk, other.pk}]
    client.post(merge_url(one, other), posted(client.get(merge_url(one, other))))
    assert Actor.objects.get() == one


# -- everybody else -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [VISITOR, CONTRIBUTOR])
def test_others_settle_nothing(role):
    client, (one, other) = logged_in(make_user(role)), pair()
    merger = merge_actors(kept=make_organisation(), merged=make_organisation())
    for url in (TWINS, APART, MERGERS, merge_url(one, other)):
        assert client.get(url).status_code in (302, 403)
        assert "doublons" not in client.get(reverse("admin:index")).content.decode().lower()
    for url, data in (
        (TWINS, {"one": one.pk, "other": other.pk}),
        (MERGERS, {"merger": merger.pk}),
        (merge_url(one, other), {"kept": one.pk}),
    ):
        assert client.post(url, data).status_code in (302, 403)
    assert Actor.objects.count() == 3
    assert not NotTwins.objects.exists()


def test_a_local_editor_settles_what_lies_in_their_territories_only():
    here, elsewhere = make_territory(name="Raismes"), make_territory(name="Soissons")
    client = logged_in(make_user(LOCAL_EDITOR, territories=[here]))
    mine, theirs = pair(here), pair(elsewhere, name="Le Terril")
    mixed = [
        make_organisation(name="La Fosse", slug=slug, place=place)
        for slug, place in (("c", here), ("d", None))
    ]
    assert shown(client.get(TWINS)) == [{actor.pk for actor in mine}]
    for one, other in (theirs, mixed, mixed[::-1]):
        assert client.get(merge_url(one, other)).status_code == 403
        assert client.post(merge_url(one, other), {"kept": one.pk}).status_code == 403
        assert client.post(TWINS, {"one": one.pk, "other": other.pk}).status_code == 403
    assert Actor.objects.count() == 6
    foreign = merge_actors(kept=theirs[0], merged=theirs[1])
    assert client.post(MERGERS, {"merger": foreign.pk}).status_code == 403
    client.post(merge_url(*mine), posted(client.get(merge_url(*mine))))
    assert Actor.objects.count() == 4
    own = Merger.objects.exclude(pk=foreign.pk).get()
    client.post(MERGERS, {"merger": own.pk})
    assert Actor.objects.count() == 5


# -- cost ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_rows(admin_client, django_assert_num_queries, rows):
    ContentType.objects.get_for_model(Actor)
    place = make_territory()
    names = ["Coron", "Terril", "Fosse"][:rows]
    pairs = [pair(place, name) for name in names]
    for two in pairs:
        for actor in two:
            make_contact(actor, f"03 21 00 00 {actor.pk:02}", kind="phone")
    with django_assert_num_queries(13):
        assert len(shown(admin_client.get(TWINS))) == rows
    with django_assert_num_queries(30):
        admin_client.get(merge_url(*pairs[0]))
    for two in pairs:
        admin_client.post(TWINS, {"one": two[0].pk, "other": two[1].pk})
    with django_assert_num_queries(5):
        assert len(admin_client.get(APART).context["listing"].rows) == rows
    for kept, merged in pairs:
        merge_actors(kept=kept, merged=merged)
    with django_assert_num_queries(4):
        assert len(admin_client.get(MERGERS).context["listing"].rows) == rows
