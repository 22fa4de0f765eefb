"""Worklists: which entries wait where, for whom, narrowed, put off for everybody and taken back."""

import datetime
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from actors.enums import CitationRole, LifeStatus, PublicationStatus
from actors.history import act
from actors.models.freshness import months_before
from editing.duplicates.listing import tell_apart
from editing.home.lists import WORKLISTS, entry_list
from editing.home.postponing import postpone
from editing.home.twins import renew_tally, waiting_twins
from editing.home.worklists import BulkAction, EntryList, Scope
from editing.models import ImportBatch, LetterRelease, Postponement, PreparedEntry, TwinTally
from editing.roles import ADMINISTRATOR, CONTRIBUTOR, EDITOR, LOCAL_EDITOR, MODERATOR, VISITOR
from territories.models import Change
from tests.factories import building
from tests.factories.actors import make_area, make_citation, make_contact, make_organisation
from tests.factories.editors import logged_in, make_user
from tests.factories.sources import make_article, make_letter, make_mention
from tests.factories.territories import make_containment, make_territory

pytestmark = pytest.mark.django_db


def url(slug):
    return reverse("admin:worklist", args=[slug])


def names(response):
    return [actor.name for actor, _ in response.context["listing"].rows]


def waiting(slug, user=None):
    return Scope(user or make_user()).number(entry_list(slug))


def complete(name, **overrides):
    """An entry that is in none of the lists of what is missing."""
    actor = make_organisation(name=name, place=make_territory(), **overrides)
    make_contact(actor)
    make_citation(actor=actor, role=CitationRole.SUBJECT)
    return actor


# -- which entries wait -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "make"),
    [
        ("a-relire", lambda: complete("Là", publication=PublicationStatus.REVIEW)),
        ("brouillons", lambda: complete("Là", publication=PublicationStatus.DRAFT)),
        ("sans-lieu", lambda: make_organisation(name="Là")),
        ("sans-source", lambda: make_organisation(name="Là")),
        ("sans-contact", lambda: make_organisation(name="Là")),
        (
            "seulement-cites",
            lambda: make_citation(actor=make_organisation(name="Là"), role=CitationRole.NAMED),
        ),
        (
            "projets-sans-nouvelles",
            lambda: make_organisation(name="Là", life_status=LifeStatus.PLANNED, life_status_year=2020),
        ),
    ],
)
def test_each_list_holds_what_it_says_and_nothing_else(slug, make):
    complete("Complète")
    complete("Fermée", life_status=LifeStatus.CLOSED, life_status_year=2020)
    complete("Retirée", publication=PublicationStatus.WITHDRAWN)
    complete("Projet récent", life_status=LifeStatus.PLANNED, life_status_year=timezone.localdate().year)
    make()
    assert names(logged_in(make_user()).get(url(slug))) == ["Là"]
    assert waiting(slug) == 1


def test_entries_prepared_for_a_letter_wait_there_once_and_not_among_drafts():
    actor = complete("Prête", publication=PublicationStatus.DRAFT)
    out = complete("Parue", publication=PublicationStatus.DRAFT)
    with building():
        for _ in range(2):
            release = LetterRelease.objects.create(letter=make_letter())
            PreparedEntry.objects.create(release=release, actor=actor)
        PreparedEntry.objects.create(release=release, actor=out, state_before=PublicationStatus.DRAFT)
    browser = logged_in(make_user())
    assert names(browser.get(url("pour-une-lettre"))) == ["Prête"]
    assert names(browser.get(url("brouillons"))) == []
    assert waiting("pour-une-lettre") == 1


def test_imports_wait_for_whoever_uploaded_them():
    mine, other = make_user(), make_user()
    for state, owner in (
        ("sorted", mine),
        ("failed", mine),
        ("applied", mine),
        ("reading", mine),
        ("sorted", other),
    ):
        ImportBatch.objects.create(created_by=owner, file_name="a.csv", state=state)
    imports = next(each for each in WORKLISTS if each.slug == "imports")
    assert imports.count(Scope(mine)) == 2
    assert imports.count(Scope(make_user(MODERATOR))) == 3
    assert imports.url == reverse("admin:imports")


