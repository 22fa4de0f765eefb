"""Every named constraint of letters and actors refuses what it should, in the database and in French."""

import datetime

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from actors.enums import CooperationKind
from actors.models import (
    Actor,
    ActorLabel,
    ActorSector,
    Alias,
    AreaServed,
    BinnedActor,
    Citation,
    ContactPoint,
    Cooperation,
    CooperationWish,
    Figure,
    Merger,
    NotTwins,
    OutsideId,
    Place,
    PtceStatusEntry,
    PublicId,
    Spokesperson,
)
from sources.models import Article, ErasedPerson, Letter, Mention, Source
from tests.factories import building
from tests.factories.actors import (
    make_alias,
    make_area,
    make_citation,
    make_contact,
    make_cooperation,
    make_figure,
    make_initiative,
    make_organisation,
    make_place,
    make_ptce,
    make_spokesperson,
    make_wish,
)
from tests.factories.sources import make_article, make_letter, make_mention, make_person, make_source
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db


def organisation(**values) -> Actor:
    """An organisation that satisfies every constraint but what ``values`` breaks; not saved."""
    defaults = {
        "nature": "organisation",
        "name": "Une structure",
        "slug": "une-structure",
        "organisation_kind": "integration",
        "legal_form": "association",
        "publication": "published",
    }
    return Actor(**{**defaults, **values})


def initiative(**values) -> Actor:
    return organisation(
        **{
            "nature": "initiative",
            "organisation_kind": "",
            "initiative_kind": "place",
            "legal_form": "",
            **values,
        }
    )


def second_administration():
    town = make_territory()
    make_organisation(administers=town)
    return organisation(administers=town)


def second_siret():
    make_organisation(siret="12345678900012", registry_state="proposed")
    return organisation(siret="12345678900012", registry_state="proposed")


def cooperation(**values) -> Cooperation:
    defaults = {"kind": "runs", "source": make_organisation(), "target": make_initiative()}
    return Cooperation(**{**defaults, **values})


def twin_cooperation(kind, *, reverse=False):
    source, target = make_organisation(), make_organisation()
    make_cooperation(source, target, kind=kind)
    return Cooperation(kind=kind, source=target if reverse else source, target=source if reverse else target)


def link_to_itself():
    actor = make_organisation()
    return cooperation(source=actor, target=actor)


def second_citation(**target):
    citation = make_citation(**target)
    return Citation(source=citation.source, role=citation.role, column=citation.column, **target)


def same_pair_again() -> NotTwins:
    """Two entries told apart a second time, the other way round."""
    first, second = (PublicId.objects.get(actor=make_organisation()) for _ in range(2))
    with building():
        NotTwins.objects.create(first=first, second=second)
    return NotTwins(first=second, second=first)


def merger(**values) -> Merger:
    ids = [PublicId.objects.get(actor=make_organisation()) for _ in range(2)]
    return Merger(**{"kept": ids[0], "merged": ids[1], "was_public": True, **values})


def merged_again() -> Merger:
    first = merger()
    with building():
        first.save()
    return merger(merged=first.merged)


def the_same_twice() -> PublicId:
    return PublicId.objects.get(actor=make_organisation())


