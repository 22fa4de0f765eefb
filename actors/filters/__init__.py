"""Address parameters to what they ask: parsed, checked, and labelled in French.

One FilterSet per list. Unlike django-filter's own, the rows of a form with errors are none, and a
parameter nobody knows is an error: a mistyped filter must never pass for a complete list.
"""

from actors.filters.actor import PLURALS, RADII, ROLES, ActorFilterSet
from actors.filters.chain import ChainForm
from actors.filters.cooperation import CooperationFilterSet
from actors.filters.fields import SeveralField, SharedChoiceField
from actors.filters.strict import StrictForm, is_tracking

__all__ = [
    "PLURALS",
    "RADII",
    "ROLES",
    "ActorFilterSet",
    "ChainForm",
    "CooperationFilterSet",
    "SeveralField",
    "SharedChoiceField",
    "StrictForm",
    "is_tracking",
]
