"""Erasing somebody reaches what only the back-office keeps."""

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from actors.actions.delete_actor import delete_actor
from actors.actions.erase_person import erase_person
from actors.actions.facts import Fact
from actors.history import versions_of
from editing.erasing import TEXTS
from editing.letters.entering import enter_fact
from editing.letters.release import publish_letter
from editing.models import ImportBatch, ImportRow, LinkCheck, PendingFact, Suggestion
from editing.roles import EDITOR, MODERATOR
from sources.models import Article, Source
from tests.factories import building
from tests.factories.actors import make_contact, make_organisation
from tests.factories.editors import make_user
from tests.factories.sources import make_article, make_letter, make_person, make_source

pytestmark = pytest.mark.django_db

# Tables of texts that hold nothing anybody wrote about persons, or that erasing reaches in another way.
NO_NAMES = {
    "ImportBatch": "names of columns and remarks about the file",
    "LetterRelease": "why a publication failed",
    "PreparedEntry": "numbers",
    "TwinTally": "numbers",
}


def everything_kept() -> str:
    """All that the tables of the back-office say, as text."""
    return repr([list(model.objects.values_list(*columns)) for model, columns in TEXTS.items()]).lower()


@building()
def scene():
    person = make_person(name="Hélène Lécuyer", other_spellings="H. Lécuyer-Martin")
    actor, article = make_organisation(), make_article(title="Rencontre avec Hélène Lécuyer")
    batch = ImportBatch.objects.create(created_by=make_user(EDITOR), file_name="a.csv", state="sorted")
    line = {
        "cells": ["Chez nous", "Avec Helene LECUYER"],
        "values": {"columns": {"summary": "de Hélène Lécuyer"}},
    }
    ImportRow.objects.create(batch=batch, line=1, outcome="create", **line)
    ImportRow.objects.create(batch=batch, line=2, outcome="create", applied=True, **line)
    ImportRow.objects.create(batch=batch, line=3, outcome="create", cells=["Chez Paul"], values={})
    facts = {"article": article, "actor": actor}
    PendingFact.objects.create(
        kind="spokesperson", values={"person_id": person.pk, "role": "présidente"}, **facts
    )
    PendingFact.objects.create(
        kind="wish", values={"text": "Écrire à Hélène Lécuyer"}, printed="h. lécuyer martin", **facts
    )
    Suggestion.objects.create(
        kind="correction",
        actor=actor,
        message="Mme Hélène Lécuyer est partie.",
        how_known="Je suis Helene Lecuyer",
        email="helene.lecuyer@exemple.fr",
        seen={"summary": "Animé par Hélène Lécuyer"},
        proposed={"summary": "Animé par Paul, non plus Hélène Lécuyer"},
    )
    now = timezone.now()
    for address in ("https://exemple.fr/helene-lecuyer", "https://exemple.fr/equipe"):
        LinkCheck.objects.create(address=address, state="good", checked_at=now, due_at=now)
    return person, actor


def test_no_table_of_the_back_office_keeps_the_name():
    person, _ = scene()
    assert everything_kept().count("cuyer") > 8
    erase_person(person=person)
    assert "cuyer" not in everything_kept()
    assert f"'person_id': {person.pk}" not in everything_kept()


def test_what_is_left_can_still_be_used():
    person, _ = scene()
    erase_person(person=person)
    assert list(ImportRow.objects.order_by("line").values_list("outcome", flat=True)) == [
        "error",
        "create",
        "create",
    ]
    assert "demandé à ne plus figurer" in ImportRow.objects.get(line=1).reasons[0]
    assert ImportRow.objects.get(line=3).cells == ["Chez Paul"]
    fact = PendingFact.objects.get()
    assert (fact.values, fact.printed) == ({"text": "Écrire à […]"}, "[…]")
    suggestion = Suggestion.objects.get()
    assert (suggestion.email, suggestion.proposed) == ("", {"summary": "Animé par Paul, non plus […]"})
    assert LinkCheck.objects.get().address == "https://exemple.fr/equipe"


def test_titles_lose_the_name():
    person, _ = scene()
    with building():
        make_source(title="Site d’Hélène Lécuyer")
    erase_person(person=person)
    assert (
        "cuyer"
        not in repr([*Article.objects.values_list("title"), *Source.objects.values_list("title")]).lower()
    )
    assert Article.objects.filter(title="Rencontre avec […]").count() == 1


def test_the_bin_and_every_version_lose_it_too():
    person = make_person(name="Hélène Lécuyer")
    gone = make_organisation(summary="Avec Hélène Lécuyer")
    make_contact(gone, "helene.lecuyer@exemple.fr", kind="email")
    binned = delete_actor(actor=gone)
    assert "cuyer" in versions_of(binned.actor_id).first().serialized_data
    erase_person(person=person)
    assert all("cuyer" not in version.serialized_data for version in versions_of(binned.actor_id))


def test_every_table_of_texts_is_known_to_erasing():
    """A new table with free text is told to ``editing/erasing.py``, or said here to hold no names."""
    kinds = (models.TextField, models.JSONField)
    with_texts = {
        model.__name__: model
        for model in apps.get_app_config("editing").get_models()
        if any(isinstance(field, kinds) for field in model._meta.concrete_fields)
    }
    reached = {model.__name__ for model in TEXTS}
    assert with_texts.keys() - reached - NO_NAMES.keys() == set()
    for model in TEXTS:
        free = {field.name for field in model._meta.concrete_fields if isinstance(field, kinds)}
        assert free <= {*TEXTS[model]}, model


def test_an_address_that_held_the_name_does_not_keep_the_letter_back():
    """« […]@x.fr » is no address: the fact goes, as the contact of an entry does."""
    user, actor, article = (
        make_user(MODERATOR),
        make_organisation(),
        make_article(make_letter(state="prepared")),
    )
    person = make_person(name="Hélène Lécuyer")
    values = {"kind": "email", "value": "helene.lecuyer@x.fr", "network": "", "personal": False}
    enter_fact(fact=Fact("contact", values), article=article, user=user, actor=actor)
    erase_person(person=person, user=user)
    assert not PendingFact.objects.exists()
    assert publish_letter(letter=article.letter, user=user).facts == 0
