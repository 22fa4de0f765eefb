"""From the parameters of an address to a selection, or to an error in French."""

from datetime import date

import pytest
from django.http import QueryDict

from actors.actions.delete_actor import delete_actor
from actors.actions.merge_actors import merge_actors
from actors.actions.record import actor_changed
from actors.enums import (
    CitationRole,
    CooperationKind,
    InitiativeKind,
    Label,
    LegalForm,
    LifeStatus,
    Nature,
    OrganisationKind,
    PublicationStatus,
    Sector,
    Sphere,
)
from actors.filters import ActorFilterSet, CooperationFilterSet
from actors.history import act
from actors.index import Point, Selection
from actors.models import Actor, Citation, Cooperation
from territories.enums import TerritoryKind
from tests.factories import building
from tests.factories.actors import (
    make_activity,
    make_citation,
    make_cooperation,
    make_initiative,
    make_organisation,
    make_ptce,
)
from tests.factories.sources import make_article, make_letter, make_source
from tests.factories.territories import make_name, make_territory

pytestmark = pytest.mark.django_db


def actors(query: str) -> ActorFilterSet:
    return ActorFilterSet(QueryDict(query))


def test_nothing_asked_is_the_empty_selection():
    assert actors("").selection == actors("q=&territoire=&page=3").selection == Selection()


EVERY = (
    "q=+vélo&nature=ptce&nature=structure&secteur=mobilites&type=lieu&type=culture&territoire=62215"
    "&presence=tous&autour=50.4901,2.957&rayon=50&activite=maraichage&label=aci&statut=scic&famille=ess"
    "&famille=mixte&ptce=pole&avec=apes&lien=adhesion&partenaires=oui&adherents=oui&situation=projet"
    "&dans=cite&lettre=74&source=71&depuis=2022-06"
)


@pytest.fixture
def rows():
    """One row of each kind that ``EVERY`` names."""
    added, removed = make_organisation(), make_organisation()
    return {
        "territory": make_territory(name="Carvin", code="62215"),
        "ptce": make_ptce(slug="pole"),
        "linked": make_organisation(slug="apes"),
        "activities": (make_activity("maraichage"),),
        "letters": (make_letter(slug="71"), make_letter(slug="74")),
        "plus": (added.public_id,),
        "minus": (removed.public_id,),
    }


def test_every_parameter_is_read(rows):
    single = f"&plus={rows['plus'][0]}&sans={rows['minus'][0]}"
    assert actors(EVERY + single).selection == Selection(
        text="vélo",
        natures=(Nature.ORGANISATION, Nature.PTCE),
        organisation_kinds=(OrganisationKind.CULTURE,),
        initiative_kinds=(InitiativeKind.PLACE,),
        sectors=(Sector.MOBILITY,),
        acting=True,
        near=Point(50.490, 2.957),
        radius=50,
        labels=(Label.ACI,),
        legal_forms=(LegalForm.SCIC,),
        spheres=(Sphere.ESS, Sphere.MIXED),
        link_kinds=(CooperationKind.MEMBER_OF,),
        wish=True,
        apes_member=True,
        life_statuses=(LifeStatus.PLANNED,),
        role=CitationRole.NAMED,
        since="2022-06",
        **rows,
    )


def test_every_parameter_survives_its_canonical_form(rows):
    selection = actors(EVERY + f"&plus={rows['plus'][0]}&sans={rows['minus'][0]}").selection
    assert actors(selection.query).selection == selection
    assert [name for name, _ in selection.parameters] == sorted(
        (name for name, _ in selection.parameters), key=list(ActorFilterSet.base_filters).index
    )


def test_around_a_commune():
    town = make_territory(name="Carvin", code="62215", latitude=50.49, longitude=2.96)
    assert actors("autour=62215").selection == Selection(near=town, radius=20)


def test_nobody_looks_around_a_whole_department():
    make_territory(TerritoryKind.DEPARTMENT, "62", "Pas-de-Calais", latitude=50.5, longitude=2.3)
    assert [str(error).replace("\xa0", " ") for error in actors("autour=62").errors["autour"]] == [
        "« Pas-de-Calais » n’est pas une commune. Pour chercher dans tout ce territoire, prenez le filtre "
        "« Territoire »."
    ]


def test_the_canonical_form_of_a_selection_is_read_back():
    make_territory(name="Carvin")
    selection = actors("q=a+b&type=lieu&territoire=carvin&secteur=sport-loisirs").selection
    assert actors(selection.query).selection == selection


