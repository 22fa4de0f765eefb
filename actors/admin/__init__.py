from actors.admin import (
    actor,
    address,
    citation,
    contact,
    cooperation,
    figure,
    internals,
    naming,
    person,
    place,
    ptce_status,
    spokesperson,
)

__all__ = [
    "actor",
    "address",
    "citation",
    "contact",
    "cooperation",
    "figure",
    "internals",
    "naming",
    "person",
    "place",
    "ptce_status",
    "spokesperson",
]
