"""What territories were: former names, old codes and their successors, from older releases.

Releases 0.7 and 0.8 of the official package hold every event since 1943 up to 2019; after that, a
release a year shows what changed between two 1 January. Where two releases are further apart than a
year, or nothing tells, the year stays unknown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from territories.enums import SuccessionKind
from territories.importers.naming import french
from territories.importers.packages import Etalab
from territories.text import fold


@dataclass(frozen=True)
class Past:
    """A name and the last year it was in use, where known."""

    name: str
    until: int | None


@dataclass(frozen=True)
class End:
    """How a commune ended: in what year, in what way, and the commune that took it over, as it was then.

    Code, name and TNCC of that commune are None where no release tells.
    """

    year: int | None
    kind: str
    successor: str | None = None
    successor_name: str | None = None
    successor_tncc: int | None = None


class History:
    """The older releases, oldest first, with the newest one last."""

    def __init__(self, newest: Etalab, older: Iterable[Etalab]) -> None:
        releases = sorted([*older, newest], key=lambda release: release.vintage)
        events = next((release.history for release in releases if release.history), [])
        # Lives of each commune code, in order of their start.
        self._lives: dict[str, list[dict]] = {}
        self._by_id = {event["id"]: event for event in events}
        for event in events:
            if event["type"] == "COM":
                self._lives.setdefault(event["code"], []).append(event)
        for lives in self._lives.values():
            lives.sort(key=lambda event: event.get("dateDebut", ""))
        # vintage -> code -> the commune as that release has it
        self._communes = {
            release.vintage: {c["code"]: c for c in release.communes if c["type"] == "commune-actuelle"}
            for release in releases
            if release.communes_of_that_year
        }
        self._delegated = {
            release.vintage: {c["code"] for c in release.communes if c["type"] == "commune-deleguee"}
            for release in releases
            if release.communes_of_that_year
        }
        self._epcis = {release.vintage: {e["code"]: e for e in release.epcis} for release in releases}

    # -- communes ----------------------------------------------------------------------------------

    def names(self, code: str, current: str) -> list[Past]:
        """Names the commune of this code bore and bears no more, the latest first."""
        found: dict[str, Past] = {}
        for event in self._lives.get(code, ()):
            if "dateFin" in event:
                self._keep(found, french(event["nom"]), _last_year(event["dateFin"]), current)
        for vintage, following in _pairs(self._communes):
            old, new = self._communes[vintage].get(code), self._communes[following].get(code)
            if old and new and old["nom"] != new["nom"]:
                self._keep(found, french(old["nom"]), vintage if following == vintage + 1 else None, current)
        return list(found.values())[::-1]

    @staticmethod
    def _keep(found: dict[str, Past], name: str, until: int | None, current: str) -> None:
        if fold(name) != fold(current):
            found.pop(fold(name), None)
            found[fold(name)] = Past(name, until)

    def last_name(self, code: str) -> tuple[str, int] | None:
        """Last name and TNCC of a commune that is no more; None where no release has it."""
        found = [by_code[code] for _, by_code in sorted(self._communes.items()) if code in by_code]
        last = (found or self._lives.get(code) or [None])[-1]
        return (french(last["nom"]), last["typeLiaison"]) if last else None

    def end(self, code: str) -> End:
        """How the commune of this code ended, whether or not its code lives on."""
        closed = [event for event in self._lives.get(code, ()) if event.get("raisonFin") in _ENDINGS]
        for vintage, following in _pairs(self._communes):
            if code in self._communes[vintage] and code not in self._communes[following]:
                return End(following if following == vintage + 1 else None, SuccessionKind.MERGER)
        if not closed:
            return End(None, SuccessionKind.MERGER)
        event = closed[-1]
        following = self._by_id.get(event.get("successeur", ""), {})
        pole = self._by_id.get(following.get("pole", ""), following if following.get("code") != code else {})
        return End(
            year=int(event["dateFin"][:4]),
            kind=_ENDINGS[event["raisonFin"]],
            successor=pole.get("code"),
            successor_name=french(pole["nom"]) if pole else None,
            successor_tncc=pole.get("typeLiaison"),
        )

    def became_delegated(self, code: str) -> int | None:
        """Year in which the commune of this code became part of a new commune that keeps its code."""
        for event in self._lives.get(code, ()):
            if event.get("raisonFin") == "commune devenant déléguée":
                return int(event["dateFin"][:4])
        for vintage, following in _pairs(self._delegated):
            if code in self._delegated[following] and code not in self._delegated[vintage]:
                return following if following == vintage + 1 else None
        return None

    # -- EPCI --------------------------------------------------------------------------------------

    def epci_names(self, code: str) -> list[tuple[str, int | None]]:
        """Names as the older lists have them, with the last year of use, the oldest first; maybe the present one."""
        found: dict[str, int | None] = {}
        for vintage, following in _pairs(self._epcis):
            if code in self._epcis[vintage]:
                found.pop(self._epcis[vintage][code]["nom"], None)
                found[self._epcis[vintage][code]["nom"]] = vintage if following == vintage + 1 else None
        return list(found.items())

    def gone_epcis(self, communes: set[str]) -> list[tuple[dict, int, int]]:
        """EPCI of older lists, with a member among ``communes``, that are no more.

        Each as its last list has it, the year of that list, and the year of the next one.
        """
        newest = max(self._epcis)
        gone: dict[str, tuple[dict, int, int]] = {}
        for vintage, following in _pairs(self._epcis):
            for code, epci in self._epcis[vintage].items():
                if code not in self._epcis[newest] and any(m["code"] in communes for m in epci["membres"]):
                    gone[code] = (epci, vintage, following)
        return [gone[code] for code in sorted(gone)]


_ENDINGS = {
    "fusion simple": SuccessionKind.MERGER,
    "fusion-association": SuccessionKind.MERGER,
    "commune devenant déléguée": SuccessionKind.MERGER,
    "commune absorbée par la commune nouvelle": SuccessionKind.MERGER,
    "changement de département": SuccessionKind.CODE_CHANGE,
    "suppression": SuccessionKind.REPLACEMENT,
}


def _last_year(date: str) -> int:
    """Last year of use of what ended on ``date``: a change on 1 January leaves the year before."""
    return int(date[:4]) - (date[4:] == "-01-01")


def _pairs(by_vintage: dict[int, dict]) -> list[tuple[int, int]]:
    vintages = sorted(by_vintage)
    return list(pairwise(vintages))
