"""What search engines read of a page: its subject in the terms of schema.org, as JSON-LD beside the text."""

import re
from collections.abc import Iterable

from actors.enums import Certainty, CooperationKind, CooperationStatus, InitiativeKind, Nature, Sphere
from partners.linked.vocabulary import LICENCE, insee_uri
from partners.records import Links
from sources.enums import LetterKind
from territories.enums import COMMUNES_AND_PARTS, TerritoryKind
from territories.models import Territory

_DAY = re.compile(r"\d{4}(-\d\d){0,2}")
_INITIATIVES = {
    InitiativeKind.EVENT: "Event",
    InitiativeKind.PLACE: "Place",
    InitiativeKind.SERVICE: "Service",
    InitiativeKind.TOOL: "CreativeWork",
}
_ADMINISTRATIVE = {
    *COMMUNES_AND_PARTS,
    TerritoryKind.EPCI,
    TerritoryKind.DEPARTMENT,
    TerritoryKind.REGION,
    TerritoryKind.COUNTRY,
} - {TerritoryKind.NEIGHBOURHOOD}
# Links that schema.org has a word for.
MEMBERSHIPS = {CooperationKind.MEMBER_OF, CooperationKind.SHAREHOLDER_OF}
# As many of a PTCE's members, and as many sources, as a page can carry along.
MOST = 50


def _type_of(nature: str, kind: str, sphere: str) -> str:
    if nature == Nature.INITIATIVE:
        return _INITIATIVES.get(kind, "Project")
    return (
        "GovernmentOrganization"
        if nature == Nature.ORGANISATION and sphere == Sphere.PUBLIC
        else "Organization"
    )


def actor(record: dict) -> dict:
    """The subject of an actor's page, from its record with its cooperations."""
    kind = _type_of(record["nature"], record["kind"], record["sphere"])
    place = _place(record)
    about = {
        "@type": kind,
        "@id": record["uri"],
        "name": record["full_name"],
        "alternateName": record["aliases"],
        "url": record["url"],
        "sameAs": record["websites"],
        "description": record["summary"] or record["description"],
        "identifier": [
            {"@type": "PropertyValue", "propertyID": key.upper(), "value": record[key]}
            for key in ("siren", "siret", "rna")
            if record[key]
        ],
        "subjectOf": [_article(source) for source in record["sources"][:MOST] if source["letter"]],
    }
    if kind == "Event":
        about["location"] = place and {"@type": "Place", **place}
    elif kind in {"Service", "CreativeWork"}:
        about["areaServed" if kind == "Service" else "spatialCoverage"] = place and {
            "@type": "Place",
            **place,
        }
    elif kind == "Place":
        about |= place or {}
    else:
        about |= {
            "address": place and place.get("address"),
            "location": place and {"@type": "Place", **place},
            "email": record["emails"],
            "telephone": record["phones"],
            "knowsAbout": [*record["french"]["sectors"], *record["french"]["activities"]],
            "foundingDate": _date(record["founded"]),
            "dissolutionDate": _date(record["closed"]),
            "areaServed": record["administers"] and _area(record["administers"]),
            "memberOf": _roles(record, own="source", far="target", key="memberOf"),
            "member": _roles(record, own="target", far="source", key="member"),
        }
    return _told(about)


def _place(record: dict) -> dict | None:
    seat, point = record["seat"], record["location"]
    if not seat:
        return None
    return _told(
        {
            "address": {"@type": "PostalAddress", "addressLocality": seat["name"], "addressCountry": "FR"},
            "geo": point
            and {
                "@type": "GeoCoordinates",
                "latitude": point["latitude"],
                "longitude": point["longitude"],
            },
        }
    )


def _area(named: dict) -> dict:
    return {
        "@type": "AdministrativeArea",
        "@id": named["uri"],
        "name": named["name"],
        "identifier": named["code"],
    }


def _article(source: dict) -> dict:
    return _told(
        {
            "@type": "Article",
            "headline": source["title"],
            "url": source["url"],
            "datePublished": _date(source["date"]),
        }
    )


