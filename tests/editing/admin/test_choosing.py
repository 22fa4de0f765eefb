"""What a choice by typing finds: territories by name and codes, actors by any name or identifier, persons, sources."""

import pytest
from django.urls import reverse

from actors.actions.merge_actors import merge_actors
from actors.models import Actor
from tests.factories.actors import make_alias, make_organisation
from tests.factories.sources import make_article, make_letter, make_person, make_source
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db


def choices(client, term, model="place", field="territory", app="actors"):
    parameters = {"app_label": app, "model_name": model, "field_name": field, "term": term}
    return [row["text"] for row in client.get(reverse("admin:autocomplete"), parameters).json()["results"]]


@pytest.mark.parametrize(
    ("model", "field", "app"),
    [
        ("place", "territory", "actors"),
        ("areaserved", "territory", "actors"),
        ("figure", "territory", "actors"),
        ("organisation", "administers", "actors"),
        ("mention", "territory", "sources"),
        ("territory", "parent", "territories"),
    ],
)
@pytest.mark.parametrize("term", ["Hénin", "henin-b", "62110", "62427"])
def test_a_territory_by_name_postal_code_or_insee_code(admin_client, term, model, field, app):
    make_territory(code="62427", name="Hénin-Beaumont", postal_codes=("62110",))
    make_territory(code="62498", name="Lens", postal_codes=("62300",))
    assert [text.split(" — ")[0] for text in choices(admin_client, term, model, field, app)] == [
        "Hénin-Beaumont"
    ]


@pytest.mark.parametrize("field", ["source", "target"])
def test_an_actor_by_any_of_its_names_or_its_identifier(admin_client, field):
    actor = make_organisation(name="L’Étang présent")
    make_alias(actor, "LEP Arras")
    make_organisation(name="Autre")

    def found(term):
        return [text.split(" — ")[0] for text in choices(admin_client, term, "cooperation", field)]

    for term in ("etang", "PRESENT", "lep", "arr", actor.public_id, f" {actor.public_id.upper()} "):
        assert found(term) == ["L’Étang présent"], term
    assert found("xxxxxxxx") == []


def test_the_identifier_of_a_merged_entry_finds_the_one_that_stays(admin_client):
    kept, merged = make_organisation(name="Garde"), make_organisation(name="Part")
    gone = merged.public_id
    merge_actors(kept=kept, merged=merged)
    response = admin_client.get(reverse("admin:actors_actor_changelist"), {"q": gone})
    assert list(response.context["cl"].result_list) == [Actor.objects.get(pk=kept.pk)]


@pytest.mark.parametrize("term", ["helene", "LÉCUYER", "lec hel", "Lecuyer-Martin", "h. léc"])
def test_a_person_however_accents_and_capitals_are_written(admin_client, term):
    make_person("Hélène Lécuyer", other_spellings="H. Lécuyer-Martin")
    make_person("Paul Hélard")
    assert choices(admin_client, term, "spokesperson", "person") == ["Hélène Lécuyer"]


@pytest.mark.parametrize(
    ("term", "found"),
    [("zzz", []), ("%", ["Paul Martin"]), ("\0", ["Paul Martin"]), ("'; --", ["Paul Martin"])],
)
def test_signs_that_are_no_words_leave_nobody_out(admin_client, term, found):
    make_person("Paul Martin")
    assert choices(admin_client, term, "spokesperson", "person") == found


@pytest.mark.parametrize("term", ["rustine", "71", "71 rustine"])
def test_a_source_by_its_letter_and_its_title(admin_client, term):
    make_article(make_letter(number="71", slug="71"), title="La Rustine libre")
    make_source(title="Site de la mairie")
    found = choices(admin_client, term, "citation", "source")
    assert [text.endswith("La Rustine libre") for text in found] == [True]
