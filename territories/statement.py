"""Queries whose SQL is made once: for a page Django builds a query ten times as long as it is asked."""

import json
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, count
from typing import Any, Generic, TypeVar
from weakref import WeakSet

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
        before, after, first, last = self.pieces(connection)
        marks = ", ".join(["%s"] * len(values))
        with connection.cursor() as cursor:
            cursor.execute(f"{before}IN ({marks}){after}", [*first, *values, *last])
            found = cursor.fetchall()
        if found and (converters := self._converters(connection)):
            compiler = self._rows.query.get_compiler(connection=connection)
            found = list(map(tuple, compiler.apply_converters(found, converters)))
        return found

    def pieces(self, connection) -> tuple[str, str, list, list]:
        """Its SQL before « IN » and after the values, the parameters before and after them."""
        return self._for(connection)[:4]

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
        self.names = [each.attname for each in fields if not only or each.attname in only]
        self.statement = Statement(rows.values_list(*self.names), column, kind)

    def read(self, values: Collection[Any]) -> list[M]:
        """1 query; none for no value."""
        return self.made(self.statement.rows(values))

    def made(self, rows: list) -> list[M]:
        """Of rows of its statement."""
        alias, make = self._rows.db, self._rows.model.from_db
        return [make(alias, self.names, row) for row in rows]


@dataclass(frozen=True)
class Held:
    """Instead of values: those that a column of another part holds, which stands before and is read with it."""

    part: str
    column: str


class Gathered:
    """Several of them asked as one: a page asks twenty tables for a few rows each, and waits for its database once.

    The database makes a list in JSON of the rows of each, in their order: they have nothing else in common. Columns
    hold numbers, texts, dates and yes or no.
    """

    def __init__(self, parts: Mapping[str, Statement | Instances]) -> None:
        self._parts = parts
        # By database and parts, each asked for one value: SQL and its own parameters, those of the values left out.
        self._of_one: dict[tuple, _Text] = {}

    def __iter__(self) -> Iterator[str]:
        """Names of the parts."""
        return iter(self._parts)

    def read(self, values: Mapping[str, Collection[Any] | Held]) -> dict[str, list]:
        """By name of each part what its ``rows()`` or ``read()`` would give (1 query; none for no value at all)."""
        found: dict[str, list] = {name: [] for name in self._parts}
        asked = {name: values[name] for name in self._parts if values.get(name)}
        if not asked:
            return found
        connection = connections[self._statement(next(iter(asked))).alias]
        given = [those for those in asked.values() if not isinstance(those, Held)]
        if all(len(those) == 1 for those in given):
            row = self._asked_for_one(connection, asked, [value for (value,) in given])
        else:
            # Too rarely the same numbers of values to keep the text.
            sql, parameters = self._text(connection, asked)
            with connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                row = cursor.fetchone()
        for name, text in zip(asked, row, strict=True):
            # Nothing is told as nothing by PostgreSQL, and as « [] » by SQLite.
            if text is not None and text != "[]":
                part = self._parts[name]
                rows = self._statement(name).from_json(connection, json.loads(text))
                found[name] = part.made(rows) if isinstance(part, Instances) else rows
        return found

    def _asked_for_one(self, connection, asked: Mapping[str, Collection[Any] | Held], values: list) -> tuple:
        key = (
            connection.alias,
            *((name, those if isinstance(those, Held) else None) for name, those in asked.items()),
        )
        if (text := self._of_one.get(key)) is None:
            text = self._of_one[key] = _Text(connection.vendor, *self._text(connection, asked, of_one=True))
        with connection.cursor() as cursor:
            text.execute(connection, cursor, values)
            return cursor.fetchone()

    def _statement(self, name: str) -> Statement:
        part = self._parts[name]
        return part.statement if isinstance(part, Instances) else part

    def _text(
        self, connection, asked: Mapping[str, Collection[Any] | Held], *, of_one: bool = False
    ) -> tuple[str, list]:
        """SQL and parameters; ``of_one``: with :data:`_VALUE` for each value, which is in no parameter."""
        tables, lists, parameters = [], [], []
        numbers = {name: number for number, name in enumerate(asked)}
        for name, values in asked.items():
            if isinstance(values, Held):
                column = self._parts[values.part].names.index(values.column)
                among, own = f"SELECT c{column} FROM t{numbers[values.part]}", []
            else:
                among, own = (_VALUE, []) if of_one else (", ".join(["%s"] * len(values)), list(values))
            before, after, first, last = self._statement(name).pieces(connection)
            fields = self._statement(name).fields(connection)
            columns = [f"c{at}" for at in range(len(fields))]
            tables.append(f"t{numbers[name]} ({', '.join(columns)}) AS ({before}IN ({among}){after})")
            parameters += [*first, *own, *last]
            if connection.vendor == "postgresql":
                cells = [
                    f"{column}::text" if isinstance(field, DecimalField) else column
                    for column, field in zip(columns, fields, strict=True)
                ]
                made = f"json_agg(json_build_array({', '.join(cells)}))::text"
            else:
                made = f"json_group_array(json_array({', '.join(columns)}))"
            lists.append(f"(SELECT {made} FROM t{numbers[name]})")
        return f"WITH {', '.join(tables)} SELECT {', '.join(lists)}", parameters


class _Text:
    """A statement of which only a few values differ from one asking to the next.

    PostgreSQL plans it once for each connection, which takes longer than doing it. SQLite has its parameters by name:
    Django looks for those without through the whole text, each time.
    """

    def __init__(self, vendor: str, sql: str, parameters: list) -> None:
        """``sql``: with :data:`_VALUE` for each value; ``parameters``: all others."""
        numbers = count(1)
        if vendor == "postgresql":
            self._name = f"gathered_{next(_numbers)}"
            self._sql = _each(sql, _VALUE, lambda: f"${next(numbers)}")
            self._parameters: Any = parameters
        else:
            self._sql = _each(
                _each(sql, "%s", lambda: f"%(own{next(numbers)})s"),
                _VALUE,
                lambda: f"%(value{next(numbers)})s",
            )
            self._parameters = {f"own{number}": value for number, value in enumerate(parameters, 1)}
            self._first = len(parameters) + 1
        # Connections of PostgreSQL that know it.
        self._known: WeakSet = WeakSet()

    def execute(self, connection, cursor, values: list) -> None:
        if connection.vendor != "postgresql":
            given = {f"value{number}": value for number, value in enumerate(values, self._first)}
            cursor.execute(self._sql, self._parameters | given)
            return
        if connection.connection not in self._known:
            with connection.wrap_database_errors, connection.connection.cursor() as plain:
                plain.execute(f"PREPARE {self._name} AS {self._sql}", self._parameters)
            self._known.add(connection.connection)
        marks = ", ".join(["%s"] * len(values))
        cursor.execute(f"EXECUTE {self._name} ({marks})", values)


def _each(text: str, sign: str, instead: Callable[[], str]) -> str:
    """``text`` with something else for each ``sign``."""
    first, *others = text.split(sign)
    return "".join([first, *(f"{instead()}{other}" for other in others)])


# Stands for a value in a text until it is known how the database takes it; in no SQL of Django's.
_VALUE = "\x00"
_numbers = count()


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
            rows = self._rows.values_list(*self.names)
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
