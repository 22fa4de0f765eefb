"""« Liens morts »: addresses that no longer answer or lead elsewhere, with the entries that give them."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from actors import normalising
from actors.actions.replace_contact import replace_contact
from actors.history import act
from actors.models import ContactPoint
from actors.models.freshness import months_before
from editing.freshness_models import (
    FAILURES_TO_BE_DEAD,
    LinkCheck,
    LinkCheckQuerySet,
    LinkState,
    web_contacts,
)
from editing.rights import changeable, has_right
from editing.roles import Right, role_of
from sources.models import Source

PER_PAGE = 20
# What one may put an address off by, in months.
DELAYS = (1, 3, 6)


def links_of(user: AbstractBaseUser, links: LinkCheckQuerySet | None = None) -> LinkCheckQuerySet:
    """Those of ``links`` (else all dead and moved ones) about which the person can do something.

    Of an entry they may change, or of a source if they keep sources. Adds conditions only.
    """
    links = LinkCheck.objects.to_settle() if links is None else links
    mine = Exists(contacts_of(user).filter(value=OuterRef("address")))
    if has_right(user, Right.LETTERS):
        return links.filter(mine | Exists(Source.objects.filter(url=OuterRef("address"))))
    return links.filter(mine)


def contacts_of(user: AbstractBaseUser) -> QuerySet[ContactPoint]:
    """Web addresses of published entries that the person may change."""
    if not has_right(user, Right.EDIT):
        return ContactPoint.objects.none()
    if not role_of(user).local:
        return web_contacts()
    return web_contacts().filter(actor__in=changeable(user).order_by().values("pk"))


@dataclass(frozen=True)
class DeadLink:
    """One address with what gives it."""

    check: LinkCheck
    contacts: list[ContactPoint]
    sources: list[Source]


class DeadLinks:
    """One page of the list (some 6 queries, whatever its length)."""

    # Value in the address -> what is shown.
    SIDES = (("", "Tous"), ("morts", "Morts"), ("deplaces", "Déplacés"), ("reportes", "De côté"))

    def __init__(self, user: AbstractBaseUser, side: str = "", page: str | int = 1) -> None:
        self._user, self._asked = user, page
        self.side = side if side in dict(self.SIDES) else ""

    @cached_property
    def page(self) -> Page:
        return Paginator(self._links, PER_PAGE).get_page(self._asked)

    @property
    def _links(self) -> LinkCheckQuerySet:
        links = LinkCheck.objects.to_settle()
        if self.side == "morts":
            links = links.filter(state=LinkState.FAILING, failures__gte=FAILURES_TO_BE_DEAD)
        elif self.side == "deplaces":
            links = links.filter(state=LinkState.MOVED)
        elif self.side == "reportes":
            links = LinkCheck.objects.put_off().order_by("postponed_until", "address", "pk")
        return links_of(self._user, links)

    @cached_property
    def rows(self) -> list[DeadLink]:
        checks = list(self.page.object_list)
        addresses = [check.address for check in checks]
        contacts, sources = defaultdict(list), defaultdict(list)
        given = contacts_of(self._user).filter(value__in=addresses).select_related("actor")
        for contact in given.order_by("actor__name_key", "pk"):
            contacts[contact.value].append(contact)
        if has_right(self._user, Right.LETTERS):
            for source in Source.objects.filter(url__in=addresses).order_by("key", "pk"):
                sources[source.url].append(source)
        return [DeadLink(check, contacts[check.address], sources[check.address]) for check in checks]


def take_over(check: LinkCheck, user: AbstractBaseUser) -> tuple[list[str], list[str]]:
    """Write where the address leads now into every entry of theirs that gives it: one act, one line of history each.

    Names of the entries changed, and for each of the others a sentence why not.
    """
    done, refused = [], []
    contacts = contacts_of(user).filter(value=check.address).select_related("actor").order_by("pk")
    with act(what="Nouvelle adresse d’un site qui a déménagé", user=user):
        for contact in contacts:
            name = contact.actor.full_name
            try:
                new = normalising.web_address(check.final_address)
                replace_contact(contact=contact, value=new, user=user)
            except ValidationError as error:
                refused.append(f"« {name} » : {' '.join(error.messages)}")
            else:
                done.append(name)
    return done, refused


def put_off(check: LinkCheck, months: int) -> datetime.date:
    """Leave it out of the list, for everybody, until that day (1 query); raises ValueError for another delay."""
    if months not in DELAYS:
        raise ValueError(months)
    check.postponed_until = months_before(timezone.localdate(), -months)
    check.save(update_fields=["postponed_until"])
    return check.postponed_until


def take_back(check: LinkCheck) -> None:
    check.postponed_until = None
    check.save(update_fields=["postponed_until"])
