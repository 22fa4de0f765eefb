"""Moderators decide: all or some, edited or not, once, with one mail; the entry stays as it is until then."""

import datetime

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from actors.actions.delete_actor import delete_actor
from actors.actions.merge_actors import merge_actors
from actors.actions.restore import restore_version
from actors.enums import AliasKind, ContactKind, CooperationKind, LifeStatus, SocialNetwork
from actors.history import act, versions_of
from actors.models import Actor, Citation, ContactPoint, Cooperation, Place
from editing.models import Suggestion
from editing.roles import ADMINISTRATOR, CONTRIBUTOR, EDITOR, LOCAL_EDITOR, MODERATOR, VISITOR
from editing.suggestion_models import SuggestionKind
from editing.suggestions import deciding, keys
from editing.suggestions.applying import NotApplied
from editing.suggestions.comparing import actor_of, lines_of
from editing.suggestions.receiving import receive, report_closure
from sources.models import Source
from tests.factories import building
from tests.factories.actors import make_citation, make_contact, make_organisation, make_place
from tests.factories.editors import logged_in, make_user
from tests.factories.sources import make_article, make_letter
from tests.factories.territories import make_containment, make_territory

pytestmark = pytest.mark.django_db

QUEUE = reverse("admin:suggestions")


def page_of(suggestion) -> str:
    return reverse("admin:suggestion", args=[suggestion.pk])


def proposed(actor, email="", **values):
    """A waiting suggestion about an entry; keys with « __ » for « : »."""
    told = {key.replace("__", ":"): value for key, value in values.items()}
    return receive(kind=SuggestionKind.CORRECTION, actor=actor, proposed=told, email=email)


def accept(suggestion, user, **values):
    values = {key.replace("__", ":"): value for key, value in values.items()}
    return deciding.accept(suggestion=suggestion, values=values or suggestion.proposed, user=user)


@pytest.fixture
def actor():
    with building():
        actor = make_organisation(name="Le Coron", summary="Répare des vélos")
        contact = make_contact(actor, "03 21 00 00 00", ContactKind.PHONE)
        make_citation(contact=contact)
        make_place(actor, make_territory(name="Lens"), address="1 rue Haute", postal_code="62300")
    return actor


@pytest.fixture
def moderator():
    return make_user(MODERATOR)


# -- accepting --------------------------------------------------------------------------------------------


def test_accepting_writes_the_facts_with_their_source(actor, moderator):
    suggestion = proposed(
        actor,
        name="Le Coron solidaire",
        summary="Répare et prête des vélos",
        contact__new1__social="https://www.facebook.com/coron",
    )
    row = accept(suggestion, moderator)
    actor.refresh_from_db()
    assert (actor.name, actor.summary) == ("Le Coron solidaire", "Répare et prête des vélos")
    assert [(alias.name, alias.kind) for alias in actor.aliases.all()] == [("Le Coron", AliasKind.FORMER)]
    account = actor.contacts.get(kind=ContactKind.SOCIAL)
    assert account.network == SocialNetwork.FACEBOOK
    source = Source.objects.get(key=f"proposition-{suggestion.reference.lower()}")
    assert source.label == (
        f"Proposition reçue sur le site, vérifiée par la rédaction ({timezone.localdate():%d/%m/%Y})"
    )
    cited = Citation.objects.filter(source=source)
    assert {citation.column for citation in cited if citation.column} == {"name", "description"}
    assert cited.filter(contact=account).exists()
    assert (row.state, row.decided_by) == ("accepted", moderator)
    assert row.revision == versions_of(actor.pk).first().revision


def test_what_the_structure_said_by_its_link_is_its_own_statement(actor, moderator):
    suggestion = receive(
        kind=SuggestionKind.CORRECTION, actor=actor, proposed={"summary": "Neuf"}, proven=True
    )
    accept(suggestion, moderator)
    assert Source.objects.get(key__startswith="proposition-").kind == "statement"


def test_a_changed_contact_keeps_what_the_letter_printed(actor, moderator):
    contact = actor.contacts.get()
    suggestion = proposed(actor, **{f"contact__{contact.pk}__phone": "03 21 11 11 11"})
    accept(suggestion, moderator)
    contact.refresh_from_db()
    assert contact.value == "03 21 11 11 11"
    assert [citation.printed for citation in contact.citations.order_by("pk")] == ["03 21 00 00 00", ""]


