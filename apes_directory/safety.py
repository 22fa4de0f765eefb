"""Settings under which an open site must not start: each is told in one sentence that says what to do.

Standard library only: gunicorn's configuration asks before anything of Django is loaded.
"""

import re
from urllib.parse import urlsplit

# Published with programs, documentation and examples: whoever knows the key makes sessions of administrators.
_KNOWN_KEYS = re.compile(
    r"django-insecure|change[-_ ]?me|changez|secret[-_ ]?key|à remplacer|exemple|example", re.IGNORECASE
)
_KEY_LENGTH, _KEY_LETTERS = 50, 12
_OWN = {"localhost", "127.0.0.1", "[::1]", "::1"}


def refusals(settings) -> list[str]:
    """Why the site must not be opened to others as it is set, in French; empty when it may, or is this machine's alone.

    ``settings``: Django's, or the module itself.
    """
    open_to_others = settings.HTTPS or settings.LISTENS_EVERYWHERE or settings.HOST not in _OWN
    return [
        sentence
        for applies, sentence in (
            (
                open_to_others and settings.DEBUG,
                "DEBUG est allumé : il montre le programme et ses réglages à qui provoque une erreur. Retirez DEBUG.",
            ),
            (
                open_to_others and "*" in settings.ALLOWED_HOSTS,
                "ALLOWED_HOSTS accepte n’importe quel nom (« * ») : donnez le nom du site, comme annuaire.exemple.fr.",
            ),
            (
                settings.HTTPS and set(settings.ALLOWED_HOSTS) <= _OWN,
                "HTTPS est allumé, mais ALLOWED_HOSTS ne nomme que cette machine : donnez le nom du site, comme "
                "annuaire.exemple.fr.",
            ),
            (
                open_to_others and not _is_strong(settings.SECRET_KEY),
                f"SECRET_KEY est trop faible : il faut {_KEY_LENGTH} caractères tirés au hasard. Retirez-la, et le site en "
                "fabrique une dans DATA_DIR/secret_key.",
            ),
            (
                settings.HTTPS and urlsplit(settings.SITE_URL).scheme == "http",
                "HTTPS est allumé, mais SITE_URL commence par http:// : les liens des courriels ne seraient pas protégés. "
                "Écrivez https://.",
            ),
            (
                settings.EMAIL_SECURITY == "none"
                and bool(settings.EMAIL_HOST_PASSWORD)
                and settings.EMAIL_HOST not in _OWN,
                "EMAIL_SECURITY=none enverrait EMAIL_PASSWORD en clair à une autre machine : choisissez tls ou ssl.",
            ),
        )
        if applies
    ]


def refusal_text(settings) -> str:
    """All of it as the last words of a start that is refused; '' when there is nothing to refuse."""
    found = refusals(settings)
    if not found:
        return ""
    return "L’annuaire ne démarre pas, parce qu’il ne serait pas sûr :\n" + "\n".join(
        f"- {each}" for each in found
    )


def _is_strong(key: str) -> bool:
    return len(key) >= _KEY_LENGTH and len(set(key)) >= _KEY_LETTERS and not _KNOWN_KEYS.search(key)
