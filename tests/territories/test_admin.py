import pytest
from django.urls import reverse

from territories.admin import OFFICIAL_COLUMNS
from territories.enums import TerritoryKind
from territories.models import Change, Containment, Territory
from tests.editing.admin.forms import add_row, form_data, messages_of
from tests.factories import building
from tests.factories.territories import make_boundary, make_containment, make_territory

pytestmark = pytest.mark.django_db

NEW = {
    "name": "Quartier Sabatier",
    "kind": "neighbourhood",
    "slug": "quartier-sabatier",
    "code": "quartier-sabatier-raismes",
    "of_phrase": "du quartier Sabatier",
    "at_phrase": "au quartier Sabatier",
}


def page(territory):
    return reverse("admin:territories_territory_change", args=[territory.pk])


def told():
    return list(Change.objects.order_by("pk").values_list("subject", "key", "what", "fate"))


def save(client, url, **changes):
    response = client.post(url, {**form_data(client.get(url)), **changes})
    assert response.status_code == 302, messages_of(response)


@pytest.fixture
def raismes():
    """A commune in its EPCI and department."""
    with building():
        department = make_territory(TerritoryKind.DEPARTMENT, name="Nord")
        epci = make_territory(TerritoryKind.EPCI, name="La Porte du Hainaut", parent=department)
        commune = make_territory(name="Raismes", parent=epci, postal_codes=("59590",), code="59491")
        for container, member in [(department, epci), (department, commune), (epci, commune)]:
            make_containment(container, member)
    return commune


# -- official territories ---------------------------------------------------------------------------------


def test_official_columns_are_read_only(admin_client, raismes):
    fields = admin_client.get(page(raismes)).context["adminform"].form.fields
    assert set(fields) == {"slug", "note", "of_phrase", "at_phrase"}
    save(admin_client, page(raismes), note="Ville en transition", name="Autre", population="12")
    before = {column: getattr(raismes, column) for column in OFFICIAL_COLUMNS}
    raismes.refresh_from_db()
    assert raismes.note == "Ville en transition"
    assert {column: getattr(raismes, column) for column in OFFICIAL_COLUMNS} == before
    assert told() == [("territory", "commune:59491", "Modification : Raismes", "live")]


def test_the_address_of_a_territory_stays(admin_client, raismes):
    save(admin_client, page(raismes), slug="autre")
    assert Territory.objects.get(pk=raismes.pk).slug == raismes.slug


def test_an_official_territory_takes_new_names_and_keeps_its_own(admin_client, raismes):
    data = form_data(admin_client.get(page(raismes)))
    row = {"name": "Raimes", "kind": "printed", "until": ""}
    assert admin_client.post(page(raismes), add_row(data, "names", **row)).status_code == 302
    assert set(raismes.names.values_list("name", flat=True)) == {"Raismes", "Raimes"}
    assert len(told()) == 1
    data = form_data(admin_client.get(page(raismes)))
    rows = {name.removesuffix("-id"): value for name, value in data.items() if name.endswith("-id")}
    official = next(
        prefix for prefix, pk in rows.items() if pk and raismes.names.get(pk=pk).name == "Raismes"
    )
    response = admin_client.post(page(raismes), {**data, f"{official}-DELETE": "on"})
    assert messages_of(response) == ["Le nom officiel vient des données officielles : il reste."]
    save(admin_client, page(raismes), **{f"{official}-name": "Autre"})
    assert set(raismes.names.values_list("name", flat=True)) == {"Raismes", "Raimes"}


def test_official_postal_codes_are_shown_only(admin_client, raismes):
    inlines = {
        inline.formset.prefix: inline
        for inline in admin_client.get(page(raismes)).context["inline_admin_formsets"]
    }
    assert not inlines["postal_codes"].has_change_permission
    assert "containments" not in inlines