def test_a_place_changes_as_a_whole_and_loses_the_point_of_its_old_address(actor, moderator):
    place = actor.places.get()
    with building():
        Place.objects.filter(pk=place.pk).update(latitude=50.4, longitude=2.8)
    make_territory(name="Liévin")
    suggestion = proposed(
        actor, **{f"place__{place.pk}__address": "2 rue Basse", f"place__{place.pk}__territory": "Liévin"}
    )
    accept(suggestion, moderator)
    place.refresh_from_db()
    assert (place.address, place.postal_code, place.territory.name) == ("2 rue Basse", "62300", "Liévin")
    assert place.latitude is None
    assert place.citations.count() == 1


def test_an_emptied_contact_and_a_place_without_its_commune_go(actor, moderator):
    contact, place = actor.contacts.get(), actor.places.get()
    suggestion = proposed(actor, **{f"contact__{contact.pk}__phone": "", f"place__{place.pk}__territory": ""})
    accept(suggestion, moderator)
    assert (actor.contacts.count(), actor.places.count()) == (0, 0)


def test_a_closure_closes_and_links_who_took_over(actor, moderator):
    successor = make_organisation(name="La Relève")
    suggestion = report_closure(actor=actor, year="2024", successor="la releve", proven=True)
    assert suggestion.kind == "closure"
    row = accept(suggestion, moderator)
    actor.refresh_from_db()
    assert (actor.life_status, actor.life_status_year, actor.closed) == (LifeStatus.CLOSED, 2024, "2024")
    link = Cooperation.objects.get(kind=CooperationKind.TAKES_OVER)
    assert (link.source, link.target, link.citations.count()) == (successor, actor, 1)
    assert row.state == "accepted"


def test_a_closure_without_a_year_is_known_since_it_was_told(actor, moderator):
    accept(report_closure(actor=actor), moderator)
    actor.refresh_from_db()
    assert (actor.life_status_year, actor.closed) == (timezone.localdate().year, "")


def test_somebody_says_it_goes_on_after_all(moderator):
    with building():
        actor = make_organisation(life_status=LifeStatus.CLOSED, life_status_year=2020, closed="2019")
    accept(proposed(actor, closed="", closed_year=""), moderator)
    actor.refresh_from_db()
    assert (actor.life_status, actor.closed) == (LifeStatus.ACTIVE, "")


def test_a_part_can_be_taken_edited(actor, moderator):
    suggestion = proposed(actor, name="Mauvais nom", summary="Répare, prete")
    row = accept(suggestion, moderator, summary="Répare et prête")
    actor.refresh_from_db()
    assert (actor.name, actor.summary) == ("Le Coron", "Répare et prête")
    assert row.state == "partly"
    assert row.decided == {
        "name": {"taken": False, "value": ""},
        "summary": {"taken": True, "value": "Répare et prête"},
    }


def test_undoing_is_going_back_in_the_history(actor, moderator):
    with building(), act(what="Première version") as current:
        current.touch(actor.pk)
    accept(proposed(actor, name="Le Coron solidaire", contact__new1__website="https://coron.fr"), moderator)
    before = versions_of(actor.pk)[1]
    restore_version(version=before, user=moderator)
    actor.refresh_from_db()
    assert actor.name == "Le Coron"
    assert actor.contacts.filter(kind=ContactKind.WEBSITE).count() == 0


# -- what does not fit ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("successor", "Personne", "Aucune autre fiche ne s’appelle « Personne »"),
        ("successor", "Le Coron", "Aucune autre fiche"),
        ("place:new:territory", "Nulle-Part", "Aucun territoire ne s’appelle « Nulle-Part »"),
        ("place:new:address", "3 rue Haute", "Il faut aussi la commune"),
        ("contact:new1:website", "pas un site", "n’est pas une adresse de site web"),
        ("contact:new1:phone", "12", "n’est pas un numéro de téléphone"),
        ("closed_year", "2999", "Une année passée"),
        ("name", "", "vide"),
        ("summary", "x" * 251, "250"),
    ],
)
def test_a_value_that_does_not_fit_is_told_beside_it_and_nothing_is_written(
    actor, moderator, key, value, told
):
    suggestion = receive(
        kind=SuggestionKind.CORRECTION,
        actor=actor,
        proposed={key: value, "contact:new2:phone": "03 21 22 22 22"},
    )
    with pytest.raises(NotApplied) as refused:
        deciding.accept(suggestion=suggestion, values=suggestion.proposed, user=moderator)
    assert list(refused.value.errors) == [key]
    assert told in " ".join(refused.value.errors[key])
    assert actor.contacts.count() == 1
    suggestion.refresh_from_db()
    assert suggestion.is_waiting


