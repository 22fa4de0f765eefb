"""The home: what each role sees first, what was changed, what to go on with, at what cost."""

import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from actors.actions.delete_actor import delete_actor
from actors.actions.record import actor_changed
from actors.enums import CitationRole
from actors.history import act
from actors.models import Actor
from editing.home.changes import edited_last
from editing.home.lists import entry_list
from editing.home.postponing import postpone
from editing.home.twins import renew_tally
from editing.roles import ADMINISTRATOR, CONTRIBUTOR, EDITOR, LOCAL_EDITOR, MODERATOR, VISITOR
from tests.factories import building
from tests.factories.actors import make_citation, make_contact, make_initiative, make_organisation
from tests.factories.editors import logged_in, make_user
from tests.factories.sources import make_article, make_letter
from tests.factories.territories import make_containment, make_territory

pytestmark = pytest.mark.django_db

HOME = reverse("admin:index")
CHANGES = reverse("admin:changes")


@pytest.fixture(autouse=True)
def known_content_types(db):
    """Django remembers them for the life of the process."""
    ContentType.objects.get_for_model(Actor)


def cards(response):
    """Slug -> how many wait, of both kinds of lists."""
    desk = response.context["desk"]
    shelves = (desk.to_do, desk.to_tell)
    return {card.worklist.slug: card.count for shelf in shelves for card in (*shelf.waiting, *shelf.empty)}


def change(actor, user, what="Résumé relu"):
    with building(), act(what=what, user=user):
        Actor.objects.filter(pk=actor.pk).update(summary=f"{what} {user}")
        actor_changed(actor=actor, what=what, was_public=actor.is_public)


def told(response):
    return [
        (deed.what, deed.who, [entry.name for entry in deed.entries], deed.others)
        for deed in response.context["changes"].deeds
    ]


# -- what each role sees ----------------------------------------------------------------------------------

LACKING = {"sans-lieu", "sans-source", "sans-contact", "a-confirmer", "liens-morts"}
TO_TELL = {"seulement-cites", "projets-sans-nouvelles", "territoires"}
LOCAL = {"a-relire", "brouillons", "doublons", "imports", *LACKING, *TO_TELL}


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (CONTRIBUTOR, {"brouillons", "imports"}),
        (LOCAL_EDITOR, LOCAL),
        (EDITOR, {"pour-une-lettre", *LOCAL}),
        (MODERATOR, {"demandes", "propositions", "pour-une-lettre", *LOCAL}),
        (ADMINISTRATOR, {"demandes", "propositions", "pour-une-lettre", *LOCAL}),
    ],
)
def test_each_role_sees_what_it_may_do(role, seen):
    assert cards(logged_in(make_user(role)).get(HOME)).keys() == seen


def test_staff_without_a_role_sees_the_menu_alone():
    user = make_user(VISITOR)
    user.is_staff = True
    user.save()
    response = logged_in(user).get(HOME)
    assert response.status_code == 200
    assert "À faire</h2>" not in response.text
    assert "Tout le menu" in response.text


def test_nobody_else_sees_it(client):
    assert client.get(HOME).status_code == 302
    assert logged_in(make_user(VISITOR)).get(HOME).status_code == 302


def test_cards_count_and_say_kindly_where_nothing_waits():
    make_organisation(place=make_territory())
    response = logged_in(make_user(MODERATOR)).get(HOME)
    counts = cards(response)
    assert (counts["sans-contact"], counts["sans-lieu"], counts["doublons"]) == (1, 0, None)
    assert "Chaque fiche a un lieu." in response.text
    assert "Le compte est en cours." in response.text
    renew_tally()
    assert cards(logged_in(make_user(MODERATOR)).get(HOME))["doublons"] == 0


def test_what_is_put_off_is_not_counted():
    actor = make_organisation()
    postpone(entry_list("sans-contact"), [actor.pk], months=1, user=make_user())
    counts = cards(logged_in(make_user()).get(HOME))
    assert (counts["sans-contact"], counts["sans-lieu"]) == (0, 1)


def test_a_local_editor_counts_their_own_territories():
    mine = make_territory()
    make_organisation(place=mine)
    make_organisation(place=make_territory())
    assert cards(logged_in(make_user(LOCAL_EDITOR, territories=[mine])).get(HOME))["sans-contact"] == 1


def test_the_home_is_narrowed_by_territory_and_letter():
    north = make_territory("department", name="Nord")
    commune = make_territory()
    make_containment(north, commune)
    here = make_organisation(place=commune)
    make_organisation(place=make_territory())
    make_citation(make_article(make_letter(slug="71", number="71")), actor=here, role=CitationRole.SUBJECT)
    browser = logged_in(make_user(MODERATOR))
    response = browser.get(HOME, {"territoire": "nord"})
    assert cards(response)["sans-contact"] == 1
    # What can't be narrowed is not counted as if it were.
    assert "doublons" not in cards(response)
    assert f"{reverse('admin:worklist', args=['sans-contact'])}?territoire=nord" in response.text
    assert cards(browser.get(HOME, {"lettre": "71", "territoire": "nord"}))["sans-contact"] == 1
    assert cards(browser.get(HOME))["sans-contact"] == 2
    wrong = browser.get(HOME, {"territoire": "nulle-part"})
    assert cards(wrong)["sans-contact"] == 0
    assert 'class="errorlist"' in wrong.text