@pytest.mark.parametrize(
    "value", ["62427", "henin-beaumont", "Hénin-Beaumont", " hénin beaumont ", "Hénin-Liétard"]
)
def test_a_territory_is_named_by_code_slug_or_name(value):
    territory = make_territory(code="62427", name="Hénin-Beaumont")
    make_name(territory, "Hénin-Liétard")
    assert actors(f"territoire={value}").selection == Selection(territory=territory)


def test_bare_codes_are_of_communes_epci_and_departments():
    department = make_territory(TerritoryKind.DEPARTMENT, "62", "Pas-de-Calais")
    epci = make_territory(TerritoryKind.EPCI, "246200299", "Agglomération")
    region = make_territory(TerritoryKind.REGION, "32", "Hauts-de-France")
    gers = make_territory(TerritoryKind.DEPARTMENT, "32", "Gers")
    found = [actors(f"territoire={code}").selection for code in ("62", "246200299", "region-32", "32")]
    assert [selection.territory for selection in found] == [department, epci, region, gers]


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        (
            "territoire=atlantide",
            "territoire",
            "Aucun territoire ne porte ce nom ou ce code. Un code postal se cherche dans la page Territoires.",
        ),
        ("nature=poney", "nature", "Sélectionnez un choix valide. poney n’en fait pas partie."),
        ("secteur=poney", "secteur", "Sélectionnez un choix valide. poney n’en fait pas partie."),
        ("type=poney", "type", "Sélectionnez un choix valide. poney n’en fait pas partie."),
        (
            "ptce=poney",
            "ptce",
            "Sélectionnez un choix valide. Ce choix ne fait pas partie de ceux disponibles.",
        ),
        ("lettre=poney", "lettre", "Inconnu dans cette liste : « poney »."),
        ("source=poney", "source", "Inconnu dans cette liste : « poney »."),
        ("depuis=hier", "depuis", "Donnez une année, un mois ou un jour : 2020, 2020-06, 2020-06-30."),
        ("depuis=2020-13", "depuis", "Donnez une année, un mois ou un jour : 2020, 2020-06, 2020-06-30."),
        ("depuis=2020~", "depuis", "Donnez une année, un mois ou un jour : 2020, 2020-06, 2020-06-30."),
        ("depuis=٢٠٢٠", "depuis", "Donnez une année, un mois ou un jour : 2020, 2020-06, 2020-06-30."),
        ("depuis=2020&depuis=2021", "depuis", "Une seule valeur à la fois pour ce filtre."),
        ("activite=poney", "activite", "Inconnu dans cette liste : « poney »."),
        ("plus=poney", "plus", "Inconnu dans cette liste : « poney »."),
        ("avec=poney", "avec", "Aucun acteur publié n’a cette adresse."),
        ("presence=ici", "presence", "Sélectionnez un choix valide. ici n’en fait pas partie."),
        ("partenaires=non", "partenaires", "Sélectionnez un choix valide. non n’en fait pas partie."),
        ("rayon=7", "rayon", "Sélectionnez un choix valide. 7 n’en fait pas partie."),
        ("autour=95,2", "autour", "Ce point n’est pas sur la Terre."),
        ("territoire=a&territoire=b", "territoire", "Une seule valeur à la fois pour ce filtre."),
        ("q=a&q=b", "q", "Une seule valeur à la fois pour ce filtre."),
        ("q=a%00b", "q", "Le caractère nul n’est pas autorisé."),
        ("territoire=a%00b", "territoire", "Le caractère nul n’est pas autorisé."),
        ("ptce=a%00b", "ptce", "Le caractère nul n’est pas autorisé."),
        ("lettre=a%00b", "lettre", "Une de ces valeurs n’existe pas."),
    ],
)
def test_an_error_stands_beside_its_field_and_holds_no_row(query, field, message):
    make_organisation()
    filters = actors(query)
    assert filters.selection is None
    assert list(filters.qs) == []
    assert message in [str(error).replace("\xa0", " ") for error in filters.errors[field]]
    assert set(filters.errors) == {field}


OLD_WORDS = [
    (ActorFilterSet, "ptce"),
    (ActorFilterSet, "avec"),
    (CooperationFilterSet, "ptce"),
    (CooperationFilterSet, "acteur"),
]


