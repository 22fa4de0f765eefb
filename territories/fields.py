"""A text column compared byte by byte on every database."""

from django.db import models


class ByteOrderedCharField(models.CharField):
    """A CharField whose order and index are those of its bytes, on SQLite and PostgreSQL alike.

    PostgreSQL sorts by the locale of its cluster unless the column says ``COLLATE "C"``; SQLite
    compares bytes already and knows no collation of that name, so the column says it on PostgreSQL only.
    """

    def db_parameters(self, connection):
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters
