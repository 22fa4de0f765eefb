"""What is new among actors: who came, who changed and in what, who is gone. Feeds and mails are made from it.

What changed is told by its chapter (« coordonnées, coopérations »), never by its value: nothing personal can slip
in, and an old state names nobody.
"""

import datetime
import json
import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass

from actors.enums import PublicationStatus
from actors.history import all_changed_at, states_since
from actors.index import Answer
from actors.index.snapshot import Snapshot
from actors.models import Actor, PublicId
from territories.enums import ChangeFate
from territories.models import Change

NEW = "Nouvelle fiche"
_CHANGED = "Fiche mise à jour"
# Chapter -> columns and lists of a state that tell it, in the order of a page.
_CHAPTERS: dict[str, tuple[str, ...]] = {
    "nom": ("name", "precision", "aliases"),
    "type et statut": (
        *("nature", "organisation_kind", "initiative_kind", "sphere", "legal_form", "labels"),
        *("siren", "siret", "rna", "registry_state", "potential_ptce"),
    ),
    "situation": ("life_status", "life_status_year", "founded", "closed", "last_confirmed_on"),
    "présentation": ("summary", "description"),
    "domaines et activités": ("sectors", "activities"),
    "lieux": ("places", "areas", "administers_id"),
    "coordonnées": ("contacts",),
    "chiffres": ("figures",),
    "statut de PTCE": ("statuses",),
    "coopérations": ("links",),
    "envies de coopération": ("wishes",),
    "sources": ("citations",),
}


@dataclass(frozen=True)
class News:
    """One actor that came or changed. ``what``: a line of French; ``published``: when its entry was made."""

    pk: int
    at: datetime.datetime
    published: datetime.datetime
    is_new: bool
    what: str


@dataclass(frozen=True)
class Gone:
    """An actor that is not to be seen any more. ``into``: permanent id of the one it was merged with."""

    public_id: str
    at: datetime.datetime
    fate: str
    into: str | None = None


def latest(answer: Answer, most: int) -> list[News]:
    """The actors of an answer that came or changed last, the latest first (2 queries; 3 more for each version)."""
    times = _times.beside(answer.snapshot)
    ids = [pk for rank in answer.ranks if (pk := answer.snapshot.ids[rank]) in times]
    ids.sort(key=lambda pk: (times[pk].at, pk), reverse=True)
    return _told(ids[:most], times, since=None)


def since(answer: Answer, moment: datetime.datetime) -> list[News]:
    """All of an answer that came or changed from a moment on, compared with what they were then, the latest first.

    Whoever is again what they were is left out (2 queries; 3 more for each version).
    """
    times = _times.beside(answer.snapshot)
    ids = [
        pk for rank in answer.ranks if (pk := answer.snapshot.ids[rank]) in times and times[pk].at >= moment
    ]
    ids.sort(key=lambda pk: (times[pk].at, pk), reverse=True)
    return [each for each in _told(ids, times, since=moment) if each.what]


def gone(snapshot: Snapshot, moment: datetime.datetime, most: int) -> list[Gone]:
    """Who disappeared from a moment on and is not back, the latest first (2 queries, 1 when nobody did)."""
    ended = (ChangeFate.DELETED, ChangeFate.MERGED, ChangeFate.WITHDRAWN)
    rows = Change.objects.filter(subject="actor", fate__in=ended, at__gte=moment).order_by("-number")
    latest: dict[str, tuple[datetime.datetime, str]] = {}
    for key, at, fate in rows.values_list("key", "at", "fate"):
        if key not in snapshot.by_public_id:
            latest.setdefault(key, (at, fate))
    keys = list(latest)[:most]
    if not keys:
        return []
    into = dict(PublicId.objects.filter(value__in=keys).values_list("value", "merged_into"))
    return [Gone(key, *latest[key], into.get(key)) for key in keys]


# -- when ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Times:
    at: datetime.datetime
    published: datetime.datetime


class _KeptTimes:
    """When each published actor last changed, read once for each process and version (3 queries)."""

    def __init__(self) -> None:
        self._beside: weakref.ref[Snapshot] | None = None
        self._times: dict[int, _Times] = {}
        self._lock = threading.Lock()

    def beside(self, snapshot: Snapshot) -> dict[int, _Times]:
        with self._lock:
            if self._beside is not None and self._beside() is snapshot:
                return self._times
        times = _read_times(snapshot)
        with self._lock:
            self._beside, self._times = weakref.ref(snapshot), times
        return times


_times = _KeptTimes()


def _read_times(snapshot: Snapshot) -> dict[int, _Times]:
    """Of everybody in the snapshot: whoever was withdrawn meanwhile has a time as well."""
    recorded = Change.objects.latest_times("actor")
    kept = all_changed_at()
    times = {}
    rows = Actor.objects.order_by().values_list("pk", "public_id", "created_at", "updated_at")
    for pk, public_id, created, updated in rows.iterator():
        if pk in snapshot.ranks:
            known = (updated, recorded.get(public_id), kept.get(pk))
            times[pk] = _Times(max(at for at in known if at), created)
    return times


# -- what ----------------------------------------------------------------------------------------------


def _told(ids: Sequence[int], times: dict[int, _Times], since: datetime.datetime | None) -> list[News]:
    states = states_since(ids, since)
    found = []
    for pk in ids:
        before, after = states.get(pk, ("", ""))
        line = line_of(json.loads(before or "{}"), json.loads(after or "{}"))
        if since is None and not line:
            # Its own state is the same: what became of a partner changed its page.
            line = _CHANGED
        found.append(News(pk, times[pk].at, times[pk].published, line == NEW, line))
    return found


def line_of(before: dict, after: dict) -> str:
    """« Nouvelle fiche », « Mise à jour : coordonnées, coopérations »; '' where visitors see no difference.

    ``before`` and ``after``: states as ``actors.history`` keeps them, empty where there is none.
    """
    if before.get("publication") != PublicationStatus.PUBLISHED:
        return NEW
    before, after = _seen(before), _seen(after)
    changed = [
        chapter
        for chapter, keys in _CHAPTERS.items()
        if any(_plain(before.get(key)) != _plain(after.get(key)) for key in keys)
    ]
    return f"Mise à jour : {', '.join(changed)}" if changed else ""


def _seen(state: dict) -> dict:
    """What visitors see of a state: no personal contact."""
    contacts = [row for row in state.get("contacts", []) if not row.get("personal")]
    return {**state, "contacts": contacts}


def _plain(value: object) -> object:
    """A value without the numbers of its rows: what is written anew with the same words has not changed."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if key != "id"}
    if isinstance(value, list):
        return sorted((_plain(each) for each in value), key=repr)
    return value or None
