"""Which entries may be one, why, and which only look so."""

import pytest
from django.db import IntegrityError, transaction

from actors.models import Actor, NotTwins, PublicId
from editing.duplicates.traits import Base, Traits, mail_domain_of, name_words, site_of
from editing.duplicates.twins import all_twins, twins_of, twins_of_saved
from tests.factories import building
from tests.factories.actors import (
    make_alias,
    make_contact,
    make_cooperation,
    make_initiative,
    make_organisation,
    make_ptce,
)
from tests.factories.territories import make_adjacency, make_territory

pytestmark = pytest.mark.django_db


def numbered(**numbers):
    return make_organisation(registry_state="proposed", **numbers)


def listed():
    """Pairs of the batch list, by name."""
    names = {actor.pk: actor for pair in all_twins() for actor in _actors(pair)}
    return [{names[pair.one].full_name, names[pair.other].full_name} for pair in all_twins()]


def _actors(pair):

    return Actor.objects.filter(pk__in=pair.key)


def reasons(pair):
    return [reason.text for reason in pair.reasons]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Association Les Jardins de Cocagne", ("jardin", "cocagne")),
        ("L’Établi", ("etabli",)),
        ("Association", ("association",)),
        ("Le 109", ("109",)),
    ],
)
def test_words_of_a_name_that_tell(name, words):
    assert name_words(name) == words


def test_sites_and_mail_domains_of_everybody_tell_nothing():
    assert site_of("jardins.fr/contact") == "jardins.fr"
    assert site_of("facebook.com/jardins") == site_of("jardins.wordpress.com") == ""
    assert mail_domain_of("contact@jardins.fr") == "jardins.fr"
    assert mail_domain_of("jardins@orange.fr") == ""


# -- each reason ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("rna", "W623000001", "Même RNA : W623000001"),
        ("siren", "123456789", "Même SIREN : 123456789"),
        ("siret", "12345678900001", "Même SIRET : 12345678900001"),
    ],
)
def test_an_official_number_in_a_form(column, value, reason):
    numbered(**{column: value})
    make_organisation()
    (pair,) = twins_of(Traits(0, "organisation", "Tout autre chose", **{column: value}))
    assert reasons(pair) == [reason]


def test_a_siret_tells_the_siren():
    numbered(siren="123456789")
    (pair,) = twins_of(Traits(0, "organisation", "Autre", siret="12345678900001"))
    assert reasons(pair) == ["Même SIREN : 123456789"]


@pytest.mark.parametrize(
    ("kind", "stored", "typed", "reason"),
    [
        ("phone", "03 21 00 00 01", "0321000001", "Même téléphone : 0321000001"),
        ("website", "https://www.jardins.fr/", "jardins.fr", "Même page web : jardins.fr"),
        ("website", "https://jardins.fr/accueil", "jardins.fr/contact", "Même site : jardins.fr"),
        (
            "email",
            "Contact@jardins.fr",
            "contact@jardins.fr",
            "Même adresse électronique : contact@jardins.fr",
        ),
        ("email", "a@jardins.fr", "b@jardins.fr", "Même domaine de messagerie : jardins.fr"),
        ("email", "jardins@orange.fr", "jardins@orange.fr", "Même adresse électronique : jardins@orange.fr"),
        ("email", "a@orange.fr", "b@orange.fr", None),
        ("website", "https://facebook.com/jardins", "facebook.com/autre", None),
    ],
)
def test_a_contact_in_a_form(kind, stored, typed, reason):
    make_contact(make_organisation(name="Jardins"), stored, kind=kind)
    make_organisation()
    found = twins_of(Traits(0, "organisation", "Tout autre chose", contacts={(kind, typed)}))
    assert [reasons(pair) for pair in found] == ([[reason]] if reason else [])


def test_a_contact_of_a_whole_network_tells_nothing():
    for number in range(7):
        make_contact(make_organisation(name=f"Antenne {number}{number}"), f"https://reseau.fr/{number}")
    assert twins_of(Traits(0, "organisation", "Autre", contacts={("website", "reseau.fr/99")})) == []


@pytest.mark.parametrize(
    "typed",
    [
        "REZO POUCE",
        "Rézopouce",
        "Association Rezo Pouce",
        "Rezzo Pouce",
        "Les amis de l’auto-stop",
        "Rezo Pouce, Lens",
    ],
)
def test_a_name_typed_otherwise(typed):
    actor = make_organisation(name="Rezo Pouce")
    make_alias(actor, "Amis de l’Autostop")
    make_organisation(name="Rezo Senior")
    found = twins_of(Traits(0, "organisation", typed))
    assert found[0].other == actor.pk


def test_names_alike_only_count_near_each_other():
    epci = make_territory("epci", name="Lens-Liévin")
    lens = make_territory(name="Lens", parent=epci)
    lievin, lille = (make_territory(name=name) for name in ("Liévin", "Lille"))
    make_adjacency(lens, lievin)
    make_organisation(name="Garage solidaire", slug="g1", place=lens)
    told = {}
    for place in (lens, lievin, epci, lille):
        found = twins_of(Traits(0, "organisation", "Garages solidaires", places={place.pk}))
        told[place.name] = [reasons(pair) for pair in found]
    same = "Même nom « Garages solidaires »"
    assert told == {
        "Lens": [[f"{same}, au même endroit (Lens)"]],
        "Liévin": [[f"{same}, tout près (Liévin, Lens)"]],
        "Lens-Liévin": [[f"{same}, tout près (Lens-Liévin, Lens)"]],
        "Lille": [],
    }
    assert reasons(twins_of(Traits(0, "organisation", "Garages solidaires"))[0]) == [
        f"{same}, lieu non précisé"
    ]