def _renamed_and_merged() -> tuple[Actor, list[str]]:
    """A PTCE that another one, itself renamed, was merged with; every word that ever led to either."""
    kept, gone = make_ptce(name="Gardé", slug="garde"), make_ptce(name="Parti", slug="parti")
    for actor, slug in ((kept, "garde-neuf"), (gone, "parti-neuf")):
        with act(what="Nouveau nom"):
            actor.name = actor.slug = slug
            actor.save()
            actor_changed(actor=actor, what="Nouveau nom", was_public=True)
    words = ["garde", "garde-neuf", kept.public_id, "parti", "parti-neuf", gone.public_id]
    merge_actors(kept=kept, merged=gone)
    return Actor.objects.get(slug="garde-neuf"), words


@pytest.mark.parametrize(("filters", "name"), OLD_WORDS)
def test_an_actor_is_meant_by_every_word_it_ever_had(filters, name):
    kept, words = _renamed_and_merged()
    for word in words:
        asked = filters(QueryDict(f"{name}={word}"))
        assert asked.form.is_valid(), word
        assert asked.form.cleaned_data[name] == kept
    if filters is ActorFilterSet:
        assert asked.selection.query == f"{name}=garde-neuf"


def test_a_list_to_choose_from_shows_who_is_meant_today():
    _renamed_and_merged()
    form = CooperationFilterSet(QueryDict("ptce=parti")).form
    assert form.is_valid()
    assert '<option value="garde-neuf" selected>' in str(form["ptce"])


@pytest.mark.parametrize(("filters", "name"), OLD_WORDS)
def test_an_actor_that_was_deleted_is_told_as_such(filters, name):
    actor = make_ptce(slug="disparu")
    public_id = actor.public_id
    delete_actor(actor=actor)
    for word in ("disparu", public_id):
        asked = filters(QueryDict(f"{name}={word}"))
        assert asked.selection is None
        assert asked.form.is_gone
        (told,) = asked.errors[name]
        assert told.startswith("Cette fiche a été supprimée de l’annuaire le ")
        # More than that is wrong: the address has to be mended first.
        assert not filters(QueryDict(f"{name}={word}&poney=1")).form.is_gone
    assert not filters(QueryDict(f"{name}=poney")).form.is_gone


@pytest.mark.parametrize(("filters", "name"), OLD_WORDS)
def test_of_who_was_withdrawn_or_never_came_out_nothing_is_told(filters, name):
    with building():
        make_ptce(slug="retire", name="Retiré", publication=PublicationStatus.WITHDRAWN)
        draft = make_ptce(slug="brouillon", name="Brouillon", publication=PublicationStatus.DRAFT)
    delete_actor(actor=draft)
    for word in ("retire", "brouillon"):
        asked = filters(QueryDict(f"{name}={word}"))
        assert asked.selection is None
        assert not asked.form.is_gone
        assert "supprim" not in str(asked.errors)


def test_a_ptce_alone_stands_where_one_is_asked_for():
    make_organisation(slug="structure")
    assert "ptce" in actors("ptce=structure").errors


def test_huge_values_are_errors():
    for name in ("q", "territoire", "ptce", "lettre", "nature", "secteur", "type"):
        assert set(actors(f"{name}={'9' * 20_000}").errors) == {name}


def test_an_unknown_parameter_is_an_error():
    make_organisation()
    filters = actors("teritoire=62")
    assert filters.selection is None
    assert list(filters.qs) == []
    assert filters.form.non_field_errors() == [
        "« teritoire » n’est pas un filtre de cette liste. "
        f"Filtres connus : {', '.join(ActorFilterSet.base_filters)}."
    ]


def test_what_mail_and_networks_add_is_let_through():
    assert actors("fbclid=x&utm_source=lettre&q=vélo").selection == Selection(text="vélo")


def test_a_name_of_several_territories_asks_which():
    for department in ("62", "60"):
        make_territory(name="Rivière", slug=f"riviere-{department}")
    assert actors("territoire=Rivière").errors["territoire"] == [
        "Plusieurs territoires portent ce nom : Rivière, commune (« riviere-62 ») ; Rivière, commune (« riviere-60 »)."
    ]