def test_a_commune_with_namesakes_asks_which(actor, moderator):
    for code in ("59001", "62001"):
        make_territory(name="Riviere", code=code, slug=f"riviere-{code[:2]}")
    suggestion = proposed(actor, place__new__territory="Rivière")
    with pytest.raises(NotApplied) as refused:
        accept(suggestion, moderator)
    assert "riviere-59" in refused.value.errors["place:new:territory"][0]
    accept(suggestion, moderator, place__new__territory="Riviere (riviere-62)")
    assert actor.places.filter(territory__slug="riviere-62").exists()


def test_a_contact_that_is_there_already_gains_a_source_not_a_twin(actor, moderator):
    accept(proposed(actor, contact__new1__phone="0321000000"), moderator)
    assert actor.contacts.count() == 1
    assert actor.contacts.get().citations.count() == 2


def test_nothing_ticked_is_no_acceptance(actor, moderator):
    with pytest.raises(NotApplied, match="Cochez"):
        deciding.accept(suggestion=proposed(actor, name="X"), values={}, user=moderator)


def test_what_was_not_proposed_is_not_accepted(actor, moderator):
    with pytest.raises(NotApplied):
        accept(proposed(actor, name="X"), moderator, name="X", summary="glissé")


def test_rows_of_another_entry_are_out_of_reach(actor, moderator):
    other = make_contact(make_organisation(), "03 21 99 99 99", ContactKind.PHONE)
    accept(proposed(actor, **{f"contact__{other.pk}__phone": "03 21 98 98 98"}), moderator)
    other.refresh_from_db()
    assert other.value == "03 21 99 99 99"
    assert ContactPoint.objects.filter(actor=actor, value="03 21 98 98 98").exists()


# -- the entry has changed since --------------------------------------------------------------------------


def test_each_field_says_whether_it_changed_since(actor):
    contact = actor.contacts.get()
    suggestion = proposed(
        actor,
        name="Le Coron neuf",
        summary="Prête des vélos",
        **{f"contact__{contact.pk}__phone": "03 21 11 11 11"},
    )
    with building():
        Actor.objects.filter(pk=actor.pk).update(summary="Prête des vélos")
        contact.delete()
    lines = {line.label: line for line in lines_of(suggestion, actor_of(suggestion))}
    told = {label: (line.changed_since, line.there_already, line.gone) for label, line in lines.items()}
    assert told == {
        "Nom": (False, False, False),
        "En une phrase": (True, True, False),
        "Téléphone": (False, False, True),
    }
    assert [(piece.text, piece.mark) for piece in lines["Nom"].after] == [("Le Coron", ""), (" neuf", "come")]


def test_an_entry_merged_since_gets_it_in_the_one_that_stayed(actor, moderator):
    kept = make_organisation(name="Le Grand Coron")
    suggestion = proposed(actor, summary="Tout neuf")
    with building():
        merge_actors(kept=kept, merged=actor)
    suggestion.refresh_from_db()
    assert actor_of(suggestion) == kept
    accept(suggestion, moderator)
    kept.refresh_from_db()
    assert kept.summary == "Tout neuf"


def test_an_entry_deleted_since_can_only_be_refused(actor, moderator):
    suggestion = proposed(actor, summary="Tout neuf")
    with building():
        delete_actor(actor=actor)
    suggestion.refresh_from_db()
    with pytest.raises(NotApplied, match="n’est plus dans l’annuaire"):
        accept(suggestion, moderator)
    assert logged_in(moderator).get(page_of(suggestion)).status_code == 200
    assert deciding.refuse(suggestion=suggestion, reason="unverified", user=moderator).state == "refused"


# -- a new actor ------------------------------------------------------------------------------------------


def new_actor(**more):
    values = {
        "name": "La Locomotive",
        "kind": "initiative:place",
        "summary": "Un café",
        "place:new:territory": "Guise",
        "contact:new1:website": "https://loco.fr",
    }
    return receive(kind=SuggestionKind.NEW, proposed=values, **more)


