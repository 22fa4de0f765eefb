"""Two people save one entry: nothing typed is lost, nothing is overwritten unseen."""

import pytest
from django.urls import reverse

from actors.actions.record import actor_changed
from actors.enums import ContactKind, CooperationKind, Label, Sector
from actors.history import act, keep_missing, versions_of
from actors.models import Actor, ActorLabel, ActorSector, Alias, ContactPoint, Cooperation
from editing.roles import EDITOR
from tests.editing.admin.forms import add_row, form_data
from tests.editing.admin.rows import fill, make_activity, make_commune
from tests.factories import building
from tests.factories.actors import (
    make_citation,
    make_contact,
    make_cooperation,
    make_figure,
    make_initiative,
    make_organisation,
    make_place,
    make_ptce,
)
from tests.factories.editors import logged_in, make_user
from tests.factories.sources import make_source

pytestmark = pytest.mark.django_db


class Desk:
    """One person with the form of one entry open."""

    def __init__(self, actor, name):
        self.user = make_user(EDITOR, username=name)
        self.client = logged_in(self.user)
        self.url = reverse(f"admin:actors_{actor.nature}_change", args=[actor.pk])
        self.shown = self.client.get(self.url)
        self.data = form_data(self.shown)

    def save(self, data=None, **changes):
        """What the form answers; ``data``: with rows added."""
        self.shown = self.client.post(self.url, {**(data or self.data), **changes})
        if self.shown.status_code == 200:
            self.data = form_data(self.shown)
            self.data["_conflicts"] = self.shown.context["meeting"] and " ".join(
                conflict.key for conflict in self.conflicts if conflict.key
            )
        return self.shown.status_code

    def decide(self, **changes):
        choices = {
            name if name.startswith("_") else f"_choose-{name}": value for name, value in changes.items()
        }
        return self.save(**choices)

    @property
    def conflicts(self):
        meeting = self.shown.context["meeting"]
        return meeting.conflicts if meeting else []

    @property
    def told(self):
        """Field, theirs, mine of each conflict."""
        return [(conflict.label, conflict.theirs, conflict.mine) for conflict in self.conflicts]

    def messages(self):
        response = self.client.get(reverse("admin:index"))
        return [str(message) for message in response.context["messages"]]


@pytest.fixture
def actor():
    actor = make_organisation(name="DIE", summary="Avant", description="Texte.")
    make_contact(actor, "03 21 00 00 00", ContactKind.PHONE)
    make_contact(actor, "contact@exemple.fr", ContactKind.EMAIL)
    keep_missing()
    return actor


@pytest.fixture
def desks(actor):
    return Desk(actor, "anne"), Desk(actor, "zoe")


def fresh(actor):
    return Actor.objects.get(pk=actor.pk)


# -- no alarm -------------------------------------------------------------------------------------------


def test_changes_of_different_fields_are_put_together(actor, desks):
    anne, zoe = desks
    assert anne.save(summary="D’Anne") == 302
    assert zoe.save(precision="De Zoé") == 302
    assert (fresh(actor).summary, fresh(actor).precision) == ("D’Anne", "De Zoé")
    (told,) = [text for text in zoe.messages() if "Entre-temps" in text]
    assert told == (
        "Entre-temps, anne avait aussi enregistré cette fiche (En une ligne : Avant → D’Anne). "
        "Vos changements et les siens sont réunis."
    )


def test_the_same_change_made_twice_is_no_conflict(actor, desks):
    anne, zoe = desks
    assert anne.save(summary="La même", name="DIE") == 302
    assert zoe.save(summary="La même") == 302
    assert fresh(actor).summary == "La même"


def test_changes_of_different_rows_and_of_different_columns_of_a_row(actor, desks):
    anne, zoe = desks
    assert anne.save(**{"contacts-0-value": "03 22 00 00 00"}) == 302
    assert zoe.save(**{"contacts-0-personal": "on", "contacts-1-value": "zoe@exemple.fr"}) == 302
    assert list(actor.contacts.order_by("pk").values_list("value", "personal")) == [
        ("03 22 00 00 00", True),
        ("zoe@exemple.fr", False),
    ]


def test_rows_added_by_both_are_all_there(actor, desks):
    anne, zoe = desks
    assert anne.save(add_row(anne.data, "aliases", name="Chez Anne", kind="other")) == 302
    assert zoe.save(add_row(zoe.data, "aliases", name="Chez Zoé", kind="other")) == 302
    assert set(actor.aliases.values_list("name", flat=True)) == {"Chez Anne", "Chez Zoé"}


def test_the_same_row_added_by_both_is_there_once(actor, desks):
    anne, zoe = desks
    row = {"name": "Le DIE", "kind": "other"}
    assert anne.save(add_row(anne.data, "aliases", **row)) == 302
    assert zoe.save(add_row(zoe.data, "aliases", **row), summary="De Zoé") == 302
    assert [alias.name for alias in actor.aliases.all()] == ["Le DIE"]
    assert fresh(actor).summary == "De Zoé"


