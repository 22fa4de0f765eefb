"""Queries whose SQL is made once: for a page of twenty actors Django builds a query ten times as long as it is asked."""

from collections.abc import Collection
from typing import Any

from django.db import connections
from django.db.models import QuerySet

# Stands for the values when the SQL is made.
_MARK = {int: -7_225_301, str: "-7225301"}


class Statement:
    """Rows of a ``values_list()`` whose ``column`` is among given values, as tuples; made at its first use.

    The queryset is Django's own, and so are the SQL and what makes Python values of its columns: only the list of
    values is put in anew. ``kind``: type of the column's values.
    """

    def __init__(self, rows: QuerySet, column: str, kind: type = int) -> None:
        self._rows = rows
        self._column = column
        self._mark = _MARK[kind]
        # Database -> (SQL before and after the values, parameters before and after them, what is selected).
        self._made: dict[str, tuple[str, str, list, list, list]] = {}

    def rows(self, values: Collection[Any]) -> list[tuple]:
        """1 query; none for no value."""
        if not values:
            return []
        connection = connections[self._rows.db]
        if connection.alias not in self._made:
            self._made[connection.alias] = self._compiled(connection.alias)
        before, after, first, last, selected = self._made[connection.alias]
        marks = ", ".join(["%s"] * len(values))
        with connection.cursor() as cursor:
            cursor.execute(f"{before}IN ({marks}){after}", [*first, *values, *last])
            found = cursor.fetchall()
        # Of the thread's own connection: only what is common to all of them is kept.
        compiler = self._rows.query.get_compiler(connection=connection)
        if converters := compiler.get_converters(selected):
            found = list(map(tuple, compiler.apply_converters(found, converters)))
        return found

    def _compiled(self, alias: str) -> tuple[str, str, list, list, list]:
        compiler = self._rows.filter(**{f"{self._column}__in": [self._mark]}).query.get_compiler(alias)
        sql, parameters = compiler.as_sql()
        before, after = sql.split("IN (%s)")
        at = parameters.index(self._mark)
        first, last = list(parameters[:at]), list(parameters[at + 1 :])
        return before, after, first, last, [expression for expression, *_ in compiler.select]
