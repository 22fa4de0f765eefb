"""What is public of the directory, and what never leaves it."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.detail import with_detail
from actors.enums import AliasKind, ContactKind, CooperationKind
from actors.models import Actor, Cooperation
from partners.api.serializers.actors import ActorShape, CooperationShape, PtceShape, SectorShape
from partners.api.serializers.letters import LetterShape
from partners.api.serializers.territories import TerritoryShape
from partners.records import (
    ActorReader,
    CooperationReader,
    LetterReader,
    Links,
    PtceReader,
    TerritoryReader,
    dictionary,
    sectors,
)
from partners.records.loaded import loaded_record
from partners.records.persons import Discretion
from sources.models import Article, Letter
from sources.partial_date import as_precise
from territories.models import Territory
from tests.factories import building
from tests.factories.actors import (
    make_activity,
    make_alias,
    make_citation,
    make_contact,
    make_cooperation,
    make_organisation,
    make_place,
)
from tests.factories.sources import make_article
from tests.partners.directory import FORBIDDEN

LINKS = Links("https://annuaire.exemple.fr")
PARTS = list(dictionary.ACTOR_PARTS)


def one(reader, row) -> dict:
    (record,) = reader.read([row.pk])
    return record


def test_the_record_of_an_actor(directory):
    source = {
        "kind": "article",
        "letter": "71",
        "article": "dechets",
        "title": "Autour du déchet",
        "page": None,
        "date": "2022",
        "url": "https://annuaire.exemple.fr/lettres/71/#dechets",
    }
    web = {
        "kind": "web",
        "letter": None,
        "article": None,
        "title": "Site de DIE",
        "page": None,
        "date": "2024-03-05",
        "url": "https://die.exemple.fr/nous",
    }
    commune = {
        "code": "62427",
        "name": "Hénin-Beaumont",
        "kind": "commune",
        "id": "62427",
        "uri": "https://annuaire.exemple.fr/id/territoire/62427",
    }
    record = one(ActorReader(LINKS), directory.die)
    assert record.pop("updated_at")[:4].isdigit()
    assert record == {
        "id": "abcdefgh",
        "uri": "https://annuaire.exemple.fr/id/abcdefgh",
        "url": "https://annuaire.exemple.fr/acteurs/die/",
        "name": "Dynamique Insertion Emploi",
        "precision": None,
        "full_name": "Dynamique Insertion Emploi",
        "aliases": ["DIE"],
        "nature": "organisation",
        "kind": "integration",
        "sphere": "ess",
        "legal_form": "association",
        "legal_category": "92",
        "siren": "123456782",
        "siret": None,
        "rna": None,
        "registry_state": "proposed",
        "sectors": ["reuse", "employment"],
        "activities": ["recyclerie"],
        "approvals": ["ressourcerie"],
        "seat": commune,
        "location": {"latitude": 50.42, "longitude": 2.94, "precision": "commune"},
        "website": "https://die.exemple.fr/",
        "websites": ["https://die.exemple.fr/"],
        "emails": ["contact@die.exemple.fr"],
        "phones": ["0321000000"],
        "social": ["@die"],
        "social_accounts": [{"network": "facebook", "handle": "@die"}],
        "postal_addresses": [],
        "summary": "Collecte et revend",
        "description": "Fondée avec […] à Hénin.",
        "life_status": "active",
        "life_status_year": 2022,
        "founded": "1998~",
        "closed": None,
        "potential_ptce": False,
        "administers": None,
        "last_confirmed_on": None,
        "as_of": "2024-03-05",
        "french": {
            "nature": "Structure",
            "kind": "Structure d’insertion",
            "sphere": "Économie sociale et solidaire",
            "legal_form": "Association",
            "life_status": "En activité",
            "sectors": ["Réemploi, réparation et déchets", "Insertion et emploi"],
            "activities": ["recyclerie"],
            "approvals": ["Ressourcerie ou recyclerie"],
        },
        "sources": [web, source],
    }


def test_the_parts_of_an_actor_hold_each_fact_with_its_sources(directory):
    record = one(ActorReader(LINKS, keys=["id"], include=PARTS), directory.die)
    assert list(record) == ["id", *PARTS]
    told = [("article", "71")]

    def sources(row: dict) -> list[tuple]:
        return [(source["kind"], source["letter"]) for source in row["sources"]]

    (place,) = record["places"]
    assert (place["role"], place["address"], place["postal_code"]) == ("seat", "1 rue du Port", "62430")
    assert (place["territory"]["code"], sources(place)) == ("62427", told)
    assert [area["territory"]["code"] for area in record["areas_served"]] == ["246200299"]
    (figure,) = record["figures"]
    assert (figure["low"], figure["text"], figure["year"], sources(figure)) == (12, "12 salariés", 2022, told)
    (wish,) = record["wishes"]
    assert (wish["text"], wish["status"], sources(wish)) == ("Des partenaires, dit […]", "open", told)
    facts = {fact["fact"]: (fact["value"], sources(fact)) for fact in record["facts"]}
    assert facts == {
        "description": (None, [("web", None)]),
        "legal_form": (None, told),
        "alias_acronym": ("DIE", told),
        "website": ("https://die.exemple.fr/", told),
        "email": ("contact@die.exemple.fr", []),
        "phone": ("0321000000", []),
        "social": ("@die", []),
    }
    assert [link["id"] for link in record["cooperations"]] == [
        "abcdefgh-member_of-cdefghjk",
        "abcdefgh-runs-bcdefghj",
    ]


def test_the_record_of_a_cooperation(directory):
    link = Cooperation.objects.get(source=directory.die, target=directory.ptce)
    record = one(CooperationReader(LINKS), link)
    ends = {end: record.pop(end)["id"] for end in ("source", "target")}
    assert ends == {"source": "abcdefgh", "target": "cdefghjk"}
    assert record == {
        "id": "abcdefgh-member_of-cdefghjk",
        "uri": "https://annuaire.exemple.fr/id/cooperation/abcdefgh-member_of-cdefghjk",
        "kind": "member_of",
        "symmetric": False,
        "sentence": link.sentence,
        "status": "active",
        "certainty": "inferred",
        "reason": "[…] siège aux deux",
        "since": "2020",
        "until": None,
        "attested_years": [],
        "as_of": None,
        "french": {"kind": "Membre de", "status": "En cours"},
        "sources": [],
    }


def test_two_links_of_one_kind_between_the_same_two_have_two_identifiers(directory):
    again = make_cooperation(directory.die, directory.ptce, CooperationKind.MEMBER_OF, until="2015")
    assert one(CooperationReader(LINKS), again)["id"] == "abcdefgh-member_of-cdefghjk-2"


@pytest.mark.parametrize("kind", CooperationKind.values)
def test_a_link_reads_as_on_its_page(directory, kind):
    more = {"certainty": "inferred", "reason": "Même tête"} if kind == "shares_leader_with" else {}
    link = make_cooperation(directory.closed, directory.ressourcerie, kind, **more)
    assert one(CooperationReader(LINKS), link)["sentence"] == link.sentence


def test_the_record_of_a_ptce(directory):
    record = one(PtceReader(LINKS), directory.ptce)
    assert (record["status"], [row["status"] for row in record["statuses"]]) == (
        "labelled",
        ["labelled", "emerging"],
    )
    assert record["statuses"][0]["call"] == "Appel de 2022"
    assert [leader["id"] for leader in record["leaders"]] == ["bcdefghj"]
    assert [(member["id"], member["since"]) for member in record["members"]] == [("abcdefgh", "2020")]
    assert record["member_count"] == 1
    assert "cooperations" not in record


def test_the_record_of_a_territory(directory):
    record = one(TerritoryReader(LINKS, ["boundary"]), directory.commune)
    assert record["boundary"]["type"] == "Polygon"
    assert (record["id"], record["code"], record["kind"]) == ("62427", "62427", "commune")
    assert record["aliases"] == ["Hénin-Liétard"]
    containers = [(row["id"], row["kind"], row["whole"]) for row in record["containers"]]
    assert containers == [
        ("region-32", "region", True),
        ("62", "department", True),
        ("246200299", "epci", True),
    ]
    assert [(row["id"], row["year"]) for row in record["predecessors"]] == [("commune-associee-62999", 1970)]
    assert (record["postal_codes"], record["actor_count"]) == (["62110"], 1)


def test_the_record_of_a_letter(directory):
    record = one(LetterReader(LINKS, ["articles"]), directory.letter)
    assert (record["id"], record["date"], record["article_count"]) == ("71", "2022", 1)
    (article,) = record["articles"]
    assert article["id"] == "71/dechets"
    assert [(row["code"], row["role"]) for row in article["territories"]] == [("62427", "named")]
    assert [(row["id"], row["role"]) for row in article["actors"]] == [("abcdefgh", "subject")]


def test_sectors_are_counted(directory):
    counts = {record["id"]: record["actor_count"] for record in sectors()}
    assert len(counts) == 24
    assert {sector for sector, count in counts.items() if count} == {"reuse", "employment"}


@pytest.fixture(params=["the small directory", "the real one"])
def published(request) -> list[Actor]:
    """Published actors with all that their pages load."""
    request.getfixturevalue("directory" if request.param == "the small directory" else "directory_loaded")
    request.getfixturevalue("db")
    found = with_detail(list(Actor.objects.published()))
    assert found
    return found


def test_a_page_makes_the_same_record_from_what_it_has_loaded(published, django_assert_num_queries):
    kinds = {CooperationKind.MEMBER_OF, CooperationKind.RUNS}
    read = ActorReader(LINKS, include=["cooperations"]).read_by_id([actor.pk for actor in published])
    discretion = Discretion.current()
    with django_assert_num_queries(0):
        loaded = {actor.pk: loaded_record(actor, LINKS, discretion, kinds) for actor in published}
    for pk, record in read.items():
        del record["updated_at"]
        links, told = record.pop("cooperations"), loaded[pk].pop("cooperations")
        assert loaded[pk] == record
        assert _in_order(told) == _in_order(link for link in links if link["kind"] in kinds)


def _in_order(links) -> list[dict]:
    """Links in one order, with what a page makes of them."""
    keys = ("source", "target", "kind", "status", "certainty", "since", "until")
    kept = [{key: link[key] for key in keys} | {"french": {"kind": link["french"]["kind"]}} for link in links]
    return sorted(kept, key=repr)


def everything(links: Links = LINKS) -> str:
    """Every record there is, with every part, as one text."""
    return json.dumps(
        [
            *ActorReader(links, include=PARTS).walk(),
            *PtceReader(links, include=PARTS).walk(),
            *CooperationReader(links).walk(),
            *TerritoryReader(links, ["boundary"]).walk(),
            *LetterReader(links, ["articles"]).read(list(Letter.objects.values_list("pk", flat=True))),
            *sectors(),
        ],
        ensure_ascii=False,
    )


def test_what_must_not_leave_is_in_no_record(directory):
    text = everything()
    assert "Dynamique Insertion Emploi" in text
    assert [word for word in FORBIDDEN if word.lower() in text.lower()] == []


def test_no_record_of_what_is_not_public_even_when_asked_for(directory):
    rows = [directory.hidden, directory.withdrawn]
    assert ActorReader(LINKS).read([row.pk for row in rows]) == []
    hidden = Cooperation.objects.get(target=directory.hidden)
    assert CooperationReader(LINKS).read([hidden.pk]) == []


def test_no_record_holds_the_number_of_a_row(directory):
    """Numbers of rows are made large enough to be told from everything else."""
    with building():
        actor = make_organisation(pk=987_654_321, name="Grand numéro")
        make_citation(make_article(pk=987_654_322), actor=actor)
        make_place(actor, directory.commune, pk=987_654_323)
        make_cooperation(actor, directory.die, pk=987_654_324)
    assert "98765432" not in everything()


def test_walking_gives_every_public_actor_once_by_identifier(directory):
    walked = [record["id"] for record in ActorReader(LINKS, keys=["id"]).walk()]
    assert walked == sorted(Actor.objects.published().values_list("public_id", flat=True))


@pytest.mark.parametrize(
    ("reader", "model", "most"),
    [
        (lambda: ActorReader(LINKS), Actor, 12),
        (lambda: ActorReader(LINKS, include=PARTS), Actor, 32),
        (lambda: PtceReader(LINKS), Actor, 22),
        (lambda: CooperationReader(LINKS), Cooperation, 4),
        (lambda: TerritoryReader(LINKS, ["boundary"]), Territory, 9),
        (lambda: LetterReader(LINKS, ["articles"]), Letter, 6),
    ],
)
def test_queries_do_not_grow_with_the_rows(directory, reader, model, most):
    from actors.index import snapshot

    ids = list(model.objects.order_by("pk").values_list("pk", flat=True))
    counts = []
    for wanted in (ids[:1], ids):
        snapshot.current()
        Discretion.current()
        with CaptureQueriesContext(connection) as queries:
            reader().read(wanted)
        counts.append(len(queries))
    assert max(counts) <= most
    assert counts[0] <= counts[1] <= most


def test_keys_that_nobody_wants_are_not_read(directory, django_assert_num_queries):
    Discretion.current()
    with django_assert_num_queries(2):
        ActorReader(LINKS, keys=["id", "name"]).read([directory.die.pk])


@pytest.mark.parametrize(
    ("record", "shape", "extra"),
    [
        (lambda d: one(ActorReader(LINKS, include=PARTS), d.die), ActorShape, {"distance"}),
        (lambda d: one(PtceReader(LINKS, include=PARTS), d.ptce), PtceShape, {"distance"}),
        (
            lambda d: one(CooperationReader(LINKS), Cooperation.objects.first()),
            CooperationShape,
            set(),
        ),
        (lambda d: one(TerritoryReader(LINKS, ["boundary"]), d.commune), TerritoryShape, set()),
        (lambda d: one(LetterReader(LINKS, ["articles"]), d.letter), LetterShape, set()),
        (lambda d: sectors()[0], SectorShape, set()),
    ],
)
def test_records_hold_what_their_shape_says(directory, record, shape, extra):
    """All of it, and nothing that the documentation does not tell; every key has its meaning in French."""

    def same(value, serializer) -> None:
        if hasattr(serializer, "many") or hasattr(serializer, "child"):
            for each in value:
                same(each, serializer.child)
        elif value is not None and hasattr(serializer, "fields"):
            assert set(value) == set(serializer.fields) - extra
            for key, field in serializer.fields.items():
                if key in value:
                    same(value[key], field)

    same(record(directory), shape())
    assert [key for key, field in shape().fields.items() if not field.help_text] == []


def test_real_persons_are_in_no_record(directory_loaded, db):
    from sources.models import Person

    text = everything()
    names = [
        name
        for person in Person.objects.all()
        for name in (person.name, *person.other_spellings.splitlines())
        if len(name.split()) > 1
    ]
    assert len(names) > 50
    assert [name for name in names if name.lower() in text.lower()] == []
    assert text.count('"misprint"') == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Avec Jeanne DUPONTEL.", "Avec […]."),
        ("jeanne-dupontel", "[…]"),
        ("DUPONTEL Jeanne, présidente", "[…], présidente"),
        ("Selon Mme Dupontel et J. Dupontel, M.\u00a0Dupontel", "Selon […] et […], […]"),
        ("Dupontel Jeanne Dupontel, puis", "[…], puis"),
        ("La rue Dupontel", "La rue Dupontel"),
        ("Jeanne et Dupontel", "Jeanne et Dupontel"),
        ("Anne-Jeanne Dupontel", "Anne-Jeanne Dupontel"),
        ("Rue Gérard", "Rue Gérard"),
        ("", ""),
    ],
)
def test_names_of_persons_are_taken_out_of_texts(text, expected):
    assert Discretion(["Jeanne Dupontel", "Gérard"]).applied(text) == expected


def test_dates_are_as_precise_as_what_frames_them():
    import datetime

    day = datetime.date
    assert as_precise(day(2022, 11, 5), day(2022, 11, 5)) == "2022-11-05"
    assert as_precise(day(2022, 11, 1), day(2022, 11, 30)) == "2022-11"
    assert as_precise(day(2022, 1, 1), day(2022, 12, 31)) == "2022"
    assert as_precise(day(2020, 12, 1), day(2021, 3, 31)) == "2021"


def test_persons_of_one_name_are_taken_out_once():
    discretion = Discretion(["Isabelle Schmerber", "Benoît Schmerber", "Anne-Lise Havez", "Mme Havez"])
    assert discretion.applied("Mme Schmerber est là.") == "[…] est là."
    assert (
        discretion.applied("A.-L. Havez, A. Havez et HAVEZ Anne-Lise ; Dr Havez") == "[…], […] et […] ; […]"
    )


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("entretien-jeanne-dupontel", "entretien"),
        ("jeanne-dupontel", "x"),
        ("dupontel", "dupontel"),
        ("dechets", "dechets"),
        (None, None),
    ],
)
def test_names_of_persons_are_taken_out_of_words_of_addresses(word, expected):
    assert Discretion(["Jeanne Dupontel"]).applied_to_word(word) == expected


def test_persons_leave_by_no_field_of_a_record(client, directory):
    """Whatever editors type as text; an actor's own name is what it is called."""
    with building():
        make_place(
            directory.die,
            directory.commune,
            name="Chez Jeanne Dupontel",
            address="Mme Jeanne Dupontel, 3 rue X",
        )
        contact = make_contact(directory.die, "DUPONTEL Jeanne, 3 rue X, 62110 Hénin", ContactKind.POSTAL)
        make_citation(Article.objects.get(slug="dechets"), contact=contact)
        make_alias(directory.die, "Atelier Jeanne Dupontel", AliasKind.OTHER)
        make_activity("ateliers-jeanne-dupontel", name="Ateliers de Jeanne Dupontel", actors=(directory.die,))
        Article.objects.filter(slug="dechets").update(slug="entretien-jeanne-dupontel")
        Letter.objects.filter(slug="71").update(publisher="Jeanne Dupontel")
    addresses = [
        f"/id/{word}.{suffix}" for word in ("abcdefgh", "lettre/71") for suffix in ("json", "ttl", "jsonld")
    ]
    addresses += ["/donnees/acteurs.csv", "/donnees/acteurs.jsonl", "/donnees/lettres.csv", "/api/v1/actors"]
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert "dupontel" not in body.decode("unicode_escape" if "json" in address else "utf-8").lower(), (
            address
        )
    record = client.get("/id/abcdefgh.json").json()
    assert record["aliases"] == ["DIE", "Atelier […]"]
    assert record["postal_addresses"] == ["[…], 3 rue X, 62110 Hénin"]
    assert record["sources"][1]["article"] == "entretien"
    assert record["sources"][1]["url"] == "http://testserver/lettres/71/"


def test_real_texts_stay_as_they_are(directory_loaded, db, monkeypatch):
    """No real place, name or word is taken for a person."""
    # The small directory stands beside the real one.
    kept = everything()
    monkeypatch.setattr(
        Discretion, "current", classmethod(lambda cls, version=None: Discretion(["Jeanne Dupontel"]))
    )
    assert everything() == kept
