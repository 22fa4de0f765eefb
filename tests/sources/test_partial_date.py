import datetime

import pytest
from django.core.exceptions import ValidationError

from sources.partial_date import PartialDate, validate_partial_date


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "french"),
    [
        ("2018", (2018, 1, 1), (2018, 12, 31), "2018"),
        ("2019-07", (2019, 7, 1), (2019, 7, 31), "juillet 2019"),
        ("2020-02", (2020, 2, 1), (2020, 2, 29), "février 2020"),
        ("2019-07-14", (2019, 7, 14), (2019, 7, 14), "14 juillet 2019"),
        ("2019-08-01", (2019, 8, 1), (2019, 8, 1), "1er août 2019"),
        ("2018~", (2018, 1, 1), (2018, 12, 31), "vers 2018"),
        ("../2004", None, (2004, 12, 31), "2004 au plus tard"),
    ],
)
def test_reading(text, earliest, latest, french):
    date = PartialDate.parse(text)
    assert date.earliest == (datetime.date(*earliest) if earliest else None)
    assert date.latest == datetime.date(*latest)
    assert str(date) == french
    validate_partial_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "18",
        "2018-13",
        "2018-00",
        "2018-01-00",
        "2018-02-30",
        "jadis",
        "2018/2019",
        "0000",
        "2018-7",
        "~2018",
        "2018\n2019",
    ],
)
def test_refusing(text):
    with pytest.raises(ValueError):  # noqa: PT011 — the message is the text itself
        PartialDate.parse(text)
    with pytest.raises(ValidationError, match="n’est pas une date connue"):
        validate_partial_date(text)
