"""Addresses that last: every identifier in every form, before and after what happens to what it names."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from actors.actions.delete_actor import delete_actor
from actors.actions.merge_actors import merge_actors, undo_merger
from actors.actions.record import actor_changed
from actors.enums import CooperationKind, PublicationStatus
from actors.history import act
from actors.models import Actor, Cooperation
from editing.letters.release import withdraw_letter
from editing.roles import EDITOR
from partners.api import throttle
from partners.formats import FORMATS
from partners.identifiers import CooperationId, find_territory, territory_id
from sources.enums import LetterState
from territories.enums import ChangeFate, TerritoryKind
from territories.models import Territory, record_change
from tests.editing.admin.forms import form_data
from tests.factories import building
from tests.factories.actors import make_cooperation, make_organisation, make_ptce
from tests.factories.editors import make_user
from tests.factories.sources import make_letter
from tests.factories.territories import make_territory

IDENTIFIERS = {
    "abcdefgh": "/acteurs/die/",
    "territoire/62427": "/territoires/henin-beaumont/",
    "territoire/246200299": "/territoires/agglomeration-henin-carvin/",
    "territoire/62": "/territoires/pas-de-calais/",
    "territoire/region-32": "/territoires/hauts-de-france/",
    "territoire/commune-associee-62999": "/territoires/vieux-henin/",
    "lettre/71": "/lettres/71/",
    "cooperation/abcdefgh-runs-bcdefghj": "/cooperations/?acteur=die&type=gestion",
}
# What programs say they take -> suffix of the form they get, '' for the page.
ACCEPTS = {
    "text/html": "",
    "*/*": "",
    "": "",
    "image/png": "",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": "",
    "application/json": "json",
    "application/json;q=0.9, text/html;q=0.5": "json",
    "application/json;q=0.5, text/html": "",
    "text/html;q=0, application/json;q=0.1": "json",
    "application/*": "json",
    "rubbish;;q=,,": "",
}


def ask(client, address: str, accept: str = "*/*"):
    return client.get(address, headers={"accept": accept})


@pytest.mark.parametrize(("word", "page"), IDENTIFIERS.items())
def test_an_identifier_leads_to_the_page(client, directory, word, page):
    for form in (f"/id/{word}", f"/id/{word}/"):
        response = client.get(form)
        assert (response.status_code, response["Location"]) == (303, page)
        assert "Accept" in response["Vary"]
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("accept", ACCEPTS)
def test_accept_chooses_the_form(client, directory, accept):
    suffix = ACCEPTS[accept]
    response = ask(client, "/id/abcdefgh", accept)
    expected = f"/id/abcdefgh.{suffix}" if suffix else "/acteurs/die/"
    assert (response.status_code, response["Location"]) == (303, expected)


def test_every_form_is_announced(client, directory):
    link = client.get("/id/abcdefgh")["Link"]
    for each in FORMATS:
        assert (
            f'<http://testserver/id/abcdefgh.{each.suffix}>; rel="alternate"; type="{each.media_type}"'
            in link
        )


@pytest.mark.parametrize("word", IDENTIFIERS)
def test_what_is_announced_is_there(client, directory, word):
    for address in re.findall(r"<http://testserver(/id/[^>]+)>", client.get(f"/id/{word}")["Link"]):
        assert client.get(address).status_code == 200, address


def test_documents_count_as_requests_of_the_api(client, directory, settings):
    settings.API_RATE = 3
    throttle.counts.forget()
    answers = [client.get("/id/abcdefgh.ttl") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert answers[-1]["Content-Type"] == "application/problem+json"
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    # The identifier itself leads on: people follow it.
    assert client.get("/id/abcdefgh").status_code == 303
    throttle.counts.forget()


def test_nothing_is_written_there(directory):
    response = Client(enforce_csrf_checks=True).post("/id/abcdefgh")
    assert response.status_code == 405


@pytest.mark.parametrize("word", IDENTIFIERS)
@pytest.mark.parametrize("suffix", [each.suffix for each in FORMATS if each.negotiated])
def test_every_identifier_has_every_form_that_may_be_asked_for(client, directory, word, suffix):
    response = client.get(f"/id/{word}.{suffix}")
    assert response.status_code == 200
    assert response["Link"] == f'<http://testserver/id/{word}>; rel="canonical"'
    assert response.content


def test_the_json_form_is_the_answer_of_the_api(client, directory):
    for word, address in {
        "abcdefgh": "actors/abcdefgh",
        "cdefghjk": "ptces/cdefghjk",
        "territoire/62427": "territories/62427",
        "lettre/71": "letters/71",
        "cooperation/abcdefgh-runs-bcdefghj": "cooperations/abcdefgh-runs-bcdefghj",
    }.items():
        record = client.get(f"/id/{word}.json").json()
        assert record == client.get(f"/api/v1/{address}").json()
        assert record["uri"] == f"http://testserver/id/{word}"


# -- what happens to things ----------------------------------------------------------------------------


def forms(client, word: str, api: str):
    """(form, response) of an identifier in every form there is."""
    yield "page", client.get(f"/id/{word}")
    for each in FORMATS:
        yield f"accept {each.suffix}", ask(client, f"/id/{word}", each.media_type)
        yield f"suffix {each.suffix}", client.get(f"/id/{word}.{each.suffix}")
    yield "api", client.get(f"/api/v1/{api}")


def test_renamed_and_merged_every_old_address_still_leads_there(client, directory):
    """The issue's own trial: rename, merge, then ask every old address in every form."""
    with building():
        kept = make_organisation(name="Gardée", slug="gardee", public_id="hjkmnpqr")
        gone = make_organisation(name="Partie", slug="partie", public_id="jkmnpqrs")
        make_cooperation(gone, directory.ptce, CooperationKind.FUNDS)
    old_link = "jkmnpqrs-funds-cdefghjk"
    assert client.get(f"/id/cooperation/{old_link}").status_code == 303
    with act(what="Nouveau nom"):
        gone.name, gone.slug = "Partie ailleurs", "partie-ailleurs"
        gone.save()
        actor_changed(actor=gone, what="Nouveau nom", was_public=True)
    assert client.get("/acteurs/partie/")["Location"] == "/acteurs/partie-ailleurs/"
    assert client.get("/api/v1/actors/partie")["Location"] == "/api/v1/actors/jkmnpqrs"

    merge_actors(kept=kept, merged=gone)
    for slug in ("partie", "partie-ailleurs"):
        response = client.get(f"/acteurs/{slug}/")
        assert (response.status_code, response["Location"]) == (301, "/acteurs/gardee/")
        assert client.get(f"/api/v1/actors/{slug}")["Location"] == "/api/v1/actors/hjkmnpqr"
    for form, response in forms(client, "jkmnpqrs", "actors/jkmnpqrs"):
        assert response.status_code == 301, form
        assert "hjkmnpqr" in response["Location"], form
        assert "réunie" in response.content.decode(), form
        assert client.get(response["Location"]).status_code in {200, 303}, form
    # By search, too, whoever looks for the old name or the old id.
    found = client.get("/api/v1/actors?q=partie ailleurs").json()["results"]
    assert [row["id"] for row in found] == ["hjkmnpqr"]
    found = client.get("/api/v1/actors?plus=jkmnpqrs").json()["results"]
    assert [row["id"] for row in found] == ["hjkmnpqr"]
    for form, response in forms(client, f"cooperation/{old_link}", f"cooperations/{old_link}"):
        assert (response.status_code, "hjkmnpqr-funds-cdefghjk" in response["Location"]) == (301, True), form


