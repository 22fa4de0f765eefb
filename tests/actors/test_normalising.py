"""One written form for what people type in many."""

import pytest
from django.core.exceptions import ValidationError

from actors import normalising


@pytest.mark.parametrize(
    ("form", "typed", "stored"),
    [
        ("phone", "0321206013", "03 21 20 60 13"),
        ("phone", "03.21.20.60.13", "03 21 20 60 13"),
        ("phone", "+33 (0)3 21-20-60-13", "03 21 20 60 13"),
        ("phone", "0033321206013", "03 21 20 60 13"),
        ("phone", "321206013", "03 21 20 60 13"),
        ("phone", "03\u00a021\u00a020\u00a060\u00a013", "03 21 20 60 13"),
        ("phone", "3919", "39 19"),
        ("phone", "+32 69 12 34 56", "+32 69 12 34 56"),
        ("phone", "0032 69 12 34 56", "+32 69 12 34 56"),
        ("web_address", "WWW.Exemple.fr/Page", "https://www.exemple.fr/Page"),
        ("web_address", "http://exemple.fr", "http://exemple.fr"),
        ("web_address", "exemple.fr:8080/a", "https://exemple.fr:8080/a"),
        ("web_address", "//Exemple.fr", "https://exemple.fr"),
        (
            "web_address",
            "https://exemple.fr/p?id=7&utm_source=lettre&fbclid=Ab1#plan",
            "https://exemple.fr/p?id=7#plan",
        ),
        ("web_address", "exemple.fr/?utm_campaign=x", "https://exemple.fr/"),
        ("web_address", "https://exemple.fr/?q=a+b&page=", "https://exemple.fr/?q=a+b&page="),
        ("email", "mailto:Contact@Exemple.FR", "contact@exemple.fr"),
        ("email", " jean-o'neil+liste&co.x_y@sous.exemple.fr ", "jean-o'neil+liste&co.x_y@sous.exemple.fr"),
        ("email", "marie@exämple.fr", "marie@exämple.fr"),
        # Other signs for the same host, a soft hyphen among them.
        ("email", "marie@xn--exmple-cua.fr", "marie@exämple.fr"),
        ("email", "marie@ｅxem\u00adple.fr", "marie@exemple.fr"),
        ("siren", "732 829 320", "732829320"),
        ("siret", "732.829.320.00074", "73282932000074"),
        # La Poste: its establishments follow a rule of their own.
        ("siret", "35600000049837", "35600000049837"),
        ("rna", "w595 001 234", "W595001234"),
    ],
)
def test_the_form_to_store(form, typed, stored):
    normalise = getattr(normalising, form)
    assert normalise(typed) == stored
    assert normalise(stored) == stored


@pytest.mark.parametrize(
    ("form", "typed", "why"),
    [
        (
            "phone",
            "03 21",
            "« 03 21 » n’est pas un numéro de téléphone : écrivez dix chiffres, ou + et l’indicatif du pays.",
        ),
        ("phone", "03 21 20 60 13 poste 4", "« 03 21 20 60 13 poste 4 » n’est pas un numéro de téléphone"),
        ("web_address", "javascript:alert(1)", "« javascript:alert(1) » n’est pas une adresse de site web."),
        ("web_address", "exemple", "« exemple » n’est pas une adresse de site web."),
        ("web_address", "http://[x", "« http://[x » n’est pas une adresse de site web."),
        (
            "email",
            "contact arobase exemple.fr",
            "« contact arobase exemple.fr » n’est pas une adresse de courriel.",
        ),
        ("siren", "732829321", "« 732829321 » n’est pas un SIREN : ses chiffres ne vont pas ensemble"),
        ("siren", "73282932", "« 73282932 » n’est pas un SIREN : il en faut neuf chiffres."),
        ("siret", "7328293200007A", "« 7328293200007A » n’est pas un SIRET : il en faut quatorze chiffres."),
        ("rna", "595001234", "« 595001234 » n’est pas un numéro RNA : un W suivi de neuf signes."),
    ],
)
def test_what_can_not_be_one_is_told(form, typed, why):
    with pytest.raises(ValidationError) as error:
        getattr(normalising, form)(typed)
    assert error.value.messages[0].startswith(why)


@pytest.mark.parametrize(
    "typed",
    [
        '"a,une@exemple.fr,deux@exemple.fr,b"@exemple.fr',
        '" ,une@exemple.fr, "@exemple.fr',
        '"<x@exemple.fr>,une@exemple.fr"@exemple.fr',
        '"a b"@exemple.fr',
        "a@exemple.fr,b@exemple.fr",
        "a@exemple.fr, b@exemple.fr",
        "a@exemple.fr;b@exemple.fr",
        "Marie <a@exemple.fr>",
        "<a@exemple.fr>",
        "a@exemple.fr\nBcc: b@exemple.fr",
        # A comma and an at sign that a mail server would be told as such.
        "a@exemple.fr，b＠autre.fr",
        "a@exemple，b.fr",
        "une%autre.fr@exemple.fr",
        "autre.fr!une@exemple.fr",
        "märie@exemple.fr",
        ".a@exemple.fr",
        "a..b@exemple.fr",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@localhost",
        "a@exemple.fr.",
        "a@exemple..fr",
        f"{'a' * 65}@exemple.fr",
        f"a@{'b.' * 130}fr",
        f"a@{'b' * 64}.fr",
        "@exemple.fr",
        "a@",
        "a",
    ],
)
def test_mail_is_written_to_exactly_one_page_address(typed):
    with pytest.raises(ValidationError, match="n’est pas une adresse de courriel"):
        normalising.email(typed)


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("website", "exemple.fr", "https://exemple.fr"),
        ("email", "A@Exemple.fr", "a@exemple.fr"),
        ("phone", "0321206013", "03 21 20 60 13"),
        ("social", " @Le  Coron ", "@Le Coron"),
        ("postal", "1 rue Haute\n62000  Arras", "1 rue Haute 62000 Arras"),
    ],
)
def test_a_contact_of_each_kind(kind, typed, stored):
    assert normalising.contact(kind, typed) == stored


@pytest.mark.parametrize(
    ("kind", "value", "personal"),
    [
        ("phone", "06 12 34 56 78", True),
        ("phone", "07 12 34 56 78", True),
        ("phone", "03 21 06 07 08", False),
        ("phone", "+32 69 12 34 56", False),
        ("email", "marie.dupont@orange.fr", True),
        ("email", "m-dupont@coron.fr", True),
        ("email", "contact@coron.fr", False),
        ("email", "contact.lens@coron.fr", False),
        ("email", "coron.arts@orange.fr", False),
        ("email", "pole.nord@coron.fr", False),
        ("email", "marie@coron.fr", False),
        ("email", "marie.dupont62@orange.fr", False),
        ("website", "https://marie.dupont.fr", False),
    ],
)
def test_a_contact_that_looks_like_a_persons_own(kind, value, personal):
    assert normalising.is_personal(kind, value, "Le Coron des arts") is personal
