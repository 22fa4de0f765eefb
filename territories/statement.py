"""Queries whose SQL is made once: for a page Django builds a query ten times as long as it is asked."""

import json
import threading
from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import DateField, DecimalField, Field, Model, QuerySet

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

    @property
    def alias(self) -> str:
        """The database that is read here and now."""
        return self._rows.db

    def rows(self, values: Collection[Any]) -> list[tuple]:
        """1 query; none for no value."""
        if not values:
            return []
        connection = connections[self.alias]
        sql, parameters = self.asked(connection, values)
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            found = cursor.fetchall()
        if found and (converters := self._converters(connection)):
            compiler = self._rows.query.get_compiler(connection=connection)
            found = list(map(tuple, compiler.apply_converters(found, converters)))
        return found

    def asked(self, connection, values: Collection[Any]) -> tuple[str, list]:
        """Its SQL for these values, and the parameters."""
        before, after, first, last, _ = self._for(connection)
        return f"{before}IN ({', '.join(['%s'] * len(values))}){after}", [*first, *values, *last]

    def fields(self, connection) -> list[Field]:
        """What each column of a row holds."""
        return [expression.output_field for expression in self._for(connection)[-1]]

    def from_json(self, connection, rows: list[list]) -> list[list]:
        """The rows of a list in JSON that this database made, as the driver would have given them and Django has them."""
        if connection.vendor == "postgresql":
            texts = [
                (at, field.to_python) for at, field in enumerate(self.fields(connection)) if _is_text(field)
            ]
            for row in rows if texts else ():
                for at, made in texts:
                    row[at] = made(row[at])
        if converters := self._converters(connection):
            compiler = self._rows.query.get_compiler(connection=connection)
            return list(compiler.apply_converters(rows, converters))
        return rows

    def _for(self, connection) -> tuple[str, str, list, list, list]:
        if connection.alias not in self._made:
            self._made[connection.alias] = self._compiled(connection.alias)
        return self._made[connection.alias]

    def _converters(self, connection) -> dict:
        if getattr(self._own, "connection", None) is not connection:
            compiler = self._rows.query.get_compiler(connection=connection)
            converters = compiler.get_converters(self._for(connection)[-1])
            self._own.connection, self._own.converters = connection, converters
        return self._own.converters

    def _compiled(self, alias: str) -> tuple[str, str, list, list, list]:
        compiler = self._rows.filter(**{f"{self._column}__in": [self._mark]}).query.get_compiler(alias)
        sql, parameters = compiler.as_sql()
        before, after = sql.split("IN (%s)")
        at = parameters.index(self._mark)
        first, last = list(parameters[:at]), list(parameters[at + 1 :])
        return before, after, first, last, [expression for expression, *_ in compiler.select]


def _is_text(field: Field) -> bool:
    """Whether PostgreSQL writes it in JSON as text, or with fewer digits."""
    return isinstance(field, DateField | DecimalField)


class Instances(Generic[M]):
    """The same as rows of a model. ``only``: names of the columns read, all unless told; the others are deferred."""

    def __init__(
        self, rows: "QuerySet[M]", column: str, kind: type = int, only: Collection[str] = ()
    ) -> None:
        self._rows = rows
        fields = rows.model._meta.concrete_fields
        self._names = [each.attname for each in fields if not only or each.attname in only]
        self.statement = Statement(rows.values_list(*self._names), column, kind)

    def read(self, values: Collection[Any]) -> list[M]:
        """1 query; none for no value."""
        return self.made(self.statement.rows(values))

    def made(self, rows: list) -> list[M]:
        """Of rows of its statement."""
        alias, make = self._rows.db, self._rows.model.from_db
        return [make(alias, self._names, row) for row in rows]


class Gathered:
    """Several of them asked as one: a page asks twenty tables for a few rows each, and waits for its database once.

    The database makes a list in JSON of the rows of each, in their order: they have nothing else in common. Columns
    hold numbers, texts, dates and yes or no.
    """

    def __init__(self, parts: Mapping[str, Statement | Instances]) -> None:
        self._parts = parts
        # Of one value of each: database and parts -> SQL.
        self._texts: dict[tuple, str] = {}

    def __iter__(self) -> Iterator[str]:
        """Names of the parts."""
        return iter(self._parts)

    def read(self, values: Mapping[str, Collection[Any]]) -> dict[str, list]:
        """By name of each part what its ``rows()`` or ``read()`` would give (1 query; none for no value at all)."""
        found: dict[str, list] = {name: [] for name in self._parts}
        asked = [name for name in self._parts if values.get(name)]
        if not asked:
            return found
        connection = connections[self._statement(asked[0]).alias]
        pieces = [self._statement(name).asked(connection, values[name]) for name in asked]
        key = (connection.alias, *((name, len(values[name])) for name in asked))
        if (sql := self._texts.get(key)) is None:
            sql = self._text(connection, asked, [sql for sql, _ in pieces])
            if all(number == 1 for _, number in key[1:]):
                # Of one actor, or of one of anything; of several it is too rarely the same.
                self._texts[key] = sql
        with connection.cursor() as cursor:
            cursor.execute(sql, list(chain.from_iterable(parameters for _, parameters in pieces)))
            row = cursor.fetchone()
        for name, text in zip(asked, row, strict=True):
            # Nothing is told as nothing by PostgreSQL, and as « [] » by SQLite.
            if text is not None and text != "[]":
                part = self._parts[name]
                rows = self._statement(name).from_json(connection, json.loads(text))
                found[name] = part.made(rows) if isinstance(part, Instances) else rows
        return found

    def _statement(self, name: str) -> Statement:
        part = self._parts[name]
        return part.statement if isinstance(part, Instances) else part

    def _text(self, connection, asked: list[str], pieces: list[str]) -> str:
        tables, lists = [], []
        for number, (name, sql) in enumerate(zip(asked, pieces, strict=True)):
            fields = self._statement(name).fields(connection)
            columns = [f"c{at}" for at in range(len(fields))]
            tables.append(f"t{number} ({', '.join(columns)}) AS ({sql})")
            if connection.vendor == "postgresql":
                cells = [
                    f"{column}::text" if isinstance(field, DecimalField) else column
                    for column, field in zip(columns, fields, strict=True)
                ]
                made = f"json_agg(json_build_array({', '.join(cells)}))::text"
            else:
                made = f"json_group_array(json_array({', '.join(columns)}))"
            lists.append(f"(SELECT {made} FROM t{number})")
        return f"WITH {', '.join(tables)} SELECT {', '.join(lists)}"


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
            return self.made(cursor.fetchall())

    def _condition(self, connection, name: str, number: int) -> str:
        column = connection.ops.quote_name(self._rows.model._meta.get_field(name).column)
        if number > _SINGLE:
            return f"{column} IN ({', '.join(['%s'] * number)})"
        # Where no row has a value, SQLite takes NULL for one that all have, and reads the table for « = »: for a range
        # it looks into the index.
        return " OR ".join([f"{column} BETWEEN %s AND %s"] * number)
