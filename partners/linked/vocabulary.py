"""Terms of other people that records are told in, and which of ours has which of theirs.

ESSGlobal has no property from actor to actor, PAIR has; schema.org is what search engines read. What no vocabulary has
a term for is told by one of ours, whose address is an anchor of the page « Données ».
"""

from django.conf import settings
from rdflib import Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, ORG, OWL, RDF, RDFS, SDO, SKOS, XSD

from actors.enums import CooperationKind
from territories.enums import TerritoryKind


class _Terms(Namespace):
    """A namespace that makes each of its terms once: a file of 200,000 actors names each as often."""

    def __init__(self, _: str) -> None:
        self._made: dict[str, URIRef] = {}

    def term(self, name: str) -> URIRef:
        if name not in self._made:
            self._made[name] = super().term(name)
        return self._made[name]


GR = _Terms("http://purl.org/goodrelations/v1#")
GEO = _Terms("http://www.w3.org/2003/01/geo/wgs84_pos#")
VCARD = _Terms("http://www.w3.org/2006/vcard/ns#")
ROV = _Terms("http://www.w3.org/ns/regorg#")
PAIR = _Terms("http://virtual-assembly.org/ontologies/pair#")
IGEO = _Terms("http://rdf.insee.fr/def/geo#")
ESS = _Terms(f"{settings.ESSGLOBAL_URI}vocab/")
ESS_STANDARD = _Terms(f"{settings.ESSGLOBAL_URI}standard/")
LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"

PREFIXES = {
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "essglobal": ESS,
    "foaf": FOAF,
    "geo": GEO,
    "gr": GR,
    "igeo": IGEO,
    "org": ORG,
    "owl": OWL,
    "pair": PAIR,
    "rdf": RDF,
    "rdfs": RDFS,
    "rov": ROV,
    "schema": SDO,
    "skos": SKOS,
    "vcard": VCARD,
    "xsd": XSD,
}

_KIND = CooperationKind
# From source to target; DCMI's « relation » where PAIR has nothing that is not more than the letters say.
COOPERATION_TERMS = {
    _KIND.MEMBER_OF: PAIR.affiliatedBy,
    _KIND.SHAREHOLDER_OF: PAIR.affiliatedBy,
    _KIND.PART_OF: PAIR.partOf,
    **dict.fromkeys(
        (
            _KIND.CREATED,
            _KIND.CARRIES,
            _KIND.RUNS,
            _KIND.FACILITATES,
            _KIND.ORGANISES,
            _KIND.OWNS,
            _KIND.TAKES_PART_IN,
        ),
        PAIR.involvedIn,
    ),
    **dict.fromkeys(
        (_KIND.HOSTS, _KIND.FUNDS, _KIND.SUPPORTS, _KIND.ACCOMPANIES, _KIND.LABELS), PAIR.supports
    ),
    _KIND.PARTNER_OF: PAIR.partnerOf,
    **dict.fromkeys(
        (_KIND.SHARES_RESOURCES_WITH, _KIND.ACTS_FOR, _KIND.SUPPLIES, _KIND.USES), PAIR.cooperatesWith
    ),
    **dict.fromkeys(
        (_KIND.SPUN_OFF_FROM, _KIND.TAKES_OVER, _KIND.INSPIRED_BY, _KIND.SHARES_LEADER_WITH), DCTERMS.relation
    ),
}
# Those that PAIR and ORG also tell as a node with its dates.
MEMBERSHIPS = {_KIND.MEMBER_OF, _KIND.SHAREHOLDER_OF}

# Addresses by code, as data.gouv.fr writes them. Those Insee gives today are opaque and change with each event of a
# territory: they can't be known without asking it.
_INSEE = {
    TerritoryKind.COMMUNE: "commune",
    TerritoryKind.EPCI: "intercommunalite",
    TerritoryKind.DEPARTMENT: "departement",
    TerritoryKind.REGION: "region",
    TerritoryKind.ASSOCIATED_COMMUNE: "communeAssociee",
    TerritoryKind.DELEGATED_COMMUNE: "communeDeleguee",
}


def insee_uri(kind: str, code: str) -> str | None:
    """« http://id.insee.fr/geo/commune/62427 »; None of a territory that Insee does not know."""
    word = _INSEE.get(kind)
    return f"http://id.insee.fr/geo/{word}/{code}" if word else None


def own_term(base: str, word: str) -> str:
    """A term of ours: an anchor of the page that explains it."""
    return f"{base}/donnees/#{word}"