def test_deleted_says_so_in_every_form(client, directory):
    delete_actor(actor=Actor.objects.get(public_id="bcdefghj"))
    words = {
        "bcdefghj": "actors/bcdefghj",
        "cooperation/abcdefgh-runs-bcdefghj": "cooperations/abcdefgh-runs-bcdefghj",
    }
    for word, api in words.items():
        for form, response in forms(client, word, api):
            assert response.status_code == 410, form
            assert "supprimé" in response.content.decode(), form
            if form != "page":
                told = json.loads(response.content)
                assert (told["status"], len(told["ended_on"])) == (410, 10)
    assert client.get("/api/v1/actors/ressourcerie").status_code == 410


# Every address that takes the name of an actor: lists, maps, feeds, files, frames, the API, mails.
NAMING = [
    f"{address}?{name}="
    for address, names in {
        "/acteurs/": ("ptce", "avec"),
        "/acteurs/imprimer/": ("ptce",),
        "/carte/": ("ptce", "avec"),
        "/carte/points/": ("ptce",),
        "/cooperations/": ("ptce", "acteur"),
        "/cooperations/reseau/": ("ptce", "acteur"),
        "/flux/acteurs.atom": ("ptce", "avec"),
        "/suivre/": ("ptce", "avec"),
        "/donnees/telecharger/": ("ptce", "avec"),
        "/donnees/acteurs.csv": ("ptce", "avec"),
        "/donnees/cooperations.csv": ("ptce", "acteur"),
        "/donnees/reseau-acteurs.csv": ("ptce",),
        "/integration/v1/liste/": ("ptce", "avec"),
        "/integration/v1/carte/": ("ptce",),
        "/integration/v1/reseau/": ("ptce", "acteur"),
        "/api/v1/actors": ("ptce", "avec"),
        "/api/v1/facets": ("ptce",),
        "/api/v1/cooperations": ("ptce", "acteur"),
    }.items()
    for name in names
]


