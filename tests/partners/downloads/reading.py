"""Files read back by other people's parsers, as lists of rows alike for every format."""

import csv
import io
import json
from unittest import mock

from django.db.backends.base.base import BaseDatabaseWrapper
from openpyxl import load_workbook


def get(client, address: str):
    response = client.get(address)
    assert response.status_code == 200, response.content
    return response


def content(client, address: str) -> bytes:
    return get(client, address).getvalue()


def csv_rows(client, address: str, delimiter: str = ",") -> list[dict[str, str]]:
    text = content(client, address).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def xlsx_rows(client, address: str) -> list[dict[str, str]]:
    book = load_workbook(io.BytesIO(content(client, address)), read_only=True)
    head, *rows = book.worksheets[0].iter_rows(values_only=True)
    return [dict(zip(head, ("" if cell is None else str(cell) for cell in row), strict=True)) for row in rows]


def json_lines(client, address: str) -> list[dict]:
    return [json.loads(line) for line in content(client, address).decode().splitlines()]


def as_cell(value) -> str:
    """A value of a JSON format as a table writes it."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return "" if value is None else str(value)


def leave(response) -> None:
    """Close an answer that was not read to its end.

    Its close ends the request, hence its connection to the database, which on PostgreSQL is the one of the test.
    """
    with mock.patch.object(BaseDatabaseWrapper, "close_if_unusable_or_obsolete"):
        response.close()
