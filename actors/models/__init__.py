from actors.models.actor import Actor, Initiative, Organisation, Ptce
from actors.models.address import Address, OutsideId, PublicId, new_public_id
from actors.models.bin import BinnedActor
from actors.models.citation import Citation
from actors.models.contact import ContactPoint
from actors.models.cooperation import Cooperation, CooperationWish
from actors.models.figure import Figure
from actors.models.merger import Merger, NotTwins
from actors.models.naming import Activity, ActorLabel, ActorSector, Alias
from actors.models.network_layout import NetworkLayout
from actors.models.place import AreaServed, Place
from actors.models.ptce_status import PtceStatusEntry
from actors.models.reached import reach, reach_citing, reach_partners
from actors.models.search_document import SearchDocument
from actors.models.seed import Seed
from actors.models.spokesperson import Spokesperson

__all__ = [
    "Activity",
    "Actor",
    "ActorLabel",
    "ActorSector",
    "Address",
    "Alias",
    "AreaServed",
    "BinnedActor",
    "Citation",
    "ContactPoint",
    "Cooperation",
    "CooperationWish",
    "Figure",
    "Initiative",
    "Merger",
    "NetworkLayout",
    "NotTwins",
    "Organisation",
    "OutsideId",
    "Place",
    "Ptce",
    "PtceStatusEntry",
    "PublicId",
    "SearchDocument",
    "Seed",
    "Spokesperson",
    "new_public_id",
    "reach",
    "reach_citing",
    "reach_partners",
]