# Name of the constraint -> a row that breaks it and nothing else.
BROKEN = {
    "merger_of_two": lambda: merger(kept=(same := the_same_twice()), merged=same),
    "merger_once": merged_again,
    "nottwins_two": lambda: NotTwins(first=(same := the_same_twice()), second=same),
    "nottwins_unique": same_pair_again,
    "binnedactor_nature_in_list": lambda: BinnedActor(
        actor_id=1, public_id=PublicId(value="a"), name="DIE", nature="ghost"
    ),
    "erasedperson_kind_in_list": lambda: ErasedPerson(kind="ghost", fingerprint="a" * 64),
    "actor_nature_in_list": lambda: organisation(nature="ghost"),
    "actor_kind_fits_nature": lambda: initiative(initiative_kind="", organisation_kind="network"),
    "actor_legal_form_fits_nature": lambda: organisation(legal_form=""),
    "actor_potential_ptce_is_initiative": lambda: organisation(potential_ptce=True),
    "actor_administers_is_organisation": lambda: initiative(administers=make_territory()),
    "actor_administers_unique": second_administration,
    "actor_lists": lambda: organisation(sphere="ghost"),
    "actor_life_status_dated": lambda: organisation(life_status="active"),
    "actor_confirmed_by_dated": lambda: organisation(last_confirmed_by="apes"),
    "actor_registry_state_fits": lambda: organisation(registry_state="verified"),
    "actor_siret_of_siren": lambda: organisation(
        siren="123456789", siret="98765432100012", registry_state="proposed"
    ),
    "actor_siret_unique": second_siret,
    "actor_slug_not_reserved": lambda: organisation(slug="imprimer"),
    "actor_named": lambda: organisation(name=""),
    "publicid_fate_fits": lambda: PublicId(value="zzzz2222", fate="live"),
    "outsideid_unique": lambda: OutsideId(
        actor=OutsideId.objects.create(actor=make_organisation(), scheme="wikidata", value="Q1").actor,
        scheme="wikidata",
        value="Q1",
    ),
    "alias_unique": lambda: Alias(
        actor=make_alias(make_organisation(), "DIE").actor, name="DIE", kind="other"
    ),
    "alias_kind_in_list": lambda: Alias(actor=make_organisation(), name="DIE", kind="ghost"),
    "actorsector_unique": lambda: ActorSector(
        actor=make_organisation(sectors=["food"]), sector="food", position=2
    ),
    "actorsector_position_unique": lambda: ActorSector(
        actor=make_organisation(sectors=["food"]), sector="reuse", position=1
    ),
    "actorsector_at_most_three": lambda: ActorSector(actor=make_organisation(), sector="food", position=4),
    "actorsector_in_list": lambda: ActorSector(actor=make_organisation(), sector="ghost"),
    "actorlabel_unique": lambda: ActorLabel(actor=make_organisation(labels=["aci"]), label="aci"),
    "actorlabel_in_list": lambda: ActorLabel(actor=make_organisation(), label="ghost"),
    "place_unique": lambda: Place(
        actor=(place := make_place(make_organisation())).actor, territory=place.territory
    ),
    "place_role_in_list": lambda: Place(actor=make_organisation(), territory=make_territory(), role="ghost"),
    "place_point_needs_address": lambda: Place(
        actor=make_organisation(), territory=make_territory(), latitude=50.4, longitude=2.9
    ),
    "place_postal_code_five_digits": lambda: Place(
        actor=make_organisation(), territory=make_territory(), postal_code="6211"
    ),
    "areaserved_unique": lambda: AreaServed(
        actor=(area := make_area(make_organisation(), make_territory())).actor, territory=area.territory
    ),
    "contactpoint_unique": lambda: ContactPoint(
        actor=(contact := make_contact(make_organisation())).actor, kind=contact.kind, value=contact.value
    ),
    "contactpoint_kind_in_list": lambda: ContactPoint(actor=make_organisation(), kind="fax", value="03"),
    "contactpoint_network_iff_social": lambda: ContactPoint(
        actor=make_organisation(), kind="social", value="ose-arts"
    ),
    "spokesperson_unique": lambda: Spokesperson(
        actor=(one := make_spokesperson(make_organisation())).actor,
        person=one.person,
        role=one.role,
        category="elected",
    ),
    "spokesperson_category_in_list": lambda: Spokesperson(
        actor=make_organisation(), person=make_person(), category="user"
    ),
    "figure_of_actor_or_territory": lambda: Figure(what="salariés", low=3, unit="people", year=2022),
    "figure_values_fit": lambda: Figure(
        actor=make_organisation(), what="salariés", low=30, high=20, unit="people", year=2022
    ),
    "figure_unit_in_list": lambda: Figure(
        actor=make_organisation(), what="salariés", low=3, unit="bananes", year=2022
    ),
    "figure_unique_of_actor": lambda: Figure(
        actor=make_figure(make_organisation()).actor, what="salariés", low=3, unit="people", year=2022
    ),
    "figure_unique_of_territory": lambda: Figure(
        territory=make_figure(territory=make_territory()).territory,
        what="salariés",
        low=3,
        unit="people",
        year=2022,
    ),
    "cooperation_unique": lambda: twin_cooperation(CooperationKind.RUNS),
    "cooperation_symmetric_once": lambda: twin_cooperation(CooperationKind.PARTNER_OF, reverse=True),
    "cooperation_not_itself": link_to_itself,
    "cooperation_kind_in_list": lambda: cooperation(kind="ghost"),
    "cooperation_reason_iff_inferred": lambda: cooperation(certainty="inferred"),
    "cooperation_shared_leader_inferred": lambda: cooperation(kind="shares_leader_with"),
    "wish_unique": lambda: CooperationWish(
        actor=(wish := make_wish(make_organisation())).actor, text=wish.text, year=2023
    ),
    "wish_status_in_list": lambda: CooperationWish(
        actor=make_organisation(), text="…", year=2022, status="ghost"
    ),
    "ptcestatus_unique": lambda: PtceStatusEntry(actor=make_ptce(status="labelled"), status="labelled"),
    "ptcestatus_in_list": lambda: PtceStatusEntry(actor=make_ptce(), status="ghost"),
    "citation_exactly_one_target": lambda: Citation(source=make_source()),
    "citation_role_or_column_of_actor": lambda: Citation(source=make_source(), actor=make_organisation()),
    "citation_unique_actor": lambda: second_citation(actor=make_organisation()),
    "citation_unique_alias": lambda: second_citation(alias=make_alias(make_organisation(), "DIE")),
    "citation_unique_place": lambda: second_citation(place=make_place(make_organisation())),
    "citation_unique_area": lambda: second_citation(area=make_area(make_organisation(), make_territory())),
    "citation_unique_contact": lambda: second_citation(contact=make_contact(make_organisation())),
    "citation_unique_figure": lambda: second_citation(figure=make_figure(make_organisation())),
    "citation_unique_spokesperson": lambda: second_citation(
        spokesperson=make_spokesperson(make_organisation())
    ),
    "citation_unique_cooperation": lambda: second_citation(
        cooperation=make_cooperation(make_organisation(), make_initiative())
    ),
    "citation_unique_wish": lambda: second_citation(wish=make_wish(make_organisation())),
    "citation_unique_status": lambda: second_citation(status=make_ptce(status="labelled").statuses.get()),
    "letter_number_unique": lambda: Letter(
        slug="autre",
        title="Autre",
        number=make_letter(number="71").number,
        earliest=datetime.date(2022, 1, 1),
        latest=datetime.date(2022, 1, 1),
    ),
    "letter_kind_in_list": lambda: Letter(
        slug="x",
        title="X",
        kind="ghost",
        earliest=datetime.date(2022, 1, 1),
        latest=datetime.date(2022, 1, 1),
    ),
    "letter_state_in_list": lambda: Letter(
        slug="x",
        title="X",
        state="ghost",
        earliest=datetime.date(2022, 1, 1),
        latest=datetime.date(2022, 1, 1),
    ),
    "letter_dates_in_order": lambda: Letter(
        slug="x", title="X", earliest=datetime.date(2022, 1, 2), latest=datetime.date(2022, 1, 1)
    ),
    "article_slug_unique": lambda: Article(
        letter=(article := make_article()).letter, slug=article.slug, title="X"
    ),
    "article_kind_in_list": lambda: Article(letter=make_letter(), slug="x", title="X", kind="ghost"),
    "article_rubric_in_list": lambda: Article(letter=make_letter(), slug="x", title="X", rubric="ghost"),
    "source_kind_in_list": lambda: Source(key="x", kind="ghost", title="X"),
    "source_article_iff_kind": lambda: Source(key="x", kind="article", title="X"),
    "source_web_dated": lambda: Source(key="x", kind="web", title="X", url="https://exemple.fr/"),
    "mention_unique": lambda: Mention(
        article=(mention := make_mention(make_article(), make_territory())).article,
        territory=mention.territory,
    ),
    "mention_role_in_list": lambda: Mention(article=make_article(), territory=make_territory(), role="ghost"),
}


def constraints() -> dict[str, models.BaseConstraint]:
    own = [model for app in ("actors", "sources") for model in apps.get_app_config(app).get_models()]
    return {
        constraint.name: constraint
        for model in own
        if not model._meta.proxy
        for constraint in model._meta.constraints
    }


def test_every_constraint_has_a_row_that_breaks_it():
    assert set(BROKEN) == set(constraints())


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_the_database_refuses(name):
    row = BROKEN[name]()
    with building(), pytest.raises(IntegrityError) as error, transaction.atomic():
        row.save(force_insert=True)
    # SQLite names the columns of a plain unique constraint, PostgreSQL the constraint itself; of
    # several it names the first of the alphabet, and a nature of no list fits no kind either.
    told = {name, "UNIQUE", "actor_kind_fits_nature" if name == "actor_nature_in_list" else name}
    assert any(word in str(error.value) for word in told)


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_validation_says_so_in_french(name):
    row = BROKEN[name]()
    constraint = constraints()[name]
    with pytest.raises(ValidationError) as error:
        constraint.validate(type(row), row)
    assert error.value.messages == [constraint.violation_error_message]
