"""Writing what a moderator accepts into an entry: each fact says that a suggestion told it, and when."""

from collections import defaultdict
from collections.abc import Mapping

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from actors import normalising
from actors.actions.add_fact import add_fact
from actors.actions.facts import COLUMN, Fact
from actors.actions.record import actor_changed
from actors.enums import (
    AliasKind,
    CitationColumn,
    ContactKind,
    CooperationKind,
    LegalForm,
    LifeStatus,
    Nature,
    OrganisationKind,
    PlaceRole,
    PublicationStatus,
)
from actors.history import act
from actors.models import Actor, Alias, Citation, ContactPoint, Place
from editing.letters.entering import free_slug
from editing.letters.fields import TerritoryField, actors_meant
from editing.suggestion_models import Suggestion
from editing.suggestions import keys
from sources.enums import SourceKind
from sources.models import Source
from territories.admin_base import refusal
from territories.text import row_number


class NotApplied(Exception):
    """What keeps an acceptance from being written: messages in French by key, '' for what is no single field's."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(errors)
        self.errors = dict(errors)


def source_of(suggestion: Suggestion) -> Source:
    """The source of what is taken from a suggestion, made on first need; it names nobody (1 query, 2 when it writes)."""
    key = f"proposition-{suggestion.reference.lower()}"
    told = {
        "kind": SourceKind.STATEMENT if suggestion.proven else SourceKind.EDITORS,
        "title": "Réponse de la structure"
        if suggestion.proven
        else "Proposition reçue sur le site, vérifiée par la rédaction",
        "consulted_on": timezone.localdate(suggestion.received_at),
    }
    return Source.objects.get_or_create(key=key, defaults=told)[0]


def apply_to_entry(
    *,
    suggestion: Suggestion,
    actor: Actor,
    values: Mapping[str, str],
    user: AbstractBaseUser,
    keep_old_name: bool = True,
):
    """Write these values (text by key) into the entry, in one act; returns its revision (some 60 queries).

    Raises NotApplied, nothing written, with what does not fit, field by field.
    """
    what = f"Proposition reçue le {timezone.localdate(suggestion.received_at):%d/%m/%Y}"
    was_public = actor.is_public
    with act(what=what, user=user) as current:
        current.touch(actor.pk)
        writing = _Writing(actor, source_of(suggestion), suggestion, user, keep_old_name)
        writing.write(values)
        actor.refresh_from_db()
        actor_changed(actor=actor, what=f"{what} : {actor.full_name}"[:200], was_public=was_public)
        for other in writing.others:
            actor_changed(actor=other, what=f"{what} : {other.full_name}"[:200], was_public=other.is_public)
    return current.revision


def make_draft(*, suggestion: Suggestion, values: Mapping[str, str], user: AbstractBaseUser) -> Actor:
    """A draft of a proposed actor with what is accepted of it (some 60 queries); raises NotApplied."""
    name = values.get("name", "").strip()
    if not name:
        raise NotApplied({"name": ["Une fiche a un nom."]})
    nature, _, kind = values.get("kind", "").partition(":")
    nature = Nature(nature) if nature in Nature.values else Nature.ORGANISATION
    organisation = nature == Nature.ORGANISATION
    what = f"Création d’après une proposition : {name}"[:200]
    with act(what=what, user=user):
        actor = Actor(
            name=name,
            slug=free_slug(name, values.get("place:new:territory", "")),
            nature=nature,
            organisation_kind=(kind or OrganisationKind.UNSPECIFIED) if organisation else "",
            initiative_kind=kind if nature == Nature.INITIATIVE else "",
            legal_form=LegalForm.UNSPECIFIED if organisation else "",
            publication=PublicationStatus.DRAFT,
            created_by=user,
        )
        try:
            actor.full_clean()
        except ValidationError as error:
            raise NotApplied(_by_key(error, "name")) from error
        actor.save()
        source = source_of(suggestion)
        Citation.objects.create(source=source, actor=actor, column=CitationColumn.NAME)
        rest = {key: value for key, value in values.items() if key not in {"name", "kind"} and value}
        _Writing(actor, source, suggestion, user, keep_old_name=False).write(rest)
        actor.refresh_from_db()
        actor_changed(actor=actor, what=what, was_public=False)
    return actor


class _Writing:
    """One acceptance being written, its errors gathered by key."""

    def __init__(
        self,
        actor: Actor,
        source: Source,
        suggestion: Suggestion,
        user: AbstractBaseUser,
        keep_old_name: bool,
    ) -> None:
        self.actor, self.source, self.suggestion, self.user = actor, source, suggestion, user
        self.keep_old_name = keep_old_name
        self.errors: dict[str, list[str]] = defaultdict(list)
        # Entries at the other end of a link that was written.
        self.others: list[Actor] = []

    def write(self, values: Mapping[str, str]) -> None:
        places: dict[str, dict[str, str]] = defaultdict(dict)
        for key, value in values.items():
            row = keys.row_key(key)
            if row is None:
                continue
            if row.table == "place":
                places[row.row][row.part] = value
            else:
                self._try(key, self._contact, row, value)
        if "name" in values:
            self._try("name", self._name, values["name"])
        if "summary" in values:
            self._try("summary", self._column, CitationColumn.DESCRIPTION, {"summary": values["summary"]})
        for row, parts in places.items():
            self._try(f"place:{row}:{next(iter(parts))}", self._place, row, parts)
        if values.keys() & {"closed", "closed_year", "successor"}:
            self._life(values)
        if self.errors:
            raise NotApplied(self.errors)

    def _try(self, key: str, write, *args) -> None:
        """Write one thing; what the models or the database refuse becomes the key's message."""
        try:
            with transaction.atomic():
                write(*args)
        except ValidationError as error:
            for one, messages in _by_key(error, key).items():
                self.errors[one] += messages
        except IntegrityError as error:
            self.errors[key].append(refusal(error))

    def _cite(self, **target) -> None:
        Citation.objects.get_or_create(source=self.source, **target)

    # -- columns --------------------------------------------------------------------------------------

    def _name(self, name: str) -> None:
        before, self.actor.name = self.actor.name, name.strip()
        self.actor.full_clean()
        self.actor.save()
        self._cite(actor=self.actor, role="", column=CitationColumn.NAME)
        # Whoever looks for the old name still finds the entry; its address stays as well.
        if self.keep_old_name and before != self.actor.name:
            Alias.objects.get_or_create(actor=self.actor, name=before, defaults={"kind": AliasKind.FORMER})

    def _column(self, column: str, values: dict) -> None:
        add_fact(
            fact=Fact(COLUMN, {"column": str(column), "set": values}), source=self.source, actor=self.actor
        )

    def _life(self, values: Mapping[str, str]) -> None:
        received = timezone.localdate(self.suggestion.received_at).year
        year = values.get("closed_year", "").strip()
        if year and not (
            year.isascii() and year.isdigit() and 1800 <= int(year) <= timezone.localdate().year
        ):
            self.errors["closed_year"].append("Une année passée ou présente, comme 2024.")
            return
        if "closed" in values:
            closed = values["closed"] == keys.YES
            state = {
                "life_status": str(LifeStatus.CLOSED if closed else LifeStatus.ACTIVE),
                "life_status_year": int(year) if closed and year else received,
            }
            self._try("closed", self._column, CitationColumn.LIFE_STATUS, state)
            if not closed:
                self._try("closed_year", self._column, CitationColumn.CLOSED, {"closed": ""})
        if year:
            self._try("closed_year", self._column, CitationColumn.CLOSED, {"closed": year})
        if values.get("successor"):
            self._try("successor", self._successor, values["successor"])

    def _successor(self, text: str) -> None:
        found = [actor for actor in actors_meant(text, self.user) if actor.pk != self.actor.pk]
        if not found:
            raise ValidationError(
                f"Aucune autre fiche ne s’appelle « {text} » : écrivez son nom exact, ou décochez et créez-la d’abord."
            )
        if len(found) > 1:
            proposed = " ; ".join(f"{actor.full_name} ({actor.slug})" for actor in found[:6])
            raise ValidationError(
                f"Plusieurs fiches s’appellent ainsi, écrivez l’une de celles-ci : {proposed}."
            )
        link = {
            "kind": str(CooperationKind.TAKES_OVER),
            "source_id": found[0].pk,
            "target_id": self.actor.pk,
        }
        add_fact(fact=Fact("cooperation", link), source=self.source)
        self.others.append(found[0])

    # -- rows -----------------------------------------------------------------------------------------

    def _contact(self, key: keys.RowKey, value: str) -> None:
        value = normalising.contact(key.part, value) if value.strip() else ""
        row = key.pk and ContactPoint.objects.filter(pk=key.pk, actor=self.actor).first()
        if row and not value:
            row.delete()
        elif row:
            self._change(row, "contact", row.value, {"value": value})
        elif value:
            social = key.part == ContactKind.SOCIAL
            network = str(keys.network_of(value)) if social else ""
            new = {"kind": key.part, "value": value, "network": network, "personal": False}
            add_fact(fact=Fact("contact", new), source=self.source, actor=self.actor)

    def _place(self, row_id: str, parts: Mapping[str, str]) -> None:
        """Its parts together: a new place needs its commune, one that lost it goes."""
        row = Place.objects.filter(pk=row_number(row_id), actor=self.actor).first()
        new = {name: value.strip() for name, value in parts.items() if name != "territory"}
        if parts.get("territory", "").strip():
            try:
                new["territory_id"] = TerritoryField().clean(parts["territory"]).pk
            except ValidationError as error:
                raise ValidationError({f"place:{row_id}:territory": error.messages}) from error
        elif row and "territory" in parts:
            row.delete()
            return
        if row is None:
            if "territory_id" not in new:
                raise ValidationError("Il faut aussi la commune pour ajouter ce lieu.")
            fact = Fact("place", {"role": str(PlaceRole.SEAT), **new})
            add_fact(fact=fact, source=self.source, actor=self.actor)
            return
        if {"address", "territory_id"} & new.keys():
            # The point stood for the old address.
            new |= {"latitude": None, "longitude": None}
        self._change(row, "place", ", ".join(filter(None, [row.address, row.postal_code])), new)

    def _change(self, row: models.Model, target: str, before: str, values: Mapping) -> None:
        """Change a row in place: its earlier sources keep the form they gave, and this one joins them."""
        for name, value in values.items():
            setattr(row, name, value)
        row.full_clean()
        row.save()
        row.citations.filter(printed="").update(printed=before[:300])
        self._cite(**{target: row})


def _by_key(error: ValidationError, key: str) -> dict[str, list[str]]:
    """Messages of an error under the keys it names, under ``key`` where it names none of ours."""
    if not hasattr(error, "error_dict"):
        return {key: error.messages}
    found: dict[str, list[str]] = defaultdict(list)
    for name, messages in error.message_dict.items():
        found[name if keys.is_key(name) else key] += messages
    return found