def test_a_proposed_actor_becomes_a_draft_nobody_sees(client, moderator):
    make_territory(name="Guise")
    row = accept(new_actor(), moderator)
    actor = row.actor
    assert (actor.publication, actor.nature, actor.initiative_kind) == ("draft", "initiative", "place")
    assert (actor.summary, actor.places.get().territory.name) == ("Un café", "Guise")
    assert actor.contacts.get().value == "https://loco.fr"
    assert {citation.source.key for citation in actor.citations.all()} == {
        f"proposition-{row.reference.lower()}"
    }
    assert client.get(actor.get_absolute_url()).status_code == 404


def test_without_a_sort_it_is_a_structure_of_no_stated_type(moderator):
    row = accept(receive(kind=SuggestionKind.NEW, proposed={"name": "Inconnue"}), moderator)
    assert (row.actor.nature, row.actor.organisation_kind) == ("organisation", "unspecified")


def test_likely_twins_are_shown_and_it_can_complete_one_instead(moderator):
    with building():
        town = make_territory(name="Guise")
        twin = make_organisation(name="La Locomotive", summary="Un café", place=town)
        make_organisation(name="Le Tender", place=town)
    suggestion = new_actor()
    browser = logged_in(moderator)
    response = browser.get(page_of(suggestion))
    assert [found for found, _ in response.context["twins"]] == [twin]
    browser.post(page_of(suggestion), {"attach": twin.pk})
    suggestion.refresh_from_db()
    assert (suggestion.kind, suggestion.actor) == ("correction", twin)
    assert suggestion.proposed == {
        "place:new:territory": "Guise",
        "contact:new1:website": "https://loco.fr",
    }
    accept(suggestion, moderator)
    assert twin.contacts.get().value == "https://loco.fr"
    assert twin.places.count() == 1


# -- one mail ---------------------------------------------------------------------------------------------


def test_the_sender_gets_exactly_one_mail(actor, moderator):
    suggestion = proposed(actor, "moi@exemple.fr", name="X", summary="Y")
    row = deciding.accept(
        suggestion=suggestion, values={"summary": "Y"}, user=moderator, answer="Merci, {{ bien }} vu."
    )
    [message] = mail.outbox
    assert message.to == ["moi@exemple.fr"]
    assert "Nous en avons repris une partie : en une phrase. Le reste ne l’a pas été : nom." in message.body
    assert "Merci, {{ bien }} vu." in message.body
    assert f"/acteurs/{actor.slug}/" in message.body
    assert row.reference in message.body
    with pytest.raises(deciding.AlreadyDecided):
        deciding.refuse(suggestion=suggestion, reason="scope", user=moderator)
    assert len(mail.outbox) == 1


def test_a_refusal_says_why_and_writes_once_even_when_reopened(actor, moderator):
    suggestion = proposed(actor, "moi@exemple.fr", name="L’<autre>")
    deciding.refuse(suggestion=suggestion, reason="unverified", user=moderator, answer="Dommage & à bientôt.")
    [message] = mail.outbox
    assert "Nous n’avons pas pu la vérifier." in message.body
    assert "Dommage & à bientôt." in message.body
    deciding.reopen(suggestion=suggestion, user=moderator)
    accept(suggestion, moderator)
    assert len(mail.outbox) == 1


def test_a_mail_repeats_nothing_that_a_visitor_wrote(moderator):
    """Whoever gets it need not be who gave the address: a name may be an advertisement."""
    advertisement = {"name": "Gagnez sur https://autre.fr", "kind": "initiative:place"}
    suggestion = receive(kind=SuggestionKind.NEW, proposed=advertisement, email="moi@exemple.fr")
    assert suggestion.name == advertisement["name"]
    deciding.refuse(suggestion=suggestion, reason="scope", user=moderator)
    [message] = mail.outbox
    assert "autre.fr" not in message.subject + message.body
    assert suggestion.reference in message.body


@pytest.mark.parametrize("decide", ["spam", "postpone"])
def test_spam_and_postponing_write_to_nobody(actor, moderator, decide):
    suggestion = proposed(actor, "moi@exemple.fr", name="X")
    if decide == "spam":
        deciding.mark_as_spam(suggestion=suggestion, user=moderator)
    else:
        deciding.postpone(suggestion=suggestion, days=7, user=moderator)
    assert mail.outbox == []


