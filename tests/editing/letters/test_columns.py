"""What an article says of the entry itself: every column of it, beside what somebody else types meanwhile."""

import pytest

from actors.enums import LifeStatus, RegistryState
from actors.models import Actor, Citation, Cooperation
from editing.letter_models import PendingFact
from editing.letters.release import publish_letter, withdraw_letter
from editing.roles import EDITOR
from tests.editing.letters.typing import facts, make_prepared
from tests.factories import building
from tests.factories.actors import make_activity, make_initiative, make_organisation, make_ptce
from tests.factories.editors import logged_in, make_user
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db

SIREN = "732829320"


@pytest.fixture
def editor():
    return make_user(EDITOR)


@pytest.fixture
def client(editor):
    return logged_in(editor)


@pytest.fixture
def article():
    return make_prepared().articles.get()


def cited() -> dict[str, str]:
    return dict(Citation.objects.exclude(column="").values_list("column", "printed"))


def test_every_column_of_a_draft_takes_the_article_for_source(client, article):
    raismes = make_territory(name="Raismes")
    make_activity("maraichage")
    actor = make_organisation(name="Café", publication="draft")
    typed = {
        "name": "Café vert",
        "number": "plural",
        "precision": "Raismes",
        "organisation_kind": "network",
        "sphere": "ess",
        "legal_form": "scic",
        "sectors": ["food"],
        "activities": ["maraichage"],
        "labels": ["esat"],
        "founded": "2018",
        "founded_printed": "il y a quatre ans",
        "life_status": "closed",
        "closed": "2021",
        "siren": "732 829 320",
        "administers": "Raismes",
        "summary": "Un café.",
    }
    assert facts(client, article, actor, columns=typed).status_code == 302
    actor = Actor.objects.get()
    assert (str(actor), actor.number, actor.organisation_kind, actor.legal_form) == (
        "Café vert, Raismes",
        "plural",
        "network",
        "scic",
    )
    assert (actor.life_status, actor.life_status_year, actor.closed) == (LifeStatus.CLOSED, 2022, "2021")
    assert (actor.siren, actor.registry_state, actor.administers) == (SIREN, RegistryState.PROPOSED, raismes)
    assert [activity.slug for activity in actor.activities.all()] == ["maraichage"]
    columns = [
        "activities",
        "administers",
        "closed",
        "description",
        "founded",
        "kind",
        "labels",
        "legal_form",
    ]
    columns += ["life_status", "name", "precision", "registry", "sectors", "sphere"]
    assert sorted(cited()) == columns
    assert cited()["founded"] == "il y a quatre ans"


def test_an_initiative_may_become_a_ptce_and_has_no_number(client, article):
    actor = make_initiative(publication="draft")
    facts(client, article, actor, columns={"potential_ptce": "on", "siren": SIREN})
    actor.refresh_from_db()
    assert (actor.potential_ptce, actor.siren) == (True, "")
    assert sorted(cited()) == ["potential_ptce"]


def test_who_took_over_is_a_link(client, article):
    actor, successor = make_organisation(publication="draft"), make_organisation(name="Sourire")
    facts(
        client,
        article,
        actor,
        columns={"life_status": "closed", "life_status_year": "2019", "successor": "Sourire"},
    )
    actor.refresh_from_db()
    assert (actor.life_status, actor.life_status_year) == ("closed", 2019)
    link = Cooperation.objects.get()
    assert (link.kind, link.source, link.target) == ("takes_over", successor, actor)


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        (
            {"successor": "Personne"},
            "successor",
            "Aucune fiche ne s’appelle « Personne » : ajoutez-la d’abord comme acteur de l’article.",
        ),
        (
            {"siren": "732829321"},
            "siren",
            "« 732829321 » n’est pas un SIREN : ses chiffres ne vont pas ensemble, l’un d’eux est sans doute faux.",
        ),
        (
            {"sectors": ["food", "housing", "culture", "energy"]},
            "sectors",
            "Un acteur a un à trois domaines d’activité.",
        ),
        ({"name": ""}, "name", "Ce champ est obligatoire."),
    ],
)
def test_mistakes_are_told_beside_the_field(client, article, typed, field, told):
    actor = make_organisation()
    response = facts(client, article, actor, columns=typed)
    assert response.context["columns"].errors == {field: [told]}
    assert not PendingFact.objects.exists()


def test_they_wait_and_come_out_and_go_again(client, article, editor):
    """Of an entry visitors see: lists, numbers and territories are told while they wait."""
    make_activity("maraichage", name="maraîchage")
    make_territory(name="Raismes")
    actor = make_organisation(name="Café")
    typed = {"activities": ["maraichage"], "siren": SIREN, "administers": "Raismes", "name": "Café vert"}
    shown = client.get(facts(client, article, actor, columns=typed).url)
    assert [line.text for line in shown.context["in_hand_facts"].lines] == [
        "nom : Café vert",
        "activités : maraîchage",
        "administre le territoire : Raismes",
        f"SIREN : {SIREN}",
    ]
    publish_letter(letter=article.letter, user=editor)
    actor.refresh_from_db()
    assert (actor.name, actor.siren, actor.administers.name, actor.activities.count()) == (
        "Café vert",
        SIREN,
        "Raismes",
        1,
    )
    assert withdraw_letter(letter=article.letter, user=editor).left == []
    actor = Actor.objects.get()
    assert (actor.name, actor.siren, actor.registry_state, actor.administers, actor.activities.count()) == (
        "Café",
        "",
        "absent",
        None,
        0,
    )


def test_a_status_of_a_ptce_takes_a_remark(client, article):
    ptce = make_ptce(publication="draft")
    facts(client, article, ptce, status=[{"status": "emerging", "date": "2022", "note": "Selon l’article."}])
    assert ptce.statuses.get().note == "Selon l’article."


# -- two people in one entry -----------------------------------------------------------------------------


def test_what_somebody_else_wrote_meanwhile_is_not_undone(client, article):
    """The page was made before; what was only shown there is nobody's word."""
    actor = make_organisation(publication="draft", summary="Avant.")
    with building():
        Actor.objects.update(summary="D’une autre.")
    facts(
        client,
        article,
        actor,
        shown={"initial-columns-summary": "Avant."},
        columns={"summary": "Avant.", "founded": "2018"},
    )
    actor.refresh_from_db()
    assert (actor.summary, actor.founded) == ("D’une autre.", "2018")
    assert sorted(cited()) == ["founded"]


def test_two_words_for_one_field_are_shown_then_the_second_save_decides(client, article):
    actor = make_organisation(publication="draft", summary="Avant.")
    with building():
        Actor.objects.update(summary="D’une autre.")
    typed = {"shown": {"initial-columns-summary": "Avant."}, "columns": {"summary": "De moi."}}
    response = facts(client, article, actor, **typed)
    told = "Quelqu’un vient d’enregistrer « D’une autre. ». Enregistrez de nouveau pour garder votre saisie."
    assert response.context["columns"].errors == {"summary": [told]}
    page = response.content.decode()
    assert 'value="De moi."' in page
    assert 'name="initial-columns-summary" value="D’une autre."' in page
    facts(client, article, actor, columns={"summary": "De moi."})
    actor.refresh_from_db()
    assert actor.summary == "De moi."