def test_a_part_of_a_name_or_a_postal_code_gets_a_hint():
    make_territory(TerritoryKind.EPCI, name="GrandSoissons Agglomération", slug="grandsoissons-agglo")
    make_territory(name="Carvin", postal_codes=("62220",))
    hint = "Aucun territoire ne porte ce nom ou ce code. Peut-être : "
    told = [actors(f"territoire={text}").errors["territoire"] for text in ("GrandSoissons", "62220")]
    assert told == [
        [f"{hint}GrandSoissons Agglomération, intercommunalité (« grandsoissons-agglo »)."],
        [f"{hint}Carvin, commune (« carvin »)."],
    ]


def test_a_name_means_the_living_territory_before_the_merged_one():
    living = make_territory(name="Carvin")
    make_territory(TerritoryKind.DELEGATED_COMMUNE, name="Carvin", slug="carvin-deleguee")
    make_territory(TerritoryKind.FORMER, name="Vieux-Bourg", slug="vieux-bourg-62")
    assert actors("territoire=CARVIN.").selection.territory == living
    assert actors("territoire=Vieux bourg").selection.territory.slug == "vieux-bourg-62"


def test_a_draft_ptce_is_no_choice():
    make_ptce(slug="pole", publication="draft")
    assert set(actors("ptce=pole").errors) == {"ptce"}


def test_the_rows_of_a_valid_form_are_those_of_its_selection():
    wanted = make_initiative(name="Vélo")
    make_organisation(name="Vélo bis")
    make_initiative(name="Vélo en brouillon", publication="draft")
    assert list(ActorFilterSet(QueryDict("nature=initiative&q=velo"), Actor.objects.all()).qs) == [wanted]


def cooperations(query: str) -> CooperationFilterSet:
    return CooperationFilterSet(QueryDict(query), Cooperation.objects.all())


def test_cooperations_by_kind_and_state():
    one, other = make_organisation(), make_organisation()
    carries = make_cooperation(one, other, status="planned")
    runs = make_cooperation(one, other, kind=CooperationKind.RUNS)
    assert set(cooperations("").qs) == {carries, runs}
    assert set(cooperations("type=portage").qs) == {carries}
    assert set(cooperations("type=portage&type=gestion").qs) == {carries, runs}
    assert set(cooperations("etat=en-cours").qs) == {runs}
    assert set(cooperations("etat=en-cours&type=portage").qs) == set()


@pytest.mark.parametrize("query", ["type=poney", "etat=poney", "certitude=tous", "type=a%00b"])
def test_a_wrong_filter_of_cooperations_holds_no_row(query):
    make_cooperation(make_organisation(), make_organisation())
    filters = cooperations(query)
    assert not filters.is_valid()
    assert list(filters.qs) == []


def test_cooperations_by_what_attests_them():
    """The latest source counts, as precisely as it is dated; « source » is another name of « lettre »."""
    old = make_letter(slug="49", earliest=date(2015, 1, 1), latest=date(2015, 3, 31))
    new = make_letter(slug="71", earliest=date(2022, 11, 1), latest=date(2022, 11, 30))
    one, other = make_organisation(), make_organisation()
    told = make_cooperation(one, other)
    old_one = make_cooperation(one, other, kind=CooperationKind.RUNS)
    make_cooperation(one, other, kind=CooperationKind.SUPPORTS)
    page = make_source(consulted_on=date(2023, 5, 4))
    seen = make_cooperation(one, other, kind=CooperationKind.HOSTS)
    for letter, link in ((old, told), (new, told), (old, old_one)):
        make_citation(make_article(letter), cooperation=link)
    with building():
        Citation.objects.create(source=page, cooperation=seen)
    assert set(cooperations("depuis=2015").qs) == {told, old_one, seen}
    assert set(cooperations("depuis=2022-11-15").qs) == {told, seen}
    assert set(cooperations("depuis=2022-12").qs) == {seen}
    assert set(cooperations("depuis=2023-05-05").qs) == set()
    assert set(cooperations("source=49").qs) == set(cooperations("lettre=49").qs) == {told, old_one}
    assert cooperations("source=49").form["lettre"].value() == "49"


@pytest.mark.parametrize(
    ("query", "name"),
    [("depuis=2022-99", "depuis"), ("source=poney", "source"), ("source=49&lettre=71", "source")],
)
def test_a_wrong_source_of_cooperations_is_named(query, name):
    make_letter(slug="49")
    make_letter(slug="71")
    filters = cooperations(query)
    assert set(filters.form.errors) == {name}
    assert filters.selection is None
