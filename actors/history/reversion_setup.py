"""django-reversion told what an entry is."""

import reversion
from django.core import serializers
from django.db import connections
from reversion.models import Version

from actors.history.versions import keep_missing
from actors.models import Actor

FORMAT = "entry"


def register() -> None:
    serializers.register_serializer(FORMAT, "actors.history.serializer")
    reversion.register(Actor, format=FORMAT)


def after_migrate(sender, using: str, **kwargs) -> None:
    """An installation older than the history gets a first version of each entry."""
    tables = connections[using].introspection.table_names()
    if Version._meta.db_table in tables and Actor._meta.db_table in tables:
        keep_missing()
