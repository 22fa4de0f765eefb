"""Two entries for one thing become one: every list, every source, the old name and address, and back again."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from actors import index
from actors.actions.merge_actors import CannotMerge, merge_actors, undo_merger
from actors.actions.merge_columns import choices, lost
from actors.actions.record import actor_changed
from actors.enums import AliasKind, CitationColumn, CooperationKind, PublicIdFate
from actors.filters import ActorFilterSet
from actors.history import act, read_documents, versions_of
from actors.index import Selection
from actors.models import (
    Actor,
    ActorLabel,
    ActorSector,
    Address,
    Alias,
    Citation,
    Cooperation,
    Merger,
    OutsideId,
    PtceStatusEntry,
    PublicId,
)
from territories.models import Change
from tests.factories import building
from tests.factories.actors import (
    make_activity,
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
from tests.factories.sources import make_article, make_person
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept():
    return make_organisation(name="Les Jardins du cœur", slug="jardins-du-coeur")


@pytest.fixture
def merged():
    return make_organisation(name="Jardin de cœur", slug="jardin-de-coeur")


def merge(kept, merged, **chosen):
    merger = merge_actors(kept=kept, merged=merged, chosen=chosen)
    kept.refresh_from_db()
    return merger


def sources(citations):
    return set(citations.values_list("source", flat=True))


# -- rows that both have, rows that one has --------------------------------------------------------------


def _rows(actor, territory, person):
    """One row of every list that sources can support."""
    return {
        "aliases": make_alias(actor, "JDC", kind=AliasKind.ACRONYM),
        "places": make_place(actor, territory, address="1 rue Haute"),
        "areas": make_area(actor, territory),
        "contacts": make_contact(actor, "03 21 00 00 01", kind="phone"),
        "spokespersons": make_spokesperson(actor, person),
        "figures": make_figure(actor),
        "wishes": make_wish(actor),
    }


CITED_BY = {
    "aliases": "alias",
    "places": "place",
    "areas": "area",
    "contacts": "contact",
    "spokespersons": "spokesperson",
    "figures": "figure",
    "wishes": "wish",
}


@pytest.mark.parametrize("relation", CITED_BY)
def test_a_row_of_one_is_kept_with_its_number_and_sources(kept, merged, relation):
    row = _rows(merged, make_territory(), make_person())[relation]
    citation = make_citation(**{CITED_BY[relation]: row})
    merge(kept, merged)
    found = getattr(kept, relation).get(pk=row.pk)
    assert list(found.citations.all()) == [citation]


@pytest.mark.parametrize("relation", CITED_BY)
def test_a_row_of_both_is_one_with_the_sources_of_both(kept, merged, relation):
    territory, person, shared = make_territory(), make_person(), make_article()
    rows = [_rows(actor, territory, person)[relation] for actor in (kept, merged)]
    articles = [make_article(), make_article()]
    for row, article in zip(rows, articles, strict=True):
        make_citation(article, **{CITED_BY[relation]: row})
        make_citation(shared, **{CITED_BY[relation]: row})
    merge(kept, merged)
    found = getattr(kept, relation).get(pk=rows[0].pk)
    assert found.citations.count() == 3
    assert sources(found.citations) == {article.source.pk for article in (*articles, shared)}
    assert not type(found)._base_manager.filter(pk=rows[1].pk).exists()


def test_contacts_written_in_two_ways_are_one(kept, merged):
    make_contact(kept, "03 21 00 00 01", kind="phone")
    make_contact(kept, "https://www.jardins.fr/", kind="website")
    double = make_contact(merged, "+33 3.21.00.00.01", kind="phone", personal=True)
    make_contact(merged, "http://jardins.fr", kind="website")
    make_contact(merged, "03 21 00 00 02", kind="phone")
    make_citation(contact=double)
    merge(kept, merged)
    values = set(kept.contacts.values_list("value", "personal"))
    assert values == {
        ("03 21 00 00 01", True),
        ("https://www.jardins.fr/", False),
        ("03 21 00 00 02", False),
    }
    # The other way of writing it is what its source prints.
    assert Citation.objects.get(contact__value="03 21 00 00 01").printed == "+33 3.21.00.00.01"


def test_a_place_without_a_street_is_said_by_the_one_with_it(kept, merged):
    territory = make_territory()
    make_place(kept, territory)
    make_place(merged, territory, address="1 rue Haute", postal_code="62000", latitude=50.1, longitude=2.1)
    make_place(merged, territory, role="branch")
    merge(kept, merged)
    places = set(kept.places.values_list("role", "address", "postal_code", "latitude"))
    assert places == {("seat", "1 rue Haute", "62000", 50.1), ("branch", "", "", None)}


def test_another_value_of_one_year_stays_as_what_its_source_prints(kept, merged):
    make_figure(kept, low=12)
    make_citation(figure=make_figure(merged, low=15))
    make_figure(merged, low=20, year=2023)
    merge(kept, merged)
    assert set(kept.figures.values_list("low", "year")) == {(12, 2022), (20, 2023)}
    assert Citation.objects.get(figure__low=12).printed == "15 salariés (2022)"


def test_sectors_labels_activities_and_outside_ids_are_those_of_both():
    kept = make_organisation(sectors=["reuse", "food"], labels=["aci"])
    merged = make_organisation(sectors=["food", "sport", "culture"], labels=["aci", "ei"])
    activity, other = make_activity("maraichage", (kept, merged)), make_activity("velo", (merged,))
    with building():
        OutsideId.objects.create(actor=merged, scheme="wikidata", value="Q1")
    merge(kept, merged)
    assert list(kept.sectors.values_list("sector", "position")) == [("reuse", 1), ("food", 2), ("sport", 3)]
    assert set(kept.labels.values_list("label", flat=True)) == {"aci", "ei"}
    assert set(kept.activities.all()) == {activity, other}
    assert kept.outside_ids.get().value == "Q1"


def test_the_sectors_of_the_one_that_goes_may_come_first():
    kept = make_organisation(sectors=["reuse", "food"])
    merged = make_organisation(sectors=["sport", "culture"])
    assert [choice.key for choice in choices(kept, merged) if choice.key == "sectors"] == ["sectors"]
    merge(kept, merged, sectors="merged")
    assert list(kept.sectors.values_list("sector", flat=True)) == ["sport", "culture", "reuse"]


def test_statuses_of_two_ptces():
    kept, merged = make_ptce(), make_ptce()
    with building():
        PtceStatusEntry.objects.create(actor=kept, status="labelled", date="2014")
        double = PtceStatusEntry.objects.create(
            actor=merged, status="labelled", date="2014", call="Premier appel"
        )
        PtceStatusEntry.objects.create(actor=merged, status="emerging", date="2012")
    citation = make_citation(status=double)
    merge(kept, merged)
    assert set(kept.statuses.values_list("status", "date", "call")) == {
        ("labelled", "2014", "Premier appel"),
        ("emerging", "2012", ""),
    }
    citation.refresh_from_db()
    assert citation.status.actor == kept


# -- links -----------------------------------------------------------------------------------------------


def test_links_of_either_side_become_those_of_the_one_that_stays(kept, merged):
    partner = make_organisation()
    out, back = make_cooperation(merged, partner), make_cooperation(partner, merged, kind="supports")
    citation = make_citation(cooperation=out)
    merge(kept, merged)
    assert set(Cooperation.objects.values_list("pk", "source", "target")) == {
        (out.pk, kept.pk, partner.pk),
        (back.pk, partner.pk, kept.pk),
    }
    assert out.citations.get() == citation


def test_a_link_between_the_two_goes_and_its_source_goes_on_naming_the_entry(kept, merged):
    link = make_cooperation(kept, merged)
    citation = make_citation(cooperation=link)
    merge(kept, merged)
    assert not Cooperation.objects.exists()
    assert [(row.source_id, row.role) for row in kept.citations.all()] == [(citation.source_id, "named")]


def test_the_same_link_told_of_both_is_one_with_the_sources_of_both(kept, merged):
    partner, shared = make_organisation(), make_article()
    mine, theirs = make_cooperation(kept, partner), make_cooperation(merged, partner)
    other_period = make_cooperation(merged, partner, since="2012")
    for link in (mine, theirs):
        make_citation(cooperation=link)
        make_citation(shared, cooperation=link)
    merge(kept, merged)
    assert set(Cooperation.objects.values_list("pk", flat=True)) == {mine.pk, other_period.pk}
    assert len(sources(mine.citations)) == mine.citations.count() == 3


def test_a_symmetric_link_told_in_both_directions_is_one(kept, merged):
    partner = make_organisation()
    mine = make_cooperation(kept, partner, kind=CooperationKind.PARTNER_OF)
    theirs = make_cooperation(partner, merged, kind=CooperationKind.PARTNER_OF)
    make_citation(cooperation=mine)
    make_citation(cooperation=theirs)
    merge(kept, merged)
    assert Cooperation.objects.get() == mine
    assert mine.citations.count() == 2


def test_what_is_stated_counts_more_than_what_is_inferred(kept, merged):
    partner = make_organisation()
    make_cooperation(kept, partner, certainty="inferred", reason="Même adresse", status="envisaged")
    make_cooperation(merged, partner, status="active")
    merge(kept, merged)
    link = Cooperation.objects.get()
    assert (link.certainty, link.reason, link.status) == ("stated", "", "active")


# -- columns and their sources -----------------------------------------------------------------------------


def test_a_value_stays_where_only_one_has_it(kept, merged):
    with building():
        Actor.objects.filter(pk=merged.pk).update(
            summary="Un jardin", siren="123456789", registry_state="verified", founded="2012", sphere="ess"
        )
    merge(kept, merged)
    assert (kept.summary, kept.siren, kept.registry_state) == ("Un jardin", "123456789", "verified")
    assert (kept.founded, kept.sphere, kept.name) == ("2012", "ess", "Les Jardins du cœur")


def test_of_two_values_the_one_with_a_source_is_proposed(kept, merged):
    with building():
        Actor.objects.filter(pk=kept.pk).update(founded="2010", summary="A")
        Actor.objects.filter(pk=merged.pk).update(founded="2012", summary="B")
    make_citation(actor=merged, role="", column=CitationColumn.FOUNDED)
    defaults = {
        choice.key: choice.default for choice in choices(*Actor.objects.order_by("pk")) if choice.differs
    }
    assert defaults == {"name": "kept", "founded": "merged", "summary": "kept"}


def test_what_was_chosen_stays_and_the_other_is_what_its_source_prints(kept, merged):
    with building():
        Actor.objects.filter(pk=kept.pk).update(founded="2010")
        Actor.objects.filter(pk=merged.pk).update(founded="2012")
    mine = make_citation(actor=kept, role="", column=CitationColumn.FOUNDED)
    theirs = make_citation(actor=merged, role="", column=CitationColumn.FOUNDED)
    merge(kept, merged, founded="kept")
    assert kept.founded == "2010"
    assert dict(kept.citations.values_list("pk", "printed")) == {mine.pk: "", theirs.pk: "2012"}


def test_sources_of_both_stay_each_once(kept, merged):
    article = make_article()
    make_citation(article, actor=kept, role="named")
    make_citation(article, actor=merged, role="subject")
    other = make_citation(actor=merged, role="named")
    merge(kept, merged)
    assert set(kept.citations.values_list("source", "role")) == {
        (article.source.pk, "subject"),
        (other.source_id, "named"),
    }


def test_siret_must_go_with_the_siren(kept, merged):
    with building():
        Actor.objects.filter(pk=kept.pk).update(siren="123456789", registry_state="proposed")
        Actor.objects.filter(pk=merged.pk).update(siret="98765432100001", registry_state="proposed")
    with pytest.raises(ValidationError, match="commence par le SIREN"):
        merge(kept, merged)
    assert Actor.objects.count() == 2


def test_a_number_that_only_one_may_have_moves(kept, merged):
    territory = make_territory()
    with building():
        Actor.objects.filter(pk=merged.pk).update(
            siret="12345678900001", registry_state="proposed", administers=territory
        )
    merger = merge(kept, merged)
    assert (kept.siret, kept.administers) == ("12345678900001", territory)
    undo_merger(merger=merger)
    kept.refresh_from_db()
    assert (kept.siret, kept.administers) == ("", None)


def test_an_initiative_has_no_place_for_a_siren():
    initiative, organisation = make_initiative(), make_organisation()
    with building():
        Actor.objects.filter(pk=organisation.pk).update(siren="123456789", registry_state="proposed")
    organisation.refresh_from_db()
    assert ("SIREN", "123456789") in lost(initiative, organisation)
    merge(initiative, organisation)
    assert (initiative.siren, initiative.organisation_kind) == ("", "")


def test_a_ptce_keeps_an_entry_of_its_own(kept):
    with pytest.raises(CannotMerge, match="Un PTCE garde une fiche à lui"):
        merge(kept, make_ptce())
    with pytest.raises(CannotMerge, match="elle-même"):
        merge(kept, kept)


def test_a_draft_that_is_brought_into_a_published_entry_was_never_seen(kept):
    draft = make_organisation(publication="draft")
    merge(kept, draft)
    kept.refresh_from_db()
    assert kept.is_public
    assert not Change.objects.filter(key=draft.public_id).exists()


# -- the old name, the old address, what others see ----------------------------------------------------------


def test_the_entry_is_found_under_the_name_that_goes(kept, merged):
    make_citation(actor=merged, role="", column=CitationColumn.NAME)
    merge(kept, merged)
    alias = kept.aliases.get()
    assert (alias.name, alias.kind) == ("Jardin de cœur", "other")
    assert alias.citations.count() == 1
    assert list(index.ask(Selection(text="jardin de cœur")).ids()) == [kept.pk]


def test_the_other_name_may_stay(kept, merged):
    make_alias(kept, "Jardin de Cœur")
    merge(kept, merged, name="merged")
    assert (kept.name, kept.slug) == ("Jardin de cœur", "jardins-du-coeur")
    assert list(kept.aliases.values_list("name", flat=True)) == ["Les Jardins du cœur"]


def test_old_addresses_and_ids_lead_to_the_entry_that_stays(client, kept, merged):
    old = merged.public_id
    merge(kept, merged)
    public_id = PublicId.objects.get(pk=old)
    assert (public_id.fate, public_id.merged_into_id) == (PublicIdFate.MERGED, kept.public_id)
    response = client.get("/acteurs/jardin-de-coeur/")
    assert (response.status_code, response["Location"]) == (301, "/acteurs/jardins-du-coeur/")
    assert client.get(f"/id/{old}")["Location"] == f"/id/{kept.public_id}"
    page = client.get("/acteurs/jardins-du-coeur/").content.decode()
    assert "La fiche «&nbsp;Jardin de cœur&nbsp;» a été réunie avec celle-ci le" in page


def test_a_chain_of_mergers_ends_at_the_last_entry(client, kept, merged):
    first = make_organisation(name="Premier jardin", slug="premier-jardin")
    merge(merged, first)
    merge(kept, merged)
    assert client.get("/acteurs/premier-jardin/")["Location"] == "/acteurs/jardins-du-coeur/"
    for given in (first.public_id, "premier-jardin", merged.public_id, "jardin-de-coeur"):
        selection = ActorFilterSet({"plus": [given], "q": "introuvable"}).selection
        assert selection.plus == (kept.public_id,), given


def test_lists_made_by_hand_follow(kept, merged):
    old, other = merged.public_id, make_organisation()
    merge(kept, merged)
    with_it = ActorFilterSet({"plus": [old, kept.public_id]}).selection
    assert with_it.plus == (kept.public_id,)
    without = ActorFilterSet({"sans": [old]}).selection
    assert list(index.ask(without).ids()) == [other.pk]


def test_everybody_whose_page_changes_is_told_of(kept, merged):
    partner, stranger = make_organisation(), make_organisation()
    make_cooperation(merged, partner)
    version = Change.objects.version()
    merge(kept, merged)
    told = set(Change.objects.filter(number__gt=version).values_list("key", "fate"))
    assert told == {(kept.public_id, "live"), (merged.public_id, "merged"), (partner.public_id, "live")}
    assert stranger.public_id not in {key for key, _ in told}


def test_a_merger_is_one_act_of_the_history(kept, merged, django_user_model):
    user = django_user_model.objects.create_user("jeanne")
    partner = make_organisation()
    make_cooperation(merged, partner)
    with act() as current:
        current.touch(kept.pk, merged.pk, partner.pk)
    merger = merge_actors(kept=kept, merged=merged, user=user)
    latest = [versions_of(actor.pk).first() for actor in (kept, partner)]
    assert latest[0].revision == latest[1].revision
    assert latest[0].revision.comment == "Réunion de « Jardin de cœur » avec « Les Jardins du cœur »"
    assert latest[0].revision.user == user == merger.merged_by
    assert latest[0] == merger.kept_after


# -- and back again --------------------------------------------------------------------------------------------


def test_undoing_makes_both_what_they_were(client, kept, merged):
    territory, person, partner = make_territory(), make_person(), make_organisation()
    for actor in (kept, merged):
        for relation, row in _rows(actor, territory, person).items():
            make_citation(**{CITED_BY[relation]: row})
        make_citation(cooperation=make_cooperation(actor, partner))
        make_citation(actor=actor)
        make_citation(actor=actor, role="", column=CitationColumn.NAME)
    make_cooperation(kept, merged)
    ids = [kept.pk, merged.pk, partner.pk]
    before = read_documents(ids)
    merger = merge(kept, merged)
    assert read_documents(ids) != before
    restored = undo_merger(merger=merger)
    assert restored.left_out == []
    assert read_documents(ids) == before
    assert client.get("/acteurs/jardin-de-coeur/").status_code == 200
    assert PublicId.objects.get(pk=merged.public_id).actor_id == merged.pk
    assert Address.objects.get(slug="jardin-de-coeur").actor_id == merged.pk
    assert "réunie avec celle-ci" not in client.get("/acteurs/jardins-du-coeur/").content.decode()
    with pytest.raises(CannotMerge, match="déjà annulée"):
        undo_merger(merger=merger)
    # What is undone can be done again.
    merge(kept, Actor.objects.get(pk=merged.pk))
    assert Merger.objects.filter(undone_at=None).count() == 1


def test_undoing_refuses_and_names_what_was_changed_since(kept, merged):
    merger = merge(kept, merged)
    with building():
        Actor.objects.filter(pk=kept.pk).update(summary="Un jardin")
    contact = make_contact(kept, "03 21 00 00 09", kind="phone")
    with act() as current:
        current.touch(kept.pk)
    with pytest.raises(CannotMerge, match="modifiée depuis : En une ligne, Téléphone"):
        undo_merger(merger=merger)
    assert not Actor.objects.filter(pk=merged.pk).exists()
    with building():
        contact.delete()
        Actor.objects.filter(pk=kept.pk).update(summary="")
    undo_merger(merger=merger)
    assert Actor.objects.filter(pk=merged.pk).exists()


def test_a_merger_can_be_undone_for_thirty_days(kept, merged):
    merger = merge(kept, merged)
    _date(merger, 31)
    with pytest.raises(CannotMerge, match="trente jours"):
        undo_merger(merger=merger)
    _date(merger, 30)
    undo_merger(merger=merger)


@building()
def _date(merger, days_ago):
    # On the clock of the place: days of 24 hours end an hour early in the weeks after summer time.
    merger.merged_at = timezone.localtime() - datetime.timedelta(days=days_ago)
    merger.save()


def test_undoing_waits_for_the_merger_that_came_after(kept, merged):
    third = make_organisation()
    first = merge(merged, third)
    second = merge(kept, merged)
    with pytest.raises(CannotMerge, match="n’existe plus"):
        undo_merger(merger=first)
    undo_merger(merger=second)
    undo_merger(merger=first)
    assert Actor.objects.filter(pk__in=[kept.pk, merged.pk, third.pk]).count() == 3


def test_a_choice_between_other_things_is_refused(kept, merged):
    with pytest.raises(ValueError, match="name"):
        merge(kept, merged, name="neither")
    assert Alias.objects.count() == ActorSector.objects.count() == ActorLabel.objects.count() == 0


def test_nothing_happens_outside_an_act_of_its_own(kept, merged):
    """Within somebody's act both entries are kept as they were, then as they are."""
    with act(what="Ménage") as current:
        actor_changed(actor=kept, what="Ménage", was_public=True)
        merge(kept, merged)
    assert current.what == "Ménage"
    assert versions_of(kept.pk).count() == 2