# -- likely twins, counted by a job ---------------------------------------------------------------------


def test_twins_are_counted_by_a_job_and_told_apart_at_once():
    moderator = make_user(MODERATOR)
    one, other = (make_organisation(name="Le Coron", slug=f"coron-{slug}") for slug in "ab")
    assert waiting_twins(moderator) is None
    assert renew_tally()
    assert waiting_twins(moderator) == 1
    assert not renew_tally()
    with building():
        tell_apart(one, other, moderator)
    assert waiting_twins(moderator) == 0


def test_twins_are_counted_again_after_a_change_though_not_at_every_one():
    moderator = make_user(MODERATOR)
    assert renew_tally()
    for slug in "ab":
        with building(), act(what="Création", user=moderator) as current:
            current.touch(make_organisation(name="Le Coron", slug=f"coron-{slug}").pk)
    assert not renew_tally()
    TwinTally.objects.update(made_at=timezone.now() - datetime.timedelta(minutes=11))
    assert renew_tally()
    assert waiting_twins(moderator) == 1
    assert TwinTally.objects.count() == 1


def test_a_local_editor_settles_twins_of_their_territories_alone():
    mine = make_territory()
    for place in (mine, make_territory()):
        for slug in "ab":
            make_organisation(name=f"Coron {place.pk}", slug=f"coron-{place.pk}-{slug}", place=place)
    renew_tally()
    assert waiting_twins(make_user(LOCAL_EDITOR, territories=[mine])) == 1
    assert waiting_twins(make_user(MODERATOR)) == 2
    assert waiting_twins(make_user(CONTRIBUTOR)) == 0


# -- for whom -------------------------------------------------------------------------------------------

ENTRIES = {each.slug for each in WORKLISTS if isinstance(each, EntryList)}


@pytest.mark.parametrize(
    ("role", "hidden"),
    [
        (VISITOR, ENTRIES),
        (CONTRIBUTOR, ENTRIES - {"brouillons"}),
        (LOCAL_EDITOR, {"pour-une-lettre"}),
        (EDITOR, set()),
        (MODERATOR, set()),
        (ADMINISTRATOR, set()),
    ],
)
def test_each_role_opens_its_lists_and_no_other(role, hidden):
    user = make_user(role)
    user.is_staff = True
    user.save()
    browser = logged_in(user)
    answers = {slug: browser.get(url(slug)).status_code for slug in ENTRIES}
    assert {slug for slug, status in answers.items() if status == 403} == hidden
    assert {slug for slug, status in answers.items() if status == 200} == ENTRIES - hidden
    posts = {slug: browser.post(url(slug), {"faire": "3"}).status_code for slug in hidden}
    assert set(posts.values()) <= {403}


def test_nobody_else_is_let_in(client):
    assert client.get(url("sans-lieu")).status_code == 302
    assert logged_in(make_user()).get(url("nulle-part")).status_code == 404
    # A list with a page of its own has none here.
    assert logged_in(make_user(MODERATOR)).get(url("doublons")).status_code == 404


def test_a_local_editor_sees_and_counts_their_own_territories():
    mine = make_territory()
    make_organisation(name="Ici", place=mine)
    make_organisation(name="Ailleurs", place=make_territory())
    editor = make_user(LOCAL_EDITOR, territories=[mine])
    assert names(logged_in(editor).get(url("sans-contact"))) == ["Ici"]
    assert waiting("sans-contact", editor) == 1
    assert waiting("sans-contact") == 2


def test_a_contributor_sees_and_counts_their_own_drafts():
    contributor = make_user(CONTRIBUTOR)
    make_organisation(name="La mienne", publication="draft", created_by=contributor)
    make_organisation(name="Une autre", publication="draft")
    assert names(logged_in(contributor).get(url("brouillons"))) == ["La mienne"]
    assert waiting("brouillons", contributor) == 1


# -- narrowed -------------------------------------------------------------------------------------------


