"""Names of EPCI as shown, official and short; slugs."""

import pytest

from territories.importers.naming import (
    Slugs,
    display_epci_name,
    official_epci_name,
    short_epci_names,
    split_epci,
)

COMMUNES = {"Cambrai", "Saint-Omer", "Arras"}


@pytest.mark.parametrize(
    ("listed", "shown", "official"),
    [
        ("CA d'Hénin-Carvin", "Agglomération Hénin-Carvin", "Communauté d’agglomération d’Hénin-Carvin"),
        ("CA de Lens - Liévin", "Agglomération Lens-Liévin", "Communauté d’agglomération de Lens-Liévin"),
        ("CA de Cambrai", "Agglomération de Cambrai", "Communauté d’agglomération de Cambrai"),
        ("CA de Saint-Omer", "Agglomération de Saint-Omer", "Communauté d’agglomération de Saint-Omer"),
        ("CA du Beauvaisis", "Agglomération du Beauvaisis", "Communauté d’agglomération du Beauvaisis"),
        (
            *("CA de la Porte du Hainaut", "Agglomération de la Porte du Hainaut"),
            "Communauté d’agglomération de la Porte du Hainaut",
        ),
        (
            "CA Coeur d'Ostrevent",
            "Agglomération Cœur d’Ostrevent",
            "Communauté d’agglomération Cœur d’Ostrevent",
        ),
        ("CA Douaisis Agglo", "Douaisis Agglo", "Communauté d’agglomération Douaisis Agglo"),
        ("CA Amiens Métropole", "Amiens Métropole", "Communauté d’agglomération Amiens Métropole"),
        ("CU d'Arras", "Communauté urbaine d’Arras", "Communauté urbaine d’Arras"),
        (
            "CC des Villes Soeurs",
            "Communauté de communes des Villes Sœurs",
            "Communauté de communes des Villes Sœurs",
        ),
        (
            "CC de Desvres-Samer",
            "Communauté de communes de Desvres-Samer",
            "Communauté de communes de Desvres-Samer",
        ),
        (
            "CC Interrégionale Aumale - Blangy-sur-Bresle",
            "Communauté de communes Interrégionale Aumale – Blangy-sur-Bresle",
            "Communauté de communes Interrégionale Aumale – Blangy-sur-Bresle",
        ),
        ("Métropole Européenne de Lille", "Métropole Européenne de Lille", "Métropole Européenne de Lille"),
    ],
)
def test_epci_names(listed, shown, official):
    assert display_epci_name(listed, COMMUNES) == shown
    assert official_epci_name(listed) == official


def test_an_acronym_is_taken_apart():
    assert split_epci("CC Coeur d'Ostrevent (CCCO)") == ("CC", "Cœur d’Ostrevent", "CCCO")
    assert short_epci_names("CC Coeur d'Ostrevent (CCCO)") == [
        "CC Cœur d’Ostrevent",
        "Cœur d’Ostrevent",
        "CCCO",
    ]
    # Towns in brackets are no acronym.
    assert split_epci("CC de la Haute Somme (Combles - Péronne)")[2] == ""


def test_a_slug_says_what_tells_territories_apart():
    slugs = Slugs(["Lens", "Rivière", "Rivière", "Nord"])
    assert slugs.upper("Nord", "département") == "nord"
    assert slugs.commune("Lens", "62498") == "lens"
    # Another commune of France has the name, loaded or not.
    assert slugs.commune("Rivière", "62712") == "riviere-62"
    # A department has it.
    assert slugs.commune("Nord", "2A001") == "nord-2a"
    # A commune has it, though not this one.
    assert slugs.other("Lens", "59", "Douai") == "lens-59"
    assert slugs.other("Lens", "59", "Douai") == "lens-douai"
    assert slugs.other("Lomme", "59") == "lomme"
    with pytest.raises(ValueError, match="No slug left"):
        slugs.other("Lens", "59")
