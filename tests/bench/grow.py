"""Many more made-up actors of those that are there, by SQL: making 200,000 one by one takes ten minutes.

Run as ``python -m tests.bench.grow COPIES`` over a database that ``seed_demo`` filled. Each copy is every ordinary actor
once more, under numbers and addresses of its own, with its places, links, sources and words; names come again, as
generic names do. PTCE and the head of the network are not copied, and are linked with the first copies alone: a
hundred thousand links of one actor would be no directory's.
"""

import os
import sys

import django

# Between the numbers of one copy and the next.
STEP = 10_000_000
# Copies that keep their links with those who are not copied.
LINKED = 3
# Takes the place of the first letter of a permanent id, in none of which it is; the last one moves on by so many.
_LETTERS = "ilo01"
_HEAD = "SELECT id FROM actors_actor WHERE id < {step} AND (nature = 'ptce' OR slug = 'apes')"


def grow(copies: int) -> None:
    """``copies`` more of each ordinary actor."""
    from django.db import connection, transaction

    from actors.models import (
        Actor,
        ActorLabel,
        ActorSector,
        Address,
        Alias,
        AreaServed,
        Citation,
        ContactPoint,
        Cooperation,
        CooperationWish,
        Place,
        PublicId,
        SearchDocument,
    )
    from territories.models import record_change

    head = _HEAD.format(step=STEP)
    ordinary = f"NOT IN ({head})"
    models = (
        (Actor, f"id {ordinary}"),
        (PublicId, f"actor_id {ordinary}"),
        (Address, f"actor_id {ordinary}"),
        *(
            (model, f"actor_id {ordinary}")
            for model in (
                ActorSector,
                ActorLabel,
                Actor.activities.through,
                Place,
                AreaServed,
                Alias,
                ContactPoint,
                CooperationWish,
            )
        ),
        (Cooperation, f"(source_id {ordinary} OR target_id {ordinary})"),
        (Citation, f"actor_id {ordinary}"),
        (SearchDocument, f"actor_id {ordinary}"),
    )
    with transaction.atomic(), connection.cursor() as cursor:
        for number in range(1, copies + 1):
            shift = number * STEP
            for model, rows in models:
                columns = [field.column for field in model._meta.concrete_fields]
                values = [_value(field, shift, number, head) for field in model._meta.concrete_fields]
                if model is Cooperation and number > LINKED:
                    rows = f"source_id {ordinary} AND target_id {ordinary}"
                key = model._meta.pk.column
                first = f"{key} < {STEP}" if key != "value" else f"actor_id < {STEP}"
                names = ", ".join(f'"{column}"' for column in columns)
                cursor.execute(
                    f"INSERT INTO {model._meta.db_table} ({names}) SELECT {', '.join(values)} "
                    f"FROM {model._meta.db_table} WHERE {first} AND {rows}"
                )
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{number} / {copies}")
        record_change(subject="all", key="", what=f"{copies} copies")
        cursor.execute("ANALYZE")


def _value(field, shift: int, number: int, head: str) -> str:
    from actors.models import Actor, PublicId

    column = f'"{field.column}"'
    target = field.related_model if field.is_relation else None
    if (column == '"value"' and field.model is PublicId) or column == '"public_id"' or target is PublicId:
        return _another_id(column, number)
    if field.primary_key or target is Actor:
        moved = f"{column} + {shift}"
        if field.model.__name__ == "Cooperation" and target is Actor:
            return f"CASE WHEN {column} IN ({head}) THEN {column} ELSE {moved} END"
        return moved
    return f"{column} || '-copie-{number}'" if field.column == "slug" else column


def _another_id(column: str, number: int) -> str:
    """SQL of a permanent id that addresses take, another one for each copy and none of who was copied."""
    from django.db import connection

    from actors.models.address import ALPHABET

    steps, first = divmod(number, len(_LETTERS))
    place_of = "strpos" if connection.vendor == "postgresql" else "instr"
    place = f"({place_of}('{ALPHABET}', substr({column}, 8)) - 1 + {steps}) % {len(ALPHABET)} + 1"
    return f"'{_LETTERS[first]}' || substr({column}, 2, 6) || substr('{ALPHABET}', {place}, 1)"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "apes_directory.settings")
    django.setup()
    grow(int(sys.argv[1]))