def test_a_row_the_other_deleted_stays_deleted(actor, desks):
    anne, zoe = desks
    assert anne.save(**{"contacts-0-DELETE": "on"}) == 302
    assert zoe.save(summary="De Zoé") == 302
    assert [contact.value for contact in actor.contacts.all()] == ["contact@exemple.fr"]
    assert fresh(actor).summary == "De Zoé"


def test_the_same_row_deleted_by_both(actor, desks):
    anne, zoe = desks
    assert anne.save(**{"contacts-0-DELETE": "on"}) == 302
    assert zoe.save(**{"contacts-0-DELETE": "on"}) == 302
    assert actor.contacts.count() == 1


def test_what_a_loader_or_another_action_changed_is_kept_as_well(actor, desks):
    _, zoe = desks
    with act(what="Chargement des données des lettres"), building():
        Actor.objects.filter(pk=actor.pk).update(founded="2018")
        actor_changed(actor=actor, what="Chargement", was_public=True)
    assert zoe.save(summary="De Zoé") == 302
    assert (fresh(actor).founded, fresh(actor).summary) == ("2018", "De Zoé")
    assert any("Programme avait aussi enregistré" in text for text in zoe.messages())


def test_a_link_made_from_the_other_side_is_kept(actor, desks):
    _, zoe = desks
    other = Desk(make_organisation(name="PHARE"), "paul")
    link = {"kind": "funds", "target": actor.pk, "status": "active", "certainty": "stated"}
    assert other.save(add_row(other.data, "links_out", **link)) == 302
    assert zoe.save(summary="De Zoé") == 302
    assert Cooperation.objects.get().source.name == "PHARE"


def test_lists_of_activities_sectors_and_labels(actor):
    activities = [make_activity(number) for number in (1, 2)]
    with building():
        ActorSector.objects.create(actor=actor, sector=Sector.FOOD, position=1)
        ActorLabel.objects.create(actor=actor, label=Label.AMAP)
        actor_changed(actor=actor, what="Modification", was_public=True)
    anne, zoe = Desk(actor, "anne"), Desk(actor, "zoe")
    data = add_row(anne.data, "sectors", sector=Sector.REUSE, position="")
    assert anne.save(data, activities=[str(activities[0].pk)]) == 302
    assert zoe.save(add_row(zoe.data, "labels", label=Label.ESAT)) == 302
    assert list(actor.sectors.values_list("sector", flat=True)) == [Sector.FOOD, Sector.REUSE]
    assert set(actor.labels.values_list("label", flat=True)) == {Label.AMAP, Label.ESAT}
    assert list(actor.activities.all()) == [activities[0]]


@pytest.mark.parametrize("make", [make_organisation, make_initiative, make_ptce])
def test_untouched_forms_of_full_entries_change_nothing(make):
    """Every field of every kind of row reads back as it was shown."""
    actor = make(founded="2018~", closed="", summary="Avant", description="Deux\nlignes")
    for number in (1, 2):
        fill(actor, number)
    make_figure(actor, what="euros", low="12.50", high="1300.00", unit="euros", year=2021)
    make_place(actor, make_commune(), address="3 rue Haute", latitude=50.5, longitude=2.75)
    with building():
        actor.activities.add(make_activity(1))
    keep_missing()
    anne, zoe = Desk(actor, "anne"), Desk(actor, "zoe")
    assert anne.save(summary="D’Anne") == 302
    versions = versions_of(actor.pk).count()
    assert zoe.save(description=zoe.data["description"].replace("\n", "\r\n")) == 302
    assert fresh(actor).summary == "D’Anne"
    assert versions_of(actor.pk).count() == versions


# -- conflicts ------------------------------------------------------------------------------------------


def test_the_same_field_shows_both_side_by_side(actor, desks):
    anne, zoe = desks
    anne.save(summary="D’Anne", name="DIE Anne")
    assert zoe.save(summary="De Zoé", precision="Raismes") == 200
    assert zoe.told == [("En une ligne", "D’Anne", "De Zoé")]
    assert "anne a enregistré cette fiche pendant que vous la modifiiez" in zoe.shown.text
    # Nothing is saved, nothing typed is lost, what the other alone changed shows.
    assert (fresh(actor).summary, fresh(actor).precision) == ("D’Anne", "")
    assert (zoe.data["summary"], zoe.data["precision"], zoe.data["name"]) == ("De Zoé", "Raismes", "DIE Anne")


