"""An actor as a profile of the Murmurations network (``organizations_schema-v1.0.0``), which maps of others gather.

Its rules, which tests hold a copy of: https://library.murmurations.network/v2/schemas/organizations_schema-v1.0.0
"""

import json

from actors.enums import Certainty, CooperationKind, CooperationStatus, LifeStatus
from partners.linked.vocabulary import COOPERATION_TERMS
from partners.records import Links

SCHEMA = "organizations_schema-v1.0.0"
_STATUS = {
    LifeStatus.ACTIVE: "active",
    LifeStatus.ENDED: "completed",
    LifeStatus.CLOSED: "cancelled",
    LifeStatus.PAUSED: "on_hold",
    LifeStatus.PLANNED: "in_planning",
    LifeStatus.IDEA: "in_planning",
}


def profile(record: dict) -> dict:
    """The profile of an actor's record; an unknown situation is left out, for the schema has no word for it."""
    tags = [*record["french"]["sectors"], *record["french"]["activities"], *record["french"]["approvals"]]
    made = {
        "linked_schemas": [SCHEMA],
        "name": record["full_name"][:200],
        "nickname": next(iter(record["aliases"]), None),
        "unique_id": record["uri"],
        "primary_url": _web(record["website"]) or record["url"],
        "urls": [{"name": "Annuaire de l’économie solidaire en Hauts-de-France", "url": record["url"]}],
        "tags": list(dict.fromkeys(tag[:100] for tag in tags))[:100],
        "description": record["description"] or record["summary"],
        "status": _STATUS.get(record["life_status"]),
        "full_address": _full_address(record),
        "country_iso_3166": "FR",
        "geolocation": record["location"]
        and {"lat": record["location"]["latitude"], "lon": record["location"]["longitude"]},
        "contact_details": {"email": record["emails"][0]} if record["emails"] else None,
        "telephone": next(iter(record["phones"]), None),
        "relationships": [
            {
                "predicate_url": str(COOPERATION_TERMS[CooperationKind(link["kind"])]),
                "object_url": link["target"]["uri"],
            }
            for link in record.get("cooperations", ())
            if link["source"]["id"] == record["id"]
            # Murmurations has no word for what is deduced, planned or over.
            and link["certainty"] == Certainty.STATED
            and link["status"] == CooperationStatus.ACTIVE
        ],
    }
    return {key: value for key, value in made.items() if value not in (None, "", [])}


def murmurations(record: dict, links: Links) -> str | None:
    """None of what is no actor."""
    return json.dumps(profile(record), ensure_ascii=False, indent=1) if "nature" in record else None


def _web(address: str | None) -> str | None:
    return address if address and address.startswith(("http://", "https://")) else None


def _full_address(record: dict) -> str | None:
    if record["postal_addresses"]:
        return record["postal_addresses"][0]
    return f"{record['seat']['name']}, France" if record["seat"] else None
