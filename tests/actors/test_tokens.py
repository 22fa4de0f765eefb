"""Words made into tokens, and queries read: alike for every database, hence tested without one."""

import pytest

from actors.index.tokens import forms, index_tokens, joined_tokens, read_query


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("réparations", {"repar", "reparation", "reparations"}),
        ("Réparer", {"repar", "reparer"}),
        ("mobilités", {"mobil", "mobilit", "mobilite", "mobilites"}),
        ("solidaires", {"solidaires", "solidair", "solidaire"}),
        ("vélos", {"velo", "velos"}),
        ("jeux", {"jeu", "jeux"}),
        ("cœur", {"coeur"}),
        ("Ægidius", {"aegidiu", "aegidius"}),
        ("ESS", {"ess"}),
        ("62", {"62"}),
        ("…", set()),
        ("日本", set()),
    ],
)
def test_forms_of_a_word(word, expected):
    assert forms(word) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("réparations", "réparer"),
        ("mobilités", "mobilité"),
        ("SOLIDAIRES", "solidaire"),
        ("Cœur", "coeur"),
        ("maraîchage", "maraichage"),
        ("économique", "economiques"),
        ("entreprendre", "entreprendre"),
    ],
)
def test_words_of_one_family_share_a_form(one, other):
    assert forms(one) & forms(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ch’faid", ["ch", "faid", "chfaid"]),
        ("Ch'faid", ["ch", "faid", "chfaid"]),
        ("Lens-Liévin", ["len", "lens", "lievin", "lenslievin"]),
        ("E.S.S.", ["ess"]),
        ("l’E.S.S", ["l", "ess", "les", "less"]),
        ("Mine de culture(s)", ["min", "mine", "de", "cultur", "culture", "s"]),
        ("Franche / Connexion", ["franch", "franche", "connexion"]),
    ],
)
def test_tokens_of_a_text(text, expected):
    assert index_tokens(text) == expected


def test_a_token_stands_once_and_in_order():
    tokens = index_tokens("vélo vélo Vélo")
    assert tokens == sorted(forms("vélo"))


def test_neighbouring_words_of_a_name_are_also_one():
    assert joined_tokens("Repair café") == ["repaircaf", "repaircafe"]
    # Stop words between don’t count.
    assert joined_tokens("Terre de Liens") == ["terrelien", "terreliens"]
    assert joined_tokens("Apes") == []


def wanted(text: str) -> list[str]:
    return [term.phrase or term.text for term in read_query(text).wanted]


def unwanted(text: str) -> list[str]:
    return [term.phrase or term.text for term in read_query(text).unwanted]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("réparer vélo", ["réparer", "vélo"]),
        ("l’Établi", ["Établi"]),
        ("l'etabli", ["etabli"]),
        ("de la", ["de", "la"]),
        ("C.A.H.C.", ["CAHC"]),
        ("« repair café » vélo", ["repair cafe", "vélo"]),
        ('"repair café', ["repair", "café"]),
        ("«»", []),
        ('""', []),
        ("vélo vélo", ["vélo"]),
        ("a OR b AND NOT (c*)", ["OR", "b", "AND", "NOT"]),
        ("   ", []),
        ("!!! ??? ***", []),
        ("& | ! <-> :*", []),
        ("日本", []),
    ],
)
def test_what_a_query_wants(text, words):
    assert [term.casefold() for term in wanted(text)] == [word.casefold() for word in words]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("garage -solidaire", ["solidaire"]),
        ('garage -"garage solidaire"', ["garage solidaire"]),
        # As a phrase: else « en » would take everything away.
        ("ville -loos-en-gohelle", ["loos en gohelle"]),
        ("Hénin-Beaumont", []),
        ("-", []),
        ("--", []),
        ("- solidaire", []),
    ],
)
def test_what_a_query_does_not_want(text, words):
    assert unwanted(text) == words


def test_words_side_by_side_are_also_one():
    plate, form = read_query("plate-forme").wanted
    assert {"plate", "plateforme"} <= set(plate.forms)
    assert {"forme", "plateforme"} <= set(form.forms)
    rail, bus = (read_query(text).wanted[0] for text in ('rail "coop"', "rail -coop"))
    assert "railcoop" not in {*rail.forms, *bus.forms}


def test_the_key_of_a_query_is_its_words_folded():
    assert read_query(" L’École  d'Été -fermée « en ville » ").key == "l ecole d ete en ville"


@pytest.mark.parametrize("text", ["\0", "\ud800", "a" * 10_000, '"' * 999, "-" * 999, "«" * 999, "a-" * 5000])
def test_no_text_is_too_odd_to_read(text):
    query = read_query(text)
    for term in (*query.wanted, *query.unwanted):
        assert all(form.isascii() and form.isalnum() for form in term.forms)
        assert term.forms or term.phrase
