import datetime

import pytest

from pages.templatetags.french import counted, long_date, lower_first, partial_date, sentence_list, typo


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 acteur"), (1, "1 acteur"), (2, "2 acteurs"), (1200, "1\xa0200 acteurs")],
)
def test_counted(number, text):
    assert counted(number, "acteur,acteurs") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", ""),
        ("2018", "2018"),
        ("2019-07", "juillet 2019"),
        ("2018~", "vers 2018"),
        ("../2004", "2004 au plus tard"),
    ],
)
def test_partial_date(value, text):
    assert partial_date(value) == text


def test_long_date():
    days = (datetime.date(2026, 3, 1), datetime.date(2026, 3, 2))
    assert [long_date(day) for day in days] == ["1er mars 2026", "2 mars 2026"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Directrice", "directrice"),
        ("SCIC de territoire", "SCIC de territoire"),
        ("L’un des lauréats", "l’un des lauréats"),
        ("À l’essai", "à l’essai"),
        ("", ""),
    ],
)
def test_lower_first(text, expected):
    assert lower_first(text) == expected


@pytest.mark.parametrize(
    ("items", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c")]
)
def test_sentence_list(items, text):
    assert sentence_list(items) == text


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Ose Arts !", "Ose Arts~!"),
        ("lettre « Des villes : les frontières ! », 2020", "lettre «~Des villes~: les frontières~!~», 2020"),
        ("a ; b ?", "a~; b~?"),
        ("12:30", "12:30"),
    ],
)
def test_typo(text, held):
    assert typo(text) == held.replace("~", "\xa0")