def _content(response) -> str:
    return (response.getvalue() if response.streaming else response.content).decode()


@pytest.mark.parametrize("address", NAMING)
def test_old_names_in_filters_mean_who_bears_them_today(client, directory, address):
    """Renamed, then merged with another: a filter kept for years by others asks what its present form does."""
    with building():
        other = make_ptce(name="Autre pôle", slug="autre-pole", public_id="hjkmnpqr")
    ptce = Actor.objects.get(public_id="cdefghjk")
    with act(what="Nouveau nom"):
        ptce.name, ptce.slug = "Émergence nouvelle", "emergence-nouvelle"
        ptce.save()
        actor_changed(actor=ptce, what="Nouveau nom", was_public=True)
    for word in ("emergence", "emergence-nouvelle", "cdefghjk"):
        response = client.get(f"{address}{word}")
        assert response.status_code == 200, word
        assert "Émergence nouvelle" in _content(response) or address not in _SHOWING, word
    merge_actors(kept=other, merged=ptce)
    for word in ("emergence", "emergence-nouvelle", "cdefghjk"):
        response = client.get(f"{address}{word}")
        assert response.status_code == 200, word
        assert "Autre pôle" in _content(response) or address not in _SHOWING, word


# Those whose answer says whom it is about.
_SHOWING = {
    "/acteurs/?ptce=",
    "/acteurs/?avec=",
    "/carte/?ptce=",
    "/cooperations/?ptce=",
    "/cooperations/?acteur=",
    "/cooperations/reseau/?acteur=",
    "/flux/acteurs.atom?ptce=",
    "/flux/acteurs.atom?avec=",
    "/suivre/?ptce=",
    "/suivre/?avec=",
    "/donnees/cooperations.csv?ptce=",
    "/donnees/cooperations.csv?acteur=",
    "/donnees/reseau-acteurs.csv?ptce=",
    "/integration/v1/reseau/?acteur=",
    "/api/v1/cooperations?acteur=",
}


@pytest.mark.parametrize("address", NAMING)
def test_deleted_names_in_filters_say_so(client, directory, address):
    delete_actor(actor=Actor.objects.get(public_id="cdefghjk"))
    for word in ("emergence", "cdefghjk"):
        for accept in ("text/html", "application/json"):
            response = ask(client, f"{address}{word}", accept)
            assert response.status_code == 410, word
            assert "Cette fiche a été supprimée de l’annuaire" in _content(response)
            assert "pas compris" not in _content(response)
            assert any(each in response["Cache-Control"] for each in ("no-cache", "no-store", "max-age="))
    assert client.get(f"{address}emergence&poney=1").status_code != 410