# -- the batch list -------------------------------------------------------------------------------------


def test_the_list_holds_the_likeliest_first():
    lens = make_territory(name="Lens")
    make_organisation(name="Le Jardin partagé", slug="a", place=lens)
    make_organisation(name="Jardins partagés", slug="b", place=lens)
    first, second = numbered(rna="W623000001", name="X"), numbered(rna="W623000001", name="Y")
    pairs = all_twins()
    assert pairs[0].key == {first.pk, second.pk}
    assert len(pairs) == 2
    assert pairs[0].score > pairs[1].score


@pytest.mark.parametrize(
    "make",
    [
        # An association and its ESAT share a SIREN.
        lambda: (numbered(siren="123456789", name="APEI"), numbered(siren="123456789", name="ESAT")),
        # Told apart by their precision, whatever they share.
        lambda: tuple(
            make_ptce(name="Écopôle alimentaire", slug=precision, precision=precision)
            for precision in ("Audruicq", "Loos")
        ),
        # A PTCE and who carries it, under one name.
        lambda: (make_ptce(name="Écopôle", slug="a"), make_organisation(name="Écopôle", slug="b")),
        lambda: (make_organisation(name="Ville de Lens"), make_organisation(name="Ville de Loos")),
        lambda: (make_organisation(name="Ligue 59"), make_organisation(name="Ligue 62")),
        lambda: (
            make_organisation(name="Communauté de communes du Ternois"),
            make_organisation(name="Communauté de communes du Vimeu"),
        ),
    ],
)
def test_two_that_only_look_like_one(make):
    make()
    assert all_twins() == []


def test_two_with_a_link_between_them_are_two():
    one, other = make_organisation(name="Le Coron", slug="a"), make_initiative(name="Le Coron", slug="b")
    assert [pair.key for pair in all_twins()] == [{one.pk, other.pk}]
    make_cooperation(one, other)
    assert all_twins() == []


def test_two_with_a_link_are_listed_when_nearly_everything_is_the_same():
    lens = make_territory()
    pair = [make_organisation(name="Le Coron", slug=slug, place=lens) for slug in "ab"]
    make_cooperation(*pair)
    for actor in pair:
        make_contact(actor, "03 21 00 00 01", kind="phone")
    assert len(all_twins()) == 1


def test_what_was_told_apart_stays_so_in_whichever_order():
    one, other = (make_organisation(name="Le Coron", slug=slug) for slug in "ab")
    ids = [PublicId.objects.get(actor=actor) for actor in (other, one)]
    with building():
        NotTwins.objects.create(first=ids[0], second=ids[1])
    assert all_twins() == twins_of_saved(one.pk) == []
    # A form knows nothing of that: it may be either.
    assert len(twins_of(Traits(0, "organisation", "Le Coron"))) == 2


def test_a_pair_is_told_apart_once(django_user_model):

    ids = [PublicId.objects.get(actor=make_organisation()) for _ in range(2)]
    NotTwins.objects.create(first=ids[0], second=ids[1])
    for first, second in (ids, ids[::-1], [ids[0], ids[0]]):
        with pytest.raises(IntegrityError), transaction.atomic():
            NotTwins.objects.create(first=first, second=second)


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_rows(django_assert_num_queries, rows):
    lens, beside = make_territory(), make_territory()
    make_adjacency(lens, beside)
    for number in range(rows):
        for place, slug in ((lens, "a"), (beside, "b")):
            actor = make_organisation(name=f"Coron {'xyz'[number] * 6}", slug=f"{slug}{number}", place=place)
            make_contact(actor, f"03 21 00 00 0{number}", kind="phone")
            make_alias(actor, f"Nom {'uvw'[number] * 6}")
    with django_assert_num_queries(8):
        assert len(all_twins()) == rows
    with django_assert_num_queries(6):
        assert len(twins_of(Traits(0, "organisation", "Coron xxxxxx"))) == 2


# -- the real entries ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("directory_loaded")
class TestRealEntries:
    def test_none_of_them_is_a_twin(self):
        """No two of them are one: whatever were listed would be a mistake."""
        assert listed() == []

    @pytest.mark.parametrize(
        ("typed", "share"),
        [
            (str, 1),
            (str.upper, 1),
            (lambda name: f"Association {name}", 1),
            (lambda name: name.replace("e", "ee", 1), 0.8),
        ],
    )
    def test_whoever_enters_one_again_is_shown_it_first(self, typed, share):

        base, found = Base(), 0
        actors = list(Actor.objects.order_by("public_id")[::4])
        for actor in actors:
            pairs = twins_of(Traits(0, actor.nature, typed(actor.full_name)), base=base)
            found += bool(pairs) and pairs[0].other == actor.pk
        assert found >= share * len(actors)