@pytest.mark.parametrize(("choice", "outcome"), [("mine", "De Zoé"), ("theirs", "D’Anne")])
def test_the_choice_decides(actor, desks, choice, outcome):
    anne, zoe = desks
    anne.save(summary="D’Anne", name="DIE Anne")
    zoe.save(summary="De Zoé", precision="Raismes")
    assert zoe.decide(summary=choice) == 302
    assert (fresh(actor).summary, fresh(actor).precision, fresh(actor).name) == (
        outcome,
        "Raismes",
        "DIE Anne",
    )


def test_without_a_choice_it_is_asked_again(actor, desks):
    anne, zoe = desks
    anne.save(summary="D’Anne", **{"contacts-0-value": "03 22 00 00 00"})
    zoe.save(summary="De Zoé", **{"contacts-0-value": "03 23 00 00 00"})
    asked = zoe.told
    assert zoe.decide(summary="mine") == 200
    assert zoe.told == [asked[1]]
    assert "Choisissez pour chaque champ" in zoe.shown.text
    key = zoe.conflicts[0].key
    assert zoe.decide(**{key: "theirs"}) == 302
    assert fresh(actor).summary == "De Zoé"
    assert actor.contacts.get(kind="phone").value == "03 22 00 00 00"


def test_somebody_saves_again_while_one_chooses(actor, desks):
    anne, zoe = desks
    anne.save(summary="D’Anne")
    zoe.save(summary="De Zoé")
    Desk(actor, "paul").save(summary="De Paul")
    assert zoe.decide(summary="mine") == 200
    assert zoe.told == [("En une ligne", "De Paul", "De Zoé")]
    assert zoe.decide(summary="theirs") == 302
    assert fresh(actor).summary == "De Paul"


@pytest.mark.parametrize(("choice", "outcome"), [("mine", "03 23 00 00 00"), ("theirs", "03 22 00 00 00")])
def test_the_same_row(actor, desks, choice, outcome):
    anne, zoe = desks
    anne.save(**{"contacts-0-value": "03 22 00 00 00"})
    assert zoe.save(**{"contacts-0-value": "03 23 00 00 00"}) == 200
    assert zoe.told == [("Téléphone, coordonnée", "03 22 00 00 00", "03 23 00 00 00")]
    assert zoe.decide(**{zoe.conflicts[0].key: choice}) == 302
    assert actor.contacts.get(kind="phone").value == outcome


@pytest.mark.parametrize(("choice", "left"), [("mine", 1), ("theirs", 2)])
def test_one_changes_a_row_that_the_other_deletes(actor, desks, choice, left):
    anne, zoe = desks
    anne.save(**{"contacts-0-value": "03 22 00 00 00"})
    assert zoe.save(**{"contacts-0-DELETE": "on"}) == 200
    assert zoe.told == [("Téléphone", "garder, ainsi modifié : 03 22 00 00 00", "supprimer")]
    assert zoe.decide(**{zoe.conflicts[0].key: choice}) == 302
    assert actor.contacts.count() == left


def test_a_row_the_other_deleted_comes_back_with_what_was_typed(actor, desks):
    anne, zoe = desks
    anne.save(**{"contacts-0-DELETE": "on"})
    assert zoe.save(**{"contacts-0-value": "03 23 00 00 00"}) == 200
    assert zoe.told == [("Coordonnée", "(supprimé)", "Téléphone, 03 23 00 00 00")]
    assert "La ligne est remise avec votre saisie" in zoe.shown.text
    assert zoe.save() == 302
    assert set(actor.contacts.values_list("value", flat=True)) == {"03 23 00 00 00", "contact@exemple.fr"}


@pytest.mark.parametrize(
    ("choice", "outcome"),
    [("mine", [Sector.REUSE, Sector.FOOD]), ("theirs", [Sector.FOOD, Sector.AGRICULTURE])],
)
def test_sectors_that_both_changed(actor, choice, outcome):
    with building():
        ActorSector.objects.create(actor=actor, sector=Sector.FOOD, position=1)
        actor_changed(actor=actor, what="Modification", was_public=True)
    anne, zoe = Desk(actor, "anne"), Desk(actor, "zoe")
    assert anne.save(add_row(anne.data, "sectors", sector=Sector.AGRICULTURE, position="2")) == 302
    data = add_row(zoe.data, "sectors", sector=Sector.REUSE, position="1")
    assert zoe.save(data, **{"sectors-0-position": "2"}) == 200
    ((label, theirs, mine),) = zoe.told
    assert label.startswith("Domaines d’activité")
    assert theirs == f"{Sector.FOOD.label}, {Sector.AGRICULTURE.label}"
    assert mine == f"{Sector.REUSE.label}, {Sector.FOOD.label}"
    assert zoe.decide(sectors=choice) == 302
    assert list(actor.sectors.values_list("sector", flat=True)) == outcome


