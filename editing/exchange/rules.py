"""The check constraints of a model, asked in Python: Django's own way costs a query for each row and constraint."""

import re
from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Left

# As in SQL: None is unknown, which breaks no constraint.
Truth = bool | None

_LOOKUPS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": lambda left, right: left == right,
    "in": lambda left, right: left in right,
    "regex": lambda left, right: re.search(right, left) is not None,
    "range": lambda left, right: right[0] <= left <= right[1],
    "gte": lambda left, right: left >= right,
    "lte": lambda left, right: left <= right,
}


def broken_rules(row: models.Model) -> list[str]:
    """The French sentence of every check constraint that ``row``, saved or not, does not meet (no query).

    Raises NotImplementedError on a condition this module does not know.
    """
    return [
        str(constraint.violation_error_message)
        for constraint in row._meta.constraints
        if isinstance(constraint, models.CheckConstraint) and _holds(constraint.condition, row) is False
    ]


def _holds(condition: Q, row: models.Model) -> Truth:
    truths = [
        _holds(child, row) if isinstance(child, Q) else _compares(row, *child) for child in condition.children
    ]
    if condition.connector == Q.AND:
        truth = False if False in truths else None if None in truths else True
    elif condition.connector == Q.OR:
        truth = True if True in truths else None if None in truths else False
    else:
        raise NotImplementedError(condition.connector)
    return truth if truth is None or not condition.negated else not truth


def _compares(row: models.Model, path: str, right: Any) -> Truth:
    name, _, lookup = path.partition("__")
    left = getattr(row, row._meta.get_field(name).attname)
    if lookup == "isnull":
        return (left is None) == right
    right = _value(right, row)
    if left is None or right is None:
        return None
    if lookup not in _LOOKUPS and lookup:
        raise NotImplementedError(lookup)
    return _LOOKUPS[lookup or "exact"](left, right)


def _value(expression: Any, row: models.Model) -> Any:
    if isinstance(expression, Left):
        text, length = (_value(part, row) for part in expression.get_source_expressions())
        return text[:length]
    if isinstance(expression, F):
        return getattr(row, row._meta.get_field(expression.name).attname)
    if isinstance(expression, Value):
        return expression.value
    if hasattr(expression, "resolve_expression"):
        raise NotImplementedError(repr(expression))
    return expression
