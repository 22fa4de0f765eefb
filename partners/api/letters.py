"""``/api/v1/letters``: the letters that are out."""

from collections.abc import Sequence
from functools import cached_property

from django.http import Http404

from partners.api.base import ApiView, ListView, chosen
from partners.api.documenting import documented
from partners.api.errors import Elsewhere
from partners.api.serializers.letters import LetterShape
from partners.identifiers import LETTER
from partners.lasting import Found, resolve
from partners.records import LetterReader, dictionary
from sources.models import Letter


@documented("letters", "Lettres et suppléments", LetterShape)
class LetterListView(ListView):
    keys = dictionary.LETTER
    parts = dictionary.LETTER_PARTS
    orders = [("recent", "Les plus récentes d’abord"), ("id", "Identifiant permanent")]

    @cached_property
    def count(self) -> int:
        return Letter.objects.published().count()

    def ids(self, offset: int, limit: int) -> Sequence[int]:
        rows = Letter.objects.published().order_by("-latest", "slug", "pk")
        return list(rows.values_list("pk", flat=True)[offset : offset + limit])

    def walk(self, after: str | None, limit: int) -> list[tuple[str, int]]:
        words = sorted(Letter.objects.published().values_list("slug", "pk"))
        return [row for row in words if after is None or row[0] > after][:limit]

    def records(self, ids: Sequence[int]) -> list[dict]:
        layout = self.layout
        return chosen(LetterReader(self.links, layout.include).read(ids), layout.fields, *layout.include)


@documented(
    "letters", "Une lettre, avec ses articles", LetterShape, path={"slug": "« 71 », « hiver-2020-21 »."}
)
class LetterView(ApiView):
    keys = dictionary.LETTER | dictionary.LETTER_PARTS
    listed = False

    def answer(self, slug: str) -> dict:
        fields = self.layout.fields
        fate = resolve(f"{LETTER}/{slug}")
        if fate is None:
            raise Http404
        if not isinstance(fate, Found):
            raise Elsewhere(fate)
        return chosen([self.record_of(fate)], fields)[0]