def test_without_an_address_nobody_is_written_to(actor, moderator):
    accept(proposed(actor, name="X"), moderator)
    assert mail.outbox == []


def test_a_failed_acceptance_writes_to_nobody(actor, moderator):
    suggestion = proposed(actor, "moi@exemple.fr", closed_year="2999")
    with pytest.raises(NotApplied):
        accept(suggestion, moderator)
    assert mail.outbox == []


def test_every_state_tells_its_own_letter(moderator):
    make_territory(name="Guise")
    accept(new_actor(email="a@b.fr"), moderator)
    general = receive(kind=SuggestionKind.GENERAL, message="Bravo", email="a@b.fr")
    deciding.accept(suggestion=general, values={}, user=moderator)
    bodies = [message.body for message in mail.outbox]
    assert "Une fiche est en préparation" in bodies[0]
    assert "/acteurs/" not in bodies[0]
    assert "Nous l’avons lu et en avons tenu compte." in bodies[1]
    assert not any("\n\n\n" in body for body in bodies)


# -- refusing, postponing ---------------------------------------------------------------------------------


def test_a_refusal_needs_a_reason_and_other_needs_words(actor, moderator):
    suggestion = proposed(actor, name="X")
    for reason in ("", "humeur", "other"):
        with pytest.raises(NotApplied):
            deciding.refuse(suggestion=suggestion, reason=reason, user=moderator)
    assert actor.name == "Le Coron"


def test_a_postponed_one_comes_back_on_its_day(actor, moderator):
    suggestion = deciding.postpone(suggestion=proposed(actor, name="X"), days=7, user=moderator)
    assert list(Suggestion.objects.waiting()) == []
    assert list(Suggestion.objects.postponed()) == [suggestion]
    Suggestion.objects.update(postponed_until=timezone.localdate())
    assert list(Suggestion.objects.waiting()) == [suggestion]
    assert timezone.localdate() - datetime.timedelta(days=1) < suggestion.postponed_until


def test_what_was_accepted_is_not_reopened(actor, moderator):
    row = accept(proposed(actor, name="X"), moderator)
    with pytest.raises(deciding.AlreadyDecided):
        deciding.reopen(suggestion=row, user=moderator)


# -- who may ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [VISITOR, CONTRIBUTOR, LOCAL_EDITOR, EDITOR])
def test_nobody_but_moderators(actor, role):
    suggestion = proposed(actor, name="X")
    user = make_user(role)
    browser = logged_in(user)
    refused = {302, 403}
    assert browser.get(QUEUE).status_code in refused
    assert browser.post(QUEUE, {"chosen": [suggestion.pk]}).status_code in refused
    assert browser.get(page_of(suggestion)).status_code in refused
    for step in ("accept", "refuse", "spam", "postpone", "reopen", "attach"):
        data = {step: "1", "take": "name", "reason": "scope", "delay": "7"}
        assert browser.post(page_of(suggestion), data).status_code in refused
    calls = [
        lambda: accept(suggestion, user),
        lambda: deciding.refuse(suggestion=suggestion, reason="scope", user=user),
        lambda: deciding.mark_as_spam(suggestion=suggestion, user=user),
        lambda: deciding.postpone(suggestion=suggestion, days=7, user=user),
        lambda: deciding.reopen(suggestion=suggestion, user=user),
        lambda: deciding.take_as_correction(suggestion=suggestion, actor=actor, user=user),
    ]
    for call in calls:
        with pytest.raises(PermissionDenied):
            call()
    suggestion.refresh_from_db()
    actor.refresh_from_db()
    assert suggestion.is_waiting
    assert actor.name == "Le Coron"


@pytest.mark.parametrize("role", [MODERATOR, ADMINISTRATOR])
def test_moderators_find_it_in_their_menu(actor, role):
    browser = logged_in(make_user(role))
    proposed(actor, name="X")
    assert "Le Coron" in browser.get(QUEUE).text
    assert "Propositions reçues" in browser.get(reverse("admin:index")).text


# -- the pages --------------------------------------------------------------------------------------------


