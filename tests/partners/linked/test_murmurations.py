"""Profiles meet the rules of Murmurations' ``organizations_schema-v1.0.0``, copied here: no test asks its server."""

import json

from jsonschema import Draft7Validator

from actors.models import Cooperation
from tests.factories import building

_TEXT = {"type": "string"}
_WEB = {"type": "string", "maxLength": 2000, "pattern": "^https?://.*"}
RULES = {
    "type": "object",
    "required": ["linked_schemas", "name"],
    "properties": {
        "linked_schemas": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {"type": "string", "pattern": r"^[a-z][a-z0-9_]{7,97}-v[0-9]+\.[0-9]+\.[0-9]+$"},
            "contains": {"const": "organizations_schema-v1.0.0"},
        },
        "name": {"type": "string", "maxLength": 200},
        "nickname": _TEXT,
        "primary_url": _WEB,
        "tags": {
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "uniqueItems": True,
            "items": {"type": "string", "maxLength": 100},
        },
        "urls": {
            "type": "array",
            "items": {"type": "object", "required": ["url"], "properties": {"name": _TEXT, "url": _WEB}},
        },
        "description": _TEXT,
        "status": {"enum": ["active", "completed", "cancelled", "on_hold", "in_planning"]},
        "full_address": _TEXT,
        "country_iso_3166": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "geolocation": {
            "type": "object",
            "required": ["lat", "lon"],
            "properties": {
                "lat": {"type": "number", "minimum": -90, "maximum": 90},
                "lon": {"type": "number", "minimum": -180, "maximum": 180},
            },
        },
        "relationships": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["predicate_url", "object_url"],
                "properties": {"predicate_url": _WEB, "object_url": _WEB},
            },
        },
        "contact_details": {"type": "object", "properties": {"email": _TEXT, "contact_form": _WEB}},
        "telephone": _TEXT,
        "unique_id": _TEXT,
    },
    # Not the schema's: a key it does not know would be nobody's.
    "additionalProperties": False,
}


def profile(client, word: str) -> dict:
    response = client.get(f"/id/{word}.murmurations", headers={"origin": "https://carte.exemple.org"})
    assert (response.status_code, response["Content-Type"]) == (200, "application/json; charset=utf-8")
    assert response["Access-Control-Allow-Origin"] == "*"
    return json.loads(response.content)


def test_every_actor_has_a_profile_that_meets_the_schema(client, directory):
    for word in ("abcdefgh", "bcdefghj", "cdefghjk", "fghjkmnp"):
        assert list(Draft7Validator(RULES).iter_errors(profile(client, word))) == []


def test_what_a_profile_says(client, directory):
    made = profile(client, "abcdefgh")
    assert made["name"] == "Dynamique Insertion Emploi"
    assert made["primary_url"] == "https://die.exemple.fr/"
    assert made["contact_details"] == {"email": "contact@die.exemple.fr"}
    assert made["status"] == "active"
    # Its membership is deduced: Murmurations has no word for that.
    assert [each["object_url"] for each in made["relationships"]] == ["http://testserver/id/bcdefghj"]
    assert profile(client, "fghjkmnp")["status"] == "cancelled"


def test_a_link_that_has_ended_is_no_relationship(client, directory):
    with building():
        Cooperation.objects.filter(kind="runs").update(status="ended")
    assert "relationships" not in profile(client, "abcdefgh")


def test_what_is_no_actor_has_none(client, directory):
    assert client.get("/id/territoire/62427.murmurations").status_code == 404


def test_asking_for_json_never_leads_to_it(client, directory):
    response = client.get("/id/abcdefgh", headers={"accept": "application/json"})
    assert response["Location"] == "/id/abcdefgh.json"