def test_an_official_territory_is_not_deleted(admin_client, raismes):
    url = reverse("admin:territories_territory_delete", args=[raismes.pk])
    assert admin_client.post(url, {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [raismes.pk], "post": "yes"}
    admin_client.post(reverse("admin:territories_territory_changelist"), data)
    assert Territory.objects.filter(pk=raismes.pk).exists()


# -- the editors' own -------------------------------------------------------------------------------------


def test_a_new_neighbourhood_lies_where_its_commune_lies(admin_client, raismes):
    url = reverse("admin:territories_territory_add")
    save(admin_client, url, **NEW, parent=raismes.pk)
    quartier = Territory.objects.get(slug="quartier-sabatier")
    containers = Containment.objects.filter(member=quartier, whole=True)
    assert {row.container.name for row in containers} == {"Raismes", "La Porte du Hainaut", "Nord"}
    assert list(Territory.objects.search("sabatier")) == [quartier]
    assert told() == [
        ("territory", "neighbourhood:quartier-sabatier-raismes", "Création : Quartier Sabatier", "live")
    ]


def test_a_neighbourhood_moves_with_its_parent(admin_client, raismes):
    with building():
        quartier = make_territory(TerritoryKind.NEIGHBOURHOOD, parent=raismes, name="Quartier Sabatier")
        informal = make_territory(TerritoryKind.INFORMAL)
        make_containment(raismes, quartier)
        make_containment(informal, quartier)
        other = make_territory(name="Marly")
    save(admin_client, page(quartier), parent=other.pk, name="Sabatier")
    containers = {row.container for row in Containment.objects.filter(member=quartier)}
    assert containers == {other, informal}
    assert list(quartier.names.values_list("name", flat=True)) == ["Sabatier"]


def test_an_informal_territory_holds_what_is_placed_in_it(admin_client, raismes):
    with building():
        informal = make_territory(TerritoryKind.INFORMAL, name="Bassin minier", code="bassin-minier")
    epci = raismes.parent
    data = form_data(admin_client.get(page(informal)))
    response = admin_client.post(page(informal), add_row(data, "contained", member=epci.pk, whole="on"))
    assert response.status_code == 302
    assert set(Territory.objects.inside(informal)) == {informal, epci, raismes}
    data = form_data(admin_client.get(page(informal)))
    first = next(name for name, value in data.items() if name.endswith("-member") and value == epci.pk)
    delete = first.replace("-member", "-DELETE")
    assert admin_client.post(page(informal), {**data, delete: "on"}).status_code == 302
    assert set(Territory.objects.inside(informal)) == {informal}
    assert {key for _, key, _, _ in told()} == {"informal:bassin-minier"}


def test_an_informal_territory_is_deleted_with_what_hangs_on_it(admin_client):
    with building():
        informal = make_territory(
            TerritoryKind.INFORMAL, name="Artois", code="artois", postal_codes=("62000",)
        )
        make_containment(informal, make_territory())
        make_boundary(informal)
    url = reverse("admin:territories_territory_delete", args=[informal.pk])
    assert not admin_client.get(url).context["perms_lacking"]
    assert admin_client.post(url, {"post": "yes"}).status_code == 302
    assert told() == [("territory", "informal:artois", "Suppression : Artois", "deleted")]


# -- choosing a territory -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("raismes", ["Raismes — commune, Nord"]),
        ("59590", ["Raismes — commune, Nord"]),
        ("59491", ["Raismes — commune, Nord"]),
        ("porte", ["La Porte du Hainaut — intercommunalité, Nord"]),
        ("nord", ["Nord — département"]),
        ("bassin", ["Bassin minier — territoire vécu"]),
        ("nulle part", []),
    ],
)
def test_choices_tell_level_and_department(admin_client, raismes, term, found):
    with building():
        make_territory(TerritoryKind.INFORMAL, name="Bassin minier")
    parameters = {"app_label": "actors", "model_name": "place", "field_name": "territory", "term": term}
    response = admin_client.get(reverse("admin:autocomplete"), parameters)
    assert [result["text"] for result in response.json()["results"]] == found


def test_choices_come_in_pages(admin_client):
    with building():
        for _ in range(24):
            make_territory()
    parameters = {
        "app_label": "actors",
        "model_name": "place",
        "field_name": "territory",
        "term": "territoire",
    }
    first = admin_client.get(reverse("admin:autocomplete"), parameters).json()
    second = admin_client.get(reverse("admin:autocomplete"), {**parameters, "page": 2}).json()
    assert (len(first["results"]), first["pagination"]["more"]) == (20, True)
    assert (len(second["results"]), second["pagination"]["more"]) == (4, False)


def test_the_current_choice_is_told_alike(admin_client, raismes):
    with building():
        quartier = make_territory(TerritoryKind.NEIGHBOURHOOD, parent=raismes)
    assert (
        f'<option value="{raismes.pk}" selected>Raismes — commune, Nord</option>'
        in admin_client.get(page(quartier)).text
    )


# -- what else ----------------------------------------------------------------------------------------------


def test_the_list_of_boundaries_never_loads_one(admin_client):
    with building():
        make_boundary(make_territory(name="Lens"))
    response = admin_client.get(reverse("admin:territories_boundary_changelist"))
    assert "un seul tenant" in response.text
    assert [row.get_deferred_fields() for row in response.context["cl"].result_list] == [{"geometry"}]


def test_a_territory_leads_to_its_page(admin_client, raismes):
    assert admin_client.get(page(raismes)).context["absolute_url"] == "/territoires/raismes/"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "Ce champ est obligatoire."),
        ({"parent": ""}, "Un quartier est rattaché à sa commune."),
        ({"kind": "commune"}, "Sélectionnez un choix valide. commune n’en fait pas partie."),
        ({"population": "12"}, "La population va avec son année."),
        ({"latitude": "50.4"}, "Un point a une latitude et une longitude, en degrés."),
        ({"code": "pris"}, "Un territoire de ce niveau porte déjà ce code."),
    ],
)
def test_errors(admin_client, raismes, changes, message):
    with building():
        make_territory(TerritoryKind.NEIGHBOURHOOD, code="pris", parent=raismes)
    url = reverse("admin:territories_territory_add")
    data = {**form_data(admin_client.get(url)), **NEW, "parent": raismes.pk, **changes}
    assert message in messages_of(admin_client.post(url, data))
    assert told() == []


@pytest.mark.parametrize(
    ("prefix", "row", "message"),
    [
        ("names", {"name": "Sabatier", "kind": "short", "until": ""}, "Ce territoire porte déjà ce nom."),
        ("postal_codes", {"code": "59590"}, "Ce territoire a déjà ce code postal."),
    ],
)
def test_two_rows_alike(admin_client, raismes, prefix, row, message):
    with building():
        quartier = make_territory(TerritoryKind.NEIGHBOURHOOD, parent=raismes)
    data = form_data(admin_client.get(page(quartier)))
    data = add_row(add_row(data, prefix, **row), prefix, **row)
    assert message in messages_of(admin_client.post(page(quartier), data))
    assert told() == []
