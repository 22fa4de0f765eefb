"""Links read right from both sides, whatever the grammatical number of the actors."""

import pytest

from actors.enums import CooperationKind, GrammaticalNumber
from actors.models import Actor, Cooperation
from actors.phrases import PHRASES, SYMMETRIC_KINDS

APES = Actor(name="l’Apes")
FRIENDS = Actor(name="Les Amis du Marlois", number=GrammaticalNumber.PLURAL)


@pytest.mark.parametrize(
    ("kind", "source", "target", "sentence"),
    [
        ("member_of", FRIENDS, APES, "l’Apes compte parmi ses membres Les Amis du Marlois"),
        ("member_of", APES, FRIENDS, "Les Amis du Marlois comptent parmi leurs membres l’Apes"),
        ("shareholder_of", APES, FRIENDS, "Les Amis du Marlois comptent parmi leurs sociétaires l’Apes"),
        ("part_of", APES, FRIENDS, "Les Amis du Marlois comprennent l’Apes"),
        ("created", FRIENDS, APES, "Les Amis du Marlois ont créé l’Apes"),
        ("carries", FRIENDS, APES, "Les Amis du Marlois portent l’Apes"),
        ("carries", APES, FRIENDS, "l’Apes porte Les Amis du Marlois"),
        ("runs", APES, FRIENDS, "l’Apes gère Les Amis du Marlois"),
        ("facilitates", FRIENDS, APES, "Les Amis du Marlois animent l’Apes"),
        ("organises", APES, FRIENDS, "l’Apes organise Les Amis du Marlois"),
        ("owns", FRIENDS, APES, "Les Amis du Marlois possèdent l’Apes"),
        ("takes_part_in", FRIENDS, APES, "l’Apes réunit notamment Les Amis du Marlois"),
        ("hosts", APES, FRIENDS, "l’Apes accueille Les Amis du Marlois"),
        ("funds", APES, FRIENDS, "l’Apes finance Les Amis du Marlois"),
        ("supports", FRIENDS, APES, "Les Amis du Marlois soutiennent l’Apes"),
        ("accompanies", APES, FRIENDS, "l’Apes accompagne Les Amis du Marlois"),
        ("labels", FRIENDS, APES, "Les Amis du Marlois ont labellisé l’Apes"),
        ("partner_of", APES, FRIENDS, "l’Apes et Les Amis du Marlois sont partenaires"),
        ("shares_resources_with", APES, FRIENDS, "l’Apes et Les Amis du Marlois mutualisent des moyens"),
        ("acts_for", APES, FRIENDS, "Les Amis du Marlois ont sollicité l’Apes"),
        ("supplies", FRIENDS, APES, "Les Amis du Marlois fournissent l’Apes"),
        ("uses", APES, FRIENDS, "l’Apes utilise Les Amis du Marlois"),
        ("takes_over", APES, FRIENDS, "l’Apes a repris Les Amis du Marlois"),
        ("spun_off_from", APES, FRIENDS, "Les Amis du Marlois ont fait naître l’Apes"),
        ("inspired_by", FRIENDS, APES, "l’Apes inspire Les Amis du Marlois"),
        ("shares_leader_with", APES, FRIENDS, "l’Apes et Les Amis du Marlois ont un responsable en commun"),
    ],
)
def test_sentence(kind, source, target, sentence):
    assert Cooperation(kind=kind, source=source, target=target).sentence == sentence


def test_every_kind_has_a_phrase_and_a_heading_on_each_side():
    assert set(PHRASES) == set(CooperationKind)
    for phrase in PHRASES.values():
        assert phrase.on_source
        assert phrase.on_target
        assert phrase.subject in {"source", "target", "both"}


def test_symmetric_kinds():
    assert SYMMETRIC_KINDS == ["partner_of", "shares_resources_with", "shares_leader_with"]
