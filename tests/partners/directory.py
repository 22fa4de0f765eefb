"""A small directory in which every kind of thing that partners may take, and every kind that they must not, occurs."""

import datetime

from actors.enums import AliasKind, Certainty, ContactKind, CooperationKind, PublicationStatus, SocialNetwork
from actors.models import Actor, OutsideId, PtceStatusEntry
from sources.enums import LetterState
from sources.models import Letter
from territories.enums import NameKind, SuccessionKind, TerritoryKind
from territories.models import Territory
from tests.factories import building
from tests.factories.actors import (
    make_activity,
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
from tests.factories.territories import (
    make_boundary,
    make_containment,
    make_name,
    make_succession,
    make_territory,
)

# What must be in no answer and no file, whatever its format.
FORBIDDEN = (
    *(
        "Jeanne Dupontel",
        "Paul Brouillon",
        "jeanne.dupontel@exemple.fr",
        "0611223344",
        "Coquile",
        "Fiche secrète",
    ),
    *("Lettre cachée", "article-cache", "Raïsmes", "À ne pas dire", "q9999999", "Retirée du site"),
)


class Directory:
    """The rows by name: ``directory.die``."""

    region: Territory
    department: Territory
    epci: Territory
    commune: Territory
    letter: Letter
    die: Actor
    ressourcerie: Actor
    ptce: Actor
    hidden: Actor
    withdrawn: Actor
    closed: Actor


@building()
def make_directory() -> Directory:
    """Eight actors of which two are not public, five territories, two letters of which one is not out."""
    made = Directory()
    _territories(made)
    made.letter = make_letter(
        slug="71",
        number="71",
        title="PTCE",
        earliest=datetime.date(2022, 7, 1),
        latest=datetime.date(2022, 12, 31),
    )
    author = make_person("Jeanne Dupontel")
    article = make_article(made.letter, authors=[author], slug="dechets", title="Autour du déchet")
    make_mention(article, made.commune, printed="Raïsmes")
    unseen = make_letter(slug="99", number="99", title="Lettre cachée", state=LetterState.PREPARED)
    secret = make_article(unseen, slug="article-cache", title="À ne pas dire")
    web = make_source(
        key="site",
        kind="web",
        title="Site de DIE",
        url="https://die.exemple.fr/nous",
        consulted_on=datetime.date(2024, 3, 5),
    )
    _actors(made)
    die = made.die
    for source in (article, secret):
        make_citation(source, actor=die)
    make_citation(article, actor=die, column="legal_form")
    from actors.models import Citation

    Citation.objects.create(source=web, actor=die, column="description")
    make_citation(article, place=make_place(die, made.commune, address="1 rue du Port", postal_code="62430"))
    make_area(die, made.epci)
    make_citation(article, alias=make_alias(die, "DIE", AliasKind.ACRONYM))
    make_alias(die, "Coquile", AliasKind.MISPRINT)
    make_citation(article, contact=make_contact(die, "https://die.exemple.fr/"))
    make_contact(die, "contact@die.exemple.fr", ContactKind.EMAIL)
    make_contact(die, "jeanne.dupontel@exemple.fr", ContactKind.EMAIL, personal=True)
    make_contact(die, "0321000000", ContactKind.PHONE)
    make_contact(die, "0611223344", ContactKind.PHONE, personal=True)
    make_contact(die, "@die", ContactKind.SOCIAL, network=SocialNetwork.FACEBOOK)
    make_citation(article, figure=make_figure(die))
    make_citation(article, spokesperson=make_spokesperson(die, person=author))
    make_citation(article, wish=make_wish(die, text="Des partenaires, dit Jeanne Dupontel"))
    OutsideId.objects.create(actor=die, scheme="wikidata", value="q9999999")
    make_activity("recyclerie", actors=(die,))
    make_citation(article, cooperation=make_cooperation(die, made.ressourcerie, CooperationKind.RUNS))
    make_cooperation(
        die,
        made.ptce,
        CooperationKind.MEMBER_OF,
        certainty=Certainty.INFERRED,
        reason="Jeanne Dupontel siège aux deux",
        since="2020",
    )
    make_cooperation(made.ressourcerie, made.ptce, CooperationKind.CARRIES)
    make_cooperation(die, made.hidden, CooperationKind.PARTNER_OF)
    PtceStatusEntry.objects.create(actor=made.ptce, status="emerging", date="2021")
    PtceStatusEntry.objects.create(actor=made.ptce, status="labelled", date="2022", call="Appel de 2022")
    return made


def _territories(made: Directory) -> None:
    made.region = make_territory(TerritoryKind.REGION, "32", "Hauts-de-France")
    made.department = make_territory(TerritoryKind.DEPARTMENT, "62", "Pas-de-Calais", parent=made.region)
    made.epci = make_territory(
        TerritoryKind.EPCI, "246200299", "Agglomération Hénin-Carvin", parent=made.department
    )
    made.commune = make_territory(
        code="62427",
        name="Hénin-Beaumont",
        postal_codes=("62110",),
        parent=made.epci,
        latitude=50.42,
        longitude=2.94,
        population=26000,
        population_year=2022,
    )
    for container in (made.region, made.department, made.epci):
        make_containment(container, made.commune)
    make_containment(made.region, made.department)
    make_name(made.commune, "Hénin-Liétard", until=1970)
    make_name(made.commune, "Raïsmes", kind=NameKind.PRINTED)
    make_boundary(made.commune)
    former = make_territory(TerritoryKind.ASSOCIATED_COMMUNE, "62999", "Vieux-Hénin", parent=made.commune)
    make_succession(former, made.commune, SuccessionKind.MERGER, year=1970)


def _actors(made: Directory) -> None:
    made.die = make_organisation(
        name="Dynamique Insertion Emploi",
        slug="die",
        public_id="abcdefgh",
        sphere="ess",
        sectors=("reuse", "employment"),
        labels=("ressourcerie",),
        summary="Collecte et revend",
        description="Fondée avec Jeanne Dupontel à Hénin.",
        life_status="active",
        life_status_year=2022,
        founded="1998~",
        siren="123456782",
        registry_state="proposed",
    )
    made.ressourcerie = make_initiative(
        name="Ressourcerie", precision="Hénin-Beaumont", slug="ressourcerie", public_id="bcdefghj"
    )
    made.ptce = make_ptce(name="Émergence", slug="emergence", public_id="cdefghjk")
    made.hidden = make_organisation(
        name="Fiche secrète", public_id="defghjkm", publication=PublicationStatus.DRAFT
    )
    made.withdrawn = make_organisation(
        name="Retirée du site", public_id="efghjkmn", publication=PublicationStatus.WITHDRAWN
    )
    made.closed = make_organisation(
        name="Fermée", slug="fermee", public_id="fghjkmnp", life_status="closed", life_status_year=2021
    )
