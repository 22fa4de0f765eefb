"""Which frame shows the same as a page of the site: for oEmbed, and for who pastes an address."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.http import QueryDict
from django.urls import Resolver404, resolve, reverse

from pages.embeds.contract import Asked, Kind
from pages.embeds.fates import fate_of
from pages.embeds.frames import ActorFrame, ListFrame, MapFrame, NetworkFrame
from territories.models import Territory

# Names of pages, and the frame that shows the same by the same parameters.
_BY_QUERY = {
    "actor-list": Kind.LIST,
    "actor-print": Kind.LIST,
    "map": Kind.MAP,
    "network": Kind.NETWORK,
    "cooperation-list": Kind.NETWORK,
    "embed-list": Kind.LIST,
    "embed-map": Kind.MAP,
    "embed-network": Kind.NETWORK,
}
_ONE_ACTOR = {"actor": "slug", "embed-actor": "word", "lasting": "word"}
_FRAMES = {Kind.LIST: ListFrame, Kind.MAP: MapFrame, Kind.NETWORK: NetworkFrame}
# Of pages alone, and what mail programs add.
_OF_PAGES = re.compile(r"page|par|utm_\w+|fbclid|gclid")
# CSS pixels: of an iframe before anybody says otherwise.
WIDTH = 640
HEIGHTS = {Kind.LIST: 600, Kind.MAP: 620, Kind.NETWORK: 640, Kind.ACTOR: 320}


@dataclass(frozen=True)
class Target:
    """A frame to be: its kind, the actor of a card, and its parameters."""

    kind: Kind
    parameters: QueryDict
    word: str = ""

    @property
    def asked(self) -> Asked:
        return Asked(self.kind, self.parameters)

    @property
    def path(self) -> str:
        """Its address on the site, without a question mark where nothing is asked."""
        if self.kind is Kind.ACTOR:
            path = reverse("embed-actor", args=[self.word])
        else:
            path = reverse(
                {Kind.LIST: "embed-list", Kind.MAP: "embed-map", Kind.NETWORK: "embed-network"}[self.kind]
            )
        query = self.parameters.urlencode()
        return f"{path}?{query}" if query else path

    def frame(self) -> ActorFrame | ListFrame | MapFrame | NetworkFrame | None:
        """What it shows; None where its address holds an error or nobody is there."""
        asked = self.asked
        if asked.errors:
            return None
        if self.kind is Kind.ACTOR:
            fate = fate_of(self.word)
            return ActorFrame(fate) if fate.actor else None
        return _FRAMES[self.kind](asked)


def target_of(address: str, host: str) -> Target | None:
    """The frame of a page of this site (``host``: its name, with its port where it has one); None for any other."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or parts.netloc.lower() != host.lower() or "\0" in address:
        return None
    try:
        match = resolve(parts.path if parts.path.startswith("/") else f"/{parts.path}")
    except Resolver404:
        return None
    parameters = QueryDict(mutable=True)
    # Thousands of parameters are no address of ours.
    if parts.query.count("&") < 1000:
        for name, values in QueryDict(parts.query).lists():
            if not _OF_PAGES.fullmatch(name) and any(values):
                parameters.setlist(name, [value for value in values if value])
    if kind := _BY_QUERY.get(match.url_name):
        if kind is not Kind.LIST:
            parameters.pop("tri", None)
        return Target(kind, parameters)
    if name := _ONE_ACTOR.get(match.url_name):
        return _card(match.kwargs[name].strip("/").partition(".")[0])
    if match.url_name == "territory":
        territory = Territory.objects.from_parameter(match.kwargs["slug"]).first()
        return Target(Kind.MAP, _only("territoire", territory.slug)) if territory else None
    if match.url_name == "ptce-list":
        return Target(Kind.LIST, _only("nature", "ptce"))
    return None


def _card(word: str) -> Target | None:
    fate = fate_of(word)
    # By its permanent id, which outlives its names.
    return Target(Kind.ACTOR, QueryDict(), fate.actor.public_id) if fate.actor else None


def _only(name: str, value: str) -> QueryDict:
    return QueryDict(urlencode({name: value}), mutable=True)