@pytest.fixture
def spread():
    """Two entries without contact: « Ici » in a commune of Nord, told by a letter; « Là » in another department."""
    region = make_territory("region", code="32", name="Hauts-de-France")
    north, aisne = (make_territory("department", name=name, parent=region) for name in ("Nord", "Aisne"))
    commune = make_territory(name="Raismes")
    make_containment(north, commune)
    here, there = make_organisation(name="Ici", place=commune), make_organisation(name="Là")
    make_area(there, aisne)
    letter = make_letter(slug="71", number="71")
    make_citation(make_article(letter), actor=here, role=CitationRole.SUBJECT)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ici", "Là"]),
        ("territoire=nord", ["Ici"]),
        ("territoire=aisne", ["Là"]),
        ("lettre=71", ["Ici"]),
        ("lettre=71&territoire=aisne", []),
        ("q=la", ["Là"]),
        ("page=99", ["Ici", "Là"]),
        ("page=x", ["Ici", "Là"]),
    ],
)
def test_a_list_is_narrowed(spread, query, found):
    assert names(logged_in(make_user()).get(f"{url('sans-contact')}?{query}")) == found


@pytest.mark.parametrize(
    "query", ["territoire=nulle-part", "lettre=0", "q=%00", f"q={'x' * 201}", "lettre=%00"]
)
def test_a_wrong_filter_is_told_and_shows_no_list(spread, query):
    response = logged_in(make_user()).get(f"{url('sans-contact')}?{query}")
    assert names(response) == []
    assert 'class="errorlist"' in response.text


def test_each_choice_tells_how_many_it_would_leave(spread):
    form = logged_in(make_user()).get(url("sans-contact")).context["listing"].form
    assert form.fields["territoire"].widget.choices == [
        ("", "Tous"),
        ("Département", [("aisne", "Aisne (1)"), ("nord", "Nord (1)")]),
    ]
    assert [text for _, text in form.fields["lettre"].widget.choices] == ["Toutes", "Lettre n° 71, 2022 (1)"]


# -- put off --------------------------------------------------------------------------------------------


def test_an_entry_put_off_leaves_the_list_for_everybody_until_its_day():
    actor = make_organisation(name="Là", slug="la")
    make_organisation(name="Reste", slug="reste")
    editor = make_user(username="camille")
    version = Change.objects.version()
    response = logged_in(editor).post(url("sans-contact"), {"fiche": actor.pk, "faire": "3"}, follow=True)
    assert names(response) == ["Reste"]
    assert "1 fiche de côté jusqu’au" in response.text
    row = Postponement.objects.get()
    assert (row.worklist, row.actor, row.postponed_by) == ("sans-contact", actor, editor)
    assert row.until == months_before(timezone.localdate(), -3)
    assert Change.objects.version() == version
    other = logged_in(make_user(MODERATOR))
    assert names(other.get(url("sans-contact"))) == ["Reste"]
    # In the other lists it waits as before.
    assert names(other.get(url("sans-lieu"))) == ["Là", "Reste"]
    aside = other.get(f"{url('sans-contact')}?reportees=oui")
    assert names(aside) == ["Là"]
    assert "par camille" in aside.text
    Postponement.objects.update(until=timezone.localdate())
    assert names(other.get(url("sans-contact"))) == ["Là", "Reste"]


def test_putting_off_again_sets_a_new_day_and_taking_back_undoes_it():
    actor = make_organisation(name="Là")
    browser = logged_in(make_user())
    browser.post(url("sans-contact"), {"fiche": actor.pk, "faire": "1"})
    Postponement.objects.update(until=timezone.localdate())
    browser.post(url("sans-contact"), {"fiche": actor.pk, "faire": "6"})
    assert Postponement.objects.get().until == months_before(timezone.localdate(), -6)
    response = browser.post(
        f"{url('sans-contact')}?reportees=oui", {"fiche": actor.pk, "faire": "reprendre"}, follow=True
    )
    assert "1 fiche de retour dans la liste." in response.text
    assert not Postponement.objects.exists()
    assert names(browser.get(url("sans-contact"))) == ["Là"]


def test_the_whole_list_as_it_is_narrowed_is_put_off_at_once(spread):
    address = f"{url('sans-contact')}?territoire=nord"
    logged_in(make_user()).post(address, {"tout": "oui", "faire": "1"})
    assert [row.actor.name for row in Postponement.objects.all()] == ["Ici"]


