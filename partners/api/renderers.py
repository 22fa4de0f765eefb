"""JSON, and the same records as GeoJSON where they have a place."""

from django.http import HttpRequest
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer

GEOJSON = "application/geo+json"


class GeoJsonRenderer(JSONRenderer):
    """A FeatureCollection of the page's records (RFC 7946), a Feature of a single one.

    What stands around them (``count``, ``next``) is kept as foreign members; whoever has no known place has a null
    geometry, so that no format holds fewer than another.
    """

    media_type = GEOJSON
    format = "geojson"

    def render(self, data, accepted_media_type=None, renderer_context=None) -> bytes:
        response = (renderer_context or {}).get("response")
        if response is not None and not response.exception and data is not None:
            data = collection(data) if "results" in data else feature(data)
        return super().render(data, accepted_media_type, renderer_context)


def collection(page: dict) -> dict:
    around = {key: value for key, value in page.items() if key != "results"}
    return {
        "type": "FeatureCollection",
        **around,
        "features": [feature(record) for record in page["results"]],
    }


def feature(record: dict) -> dict:
    """An outline where the record has one, else its point, else nothing."""
    location, outline = record.get("location"), record.get("boundary")
    point = location and {"type": "Point", "coordinates": [location["longitude"], location["latitude"]]}
    properties = {key: value for key, value in record.items() if key != "boundary"}
    return {"type": "Feature", "id": record["id"], "geometry": outline or point, "properties": properties}


class Negotiation(BaseContentNegotiation):
    """GeoJSON for who asks for it, by ``format`` or by ``Accept``; JSON for everybody else, never 406."""

    def select_parser(self, request, parsers):
        return None

    def select_renderer(self, request, renderers, format_suffix=None):
        plain, *others = renderers
        asked: HttpRequest = request._request
        name = asked.GET.get("format")
        chosen = next((each for each in others if each.format == name), None)
        if chosen is None and not name:
            preferred = asked.get_preferred_type([each.media_type for each in renderers])
            chosen = next((each for each in others if each.media_type == preferred), None)
        chosen = chosen or plain
        return chosen, chosen.media_type
