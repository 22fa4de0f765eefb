"""A made-up directory of any size, the same each time: for trying out and measuring, never to be published."""

import datetime
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import accumulate, count

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from actors.enums import (
    AliasKind,
    CitationRole,
    ContactKind,
    CooperationKind,
    InitiativeKind,
    Label,
    LegalForm,
    LifeStatus,
    Nature,
    OrganisationKind,
    PlaceRole,
    PtceStatus,
    PublicationStatus,
    Sector,
    Sphere,
)
from actors.history import keep_missing
from actors.index.documents import refresh
from actors.index.snapshot import APES_SLUG
from actors.models import (
    Activity,
    Actor,
    ActorLabel,
    ActorSector,
    Address,
    Alias,
    AreaServed,
    Citation,
    ContactPoint,
    Cooperation,
    CooperationWish,
    Place,
    PtceStatusEntry,
    PublicId,
    Seed,
)
from actors.models.address import ALPHABET
from actors.phrases import SYMMETRIC_KINDS
from sources.enums import SourceKind
from sources.models import Article, Letter, Source
from territories.enums import TerritoryKind
from territories.models import Territory, record_change
from territories.text import fold

LETTERS = 80
ARTICLES_PER_LETTER = 12
PTCES_AT_MOST = 60
_BATCH = 1000

_HEADS = {
    OrganisationKind.NETWORK: ("Réseau", "Fédération", "Groupement"),
    OrganisationKind.INTEGRATION: ("Ressourcerie", "Chantier", "Les Ateliers", "Régie de quartier"),
    OrganisationKind.MEDICO_SOCIAL: ("ESAT", "Foyer", "Accueil de jour"),
    OrganisationKind.SOCIAL_CENTRE: ("Centre social", "Maison de quartier"),
    OrganisationKind.TRAINING: ("École", "Organisme de formation"),
    OrganisationKind.SUPPORT: ("Agence", "Pépinière", "Maison"),
    OrganisationKind.CULTURE: ("Compagnie", "Théâtre", "Collectif", "Fanfare"),
    OrganisationKind.EDUCATION: ("Foyer rural", "Amicale laïque", "Maison des jeunes"),
    OrganisationKind.BUSINESS: ("Coopérative", "Épicerie", "Boulangerie", "Librairie", "Brasserie"),
    OrganisationKind.CITIZEN_GROUP: ("Les Amis", "Collectif citoyen", "Comité"),
    OrganisationKind.CITIZEN_BODY: ("Conseil citoyen", "Table de quartier"),
    OrganisationKind.MUNICIPALITY: ("Ville", "Commune"),
    OrganisationKind.PUBLIC_BODY: ("Syndicat mixte", "Centre communal d’action sociale"),
    OrganisationKind.UNSPECIFIED: ("Association",),
    InitiativeKind.PLACE: ("Tiers-lieu", "Jardin partagé", "Recyclerie", "Café associatif"),
    InitiativeKind.SERVICE: ("Garage solidaire", "Repair café", "Conciergerie", "Atelier vélo"),
    InitiativeKind.TOOL: ("Plateforme", "Monnaie locale", "Carte participative"),
    InitiativeKind.EVENT: ("Festival", "Marché", "Fête"),
    InitiativeKind.PROGRAMME: ("Parcours", "Programme"),
    InitiativeKind.PROCESS: ("Démarche", "Forum permanent"),
}
_TAILS = (
    "du Beffroi",
    "des Deux Vallées",
    "de la Scarpe",
    "du Canal",
    "des Terrils",
    "de l’Avenir",
    "des Possibles",
    "du Pavé",
    "de la Lys",
    "des Tilleuls",
    "de l’Horloge",
    "du Coron",
    "des Moulins",
    "de la Dune",
    "des Briques rouges",
    "du Bois joli",
    "de l’Écluse",
    "des Houblons",
    "du Vieux Port",
    "de la Côte d’Opale",
    "des Chicorées",
    "de l’Abbaye",
    "du Grand Large",
    "des Mille et Une Graines",
    "de la Fabrique",
    "du Bout du monde",
    "des Voisins",
    "de Cœur",
    "des Hauts Champs",
    "de la Sambre",
)
_QUALITIES = (
    "",
    "",
    "solidaire",
    "coopératif",
    "populaire",
    "en transition",
    "pour tous",
    "& compagnie",
    "ensemble",
)
_WHATS = (
    "Réparation de vélos et prêt d’outils",
    "Paniers de légumes de saison",
    "Collecte, tri et vente d’objets d’occasion",
    "Ateliers de cuisine et repas partagés",
    "Spectacles, concerts et résidences d’artistes",
    "Accompagnement de porteurs de projets",
    "Accueil des jeunes et aide aux devoirs",
    "Espaces de travail partagés",
    "Transport à la demande et covoiturage",
    "Jardins collectifs et compostage",
    "Aide à domicile et répit des aidants",
    "Rénovation de logements et conseils sur l’énergie",
    "Médiation numérique et réemploi d’ordinateurs",
    "Boulangerie au levain et circuits courts",
    "Friperie et atelier de couture",
    "Débats, rencontres et vie de quartier",
)
_HOW = (
    "Une équipe salariée et des bénévoles ouvrent les portes toute la semaine.",
    "Les habitants prennent part aux décisions lors d’une assemblée ouverte à tous.",
    "Le projet s’appuie sur des communes, des entreprises et des associations voisines.",
    "Des personnes éloignées de l’emploi y apprennent un métier.",
    "Les recettes sont réinvesties dans l’activité.",
    "Le lieu accueille aussi des écoles et des visites de groupes.",
)
_WISHES = ("Cherche un local plus grand", "Cherche des partenaires pour", "Voudrait mutualiser un véhicule")
_KINDS_OF_LINK = tuple(kind for kind in CooperationKind if kind != CooperationKind.SHARES_LEADER_WITH)


