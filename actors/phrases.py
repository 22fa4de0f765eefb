"""How each kind of link reads, on its source S and on its target T.

Sentences are told from the side that takes a direct object, with no participle to agree and no
preposition before a name; only the verb follows the subject's grammatical number. Headings are
nouns, one per side.
"""

from dataclasses import dataclass

from actors.enums import CooperationFamily, CooperationKind, GrammaticalNumber


@dataclass(frozen=True)
class Phrase:
    """Wording of one kind of link.

    ``subject`` is "source", "target" or "both" (symmetric); ``singular`` and ``plural`` are the verb
    phrases of one and of several subjects. ``on_source`` and ``on_target`` head the list of such
    links on the page of S and of T.
    """

    family: CooperationFamily
    subject: str
    singular: str
    plural: str
    on_source: str
    on_target: str

    @property
    def symmetric(self) -> bool:
        return self.subject == "both"

    def parts(self, source, target) -> tuple:
        """(first actor, verb, second actor), to be joined by spaces; for symmetric kinds the verb
        closes the sentence: (S, T, verb) read « S et T verb ».

        ``source`` and ``target`` need ``number`` only.
        """
        if self.symmetric:
            return source, target, self.plural
        subject, other = (source, target) if self.subject == "source" else (target, source)
        verb = self.plural if subject.number == GrammaticalNumber.PLURAL else self.singular
        return subject, verb, other


def _phrase(family, subject, singular, plural, on_source, on_target) -> Phrase:
    return Phrase(family, subject, singular, plural, on_source, on_target)


_F = CooperationFamily
_K = CooperationKind

PHRASES: dict[CooperationKind, Phrase] = {
    _K.MEMBER_OF: _phrase(
        _F.BELONGING,
        "target",
        "compte parmi ses membres",
        "comptent parmi leurs membres",
        "Membre de",
        "Membres",
    ),
    _K.SHAREHOLDER_OF: _phrase(
        _F.BELONGING,
        "target",
        "compte parmi ses sociétaires",
        "comptent parmi leurs sociétaires",
        "Sociétaire de",
        "Sociétaires",
    ),
    _K.PART_OF: _phrase(_F.BELONGING, "target", "comprend", "comprennent", "Rattachement", "Composantes"),
    _K.CREATED: _phrase(_F.CREATION, "source", "a créé", "ont créé", "Créations", "À l’initiative"),
    _K.CARRIES: _phrase(_F.CREATION, "source", "porte", "portent", "Porte", "Portage"),
    _K.RUNS: _phrase(_F.CREATION, "source", "gère", "gèrent", "Gère", "Gestion"),
    _K.FACILITATES: _phrase(_F.CREATION, "source", "anime", "animent", "Anime", "Animation"),
    _K.ORGANISES: _phrase(_F.CREATION, "source", "organise", "organisent", "Organise", "Organisation"),
    _K.OWNS: _phrase(_F.CREATION, "source", "possède", "possèdent", "Propriétés", "Propriétaire"),
    _K.TAKES_PART_IN: _phrase(
        _F.PARTICIPATION, "target", "réunit notamment", "réunissent notamment", "Participe à", "Participants"
    ),
    _K.HOSTS: _phrase(_F.PARTICIPATION, "source", "accueille", "accueillent", "Accueille", "Lieu d’accueil"),
    _K.FUNDS: _phrase(_F.SUPPORT, "source", "finance", "financent", "Finance", "Financeurs"),
    _K.SUPPORTS: _phrase(_F.SUPPORT, "source", "soutient", "soutiennent", "Soutient", "Soutiens"),
    _K.ACCOMPANIES: _phrase(
        _F.SUPPORT, "source", "accompagne", "accompagnent", "Accompagne", "Accompagnement"
    ),
    _K.LABELS: _phrase(_F.SUPPORT, "source", "a labellisé", "ont labellisé", "Labellise", "Labellisation"),
    _K.PARTNER_OF: _phrase(
        _F.EXCHANGE, "both", "sont partenaires", "sont partenaires", "Partenaires", "Partenaires"
    ),
    _K.SHARES_RESOURCES_WITH: _phrase(
        _F.EXCHANGE,
        "both",
        "mutualisent des moyens",
        "mutualisent des moyens",
        "Mutualisation",
        "Mutualisation",
    ),
    _K.ACTS_FOR: _phrase(
        _F.EXCHANGE, "target", "a sollicité", "ont sollicité", "À la demande de", "A sollicité"
    ),
    _K.SUPPLIES: _phrase(_F.EXCHANGE, "source", "fournit", "fournissent", "Fournit", "Fournisseurs"),
    _K.USES: _phrase(_F.EXCHANGE, "source", "utilise", "utilisent", "Utilise", "Utilisateurs"),
    _K.SPUN_OFF_FROM: _phrase(
        _F.DESCENT, "target", "a fait naître", "ont fait naître", "Origine", "A fait naître"
    ),
    _K.TAKES_OVER: _phrase(_F.DESCENT, "source", "a repris", "ont repris", "A repris", "Repris par"),
    _K.INSPIRED_BY: _phrase(_F.DESCENT, "target", "inspire", "inspirent", "Inspiration", "Inspire"),
    _K.SHARES_LEADER_WITH: _phrase(
        _F.DESCENT,
        "both",
        "ont un responsable en commun",
        "ont un responsable en commun",
        "Responsable commun",
        "Responsable commun",
    ),
}

SYMMETRIC_KINDS = [kind for kind, phrase in PHRASES.items() if phrase.symmetric]
