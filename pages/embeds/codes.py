"""The codes that a host pastes into a page. What they hold is for ever: see ``docs/embeds.md``."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from actors.models import Actor
from pages.embeds.contract import Kind
from pages.embeds.frames import ActorFrame, ListFrame, MapFrame, NetworkFrame
from pages.embeds.targets import HEIGHTS, Target
from pages.presenters.card import Card

# Actors of a list of plain links.
MOST_LINKS = 100


@dataclass(frozen=True)
class Codes:
    """Every code for one frame. ``origin``: « https://annuaire.exemple.fr », without a final stroke."""

    origin: str
    target: Target
    frame: ActorFrame | ListFrame | MapFrame | NetworkFrame
    height: int = 0

    @property
    def source(self) -> str:
        return self.origin + self.target.path

    @property
    def page(self) -> str:
        return self.origin + self.frame.page

    def iframe(self, width: int | str = "100%", height: int = 0) -> SafeString:
        """A frame of fixed height, which needs no script."""
        return format_html(
            '<iframe src="{}" title="{}" width="{}" height="{}" style="border:0" loading="lazy" data-annuaire-ess></iframe>',
            self.source,
            self.frame.name,
            width,
            height or self.height or HEIGHTS[self.target.kind],
        )

    @property
    def fitting(self) -> SafeString:
        """The same with the script that gives it the height of what it holds, and a link for readers of feeds."""
        return format_html(
            '{}\n<p><a href="{}">{}</a></p>\n<script src="{}" defer></script>',
            self.iframe(),
            self.page,
            _LEAD[self.target.kind],
            self.origin + reverse("embed-script", args=["cadre"]),
        )

    @property
    def element(self) -> SafeString:
        """The web component; what stands inside it is shown where it can't work."""
        return format_html(
            '<script type="module" src="{}"></script>\n<annuaire-ess {}>\n  <a href="{}">{}</a>\n</annuaire-ess>',
            self.origin + reverse("embed-script", args=["annuaire-ess"]),
            format_html_join(" ", '{}="{}"', self._attributes()),
            self.page,
            _LEAD[self.target.kind],
        )

    def _attributes(self) -> list[tuple[str, str]]:
        pairs = [("affiche", self.target.kind.value)]
        if self.target.word:
            pairs.append(("fiche", self.target.word))
        for name, values in self.target.parameters.lists():
            pairs.append((name, " ".join(values)))
        return pairs

    @property
    def links(self) -> SafeString:
        """A list of plain links as it is today: for sites that allow neither script nor frame (3 queries at most)."""
        rows = [
            (self.origin + reverse("lasting", args=[card.actor.public_id]), _told(card))
            for card in self._cards()
        ]
        items = format_html_join("\n", '  <li><a href="{}">{}</a></li>', rows)
        more = format_html('<p><a href="{}">{}</a></p>', self.page, _LEAD[self.target.kind])
        return format_html("<ul>\n{}\n</ul>\n{}", items, more) if rows else more

    def _cards(self) -> list[Card]:
        if isinstance(self.frame, ActorFrame):
            return [self.frame.card]
        if isinstance(self.frame, NetworkFrame):
            ids = [each.actor.pk for each in self.frame.network.told[:MOST_LINKS]]
        else:
            order = self.frame.answer.orders[0]
            ids = self.frame.answer.ids(order, offset=0, limit=MOST_LINKS)
        return [Card(actor) for actor in Actor.objects.listed(ids)]

    @property
    def discovery(self) -> str:
        """What to give a site that asks oEmbed."""
        return self.origin + reverse("oembed")

    @property
    def host(self) -> str:
        return urlsplit(self.origin).netloc


_LEAD = {
    Kind.LIST: "Voir cette liste dans l’annuaire de l’économie solidaire",
    Kind.MAP: "Voir cette carte dans l’annuaire de l’économie solidaire",
    Kind.NETWORK: "Voir ce réseau dans l’annuaire de l’économie solidaire",
    Kind.ACTOR: "Voir cette fiche dans l’annuaire de l’économie solidaire",
}


def _told(card: Card) -> str:
    return f"{card.actor.full_name} ({card.place})" if card.place else card.actor.full_name