def test_a_contributor_is_offered_new_entries_and_no_letter():
    response = logged_in(make_user(CONTRIBUTOR)).get(HOME)
    assert [label for label, _ in response.context["desk"].ways_in] == [
        "Nouvelle structure",
        "Nouvelle initiative",
        "Nouveau PTCE",
    ]
    assert logged_in(make_user()).get(HOME).context["desk"].ways_in[0][0] == "Saisir une lettre"


def test_it_holds_no_style_nor_script_of_its_own():
    make_contact(make_organisation())
    browser = logged_in(make_user(ADMINISTRATOR))
    for name in ("index", "changes", "completeness", "untold_territories"):
        html = browser.get(reverse(f"admin:{name}")).text
        assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)[^>]*>", html) == [], name


# -- what was changed ------------------------------------------------------------------------------------


def test_changes_tell_who_changed_what_the_latest_first():
    camille, sacha = (make_user(EDITOR, name) for name in ("camille", "sacha"))
    one, other = make_organisation(name="Une"), make_initiative(name="Autre")
    change(one, camille, "Premier")
    change(other, sacha, "Second")
    browser = logged_in(camille)
    assert told(browser.get(CHANGES)) == [
        ("Second", "sacha", ["Autre"], 0),
        ("Premier", "camille", ["Une"], 0),
    ]
    assert told(browser.get(CHANGES, {"qui": "moi"})) == [("Premier", "camille", ["Une"], 0)]
    assert told(browser.get(CHANGES, {"qui": "autres"})) == [("Second", "sacha", ["Autre"], 0)]
    assert len(told(browser.get(CHANGES, {"qui": "x", "page": "y"}))) == 2
    assert reverse("admin:actor_history", args=[one.pk]) in browser.get(HOME).text


def test_an_act_on_many_entries_is_one_line():
    camille = make_user(EDITOR, "camille")
    actors = [make_organisation(name=f"Structure {letter}") for letter in "abcdef"]
    with building(), act(what="Import", user=camille) as current:
        current.touch(*(actor.pk for actor in actors))
    [(what, _, names, others)] = told(logged_in(camille).get(CHANGES))
    assert (what, names, others) == ("Import", ["Structure a", "Structure b", "Structure c"], 3)
    assert edited_last(camille) == []


def test_what_the_program_keeps_by_itself_is_no_change():
    actor = make_organisation()
    with building(), act(what="Première version gardée") as current:
        current.touch(actor.pk)
    assert told(logged_in(make_user()).get(CHANGES)) == []


def test_a_contributor_learns_nothing_of_drafts_of_others():
    editor, contributor = make_user(EDITOR, "camille"), make_user(CONTRIBUTOR, "sacha")
    change(make_organisation(name="Secrète", publication="draft"), editor)
    change(make_organisation(name="La mienne", publication="draft", created_by=contributor), contributor)
    change(make_organisation(name="Publique"), editor)
    response = logged_in(contributor).get(CHANGES)
    assert [names for _, _, names, _ in told(response)] == [["Publique"], ["La mienne"]]
    assert "Secrète" not in logged_in(contributor).get(HOME).text


def test_the_history_of_a_deleted_entry_is_open_to_moderators_alone():
    editor, actor = make_user(EDITOR, "camille"), make_organisation(name="Partie")
    change(actor, editor)
    history = reverse("admin:actor_history", args=[actor.pk])
    with building():
        delete_actor(actor=actor, user=editor)
    assert history in logged_in(make_user(MODERATOR)).get(CHANGES).text
    response = logged_in(editor).get(CHANGES)
    assert "Partie" in response.text
    assert history not in response.text


def test_one_goes_on_with_what_one_edited_last_and_may_still_edit():
    mine = make_territory()
    camille = make_user(LOCAL_EDITOR, "camille", territories=[mine])
    first, second = (make_organisation(name=name, place=mine) for name in ("Une", "Deux"))
    away = make_organisation(name="Partie ailleurs", place=make_territory())
    gone = make_organisation(name="Supprimée", place=mine)
    for number, actor in enumerate((first, second, away, gone, first)):
        change(actor, camille, f"Changement {number}")
    change(second, make_user(EDITOR, "sacha"), "Par un autre")
    with building():
        delete_actor(actor=gone, user=camille)
    assert [actor.name for actor in edited_last(camille)] == ["Une", "Deux"]
    assert "Reprendre" in logged_in(camille).get(HOME).text


# -- what it costs ---------------------------------------------------------------------------------------


def test_the_home_asks_as_much_for_three_as_for_one(django_assert_num_queries):
    user = make_user(MODERATOR)
    region = make_territory("region", code="32", name="Hauts-de-France")
    browser = logged_in(user)
    for rows in (1, 2, 3):
        actor = make_organisation(place=make_territory("department", parent=region))
        make_citation(actor=actor, role=CitationRole.NAMED)
        change(actor, user)
        make_organisation(publication="draft")
        renew_tally()
        browser.get(HOME)
        with django_assert_num_queries(31):
            response = browser.get(HOME)
        assert cards(response)["brouillons"] == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_changes_ask_as_much_for_one_as_for_three(rows, django_assert_num_queries):
    user = make_user(EDITOR)
    for _ in range(rows):
        change(make_organisation(), user)
    browser = logged_in(user)
    with django_assert_num_queries(10):
        response = browser.get(CHANGES)
    assert len(told(response)) == rows
