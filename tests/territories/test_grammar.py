"""« de » and « à » before names of every kind."""

import re

import pytest

from territories import grammar

# kind, code, name, TNCC (INSEE's, None where the kind has none), of, at
HARD_NAMES = [
    ("commune", "59314", "Hornaing", 1, "d’Hornaing", "à Hornaing"),
    ("commune", "62427", "Hénin-Beaumont", 1, "d’Hénin-Beaumont", "à Hénin-Beaumont"),
    ("commune", "62215", "Carvin", 0, "de Carvin", "à Carvin"),
    ("commune", "59136", "Le Cateau-Cambrésis", 2, "du Cateau-Cambrésis", "au Cateau-Cambrésis"),
    ("commune", "59481", "Le Quesnoy", 2, "du Quesnoy", "au Quesnoy"),
    ("commune", "59051", "La Bassée", 3, "de La Bassée", "à La Bassée"),
    ("commune", "02304", "La Fère", 3, "de La Fère", "à La Fère"),
    ("commune", "59404", "Les Moëres", 4, "des Moëres", "aux Moëres"),
    ("commune", "08218", "Les Hautes-Rivières", 4, "des Hautes-Rivières", "aux Hautes-Rivières"),
    ("commune", "80296", "L’Étoile", 5, "de L’Étoile", "à L’Étoile"),
    ("commune", "94038", "L’Haÿ-les-Roses", 5, "de L’Haÿ-les-Roses", "à L’Haÿ-les-Roses"),
    ("commune", "60703", "Aux Marais", 6, "des Marais", "aux Marais"),
    ("commune", "00000", "Las Illas", 7, "de Las Illas", "à Las Illas"),
    ("commune", "80410", "Ham", 0, "de Ham", "à Ham"),
    ("commune", "59299", "Hem", 0, "de Hem", "à Hem"),
    ("commune", "59295", "Hazebrouck", 1, "d’Hazebrouck", "à Hazebrouck"),
    ("commune", "80829", "Y", 1, "d’Y", "à Y"),
    ("commune", "62637", "Oignies", 1, "d’Oignies", "à Oignies"),
    ("commune", "62297", "Éperlecques", 1, "d’Éperlecques", "à Éperlecques"),
    ("associated_commune", "59298", "Hellemmes", None, "d’Hellemmes", "à Hellemmes"),
    ("associated_commune", "59355", "Lomme", 0, "de Lomme", "à Lomme"),
    (
        "delegated_commune",
        "02161",
        "La Chapelle-Monthodon",
        None,
        "de La Chapelle-Monthodon",
        "à La Chapelle-Monthodon",
    ),
    ("department", "59", "Nord", 2, "du Nord", "dans le Nord"),
    ("department", "62", "Pas-de-Calais", 2, "du Pas-de-Calais", "dans le Pas-de-Calais"),
    ("department", "02", "Aisne", 5, "de l’Aisne", "dans l’Aisne"),
    ("department", "60", "Oise", 5, "de l’Oise", "dans l’Oise"),
    ("department", "80", "Somme", 3, "de la Somme", "dans la Somme"),
    ("department", "03", "Allier", 5, "de l’Allier", "dans l’Allier"),
    ("department", "08", "Ardennes", 4, "des Ardennes", "dans les Ardennes"),
    ("department", "28", "Eure-et-Loir", 1, "d’Eure-et-Loir", "en Eure-et-Loir"),
    ("department", "77", "Seine-et-Marne", 0, "de Seine-et-Marne", "en Seine-et-Marne"),
    ("department", "76", "Seine-Maritime", 3, "de la Seine-Maritime", "en Seine-Maritime"),
    ("department", "34", "Hérault", 5, "de l’Hérault", "dans l’Hérault"),
    ("department", "68", "Haut-Rhin", 2, "du Haut-Rhin", "dans le Haut-Rhin"),
    ("department", "75", "Paris", 0, "de Paris", "à Paris"),
    ("department", "974", "La Réunion", 0, "de La Réunion", "à La Réunion"),
    ("region", "32", "Hauts-de-France", 4, "des Hauts-de-France", "dans les Hauts-de-France"),
    ("region", "53", "Bretagne", 0, "de Bretagne", "en Bretagne"),
    ("region", "84", "Auvergne-Rhône-Alpes", 1, "d’Auvergne-Rhône-Alpes", "en Auvergne-Rhône-Alpes"),
    ("region", "75", "Nouvelle-Aquitaine", 3, "de la Nouvelle-Aquitaine", "en Nouvelle-Aquitaine"),
    ("region", "44", "Grand Est", 2, "du Grand Est", "dans le Grand Est"),
    ("region", "52", "Pays de la Loire", 4, "des Pays de la Loire", "dans les Pays de la Loire"),
    ("region", "24", "Centre-Val de Loire", 2, "du Centre-Val de Loire", "en Centre-Val de Loire"),
    ("region", "06", "Mayotte", 0, "de Mayotte", "à Mayotte"),
    ("country", "FR", "France", None, "de la France", "en France"),
    (
        *("epci", "246200299", "Agglomération Hénin-Carvin", None),
        *("de l’agglomération Hénin-Carvin", "dans l’agglomération Hénin-Carvin"),
    ),
    (
        *("epci", "200042190", "Agglomération de la Porte du Hainaut", None),
        *("de l’agglomération de la Porte du Hainaut", "dans l’agglomération de la Porte du Hainaut"),
    ),
    (
        *("epci", "200093201", "Métropole européenne de Lille", None),
        *("de la Métropole européenne de Lille", "dans la Métropole européenne de Lille"),
    ),
    (
        *("epci", "246000566", "Communauté de communes du Plateau Picard", None),
        *(
            "de la communauté de communes du Plateau Picard",
            "dans la communauté de communes du Plateau Picard",
        ),
    ),
    (
        *("epci", "200033579", "Communauté urbaine d’Arras", None),
        *("de la communauté urbaine d’Arras", "dans la communauté urbaine d’Arras"),
    ),
    ("epci", "248000531", "Amiens Métropole", None, "d’Amiens Métropole", "dans Amiens Métropole"),
    ("epci", "200044618", "Douaisis Agglo", None, "de Douaisis Agglo", "dans Douaisis Agglo"),
    (
        *("neighbourhood", "quartier-sabatier-raismes", "Quartier Sabatier", None),
        *("du quartier Sabatier", "dans le quartier Sabatier"),
    ),
]


