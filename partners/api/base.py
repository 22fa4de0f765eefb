"""What all answers of the API have in common: strict reading, conditional requests, problem documents."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404
from django.utils.cache import patch_vary_headers
from rest_framework.exceptions import NotFound
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from partners.api.asking import Layout, Refused, layout_fields, read
from partners.api.renderers import GeoJsonRenderer
from partners.api.stamp import Stamp
from partners.lasting import Found
from partners.records import Links


class ApiView(APIView):
    """Answers GET and HEAD with what :meth:`answer` gives, or 304 for who has it."""

    http_method_names = ("get", "head", "options")
    renderer_classes = (JSONRenderer,)
    # A FilterSet of ``actors.filters``: the site's own.
    filterset_class: type | None = None
    # What lays out the answer, as ``layout_fields()`` takes it.
    keys: Mapping[str, str] = {}
    parts: Mapping[str, str] = {}
    orders: Sequence[tuple[str, str]] = ()
    listed = True
    geojson = False
    since = False

    @classmethod
    def layout_fields(cls) -> dict[str, forms.Field]:
        return layout_fields(
            keys=list(cls.keys),
            parts=list(cls.parts),
            orders=cls.orders,
            listed=cls.listed,
            geojson=cls.geojson,
            since=cls.since,
        )

    def get_renderers(self):
        return [JSONRenderer(), *([GeoJsonRenderer()] if self.geojson else [])]

    def get(self, request: Request, **kwargs: str) -> Response:
        self.stamp = Stamp.read()
        address = f"{request.build_absolute_uri()} {request.accepted_renderer.format}"
        response = self.stamp.unchanged(request._request, address) or Response(self.answer(**kwargs))
        self.stamp.mark(response, address)
        patch_vary_headers(response, ["Accept"])
        return response

    def answer(self, **kwargs: str) -> Any:
        raise NotImplementedError

    def options(self, request: Request, **kwargs: str) -> Response:
        return Response(status=204, headers={"Allow": ", ".join(self.allowed_methods)})

    # -- the address ---------------------------------------------------------------------------------

    @cached_property
    def _asked(self) -> tuple[Layout, Any]:
        return read(self.request.query_params, self.layout_fields(), self.filterset_class)

    def check(self) -> None:
        """Read the address where nothing else would: raises :class:`Refused`."""
        _ = self._asked

    @property
    def layout(self) -> Layout:
        return self._asked[0]

    @property
    def filters(self):
        """The bound set of filters, valid."""
        return self._asked[1]

    @cached_property
    def links(self) -> Links:
        return Links.of(self.request._request)

    def record_of(self, found: Found) -> dict:
        """All that is public of something; raises Http404 where it went a moment ago."""
        record = found.record(self.links)
        if record is None:
            raise Http404
        return record

    def address(self, **parameters: str | int) -> str:
        """This address with other parameters; None takes one away."""
        query = self.request.query_params.copy()
        for name, value in parameters.items():
            query.pop(name, None)
            if value is not None:
                query[name] = str(value)
        text = urlencode(sorted(query.lists()), doseq=True)
        return self.request.build_absolute_uri(self.request.path) + (f"?{text}" if text else "")


def chosen(records: list[dict], fields: Sequence[str], *more: str) -> list[dict]:
    """The records with the keys asked for alone, ``more`` besides; as they are when none is."""
    if not fields:
        return records
    kept = {*fields, *more}
    return [{key: value for key, value in record.items() if key in kept} for record in records]


class ListView(ApiView):
    """A list in pages, or walked by identifier: ``count``, ``next``, ``results``."""

    def answer(self, **kwargs: str) -> dict:
        layout = self.layout
        if layout.order == "id":
            ids, last, more = self._walked(layout)
            following = self.address(tri=None, page=None, apres=last) if more else None
        else:
            offset = (layout.page - 1) * layout.size
            if layout.page > 1 and offset >= self.count:
                raise Refused(
                    [("page", f"Il n’y a pas de page {layout.page} : cette liste a {self._pages}.")]
                )
            ids = self.ids(offset, layout.size)
            following = self.address(page=layout.page + 1) if offset + layout.size < self.count else None
        return {"count": self.count, "next": following, **self.around(), "results": self.records(ids)}

    @property
    def _pages(self) -> str:
        pages = max(1, -(-self.count // self.layout.size))
        return f"{pages} page{'s' if pages > 1 else ''}"

    def _walked(self, layout: Layout) -> tuple[list[int], str | None, bool]:
        """(ids of the rows, identifier of the last one, whether others follow)."""
        found = self.walk(layout.after, layout.size + 1)
        page = found[: layout.size]
        return [pk for _, pk in page], page[-1][0] if page else None, len(found) > len(page)

    @property
    def count(self) -> int:
        raise NotImplementedError

    def ids(self, offset: int, limit: int) -> Sequence[int]:
        """Ids of the rows of one page, in the order asked."""
        raise NotImplementedError

    def walk(self, after: str | None, limit: int) -> list[tuple[str, int]]:
        """(identifier, id of the row) of those after an identifier, by identifier."""
        raise NotImplementedError

    def records(self, ids: Sequence[int]) -> list[dict]:
        raise NotImplementedError

    def around(self) -> dict:
        """What stands beside the results."""
        return {}


def after(rows: Sequence[tuple[str, int]], word: str | None, limit: int) -> list[tuple[str, int]]:
    """The first of sorted (identifier, id) after a word, which need not be among them."""
    start = bisect_right(rows, (word, float("inf"))) if word else 0
    return list(rows[start : start + limit])


class UnknownView(ApiView):
    """Whatever else stands below ``/api/``: a problem document too."""

    schema = None

    def get(self, request: Request, **kwargs: str) -> Response:
        raise NotFound("Cette adresse n’est pas de l’API. Sa documentation : /api/.")
