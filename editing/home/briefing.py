"""« Ce que nous savons déjà de… »: all that is known of an actor or a territory, with its sources, to prepare an article."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser

from actors.detail import with_detail
from actors.enums import CitationColumn, CitationRole, LifeStatus, Nature, WishStatus
from actors.models import Actor, CooperationWish, Figure
from actors.models.freshness import is_silent
from actors.models.unfinished import PROJECTS
from editing.rights import visible
from sources.enums import MentionRole
from sources.models import Mention, Source
from sources.partial_date import PartialDate
from territories.models import Territory

# Actors of a territory that a page to print still names one by one.
_MOST_ACTORS = 300


@dataclass(frozen=True)
class Fact:
    """One thing known, as a sentence or a few words, and what it rests on; ``label`` where it needs one."""

    text: str
    sources: tuple[Source, ...] = ()
    label: str = ""

    @property
    def told_by(self) -> str:
        """« Lettre n° 71, 2022 ; site du Coron (05/11/2026) »; '' for what editors know."""
        shown = (source.article.letter.label if source.article else source.label for source in self.sources)
        return " ; ".join(dict.fromkeys(shown))


@dataclass(frozen=True)
class Section:
    heading: str
    facts: tuple[Fact, ...]


class ActorBriefing:
    """About 25 queries, whatever the actor."""

    def __init__(self, pk: int, user: AbstractBaseUser) -> None:
        """Raises Actor.DoesNotExist for an entry that is not there, or not for that person to read."""
        self.actor = visible(user).get(pk=pk)
        with_detail([self.actor])

    @cached_property
    def sections(self) -> list[Section]:
        """What is known, block by block; those of which nothing is known are left out."""
        actor = self.actor
        blocks = [
            ("En bref", self._columns()),
            ("Autres noms", _rows(actor.aliases.all())),
            (
                "Où",
                [
                    *_rows(actor.places.all(), _place),
                    *_rows(actor.areas.all(), lambda row: f"Intervient : {row}"),
                ],
            ),
            ("Chiffres", _rows(actor.figures.all())),
            ("Porte-parole", _rows(actor.spokespersons.all())),
            ("Contact", _rows(actor.contacts.all(), _contact)),
            ("Parcours du PTCE", _rows(actor.statuses.all())),
            (
                "Coopérations",
                [Fact(f"{link.sentence} ({link.status_text})", tuple(link.sources)) for link in actor.links],
            ),
            ("Envies de coopération", _rows(actor.wishes.all(), _wish)),
        ]
        return [Section(heading, tuple(facts)) for heading, facts in blocks if facts]

    @cached_property
    def articles(self) -> list[tuple[str, Source]]:
        """« Présenté » or « Cité » with each source that tells of the actor as a whole, the latest first."""
        told = [row for row in self.actor.citations.all() if row.role]
        told.sort(key=lambda row: (row.role != CitationRole.SUBJECT, -(row.source.year or 0), row.pk))
        return [(row.get_role_display(), row.source) for row in told]

    @cached_property
    def questions(self) -> list[str]:
        """What nobody told yet, as something to ask."""
        actor = self.actor
        kinds = {contact.kind for contact in actor.contacts.all()}
        year = actor.life_status_year
        asked = [
            (
                actor.life_status in PROJECTS and is_silent(year),
                f"Qu’est devenu le projet, {_last_told(year)} ?",
            ),
            (actor.life_status == LifeStatus.UNKNOWN, "Où en est l’activité aujourd’hui ?"),
            (not actor.founded, "Depuis quand cela existe-t-il ?"),
            (not actor.places.all(), "Où cela se passe-t-il ?"),
            (not actor.description, "Que fait-on, pour qui, et comment ?"),
            (not actor.figures.all(), "Combien de personnes y travaillent, s’y engagent, en profitent ?"),
            (actor.nature != Nature.INITIATIVE and not actor.legal_form, "Sous quel statut juridique ?"),
            (not actor.spokespersons.all(), "Qui en parle, et à quel titre ?"),
            (not kinds, "Comment joindre l’équipe : site, courriel, téléphone ?"),
            (not actor.links, "Avec qui l’équipe travaille-t-elle ?"),
            (not actor.wishes.all(), "Quelles coopérations cherche-t-elle ?"),
        ]
        return [question for is_unknown, question in asked if is_unknown]

    def _columns(self) -> list[Fact]:
        actor = self.actor
        told = [
            ("", actor.kind_label, CitationColumn.KIND),
            ("", actor.summary, CitationColumn.DESCRIPTION),
            ("", actor.description, CitationColumn.DESCRIPTION),
            ("Statut juridique", actor.get_legal_form_display(), CitationColumn.LEGAL_FORM),
            ("Situation", self._life_status(), CitationColumn.LIFE_STATUS),
            ("Création", _date(actor.founded), CitationColumn.FOUNDED),
            ("Fin", _date(actor.closed), CitationColumn.CLOSED),
            ("Domaines", _joined(actor.sectors.all()), CitationColumn.SECTORS),
            ("Activités", _joined(actor.activities.all()), CitationColumn.ACTIVITIES),
            ("Agréments, labels ou dispositifs", _joined(actor.labels.all()), CitationColumn.LABELS),
            ("SIREN", actor.siren or actor.siret[:9], CitationColumn.REGISTRY),
        ]
        return [Fact(text, self._sources_of(column), label) for label, text, column in told if text]

    def _sources_of(self, column: str) -> tuple[Source, ...]:
        return tuple(row.source for row in self.actor.citations.all() if row.column == column)

    def _life_status(self) -> str:
        if self.actor.life_status == LifeStatus.UNKNOWN:
            return ""
        return f"{self.actor.get_life_status_display()} en {self.actor.life_status_year}"


class TerritoryBriefing:
    """What letters say of a territory, and who acts there (about 10 queries, whatever the territory)."""

    def __init__(self, territory: Territory, user: AbstractBaseUser) -> None:
        self.territory, self._user = territory, user

    @cached_property
    def portraits(self) -> list[Mention]:
        return [row for row in self._mentions if row.role == MentionRole.PORTRAIT]

    @cached_property
    def namings(self) -> list[Mention]:
        return [row for row in self._mentions if row.role != MentionRole.PORTRAIT]

    @cached_property
    def _mentions(self) -> list[Mention]:
        return list(Mention.objects.of_territory(self.territory))

    @cached_property
    def figures(self) -> tuple[Fact, ...]:
        rows = Figure.objects.filter(territory=self.territory).order_by("-year", "pk")
        return tuple(_rows(rows.prefetch_related("citations__source__article__letter")))

    @cached_property
    def actor_count(self) -> int:
        return self._there.count()

    @cached_property
    def actors(self) -> list[Actor]:
        """Those listed there, by name; no more than a page to print can hold."""
        return list(self._there.for_list().in_order()[:_MOST_ACTORS])

    @cached_property
    def wishes(self) -> list[CooperationWish]:
        """What they look for, as far as letters said, the latest first."""
        rows = CooperationWish.objects.filter(
            actor__in=self._there.order_by().values("pk"), status=WishStatus.OPEN
        )
        return list(rows.select_related("actor").order_by("-year", "actor__name_key", "pk")[:_MOST_ACTORS])

    @property
    def _there(self):
        return visible(self._user).listed_by_default().in_territory(self.territory)


def _rows(rows: Iterable, text=str) -> list[Fact]:
    """One fact a row, with the sources of its citations, which are loaded."""
    return [Fact(text(row), tuple(each.source for each in row.citations.all())) for row in rows]


def _place(place) -> str:
    where = ", ".join(filter(None, [place.name, place.address, place.postal_code]))
    return f"{place} ({where})" if where else str(place)


def _contact(contact) -> str:
    personal = " (coordonnée personnelle : à ne pas publier sans accord)" if contact.personal else ""
    return f"{contact.get_kind_display()} : {contact.text}{personal}"


def _wish(wish) -> str:
    return f"{wish.text} ({wish.year}{'' if wish.status == WishStatus.OPEN else ', close depuis'})"


def _date(text: str) -> str:
    return str(PartialDate.parse(text)) if text else ""


def _joined(rows: Iterable) -> str:
    return ", ".join(map(str, rows))


def _last_told(year: int | None) -> str:
    return f"dont les dernières nouvelles datent de {year}" if year else "dont rien n’est daté"
