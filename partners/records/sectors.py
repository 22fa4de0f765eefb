"""Fields of activity, a closed list of 24, as records."""

from actors import essglobal, index
from actors.enums import Sector
from actors.index import Selection


def sectors() -> list[dict]:
    """All of them, in the order of the list, with how many actors each has (1 query)."""
    counts = index.ask(Selection()).facet("sector")
    return [
        {
            "id": sector.value,
            "parameter": sector.slug,
            "label": sector.label,
            "essglobal": essglobal.ACTIVITY[sector],
            "actor_count": counts.get(sector.value, 0),
        }
        for sector in Sector
    ]
