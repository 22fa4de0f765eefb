"""Actors with everything their pages show, by statements made once: building them took longer than all the rest."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.db.models import Model

from actors.models import (
    Activity,
    Actor,
    ActorLabel,
    ActorSector,
    Alias,
    AreaServed,
    Citation,
    ContactPoint,
    Cooperation,
    CooperationWish,
    Figure,
    Merger,
    Place,
    PtceStatusEntry,
    Spokesperson,
)
from sources.models import Article, Letter, Person, Source
from territories.known import territories
from territories.memory import Memory
from territories.statement import AnyOf, Gathered, Held, Instances, Statement

_NAMING = (
    *("id", "public_id", "slug", "name", "name_key", "precision", "number", "summary"),
    *("nature", "organisation_kind", "initiative_kind", "publication"),
)
_NAMED = Instances(Actor.objects.published().order_by(), "pk", only=_NAMING)
_ADMINISTERING = Instances(Actor.objects.published().in_order(), "administers", only=_NAMING)
_FIGURES = Instances(Figure.objects.order_by("-year", "pk"), "territory")
_COOPERATIONS = Instances(Cooperation.objects.order_by(), "pk")
# Relation -> its rows.
_ROWS = {
    "sectors": Instances(ActorSector.objects.order_by("position", "pk"), "actor"),
    "labels": Instances(ActorLabel.objects.order_by("label", "pk"), "actor"),
    "places": Instances(Place.objects.for_display(), "actor"),
    "areas": Instances(AreaServed.objects.order_by("pk"), "actor"),
    "aliases": Instances(Alias.objects.order_by("kind", "name_key", "pk"), "actor"),
    "contacts": Instances(ContactPoint.objects.order_by("kind", "pk"), "actor"),
    "figures": Instances(Figure.objects.order_by("-year", "pk"), "actor"),
    "spokespersons": Instances(Spokesperson.objects.shown().order_by("pk"), "actor"),
    "wishes": Instances(CooperationWish.objects.order_by("-year", "pk"), "actor"),
    "statuses": Instances(PtceStatusEntry.objects.order_by("date", "pk"), "actor"),
}
# Of those that carry sources: the column of citations that names one of their rows.
_CITING = {
    "places": "place",
    "areas": "area",
    "aliases": "alias",
    "contacts": "contact",
    "figures": "figure",
    "spokespersons": "spokesperson",
    "wishes": "wish",
    "statuses": "status",
}
_TARGETS = ("actor", "cooperation", *_CITING.values())
_TARGET_COLUMNS = {target: f"{target}_id" for target in _TARGETS}
_CITED = AnyOf(Citation, ("id", "source_id", "role", "column", *_TARGET_COLUMNS.values()))
_ACTIVITIES = Statement(
    Actor.activities.through.objects.order_by("activity__name", "activity").values_list(
        "actor", "activity", "activity__slug", "activity__name"
    ),
    "actor",
)
_SOURCES = Instances(Source.objects.order_by(), "pk")
_ARTICLES = Instances(Article.objects.order_by(), "pk")
_LETTERS = Instances(Letter.objects.order_by(), "pk")
_LINKS = {
    "links_out": Instances(Cooperation.objects.order_by(), "source"),
    "links_in": Instances(Cooperation.objects.order_by(), "target"),
}
# An actor by its address, with everything that is its own, in one statement: each more is another wait.
_FACTS = Gathered(
    {
        "actor": Instances(Actor.objects.order_by(), "slug", str),
        **_ROWS,
        **_LINKS,
        "activities": _ACTIVITIES,
        "persons": Instances(Person.objects.shown().order_by(), "functions__actor"),
        "mergers": Instances(Merger.objects.told(), "kept", str),
    }
)
# Of others that a page names: what tells who they are, and where.
_BRIEF = Gathered({"actors": _NAMED, "places": _ROWS["places"]})

# What citations lead to: as many as there are articles and pages consulted, about 2 kB each.
_sources: Memory[Source] = Memory(4000)
# Those whom pages named last, about 3 kB each: the same are partners and neighbours of many.
_others: Memory[Actor] = Memory(4000)


def by_slug(slug: str, version: int | None = None) -> Actor | None:
    """Whether published or not, with everything its page shows: as :func:`with_detail` (8 queries at most).

    ``version``: as there, of use for a published one alone.
    """
    own = dict.fromkeys(_FACTS, Held("actor", "id"))
    found = _FACTS.read(own | {"actor": [slug], "mergers": Held("actor", "public_id")})
    for actor in found["actor"]:
        _complete([actor], found, version if actor.is_public else None)
        return actor
    return None


def named(ids: Collection[int]) -> dict[int, Actor]:
    """The published actors of these ids, by id, with what names them, their summary, nature and kind (1 query)."""
    return {actor.pk: actor for actor in _NAMED.read(ids)}


def briefly(ids: Collection[int], version: int | None = None) -> dict[int, Actor]:
    """The same with their places (3 queries at most).

    ``version``: as of :func:`with_detail`; with it they are shared by all who ask, hence never to be changed.
    """

    def read(keys: Iterable[tuple[int | None, int]]) -> dict[tuple[int | None, int], Actor]:
        asked = [pk for _, pk in keys]
        rows = _BRIEF.read({"actors": asked, "places": asked})
        found = {actor.pk: actor for actor in rows["actors"]}
        _share_out(found, "places", (row for row in rows["places"] if row.actor_id in found))
        _settle([row for actor in found.values() for row in actor.places.all()])
        return {(version, pk): actor for pk, actor in found.items()}

    keys = {(version, pk) for pk in ids}
    found = read(keys) if version is None else _others.get_many(keys, read)
    return {pk: actor for (_, pk), actor in found.items()}


def administering(territory: int) -> Actor | None:
    """The published public body that administers a territory, where there is one (1 query)."""
    return next(iter(_ADMINISTERING.read([territory])), None)


def figures_of(territory: int, version: int) -> list[Figure]:
    """What sources count of a territory, the latest first, with them (1 query; 5 at most where there are some)."""
    rows = _FIGURES.read([territory])
    _citations({"figure": rows}, version)
    return rows


def cooperations(ids: Sequence[int], version: int) -> list[Cooperation]:
    """Public links, in this order, with both actors and the sources of each (6 queries at most)."""
    links = {link.pk: link for link in _COOPERATIONS.read(ids)}
    ends = named({pk for link in links.values() for pk in (link.source_id, link.target_id)})
    told = [links[pk] for pk in ids if pk in links]
    told = [link for link in told if link.source_id in ends and link.target_id in ends]
    for link in told:
        _set(link, "source", ends[link.source_id])
        _set(link, "target", ends[link.target_id])
    _citations({"cooperation": told}, version)
    return told


def with_detail(actors: Sequence[Actor], version: int | None = None) -> Sequence[Actor]:
    """The same actors, with everything their pages show, sources included (8 queries at most, however many).

    Links to published actors: of an unpublished one those it would show if it were published. ``told_mergers``:
    published entries that were brought together with it, the latest first. ``version``: of the directory, where what
    is kept of it may be taken; an editor's changes to an entry in preparation move none.
    """
    ids = [actor.pk for actor in actors]
    own = dict.fromkeys(_FACTS, ids)
    found = _FACTS.read(own | {"actor": (), "mergers": [actor.public_id for actor in actors]})
    _complete(actors, found, version)
    return actors


def _complete(actors: Sequence[Actor], found: dict[str, list], version: int | None) -> None:
    by_id = {actor.pk: actor for actor in actors}
    cited: dict[str, list[Model]] = {"actor": list(actors)}
    for relation in _ROWS:
        _share_out(by_id, relation, found[relation])
        if relation in _CITING:
            cited[_CITING[relation]] = found[relation]
    cited["cooperation"] = _links(by_id, found, version)
    _settle([*cited["place"], *cited["area"]])
    _administered(actors)
    _activities(by_id, found["activities"])
    _persons(cited["spokesperson"], found["persons"])
    _mergers(actors, found["mergers"])
    _citations(cited, version)


def _keep(instance: Model, relation: str, rows: list) -> None:
    """As ``prefetch_related()`` does, but for the queryset around the rows."""
    if not hasattr(instance, "_prefetched_objects_cache"):
        instance._prefetched_objects_cache = {}
    instance._prefetched_objects_cache[relation] = rows


def _set(instance: Model, name: str, value: Model | None) -> None:
    instance._meta.get_field(name).set_cached_value(instance, value)


def _share_out(by_id: dict[int, Actor], relation: str, rows: Iterable[Model]) -> None:
    of_actor: dict[int, list[Model]] = defaultdict(list)
    for row in rows:
        of_actor[row.actor_id].append(row)
        _set(row, "actor", by_id[row.actor_id])
    for pk, actor in by_id.items():
        _keep(actor, relation, of_actor[pk])


def _links(
    by_id: dict[int, Actor], found: dict[str, list[Cooperation]], version: int | None
) -> list[Cooperation]:
    every = [*found["links_out"], *found["links_in"]]
    ends = {pk for link in every for pk in (link.source_id, link.target_id)} - by_id.keys()
    others = briefly(ends, version) | by_id
    told = []
    for relation, end in (("links_out", "source"), ("links_in", "target")):
        of_actor: dict[int, list[Cooperation]] = defaultdict(list)
        for link in found[relation]:
            source, target = others.get(link.source_id), others.get(link.target_id)
            if source is None or target is None:
                continue
            other = target if end == "source" else source
            if not other.is_public:
                continue
            _set(link, "source", source)
            _set(link, "target", target)
            of_actor[source.pk if end == "source" else target.pk].append(link)
            told.append(link)
        for pk, actor in by_id.items():
            of_actor[pk].sort(
                key=lambda link: (link.source.name_key, link.kind, link.target.name_key, link.pk)
            )
            _keep(actor, relation, of_actor[pk])
    return told


def _settle(rows: Iterable[Place | AreaServed]) -> None:
    known = territories({row.territory_id for row in rows})
    for row in rows:
        _set(row, "territory", known[row.territory_id])


def _administered(actors: Iterable[Actor]) -> None:
    known = territories({actor.administers_id for actor in actors if actor.administers_id})
    for actor in actors:
        _set(actor, "administers", known.get(actor.administers_id))


def _activities(by_id: dict[int, Actor], rows: Iterable[tuple]) -> None:
    found: dict[int, list[Activity]] = defaultdict(list)
    for actor, pk, slug, name in rows:
        found[actor].append(Activity(pk=pk, slug=slug, name=name))
    for pk, actor in by_id.items():
        _keep(actor, "activities", found[pk])


def _persons(rows: Iterable[Spokesperson], persons: Iterable[Person]) -> None:
    by_id = {person.pk: person for person in persons}
    for row in rows:
        _set(row, "person", by_id[row.person_id])


def _mergers(actors: Iterable[Actor], mergers: Iterable[Merger]) -> None:
    found: dict[str, list[Merger]] = defaultdict(list)
    for merger in mergers:
        found[merger.kept_id].append(merger)
    for actor in actors:
        actor.told_mergers = found[actor.public_id]


def _citations(cited: dict[str, list[Model]], version: int | None) -> None:
    """To each row its citations that visitors may know of."""
    citations = _CITED.read({target: [row.pk for row in rows] for target, rows in cited.items()})
    sources = _sources_of({each.source_id for each in citations}, version)
    told: dict[tuple[str, int], list[Citation]] = defaultdict(list)
    for each in citations:
        source = sources.get(each.source_id)
        if source is None or (source.article and not source.article.letter.is_published):
            continue
        _set(each, "source", source)
        columns = each.__dict__
        target = next(name for name in _TARGETS if columns[_TARGET_COLUMNS[name]] is not None)
        told[target, columns[_TARGET_COLUMNS[target]]].append(each)
    for target, rows in cited.items():
        for row in rows:
            of_row = told.get((target, row.pk), [])
            if len(of_row) > 1:
                of_row.sort(key=lambda each: (each.source.key, each.pk))
            _keep(row, "citations", of_row)


def _sources_of(ids: Collection[int], version: int | None) -> dict[int, Source]:
    def read(keys: Iterable[tuple[int | None, int]]) -> dict[tuple[int | None, int], Source]:
        rows = _SOURCES.read([pk for _, pk in keys])
        articles = {row.pk: row for row in _ARTICLES.read({each.article_id for each in rows} - {None})}
        letters = {row.pk: row for row in _LETTERS.read({each.letter_id for each in articles.values()})}
        for article in articles.values():
            _set(article, "letter", letters[article.letter_id])
        for source in rows:
            _set(source, "article", articles.get(source.article_id))
        return {(version, source.pk): source for source in rows}

    keys = {(version, pk) for pk in ids}
    found = read(keys) if version is None else _sources.get_many(keys, read)
    return {pk: source for (_, pk), source in found.items()}