@pytest.mark.parametrize(("kind", "code", "name", "tncc", "of", "at"), HARD_NAMES)
def test_hard_names(kind, code, name, tncc, of, at):
    assert grammar.phrases(kind, code, name, tncc) == (of, at)


@pytest.mark.parametrize(
    ("code", "of", "at"),
    [
        ("informal:bassin-minier", "du bassin minier", "dans le bassin minier"),
        ("informal:weppes", "des Weppes", "dans les Weppes"),
        ("informal:thierache", "de la Thiérache", "en Thiérache"),
        ("informal:flandre", "de la Flandre", "en Flandre"),
        ("informal:avesnois", "de l’Avesnois", "dans l’Avesnois"),
        ("informal:artois", "de l’Artois", "en Artois"),
        ("informal:hainaut", "du Hainaut", "dans le Hainaut"),
        ("informal:pays-de-bray", "du Pays de Bray", "dans le Pays de Bray"),
        (
            *("informal:parc-naturel-regional-scarpe-escaut", "du parc naturel régional Scarpe-Escaut"),
            "dans le parc naturel régional Scarpe-Escaut",
        ),
        (
            "neighbourhood:quartier-des-briquettes-marly",
            "du quartier des Briquettes",
            "dans le quartier des Briquettes",
        ),
        ("former:nord-pas-de-calais", "du Nord-Pas-de-Calais", "dans le Nord-Pas-de-Calais"),
        ("former:picardie", "de la Picardie", "en Picardie"),
        ("former:62098", "de Beaumont", "à Beaumont"),
        ("former:59020", "d’Ascq", "à Ascq"),
        ("former:80653", "du Quesnoy", "au Quesnoy"),
        ("former:62417", "de Hautecôte", "à Hautecôte"),
    ],
)
def test_territories_that_say_their_article(rows, code, of, at):
    assert (rows[code].of_phrase, rows[code].at_phrase) == (of, at)


@pytest.mark.parametrize(
    ("name", "elided"),
    [
        ("Étaples", True),
        ("œuvre", True),
        ("Hornaing", True),
        ("Haute Somme", False),
        ("Hainaut", False),
        ("Hem-Lenglet", False),
        ("Ypres", True),
        ("Yerres", False),
        ("Lens", False),
        ("7 Vallées", False),
        ("", False),
    ],
)
def test_elision(name, elided):
    assert grammar.elides(name) is elided


def test_a_kind_without_a_rule_is_refused():
    with pytest.raises(ValueError, match="informal:weppes"):
        grammar.phrases("informal", "weppes", "Weppes")


def test_no_phrase_of_any_territory_is_broken(dataset):
    broken = re.compile(
        r"\b(?:de|à) (?:le|les) |\bde l’? |\bdans (?:du|des)\b|  |^\s|\s$|'"
        # no elision missed before a vowel that is not h or y
        r"|^de (?=[aeiouâàéèêëîïôöûüœAEIOUÂÀÉÈÊËÎÏÔÖÛÜŒ])"
        r"|’ "
    )
    phrases = [(row.key, phrase) for row in dataset.territories for phrase in (row.of_phrase, row.at_phrase)]
    assert [(key, phrase) for key, phrase in phrases if not phrase or broken.search(phrase)] == []


def test_every_phrase_opens_with_its_preposition(dataset):
    of = re.compile(r"^(?:de |d’|du |des )")
    at = re.compile(r"^(?:à |au |aux |en |dans )")
    wrong = [
        row.key for row in dataset.territories if not of.match(row.of_phrase) or not at.match(row.at_phrase)
    ]
    assert wrong == []
