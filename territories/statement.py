"""Queries whose SQL is made once: for a page Django builds a query ten times as long as it is asked."""

import threading
from collections.abc import Collection, Mapping
from itertools import chain
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import Model, QuerySet

# Values of a column that are asked one by one.
_SINGLE = 50
M = TypeVar("M", bound=Model)
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
        # Of each thread, whose connection is its own: that connection, and what makes Python values with it.
        self._own = threading.local()

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
        if found and (converters := self._converters(connection, selected)):
            compiler = self._rows.query.get_compiler(connection=connection)
            found = list(map(tuple, compiler.apply_converters(found, converters)))
        return found

    def _converters(self, connection, selected: list) -> dict:
        if getattr(self._own, "connection", None) is not connection:
            compiler = self._rows.query.get_compiler(connection=connection)
            self._own.connection, self._own.converters = connection, compiler.get_converters(selected)
        return self._own.converters

    def _compiled(self, alias: str) -> tuple[str, str, list, list, list]:
        compiler = self._rows.filter(**{f"{self._column}__in": [self._mark]}).query.get_compiler(alias)
        sql, parameters = compiler.as_sql()
        before, after = sql.split("IN (%s)")
        at = parameters.index(self._mark)
        first, last = list(parameters[:at]), list(parameters[at + 1 :])
        return before, after, first, last, [expression for expression, *_ in compiler.select]


class Instances(Generic[M]):
    """The same as rows of a model. ``only``: names of the columns read, all unless told; the others are deferred."""

    def __init__(
        self, rows: "QuerySet[M]", column: str, kind: type = int, only: Collection[str] = ()
    ) -> None:
        self._rows = rows
        fields = rows.model._meta.concrete_fields
        self._names = [each.attname for each in fields if not only or each.attname in only]
        self._statement = Statement(rows.values_list(*self._names), column, kind)

    def read(self, values: Collection[Any]) -> list[M]:
        """1 query; none for no value."""
        return self._made(self._statement.rows(values))

    def _made(self, rows: list[tuple]) -> list[M]:
        alias, make = self._rows.db, self._rows.model.from_db
        return [make(alias, self._names, row) for row in rows]


class AnyOf(Instances[M]):
    """Rows of a model that have any of given values in any of several columns, all of them read at once.

    Columns asked for no value are left out, so that each of the others is looked up in its index.
    """

    def __init__(self, model: type[M], only: Collection[str]) -> None:
        super().__init__(model._default_manager.order_by(), "pk", only=only)
        # Database -> SQL before the conditions.
        self._selects: dict[str, str] = {}

    def read(self, values: Mapping[str, Collection[int]]) -> list[M]:
        """1 query; none for no value. ``values``: by the name of a foreign key."""
        asked = {name: those for name, those in values.items() if those}
        if not asked:
            return []
        connection = connections[self._rows.db]
        if connection.alias not in self._selects:
            rows = self._rows.values_list(*self._names)
            self._selects[connection.alias] = str(rows.query.get_compiler(connection.alias).as_sql()[0])
        conditions = [self._condition(connection, name, len(those)) for name, those in asked.items()]
        parameters = chain.from_iterable(
            chain.from_iterable(zip(those, those, strict=True)) if len(those) <= _SINGLE else those
            for those in asked.values()
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"{self._selects[connection.alias]} WHERE {' OR '.join(conditions)}", list(parameters)
            )
            # Numbers and texts alone: nothing to convert.
            return self._made(cursor.fetchall())

    def _condition(self, connection, name: str, number: int) -> str:
        column = connection.ops.quote_name(self._rows.model._meta.get_field(name).column)
        if number > _SINGLE:
            return f"{column} IN ({', '.join(['%s'] * number)})"
        # Where no row has a value, SQLite takes NULL for one that all have, and reads the table for « = »: for a range
        # it looks into the index.
        return " OR ".join([f"{column} BETWEEN %s AND %s"] * number)
