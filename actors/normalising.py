"""One written form for contacts and official numbers, for forms and imports alike.

Each function takes what somebody typed, '' excepted, and gives the form to store; it raises
ValidationError with a French sentence when nothing sensible can be made of it.
"""

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from stdnum.exceptions import InvalidChecksum
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fr import siren as siren_number
from stdnum.fr import siret as siret_number

from actors.enums import ContactKind
from territories.text import fold

_valid_address = URLValidator(schemes=["http", "https"])
_RNA = re.compile(r"W[0-9A-Z]\d{8}")
# Plain words between dots: quotes hide commas and brackets, with which one address passes for several; « % » and « ! »
# ask a mail server to pass a letter on.
_LOCAL_PART = re.compile(r"[a-z0-9_+&'=~-]+(?:\.[a-z0-9_+&'=~-]+)*")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
# What mailings and networks add to an address to know who came: it leads to the same page without.
_TRACKING = re.compile(
    r"(?:utm_\w+|mtm_\w+|pk_\w+|piwik_\w+|mc_[ce]id|_?hs\w*enc|fbclid|gclid|dclid|msclkid|igshid|igsh|yclid|twclid|ttclid)$",
    re.IGNORECASE,
)


def phone(text: str) -> str:
    """« 03 21 00 00 00 » for a French number, « +32 69 00 00 00 » as typed for another country's.

    Nine digits are a French number whose first zero a spreadsheet took away.

    >>> phone("+33 (0)3.21.20.60.13")
    '03 21 20 60 13'
    """
    plain = " ".join(re.sub(r"[.\-/\u00a0\u202f]", " ", text.replace("(0)", "")).split())
    plain = re.sub(r"^00 ?(?=[1-9])", "+", plain)
    digits = re.sub(r"\D", "", plain)
    if re.search(r"[^\d +()]", plain):
        digits = ""
    digits = re.sub(r"^33(?=[1-9]\d{8}$)", "0", digits)
    if re.fullmatch(r"[1-9]\d{8}", digits) and not plain.startswith("+"):
        digits = f"0{digits}"
    if re.fullmatch(r"0\d{9}", digits):
        return " ".join(re.findall("..", digits))
    if re.fullmatch(r"[13]\d{3}", digits) and not plain.startswith("+"):
        return f"{digits[:2]} {digits[2:]}"
    if plain.startswith("+") and 8 <= len(digits) <= 15:
        return plain
    raise ValidationError(
        f"« {text} » n’est pas un numéro de téléphone : écrivez dix chiffres, ou + et l’indicatif du pays."
    )


def web_address(text: str) -> str:
    """With its scheme (https where none was typed), scheme and host in lower case, without what follows visitors
    about (« utm_source », « fbclid »).

    >>> web_address("WWW.Exemple.fr/Page")
    'https://www.exemple.fr/Page'
    """
    address = text.strip()
    if not re.match(r"[a-zA-Z][a-zA-Z0-9+.\-]*:(?!\d)", address):
        address = f"https://{address.removeprefix('//')}"
    try:
        parts = urlsplit(address)
        parts = parts._replace(
            scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), query=_without_tracking(parts.query)
        )
        address = urlunsplit(parts)
        _valid_address(address)
    except (ValueError, ValidationError) as error:
        raise ValidationError(f"« {text} » n’est pas une adresse de site web.") from error
    return address


def _without_tracking(query: str) -> str:
    """As it was where nothing is taken out: addresses differ in what they leave unescaped."""
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _TRACKING.match(name)]
    return query if len(kept) == len(pairs) else urlencode(kept)


def email(text: str) -> str:
    """Exactly one address, in lower case, without « mailto: » nor brackets; its host as people write it, « exämple.fr ».

    Less than what standards let pass: no quotes, no number for a host. Alike for everybody who writes the same one, so
    that they can be counted.
    """
    address = re.sub(r"^mailto:", "", text.strip().lower())
    local, _, domain = address.rpartition("@")
    try:
        # What servers are told: signs that only look like letters or points become those they stand for.
        host = domain.encode("idna").decode("ascii")
        shown = host.encode("ascii").decode("idna")
    except UnicodeError:
        host = shown = ""
    plain = _LOCAL_PART.fullmatch(local) and _HOST.fullmatch(host)
    if not plain or len(local) > 64 or len(local) + 1 + len(host) > 254:
        raise ValidationError(f"« {text} » n’est pas une adresse de courriel.")
    return f"{local}@{shown}"


def siren(text: str) -> str:
    """Nine digits, whose last one fits the others."""
    return _registered(text, siren_number, "SIREN", "neuf")


def siret(text: str) -> str:
    """Fourteen digits, whose last one fits the others."""
    return _registered(text, siret_number, "SIRET", "quatorze")


def rna(text: str) -> str:
    """« W » and nine signs; the register publishes no check digit."""
    number = re.sub(r"\s", "", text).upper()
    if not _RNA.fullmatch(number):
        raise ValidationError(f"« {text} » n’est pas un numéro RNA : un W suivi de neuf signes.")
    return number


def _registered(text: str, number, name: str, length: str) -> str:
    try:
        return number.validate(re.sub(r"[\s.\-]", "", text))
    except InvalidChecksum as error:
        raise ValidationError(
            f"« {text} » n’est pas un {name} : ses chiffres ne vont pas ensemble, l’un d’eux est sans doute faux."
        ) from error
    except NumberError as error:
        raise ValidationError(f"« {text} » n’est pas un {name} : il en faut {length} chiffres.") from error


_CONTACTS: dict[str, Callable[[str], str]] = {
    ContactKind.WEBSITE: web_address,
    ContactKind.EMAIL: email,
    ContactKind.PHONE: phone,
}


def contact(kind: str, text: str) -> str:
    """A contact of that kind; what has no form of its own (accounts, postal addresses) only loses its extra spaces."""
    normalise = _CONTACTS.get(kind)
    return normalise(text) if normalise else " ".join(text.split())


# What an organisation calls its own letter boxes.
_OFFICES = frozenset(
    fold(
        "accueil action administration adherents agence animation antenne asso association atelier ateliers "
        "bonjour boutique bureau centre coeur collectif com communication compta comptabilite contact "
        "contacts coop coordination culture direction ecole emploi epicerie equipe espace ess federation "
        "formation gestion hello infos info insertion jardin jardins la le les local mairie maison mediation "
        "mjc pole presidence president presse projet projets rh recrutement redaction reseau ressourcerie "
        "secretariat secretaire service services siege social solidaire solidarite tiers lieu vie ville web "
        "webmaster "
    ).split()
)


def is_personal(kind: str, value: str, name: str) -> bool:
    """Whether a contact looks like a person's own: a mobile telephone, or an address « prénom.nom ».

    ``value``: as :func:`contact` gives it; ``name``: of the actor, whose words make an address the house's own. A
    guess to be shown to somebody: a small association may have nothing but a mobile.
    """
    if kind == ContactKind.PHONE:
        return re.match(r"0[67] ", value) is not None
    if kind != ContactKind.EMAIL:
        return False
    local, _, domain = value.partition("@")
    words = re.split(r"[._-]", local)
    known = _OFFICES | set(fold(name).split()) | set(re.split(r"[.-]", domain))
    return len(words) == 2 and all(word.isalpha() and word not in known for word in words)