class NotForDemo(Exception):
    """The database already holds a directory; the text says which, in French."""


def refuse_real_data() -> None:
    """Raise NotForDemo unless the database holds no actor and never had fixtures loaded (2 queries)."""
    if Seed.objects.exists() or Actor.objects.exists():
        raise NotForDemo(
            "Cette base contient déjà un annuaire. Donnez-en une autre, vide, par DATA_DIR ou DATABASE_URL."
        )


def make_demo(
    actors: int, progress: Callable[[Iterable, str], Iterable] = lambda items, label: items
) -> None:
    """Fill an empty directory with ``actors`` made-up actors, in one transaction.

    The territories must be loaded. Same number, same directory. Raises NotForDemo.
    """
    refuse_real_data()
    with transaction.atomic():
        _Demo(actors).make(progress)
        record_change(subject="all", key="", what=f"Annuaire de démonstration ({actors} acteurs)")


class _Demo:
    """Every draw comes from one generator, in one order."""

    def __init__(self, actors: int) -> None:
        self.number = actors
        self.dice = random.Random(71)
        # What actors of each kind do, as often as letters tell of them: nobody's directory has every pair alike.
        self.told = _told_sectors()
        communes = Territory.objects.filter(kind=TerritoryKind.COMMUNE).order_by("code")
        self.communes = list(communes.only("name", "at_phrase", "latitude", "longitude", "population"))
        self.weights = list(accumulate(commune.population or 1 for commune in self.communes))
        self.wide = list(
            Territory.objects.filter(kind__in=[TerritoryKind.EPCI, TerritoryKind.DEPARTMENT], complete=True)
            .order_by("code")
            .only("name")
        )

    def make(self, progress: Callable[[Iterable, str], Iterable]) -> None:
        activities = self._activities()
        sources = self._letters()
        actors = self._actors()
        now = timezone.now()
        steps = [
            (Actor, actors),
            (PublicId, (PublicId(value=each.public_id, actor=each, shown_at=now) for each in actors)),
            (Address, (Address(slug=each.slug, actor=each, public_id_id=each.public_id) for each in actors)),
            (ActorSector, self._sectors(actors)),
            (ActorLabel, self._labels(actors)),
            (Actor.activities.through, self._done(actors, activities)),
            (Place, self._places(actors)),
            (AreaServed, self._areas(actors)),
            (Alias, self._aliases(actors)),
            (ContactPoint, self._contacts(actors)),
            (CooperationWish, self._wishes(actors)),
            (PtceStatusEntry, self._statuses(actors)),
            (Cooperation, self._links(actors)),
            (Citation, self._citations(actors, sources)),
        ]
        for model, rows in progress(steps, "Acteurs et liens"):
            model.objects.bulk_create(rows, batch_size=_BATCH)
        ids = [actor.pk for actor in actors]
        for start in progress(range(0, len(ids), _BATCH), "Recherche"):
            refresh(ids[start : start + _BATCH])
        keep_missing()

    # -- letters and activities --------------------------------------------------------------------

    def _activities(self) -> list[Activity]:
        records = json.loads((settings.FIXTURES_DIR / "activities.json").read_text(encoding="utf-8"))
        rows = [
            Activity(slug=record["slug"], name=record["name"], synonyms="\n".join(record.get("synonyms", [])))
            for record in records
        ]
        return Activity.objects.bulk_create(rows)

    def _letters(self) -> list[Source]:
        letters = []
        for number in range(1, LETTERS + 1):
            day = datetime.date(2003 + number // 4, 1 + number % 4 * 3, 15)
            letters.append(
                Letter(
                    slug=f"demo-{number}",
                    number=f"D{number}",
                    title=f"Lettre de démonstration {number}",
                    earliest=day,
                    latest=day,
                )
            )
        Letter.objects.bulk_create(letters)
        articles = [
            Article(
                letter=letter,
                slug=f"article-{position}",
                position=position,
                title=f"Article {position} : {self.dice.choice(self.communes).name}",
            )
            for letter in letters
            for position in range(1, ARTICLES_PER_LETTER + 1)
        ]
        Article.objects.bulk_create(articles)
        sources = [
            Source(key=article.natural, kind=SourceKind.ARTICLE, article=article) for article in articles
        ]
        return Source.objects.bulk_create(sources)

    # -- actors --------------------------------------------------------------------------------------

    def _actors(self) -> list[Actor]:
        ptces = min(PTCES_AT_MOST, self.number // 50)
        slugs: set[str] = set()
        public_ids: set[str] = set()
        made = []
        for rank in range(self.number):
            if rank == 0:
                actor = Actor(
                    name="Réseau de démonstration",
                    slug=APES_SLUG,
                    nature=Nature.ORGANISATION,
                    organisation_kind=OrganisationKind.NETWORK,
                    legal_form=LegalForm.ASSOCIATION,
                    sphere=Sphere.ESS,
                )
            elif rank <= ptces:
                actor = self._ptce()
            elif self.dice.random() < 0.75:
                actor = self._organisation()
            else:
                actor = self._initiative()
            self._complete(actor, slugs, public_ids)
            made.append(actor)
        return made

    def _ptce(self) -> Actor:
        return Actor(
            name=f"Pôle {self.dice.choice(_TAILS)} {self.dice.choice(_QUALITIES)}".strip(), nature=Nature.PTCE
        )

    def _organisation(self) -> Actor:
        kind = self._kind(OrganisationKind)
        public = kind in {OrganisationKind.MUNICIPALITY, OrganisationKind.PUBLIC_BODY}
        return Actor(
            name=self._name(kind),
            nature=Nature.ORGANISATION,
            organisation_kind=kind,
            sphere=Sphere.PUBLIC if public else self._drawn(Sphere, (75, 0, 8, 5, 12)),
            legal_form=LegalForm.MUNICIPALITY if public else self.dice.choice(list(LegalForm)[:9]),
        )

    def _initiative(self) -> Actor:
        kind = self._kind(InitiativeKind)
        return Actor(
            name=self._name(kind),
            nature=Nature.INITIATIVE,
            initiative_kind=kind,
            sphere=self._drawn(Sphere, (70, 10, 5, 10, 5)),
            potential_ptce=self.dice.random() < 0.02,
        )

    def _kind(self, choices: type[OrganisationKind] | type[InitiativeKind]):
        """Of two in three as often as in the letters, of the others any."""
        kinds = [kind for kind in _HEADS if isinstance(kind, choices)]
        if self.dice.random() < 1 / 3:
            return self.dice.choice(kinds)
        return self._drawn(kinds, tuple(len(self.told[kind.value]) for kind in kinds))

    def _name(self, kind) -> str:
        words = (
            self.dice.choice(_HEADS[kind]),
            self.dice.choice(_TAILS),
            self.dice.choice(_QUALITIES),
        )
        return " ".join(filter(None, words))

    def _complete(self, actor: Actor, slugs: set[str], public_ids: set[str]) -> None:
        """What every actor has, whatever its nature."""
        commune = self._commune()
        actor.demo_commune = commune
        if self.dice.random() < 0.6:
            actor.precision = commune.name
        actor.name_key = fold(actor.name)[:200]
        if not actor.slug:
            base = slugify(fold(f"{actor.name} {actor.precision}"))[:100]
            numbered = (base if number == 1 else f"{base}-{number}" for number in count(1))
            actor.slug = next(slug for slug in numbered if slug not in slugs)
        slugs.add(actor.slug)
        drawn = ("".join(self.dice.choices(ALPHABET, k=8)) for _ in count())
        actor.public_id = next(value for value in drawn if value not in public_ids)
        public_ids.add(actor.public_id)
        what = self.dice.choice(_WHATS)
        actor.summary = f"{what} {commune.at_phrase}"
        actor.description = " ".join([f"{what}.", *self.dice.sample(_HOW, self.dice.randint(1, 3))])
        actor.life_status = self._drawn(LifeStatus, (3, 7, 60, 2, 5, 3, 20))
        if actor.life_status != LifeStatus.UNKNOWN:
            actor.life_status_year = self.dice.randint(2005, 2023)
        actor.publication = PublicationStatus.PUBLISHED

    # -- their rows ----------------------------------------------------------------------------------

    def _sectors(self, actors: list[Actor]) -> Iterable[ActorSector]:
        for actor in actors:
            told = self.told[actor.organisation_kind or actor.initiative_kind]
            if told and self.dice.random() < 2 / 3:
                sectors = self.dice.choice(told)
            else:
                sectors = self.dice.sample(list(Sector), self.dice.randint(1, 3))
            for position, sector in enumerate(sectors, start=1):
                yield ActorSector(actor=actor, sector=sector, position=position)

    def _labels(self, actors: list[Actor]) -> Iterable[ActorLabel]:
        for actor in actors:
            if self.dice.random() < 0.25:
                yield ActorLabel(actor=actor, label=self.dice.choice(list(Label)))

    def _done(self, actors: list[Actor], activities: list[Activity]) -> Iterable:
        for actor in actors:
            for activity in self.dice.sample(activities, self.dice.randint(0, 3)):
                yield Actor.activities.through(actor=actor, activity=activity)

    def _places(self, actors: list[Actor]) -> Iterable[Place]:
        for actor in actors:
            luck = self.dice.random()
            if luck < 0.12:
                continue  # no source says where
            if luck < 0.2:
                yield Place(actor=actor, territory=self.dice.choice(self.wide))
                continue
            yield self._address(actor, actor.demo_commune, PlaceRole.SEAT)
            if luck > 0.9:
                yield self._address(actor, self._commune(), PlaceRole.BRANCH)

    def _address(self, actor: Actor, commune: Territory, role: PlaceRole) -> Place:
        place = Place(actor=actor, territory=commune, role=role)
        if self.dice.random() < 0.6:
            place.address = f"{self.dice.randint(1, 180)} rue {self.dice.choice(_TAILS)}"
            place.latitude = round(commune.latitude + self.dice.uniform(-0.02, 0.02), 5)
            place.longitude = round(commune.longitude + self.dice.uniform(-0.02, 0.02), 5)
        return place

    def _areas(self, actors: list[Actor]) -> Iterable[AreaServed]:
        for actor in actors:
            if self.dice.random() < 0.2:
                yield AreaServed(actor=actor, territory=self.dice.choice([*self.wide, self._commune()]))

    def _aliases(self, actors: list[Actor]) -> Iterable[Alias]:
        for actor in actors:
            if self.dice.random() < 0.15:
                name = "".join(word[0] for word in actor.name_key.split()).upper()
                yield Alias(actor=actor, name=name, name_key=fold(name), kind=AliasKind.ACRONYM)

    def _contacts(self, actors: list[Actor]) -> Iterable[ContactPoint]:
        for actor in actors:
            if self.dice.random() < 0.7:
                yield ContactPoint(
                    actor=actor, kind=ContactKind.WEBSITE, value=f"https://{actor.slug}.exemple.fr/"
                )
            if self.dice.random() < 0.5:
                yield ContactPoint(
                    actor=actor, kind=ContactKind.EMAIL, value=f"contact@{actor.slug}.exemple.fr"
                )

    def _wishes(self, actors: list[Actor]) -> Iterable[CooperationWish]:
        for actor in actors:
            if self.dice.random() < 0.03:
                yield CooperationWish(
                    actor=actor, text=self.dice.choice(_WISHES), year=self.dice.randint(2015, 2023)
                )

    def _statuses(self, actors: list[Actor]) -> Iterable[PtceStatusEntry]:
        for actor in actors:
            if actor.nature == Nature.PTCE:
                yield PtceStatusEntry(actor=actor, status=self.dice.choice(list(PtceStatus)[:2]))

    def _links(self, actors: list[Actor]) -> Iterable[Cooperation]:
        """About three links for two actors; a few know very many."""
        seen: set[tuple] = set()
        head = actors[: max(2, len(actors) // 100)]
        for source in actors[1:]:
            if self.dice.random() < 0.02:
                yield Cooperation(kind=CooperationKind.MEMBER_OF, source=source, target=actors[0])
                seen.add((CooperationKind.MEMBER_OF, source.slug, actors[0].slug))
            for _ in range(self.dice.choice((0, 1, 1, 2, 3))):
                target = self.dice.choice(head if self.dice.random() < 0.3 else actors)
                kind = self.dice.choice(_KINDS_OF_LINK)
                ends = (source.slug, target.slug)
                key = (kind, *(sorted(ends) if kind in SYMMETRIC_KINDS else ends))
                if target is source or key in seen:
                    continue
                seen.add(key)
                yield Cooperation(kind=kind, source=source, target=target)

    def _citations(self, actors: list[Actor], sources: list[Source]) -> Iterable[Citation]:
        for actor in actors:
            for source in self.dice.sample(sources, self.dice.choice((1, 1, 1, 2, 3))):
                role = CitationRole.SUBJECT if self.dice.random() < 0.5 else CitationRole.NAMED
                yield Citation(source=source, actor=actor, role=role)

    # -- draws ---------------------------------------------------------------------------------------

    def _commune(self) -> Territory:
        return self.dice.choices(self.communes, cum_weights=self.weights, k=1)[0]

    def _drawn(self, choices, weights: tuple[int, ...]):
        return self.dice.choices(list(choices), weights=weights, k=1)[0]


def _told_sectors() -> dict[str, list[list[Sector]]]:
    """Kind -> the sectors of each actor of that kind in the fixtures."""
    told: dict[str, list[list[Sector]]] = defaultdict(list)
    for path in sorted((settings.FIXTURES_DIR / "actors").glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        kind = record.get("organisation_kind") or record.get("initiative_kind") or ""
        if kind and record["sectors"]:
            told[kind].append([Sector(value) for value in record["sectors"]])
    return told
