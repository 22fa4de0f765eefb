"""Finding a person in a text: in every way of writing, and nobody else. The list finds what the erasure found."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from sources.erasure import DoNotRestore, Traces, rows_of, without_names
from sources.models import ErasedPerson

PERSON = Traces.of(
    ["Hélène Lécuyer", "Anne-Marie Le Goff", "Gérard"],
    ["H.L@exemple.fr"],
    ["03 21 00 00 01"],
)
SAID = {
    "Avec Hélène Lécuyer.": "Avec […].",
    "avec HELENE  LECUYER, présidente": "avec […], présidente",
    "Avec He\u0301le\u0300ne Le\u0301cuyer.": "Avec […].",
    "LÉCUYER Hélène": "[…]",
    "L’équipe d’Hélène-Lécuyer et d’Anne Marie Le Goff": "L’équipe d’[…] et d’[…]",
    "helene.lecuyer@exemple.fr": "[…]@exemple.fr",
    "https://exemple.fr/portrait-helene-lecuyer.html": "https://exemple.fr/portrait-[…].html",
    "Écrire à h.l@exemple.fr": "Écrire à […]",
    "Tél. 03.21.00.00.01 ou +33 (0)3 21 00 00 01": "Tél. […] ou […]",
    "0321000001": "[…]",
}
NOT_SAID = [
    "Rue Gérard-Philipe, à Gérard",
    "Hélène, puis Lécuyer",
    "Hélène Lécuyer-Martin",
    "Marie-Hélène Lécuyer",
    "Hélène Lécuyers",
    "ah.l@exemple.fr",
    "03 21 00 00 012",
    "Anne-Marie, Le Goff",
    "",
]


@pytest.fixture(params=["in clear", "by fingerprints"])
def seeker(request, db):
    if request.param == "in clear":
        return PERSON
    ErasedPerson.objects.bulk_create(rows_of(PERSON))
    return DoNotRestore.read()


@pytest.mark.parametrize(("text", "clean"), SAID.items())
def test_what_says_the_person_is_taken_out(seeker, text, clean):
    assert seeker.knows(text)
    assert seeker.cleaned(text) == clean


@pytest.mark.parametrize("text", NOT_SAID)
def test_what_says_somebody_else_stays(seeker, text):
    assert seeker.spans(text) == []
    assert seeker.cleaned(text) == text


def test_texts_inside_values_are_reached(seeker):
    value = {"a": ["Hélène Lécuyer", 3, None], "Hélène Lécuyer": {"b": "x"}}
    assert seeker.cleaned_value(value) == {"a": ["[…]", 3, None], "Hélène Lécuyer": {"b": "x"}}


def test_a_row_of_persons_may_have_one_word(db):
    ErasedPerson.objects.bulk_create(rows_of(PERSON))
    erased = DoNotRestore.read()
    assert erased.forbids("gerard")
    assert erased.forbids("Paul", "Lécuyer Hélène")
    assert not erased.forbids("Gérard Philipe", "", "Hélène")
    assert erased.forbids_contact("+33 3 21 00 00 01")
    assert not erased.forbids_contact("03 21 00 00 02")


def test_the_list_names_nobody_and_is_told_by_no_other_key(db, settings):
    rows = rows_of(PERSON)
    kept = repr([vars(row) for row in rows]).lower()
    assert not any(word in kept for word in ("cuyer", "goff", "exemple", "321000001"))
    settings.ERASURE_KEY = "another"
    assert {row.fingerprint for row in rows_of(PERSON)}.isdisjoint(row.fingerprint for row in rows)


def test_a_list_of_another_key_is_refused_rather_than_not_obeyed(db, settings):
    ErasedPerson.objects.bulk_create(rows_of(PERSON))
    settings.ERASURE_KEY = "another"
    with pytest.raises(ImproperlyConfigured, match="autre clé"):
        DoNotRestore.read()


def test_rows_of_an_earlier_release_are_obeyed(db):
    for row in rows_of(PERSON):
        if row.kind == "name":
            ErasedPerson.objects.create(fingerprint=row.fingerprint)
    assert DoNotRestore.read().cleaned("Avec Hélène Lécuyer et Paul") == "Avec […] et Paul"


def test_the_list_is_read_with_one_query(db, django_assert_num_queries):
    ErasedPerson.objects.bulk_create(rows_of(PERSON))
    with django_assert_num_queries(1):
        assert DoNotRestore.read()


def test_without_names_leaves_parts_of_other_names():
    assert without_names("Jean-Paul Martin, Paul Martin", ["Paul Martin"]) == "Jean-Paul Martin, […]"