def test_pictures_lead_to_who_took_over_and_say_what_was_deleted(client, directory):
    """Networks show for years the picture of a link that somebody passed on."""
    with building():
        make_ptce(name="Autre pôle", public_id="hjkmnpqr")
    address = "/partage/acteurs/{}.png"
    merge_actors(kept=Actor.objects.get(public_id="hjkmnpqr"), merged=directory.ptce)
    response = client.get(address.format("cdefghjk"))
    assert (response.status_code, response["Location"]) == (301, address.format("hjkmnpqr"))
    assert client.get(response["Location"])["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "no-cache"

    delete_actor(actor=Actor.objects.get(public_id="bcdefghj"))
    with act(what="Suppression"):
        record_change(subject="letter", key="50", what="Suppression", fate=ChangeFate.DELETED)
    for gone in (address.format("bcdefghj"), "/partage/lettres/50.png"):
        response = client.get(gone)
        assert (response.status_code, response["Cache-Control"]) == (410, "no-cache")
        assert "a été supprimée" in response.text
    for unknown in ("acteurs/defghjkm", "acteurs/efghjkmn", "lettres/99", "acteurs/zzzzzzzz", "x/abcdefgh"):
        assert client.get(f"/partage/{unknown}.png").status_code == 404, unknown


def test_no_browser_keeps_what_may_be_undone(client, directory):
    with building():
        kept = make_organisation(name="Gardée", public_id="hjkmnpqr")
        gone = make_organisation(name="Partie", public_id="jkmnpqrs")
    merger = merge_actors(kept=kept, merged=gone)
    delete_actor(actor=Actor.objects.get(public_id="bcdefghj"))
    for word, api in {"jkmnpqrs": "actors/jkmnpqrs", "bcdefghj": "actors/bcdefghj"}.items():
        for form, response in forms(client, word, api):
            assert "no-cache" in response["Cache-Control"], form
    undo_merger(merger=merger)
    assert client.get("/id/jkmnpqrs").status_code == 303
    assert client.get("/api/v1/actors/jkmnpqrs").status_code == 200


def test_a_document_that_did_not_change_is_told_in_a_few_bytes(client, directory):
    first = client.get("/id/abcdefgh.json")
    again = client.get("/id/abcdefgh.json", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/id/cdefghjk.json")["ETag"] != first["ETag"]


def test_who_has_ceased_keeps_the_page_and_the_data(client, directory):
    assert client.get("/id/fghjkmnp")["Location"] == "/acteurs/fermee/"
    assert client.get("/id/fghjkmnp.json").json()["life_status"] == "closed"
    assert client.get("/api/v1/actors/fghjkmnp").json()["life_status"] == "closed"


@pytest.mark.parametrize("word", ["defghjkm", "efghjkmn", "zzzzzzzz", "territoire/00000", "lettre/99", "x/y"])
def test_what_is_not_public_is_not_found_in_any_form(client, directory, word):
    """A draft, a withdrawn entry, a letter in preparation: nobody learns that there is one."""
    expected = client.get("/id/nulle-part").content.decode()
    for form, response in forms(client, word, f"actors/{word}"):
        assert response.status_code == 404, form
    assert client.get(f"/id/{word}").content.decode() == expected
    assert client.get("/id/cooperation/abcdefgh-partner_of-defghjkm").status_code == 404


def test_a_withdrawn_partner_takes_the_link_along(client, directory):
    ptce = Actor.objects.get(public_id="cdefghjk")
    with act(what="Retrait"):
        ptce.publication = PublicationStatus.WITHDRAWN
        ptce.save()
        actor_changed(actor=ptce, what="Retrait", was_public=True)
    assert client.get("/id/cooperation/abcdefgh-member_of-cdefghjk").status_code == 404


def test_a_letter_that_was_deleted_says_so(client, directory):
    with act(what="Suppression"):
        record_change(subject="letter", key="50", what="Suppression", fate=ChangeFate.DELETED)
    for form, response in forms(client, "lettre/50", "letters/50"):
        assert response.status_code == 410, form


def test_other_codes_of_a_territory_lead_to_its_identifier(client, directory):
    for other in ("henin-beaumont", "62999", "vieux-henin"):
        response = client.get(f"/id/territoire/{other}")
        own = "62427" if other == "henin-beaumont" else "commune-associee-62999"
        assert (response.status_code, response["Location"]) == (301, f"/id/territoire/{own}")
        response = client.get(f"/api/v1/territories/{other}")
        assert (response.status_code, response["Location"]) == (301, f"/api/v1/territories/{own}")


# -- identifiers ---------------------------------------------------------------------------------------


def test_territories_of_one_code_have_identifiers_of_their_own(db):
    """Every region's code is also a department's, a delegated commune may bear a live one's."""
    codes = dict.fromkeys(TerritoryKind.values, "59001") | {
        "epci": "200000001",
        "department": "93",
        "region": "93",
    }
    with building():
        rows = [
            make_territory(kind, code, slug=f"t-{kind}".replace("_", "-")) for kind, code in codes.items()
        ]
    words = [territory_id(row.kind, row.code) for row in rows]
    assert len(set(words)) == len(rows)
    assert [find_territory(word) for word in words] == rows


def test_every_real_territory_is_found_by_its_identifier(territories_loaded, db):
    words = {}
    for row in Territory.objects.all():
        words.setdefault(territory_id(row.kind, row.code), row)
    assert len(words) == Territory.objects.count()
    for word, row in list(words.items())[::25]:
        assert find_territory(word) == row


@pytest.mark.parametrize(
    "word",
    [
        "",
        "abcdefgh",
        "abcdefgh-runs",
        "abcdefgh-zzz-bcdefghj",
        "abcdefgh-runs-bcdefghj-1",
        "abcdefgh-runs-bcdefghj-0",
    ],
)
def test_words_that_are_no_cooperation(word):
    assert CooperationId.parse(word) is None


@pytest.mark.parametrize("word", ["abcdefgh-member_of-bcdefghj", "abcdefgh-member_of-bcdefghj-12"])
def test_identifiers_of_cooperations_are_read_as_written(word):
    assert str(CooperationId.parse(word)) == word


def test_a_reciprocal_link_is_found_from_either_side(client, directory):
    with building():
        make_cooperation(directory.closed, directory.ressourcerie, CooperationKind.PARTNER_OF)
    response = client.get("/id/cooperation/bcdefghj-partner_of-fghjkmnp")
    assert response["Location"] == "/id/cooperation/fghjkmnp-partner_of-bcdefghj"
    assert client.get("/id/cooperation/bcdefghj-runs-abcdefgh").status_code == 404


def test_a_second_link_of_one_kind_is_found_by_its_rank(client, directory):
    again = make_cooperation(directory.die, directory.ptce, CooperationKind.MEMBER_OF, until="2015")
    record = client.get("/id/cooperation/abcdefgh-member_of-cdefghjk-2.json").json()
    assert record["until"] == "2015"
    assert Cooperation.objects.filter(pk=again.pk).exists()
    assert client.get("/id/cooperation/abcdefgh-member_of-cdefghjk-3").status_code == 404


@pytest.mark.parametrize(
    "part",
    ["%00", "%ff", "..", "a/b/c", "é", "1" * 3000, "<script>", "abcdefgh.zzz", ".json", "//evil", "²²²²²"],
)
def test_odd_addresses_are_no_fault_of_ours(client, directory, part):
    for address in (f"/id/{part}", f"/id/territoire/{part}", f"/id/lettre/{part}", f"/id/cooperation/{part}"):
        for accept in ("*/*", "application/json"):
            assert ask(client, address, accept).status_code == 404, address


def test_only_reading(client, directory):
    assert client.head("/id/abcdefgh").status_code == 303
    assert client.options("/id/abcdefgh").status_code == 200
    assert client.post("/id/abcdefgh").status_code == 405


def test_letters_in_preparation_stay_unknown_until_they_are_out(client, directory):
    from sources.models import Letter

    letter = Letter.objects.get(slug="99")
    assert letter.state == LetterState.PREPARED
    with building():
        letter.state = LetterState.PUBLISHED
        letter.save()
    assert client.get("/id/lettre/99")["Location"] == "/lettres/99/"


def test_a_territory_of_editors_keeps_its_identifier_and_is_told_gone(client, directory, admin_client):
    with building():
        bassin = make_territory(TerritoryKind.INFORMAL, "essai", "Bassin d’essai")
    address = reverse("admin:territories_territory_change", args=[bassin.pk])
    data = form_data(admin_client.get(address)) | {
        "code": "bassin-2",
        "kind": "neighbourhood",
        "name": "Bassin",
    }
    assert admin_client.post(address, data).status_code == 302
    bassin.refresh_from_db()
    assert (bassin.kind, bassin.code, bassin.name) == ("informal", "essai", "Bassin")
    delete = reverse("admin:territories_territory_delete", args=[bassin.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 302
    assert client.get("/id/territoire/territoire-vecu-essai").status_code == 410
    assert client.get("/api/v1/territories/territoire-vecu-essai").status_code == 410
    assert client.get("/id/territoire/territoire-vecu-autre").status_code == 404


def test_a_letter_that_was_out_is_told_gone_however_it_went(client, directory, admin_client):
    with building():
        letter = make_letter(slug="60", number="60", title="Soixante")
        prepared = make_letter(slug="61", number="61", title="Jamais parue", state=LetterState.PREPARED)
    withdraw_letter(letter=letter, user=make_user(EDITOR))
    assert client.get("/id/lettre/60").status_code == 404
    for row in (letter, prepared):
        delete = reverse("admin:sources_letter_delete", args=[row.pk])
        assert admin_client.post(delete, {"post": "yes"}).status_code == 302
    answers = {word: client.get(f"/id/lettre/{word}").status_code for word in ("60", "61")}
    assert answers == {"60": 410, "61": 404}
    assert client.get("/api/v1/letters/60").status_code == 410