def test_accepting_a_part_on_the_page(actor, moderator):
    suggestion = proposed(actor, name="Le Coron neuf", summary="Y")
    browser = logged_in(moderator)
    data = {"accept": "1", "take": ["name"], "value-name": "Le Coron tout neuf", "value-summary": "Y"}
    response = browser.post(page_of(suggestion), data, follow=True)
    assert "C’est repris." in response.text
    assert "oui, comme « Le Coron tout neuf »" in response.text.replace("&nbsp;", " ").replace("\xa0", " ")
    actor.refresh_from_db()
    assert (actor.name, actor.summary) == ("Le Coron tout neuf", "Répare des vélos")
    # Without the box, the old name goes.
    assert actor.aliases.count() == 0


def test_an_error_gives_back_what_was_ticked_and_typed(actor, moderator):
    suggestion = proposed(actor, name="X", contact__new1__phone="03 21 00 00 01")
    data = {
        "accept": "1",
        "take": ["contact:new1:phone"],
        "value-contact-new1-phone": "12",
        "answer": "Merci beaucoup",
    }
    response = logged_in(moderator).post(page_of(suggestion), data)
    assert response.status_code == 400
    lines = {line.key: line for line in response.context["lines"]}
    assert lines["contact:new1:phone"].value == "12"
    assert lines["contact:new1:phone"].errors
    assert not lines["name"].ticked
    assert "Merci beaucoup" in response.text


def test_whoever_comes_second_is_told(actor, moderator):
    suggestion = proposed(actor, name="X")
    deciding.refuse(suggestion=suggestion, reason="scope", user=moderator)
    response = logged_in(make_user(MODERATOR)).post(
        page_of(suggestion), {"accept": "1", "take": ["name"]}, follow=True
    )
    assert "Quelqu’un d’autre y a répondu" in response.text
    actor.refresh_from_db()
    assert actor.name == "Le Coron"


def test_the_queue_is_filtered_by_state_sort_territory_and_letter(moderator):
    with building():
        region, lens, guise = (make_territory(name=name) for name in ("Artois", "Lens", "Guise"))
        make_containment(region, lens)
        here, there = make_organisation(name="Ici", place=lens), make_organisation(name="Là", place=guise)
        letter = make_letter()
        make_citation(make_article(letter), actor=there)
    first, second = proposed(here, summary="A"), report_closure(actor=there, year="2020")
    third = receive(kind=SuggestionKind.NEW, proposed={"name": "Neuf", "place:new:territory": "Lens"})
    spam = receive(kind=SuggestionKind.GENERAL, message="Achetez", spam=True)
    browser = logged_in(moderator)

    def found(**asked):
        return [suggestion for suggestion, _ in browser.get(QUEUE, asked).context["rows"]]

    assert found() == [first, second, third]
    assert found(etat="indesirables") == [spam]
    assert found(sorte="closure") == [second]
    assert found(territoire="Artois") == [first, third]
    assert found(lettre=letter.slug) == [second]
    assert found(territoire="Nulle-Part") == found(sorte="x") == found(etat="zz") == []
    deciding.postpone(suggestion=first, days=7, user=moderator)
    deciding.refuse(suggestion=second, reason="scope", user=moderator)
    assert (found(), found(etat="reportees"), found(etat="traitees")) == ([third], [first], [second])


def test_several_go_to_the_spam_at_once(actor, moderator):
    rows = [proposed(actor, name=name) for name in "ABC"]
    logged_in(moderator).post(QUEUE, {"chosen": [rows[0].pk, rows[1].pk, "x"]})
    assert list(Suggestion.objects.waiting()) == [rows[2]]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_cost_the_same_whatever_their_number(moderator, django_assert_num_queries, rows):
    with building():
        for number in range(rows):
            actor = make_organisation(place=make_territory())
            for phone in range(rows):
                make_contact(actor, f"03 21 00 {number:02} {phone:02}", ContactKind.PHONE)
            shown = keys.shown_values(actor)
            told = {key: "03 21 55 55 55" for key in shown if key.startswith("contact")} | {"name": "Neuf"}
            suggestion = receive(kind=SuggestionKind.CORRECTION, actor=actor, proposed=told)
            new = receive(kind=SuggestionKind.NEW, proposed={"name": actor.name})
    browser = logged_in(moderator)
    browser.get(QUEUE)
    with django_assert_num_queries(12):
        assert len(browser.get(QUEUE).context["rows"]) == 2 * rows
    with django_assert_num_queries(10):
        assert len(browser.get(page_of(suggestion)).context["lines"]) == rows + 1
    with django_assert_num_queries(15):
        browser.get(page_of(new))