def _roles(record: dict, own: str, far: str, key: str) -> list[dict]:
    """Memberships that a source states, each as a role with its dates: schema.org's way to date one."""
    return [
        _told(
            {
                "@type": "OrganizationRole",
                "roleName": link["french"]["kind"],
                "startDate": _date(link["since"]),
                "endDate": _date(link["until"]),
                key: {
                    "@type": "Organization",
                    "@id": link[far]["uri"],
                    "name": link[far]["name"],
                    "url": link[far]["url"],
                },
            }
        )
        for link in record["cooperations"]
        if link["kind"] in MEMBERSHIPS
        and link[own]["id"] == record["id"]
        and link["certainty"] == Certainty.STATED
        and link["status"] in {CooperationStatus.ACTIVE, CooperationStatus.ENDED}
    ][:MOST]


def territory(row: Territory, links: Links) -> dict:
    """The subject of a territory's page, from its row with what contains it (no query)."""
    named = links.named_territory(row.kind, row.code, row.name)
    return _told(
        {
            "@type": "AdministrativeArea" if row.kind in _ADMINISTRATIVE else "Place",
            "@id": named["uri"],
            "name": row.name,
            "url": links.territory(row.slug),
            "identifier": row.code if row.kind in _ADMINISTRATIVE else None,
            "sameAs": insee_uri(row.kind, row.code),
            "containedInPlace": [
                _area(links.named_territory(step.kind, step.code, step.name)) for step in row.lineage[-1:]
            ],
            "geo": row.latitude is not None
            and {"@type": "GeoCoordinates", "latitude": row.latitude, "longitude": row.longitude},
        }
    )


def letter(record: dict) -> dict:
    """The subject of a letter's page, from its record."""
    return _told(
        {
            "@type": "PublicationIssue",
            "@id": record["uri"],
            "name": record["label"],
            "url": record["url"],
            "issueNumber": record["number"] if record["kind"] == LetterKind.LETTER else None,
            "datePublished": _date(record["date"]),
            "sameAs": record["web_address"],
            "publisher": record["publisher"] and {"@type": "Organization", "name": record["publisher"]},
        }
    )


def breadcrumb(steps: Iterable[tuple[str, str | None]]) -> dict:
    """(label, whole address) of each step; the last one, the page itself, needs no address."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            _told({"@type": "ListItem", "position": position, "name": label, "item": address})
            for position, (label, address) in enumerate(steps, start=1)
        ],
    }


def site(links: Links, search: str) -> dict:
    """The directory itself; ``search``: path of its list of actors."""
    return {
        "@type": "WebSite",
        "@id": f"{links.base}/",
        "url": f"{links.base}/",
        "name": "Annuaire de l’économie solidaire en Hauts-de-France",
        "inLanguage": "fr",
        "license": LICENCE,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{links.base}{search}?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def datasets(offered: Iterable, links: Links) -> dict:
    """What is offered on ``/donnees/`` (``partners/downloads/presenting.py``)."""
    here = f"{links.base}/donnees/"
    return {
        "@type": "DataCatalog",
        "@id": f"{here}#catalogue",
        "name": "Annuaire de l’économie solidaire en Hauts-de-France",
        "url": here,
        "license": LICENCE,
        "dataset": [
            {
                "@type": "Dataset",
                "@id": f"{here}#{each.dataset.name}",
                "name": f"{each.dataset.title} de l’économie solidaire en Hauts-de-France",
                "description": each.dataset.about,
                "license": LICENCE,
                "isAccessibleForFree": True,
                "distribution": [
                    {"@type": "DataDownload", "name": offer.label, "contentUrl": f"{links.base}{offer.href}"}
                    for offer in each.offers
                ],
            }
            for each in offered
        ],
    }


def _date(text: str | None) -> str | None:
    """EDTF as schema.org takes it: a year, a month or a day; « 2018~ » and « ../2004 » have no such form."""
    return text if text and _DAY.fullmatch(text) else None


def _told(about: dict) -> dict:
    """Without what is not known."""
    return {key: value for key, value in about.items() if value not in (None, "", [], False)}
