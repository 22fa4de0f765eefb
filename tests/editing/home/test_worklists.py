"""Worklists: which entries wait where, for whom, narrowed, put off for everybody and taken back."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from actors.enums import CitationRole, LifeStatus, PublicationStatus
from actors.history import act
from actors.models import Actor
from editing.home.lists import WORKLISTS, entry_list
from editing.home.twins import renew_tally, waiting_twins
from editing.home.worklists import EntryList, Scope
from editing.models import LetterRelease, Postponement, PreparedEntry, TwinTally
from editing.roles import ADMINISTRATOR, CONTRIBUTOR, EDITOR, LOCAL_EDITOR, MODERATOR, VISITOR
from tests.factories import building
from tests.factories.actors import make_citation, make_contact, make_organisation
from tests.factories.editors import logged_in, make_user
from tests.factories.sources import make_article, make_letter, make_mention
from tests.factories.territories import make_containment, make_territory

pytestmark = pytest.mark.django_db


def url(slug):
    return reverse("admin:worklist", args=[slug])


def names(response):
    return [actor.name for actor, _ in response.context["listing"].rows]


def waiting(slug, user=None):
    return Scope(user or make_user()).number(entry_list(slug))


def complete(name, **overrides):
    """An entry that is in none of the lists of what is missing."""
    actor = make_organisation(name=name, place=make_territory(), **overrides)
    make_contact(actor)
    make_citation(actor=actor, role=CitationRole.SUBJECT)
    return actor


# -- which entries wait -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "make"),
    [
        ("a-relire", lambda: complete("Là", publication=PublicationStatus.REVIEW)),
        ("brouillons", lambda: complete("Là", publication=PublicationStatus.DRAFT)),
        ("sans-lieu", lambda: make_organisation(name="Là")),
        ("sans-source", lambda: make_organisation(name="Là")),
        ("sans-contact", lambda: make_organisation(name="Là")),
        ("seulement-cites", lambda: make_citation(actor=make_organisation(name="Là"), role=CitationRole.NAMED)),
        (
            "projets-sans-nouvelles",
            lambda: make_organisation(name="Là", life_status=LifeStatus.PLANNED, life_status_year=2020),
        ),
    ],
)
def test_each_list_holds_what_it_says_and_nothing_else(slug, make):
    complete("Complète")
    complete("Fermée", life_status=LifeStatus.CLOSED, life_status_year=2020)
    complete("Retirée", publication=PublicationStatus.WITHDRAWN)
    complete("Projet récent", life_status=LifeStatus.PLANNED, life_status_year=timezone.localdate().year)
    make()
    assert names(logged_in(make_user()).get(url(slug))) == ["Là"]
    assert waiting(slug) == 1
