"""Erasing somebody reaches what only the back-office keeps."""

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from post_office.models import Email

from actors.actions.delete_actor import delete_actor
from actors.actions.erase_leftovers import STAYS
from actors.actions.erase_person import erase, erase_person
from actors.actions.facts import Fact
from actors.history import act, versions_of
from actors.models import Seed
from editing.erasing import TEXTS
from editing.exchange.sorting import sort_batch
from editing.letters.entering import enter_fact
from editing.letters.forms import ArticleForm
from editing.letters.release import publish_letter
from editing.models import ImportBatch, ImportRow, LinkCheck, PendingFact, PersonRequest, Suggestion
from editing.roles import EDITOR, MODERATOR
from pages.models import EditorialPage
from partners.models import Subscription
from sources.erasure import Traces
from sources.models import Article, Source
from tests.factories import building
from tests.factories.actors import make_contact, make_organisation, make_spokesperson
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


def everything_anywhere() -> str:
    """Every row of every table of the database, but for what says what entries and accounts are called."""
    found = []
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy:
            columns = [
                field.attname
                for field in model._meta.concrete_fields
                if f"{model._meta.label}.{field.name}" not in STAYS
                or model._meta.label in {"reversion.Version", "admin.LogEntry"}
            ]
            found += [(model._meta.label, row) for row in model._base_manager.values_list(*columns)]
    # The journal keeps JSON with accents as numbers.
    return repr(found).encode().decode("unicode_escape", errors="replace").lower()


def test_no_table_of_the_whole_database_keeps_anything():
    """Also those nobody thought of: a table that is new is in here by itself."""
    person, actor = scene()
    with building():
        article = make_article(title="Portrait", slug="portrait-helene-lecuyer", authors=[person])
        make_spokesperson(actor, person, role="Mme Lécuyer Hélène, présidente")
        make_contact(actor, "helenelecuyer@exemple.fr", kind="email", personal=True)
        make_contact(actor, "07 00 00 00 01", kind="phone", personal=True)
        Seed.objects.create(key="person:helene-lecuyer", model="sources.person", row_id=person.pk, data={})
        Seed.objects.create(
            key="article:1/x", model="sources.article", row_id=0, data={"authors": ["helene-lecuyer", "paul"]}
        )
        Subscription.objects.create(email="moi@ailleurs.fr", title="Tous")
        Email.objects.create(from_email="a@exemple.fr", to=["moi@ailleurs.fr"], subject="x", message="y")
        LogEntry.objects.create(
            user=make_user(EDITOR),
            action_flag=2,
            object_repr="Hélène Lécuyer",
            change_message='[{"changed": {"object": "H\\u00e9l\\u00e8ne L\\u00e9cuyer"}}]',
        )
        PersonRequest.objects.create(kind="remove", name="Hélène Lécuyer", email="moi@ailleurs.fr")
        EditorialPage.objects.create(
            slug="equipe", title="Équipe", body="Merci à Hélène Lécuyer", updated_on="2026-01-01"
        )
    with act(what="Saisie d’après Hélène Lécuyer") as current:
        current.touch(actor.pk)
    assert "cuyer" in everything_anywhere()
    erase(
        traces=Traces.of(["Hélène Lécuyer", "H. Lécuyer-Martin"], ["moi@ailleurs.fr"], ["+33 7 00 00 00 01"])
    )
    left = everything_anywhere()
    for word in ("cuyer", "moi@ailleurs", "07 00 00 00 01"):
        assert word not in left, left[max(0, left.index(word) - 300) : left.index(word) + 60]
    assert EditorialPage.objects.get().body == "Merci à […]"
    assert Seed.objects.get().data == {"authors": ["paul"]}
    assert not Subscription.objects.exists()
    article.refresh_from_db()
    assert (article.slug, article.source.key) == ("portrait-x", f"{article.letter.slug}/portrait-x")


def test_what_caches_hold_goes_as_well(django_capture_on_commit_callbacks):
    cache.set("page", "Hélène Lécuyer")
    with django_capture_on_commit_callbacks(execute=True):
        erase(traces=Traces.of(["Hélène Lécuyer"]))
    assert cache.get("page") is None


def test_a_line_of_a_table_that_names_somebody_erased_is_refused():
    erase(traces=Traces.of(["Hélène Lécuyer"]))
    user = make_user(EDITOR)
    batch = ImportBatch.objects.create(
        created_by=user,
        file_name="a.csv",
        state="sorting",
        header=["nom", "resume"],
        mapping=["name", "summary"],
    )
    for line, cells in enumerate([["Chez nous", "Avec HELENE LECUYER"], ["Chez eux", "Avec Paul"]], start=1):
        ImportRow.objects.create(batch=batch, line=line, cells=cells)
    # Sorted twice: columns were chosen anew.
    for _ in range(2):
        sort_batch(batch)
        first, second = batch.rows.order_by("line")
        assert "demandé à ne plus figurer" in first.reasons[0]
        assert "demandé à ne plus figurer" not in repr(second.reasons)
    assert first.cells == ["Chez nous", "Avec […]"]


def test_a_fact_that_names_somebody_erased_is_refused():
    erase(traces=Traces.of(["Hélène Lécuyer"], phones=["03 21 00 00 01"]))
    user, article = make_user(MODERATOR), make_article(make_letter(state="prepared"))
    facts = [
        Fact("wish", {"text": "Écrire à Hélène Lécuyer", "year": None, "status": "open"}),
        Fact(
            "wish", {"text": "Écrire", "year": None, "status": "open"}, printed="écrire à H. Lécuyer Hélène"
        ),
        Fact("contact", {"kind": "phone", "value": "03.21.00.00.01", "network": "", "personal": True}),
        Fact("column", {"column": "description", "set": {"description": "Avec Hélène Lécuyer"}}),
    ]
    for fact in facts:
        with pytest.raises(ValidationError, match="ne plus figurer"):
            enter_fact(fact=fact, article=article, user=user, actor=make_organisation())
    form = ArticleForm({"title": "Chez Hélène Lécuyer", "kind": "article"})
    assert "ne plus figurer" in form.errors["title"][0]


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