def test_sources_and_links_are_rows_like_others(actor):
    link = make_cooperation(actor, make_organisation(name="PHARE"), kind=CooperationKind.FUNDS)
    citation = make_citation(actor=actor)
    with act():
        actor_changed(actor=actor, what="Modification", was_public=True)
    anne, zoe = Desk(actor, "anne"), Desk(actor, "zoe")
    assert anne.save(**{"links_out-0-status": "ended", "citations-0-printed": "le Die"}) == 302
    assert zoe.save(**{"links_out-0-status": "planned", "citations-0-printed": "la DIE"}) == 200
    assert zoe.told == [
        ("Lien « DIE finance PHARE », état", "Terminé", "Décidé, en préparation"),
        ("Source de la fiche, forme imprimée", "le Die", "la DIE"),
    ]
    keys = [conflict.key for conflict in zoe.conflicts]
    assert keys == [f"links_out:{link.pk}:status", f"citations:{citation.pk}:printed"]
    assert zoe.decide(**dict(zip(keys, ("theirs", "mine"), strict=True))) == 302
    link.refresh_from_db()
    citation.refresh_from_db()
    assert (link.status, citation.printed) == ("ended", "la DIE")


def test_a_source_typed_beside_a_row_the_other_deleted(actor, desks):
    anne, zoe = desks
    source = make_source()
    anne.save(**{"contacts-0-DELETE": "on"})
    assert zoe.save(**{"contacts-0-cited_source": source.pk}) == 200
    assert zoe.save() == 302
    assert actor.contacts.get(value="03 21 00 00 00").citations.get().source == source


def test_of_a_version_no_longer_kept_every_difference_is_asked(actor, desks):
    anne, zoe = desks
    anne.save(summary="D’Anne")
    versions_of(actor.pk).last().delete()
    assert zoe.save(precision="De Zoé") == 200
    assert zoe.told == [("Précision", "", "De Zoé"), ("En une ligne", "D’Anne", "Avant")]


def test_a_mistake_beside_a_conflict_shows_both(actor, desks):
    anne, zoe = desks
    anne.save(summary="D’Anne")
    assert zoe.save(summary="De Zoé", name="") == 200
    assert zoe.told == [("En une ligne", "D’Anne", "De Zoé")]
    assert zoe.shown.context["adminform"].form.errors["name"]


@pytest.mark.parametrize("opened_on", ["", "x", "0", "9" * 40])
def test_a_form_of_no_known_version(actor, opened_on):
    zoe = Desk(actor, "zoe")
    status = zoe.save(entry_version=opened_on, summary="De Zoé")
    assert status == (302 if opened_on == "" else 200)


def test_choices_of_what_is_not_there_are_ignored(actor, desks):
    _, zoe = desks
    keys = "ghost contacts:99:value contacts:x:value sectors"
    choices = {f"_choose-{key}": "theirs" for key in keys.split()}
    assert zoe.save(_conflicts=keys, summary="De Zoé", **choices) == 302
    assert fresh(actor).summary == "De Zoé"


@pytest.mark.parametrize("rows", [1, 3])
def test_meeting_takes_as_many_queries_for_one_row_as_for_three(rows, django_assert_num_queries):
    from django.http import QueryDict

    from editing.conflicts import meet, row_forms

    actor = make_organisation()
    for number in range(1, rows + 1):
        fill(actor, number)
    keep_missing()
    zoe = Desk(actor, "zoe")
    with act(), building():
        Actor.objects.filter(pk=actor.pk).update(summary="Autre")
        Alias.objects.all().delete()
        actor_changed(actor=actor, what="Modification", was_public=True)
    data = QueryDict(mutable=True)
    for name, value in zoe.data.items():
        data.setlist(name, value if isinstance(value, list) else [str(value)])
    fields = zoe.shown.context["adminform"].form.fields
    formsets = [type(inline.formset) for inline in zoe.shown.context["inline_admin_formsets"]]
    with django_assert_num_queries(40):
        met = meet(actor=actor, data=data, fields=fields, inlines=row_forms(formsets, actor), user=zoe.user)
    assert met.conflicts == []


def test_the_page_that_asks_holds_no_style_nor_script_of_its_own(actor, desks):
    import re

    anne, zoe = desks
    anne.save(summary="D’Anne")
    zoe.save(summary="De Zoé")
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)[^>]*>", zoe.shown.text) == []


def test_contacts_saved_at_the_same_moment_on_their_own_page_are_in_the_history(actor):
    contact = ContactPoint.objects.filter(kind="phone").get()
    client = logged_in(make_user(EDITOR, username="paul"))
    url = reverse("admin:actors_contactpoint_change", args=[contact.pk])
    client.post(url, {**form_data(client.get(url)), "value": "03 22 00 00 00"})
    assert versions_of(actor.pk).first().revision.user.username == "paul"