@pytest.mark.parametrize(
    "posted",
    [
        {"faire": "3"},
        {"fiche": "x", "faire": "3"},
        {"fiche": "9" * 30, "faire": "3"},
        {"fiche": "²", "faire": "3"},
        {"fiche": "own", "faire": "2"},
        {"fiche": "own", "faire": ""},
        {"fiche": "foreign", "faire": "3"},
    ],
)
def test_what_makes_no_sense_puts_nothing_off(posted):
    mine = make_territory()
    own = make_organisation(place=mine)
    foreign = make_organisation(place=make_territory())
    keys = {"own": own.pk, "foreign": foreign.pk}
    posted = {key: keys.get(value, value) for key, value in posted.items()}
    browser = logged_in(make_user(LOCAL_EDITOR, territories=[mine]))
    assert browser.post(url("sans-contact"), posted).status_code == 302
    assert not Postponement.objects.exists()


# -- taken away -------------------------------------------------------------------------------------------


def test_ticked_entries_are_taken_away_with_formulas_made_harmless():
    danger = make_organisation(name="=cmd|' /C calc'!A0", slug="danger")
    make_organisation(name="Autre", slug="autre")
    response = logged_in(make_user()).post(url("sans-contact"), {"fiche": danger.pk, "faire": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert "'=cmd|' /C calc'!A0" in text
    assert "Autre" not in text
    response = logged_in(make_user()).post(url("sans-contact"), {"tout": "oui", "faire": "xlsx"})
    assert response["Content-Disposition"].endswith('.xlsx"')
    response.close()


def test_a_list_may_bring_an_action_of_its_own(monkeypatch):
    actor = make_organisation(name="Là")
    seen = []

    def run(actors, user):
        seen.append((list(actors), user.username))
        return "C’est fait."

    own = replace(entry_list("sans-contact"), actions=(BulkAction("verifier", "Vérifier", run),))
    monkeypatch.setattr("editing.admin.worklists.entry_list", lambda slug: own)
    browser = logged_in(make_user(username="camille"))
    assert ">Vérifier</button>" in browser.get(url("sans-contact")).text
    response = browser.post(url("sans-contact"), {"fiche": actor.pk, "faire": "verifier"}, follow=True)
    assert seen == [([actor], "camille")]
    assert "C’est fait." in response.text


# -- what it costs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("query", "queries"), [("", 15), ("?reportees=oui", 15)])
def test_a_list_asks_as_much_for_one_entry_as_for_three(rows, query, queries, django_assert_num_queries):
    user = make_user()
    for _ in range(rows):
        actor = make_organisation(place=make_territory())
        make_citation(make_article(), actor=actor, role=CitationRole.NAMED)
        if query:
            postpone(entry_list("sans-contact"), [actor.pk], months=3, user=user)
    browser = logged_in(user)
    browser.get(url("sans-contact"))
    with django_assert_num_queries(queries):
        response = browser.get(f"{url('sans-contact')}{query}")
    assert len(names(response)) == rows


# -- territories ---------------------------------------------------------------------------------------


def test_territories_without_a_portrait_the_fullest_first(django_assert_num_queries):
    region = make_territory("region", code="32", name="Hauts-de-France")
    north, aisne, oise = (
        make_territory("department", name=name, parent=region) for name in ("Nord", "Aisne", "Oise")
    )
    make_territory("department", name="Finistère", parent=make_territory("region", code="53"))
    make_organisation(place=oise)
    make_mention(make_article(), north, role="portrait")
    make_mention(make_article(make_letter(state="prepared")), aisne, role="portrait")
    editor = make_user(LOCAL_EDITOR, territories=[oise])
    browser = logged_in(make_user())
    page = browser.get(reverse("admin:untold_territories"))
    assert [(each.territory.name, each.actors) for each in page.context["territories"]] == [
        ("Oise", 1),
        ("Aisne", 0),
    ]
    page = logged_in(editor).get(reverse("admin:untold_territories"))
    assert [each.territory.name for each in page.context["territories"]] == ["Oise"]
    with django_assert_num_queries(7):
        browser.get(reverse("admin:untold_territories"))
    assert logged_in(make_user(CONTRIBUTOR)).get(reverse("admin:untold_territories")).status_code == 403
