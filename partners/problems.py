"""Errors that programs read: problem documents of RFC 9457, in French."""

import json
from http import HTTPStatus

from django.http import HttpResponse

MEDIA_TYPE = "application/problem+json"
# What each status is called; « about:blank » in RFC 9457 means that the title says no more than the status.
TITLES = {
    301: "Adresse changée",
    400: "Demande mal formée",
    404: "Introuvable",
    405: "Méthode non permise",
    406: "Format inconnu",
    410: "Supprimé",
    429: "Trop de demandes",
    500: "Erreur de l’annuaire",
    503: "Trop de téléchargements à la fois",
}


def problem(status: int, detail: str, **more) -> dict:
    """The document itself; ``more`` are members of its own, such as ``errors``."""
    title = TITLES.get(status) or HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}


def problem_response(status: int, detail: str, **more) -> HttpResponse:
    content = json.dumps(problem(status, detail, **more), ensure_ascii=False)
    return HttpResponse(content, status=status, content_type=MEDIA_TYPE)


NOT_FOUND = "Rien de publié ne porte cet identifiant."
MOVED = "Cette fiche a été réunie avec une autre : prenez désormais l’identifiant {word}."
RENAMED = "Cet identifiant s’écrit désormais {word}."


def too_many_text(wait: int) -> str:
    """Why an address answers 429; ``wait`` in seconds."""
    return (
        f"Trop de demandes depuis votre adresse : reprenez dans {wait} s, ou téléchargez le fichier complet."
    )


def gone_text(on) -> str:
    """Why an address answers 410."""
    since = f" le {on:%d/%m/%Y}" if on else ""
    return f"Cette fiche a été supprimée{since}. Son identifiant ne servira à rien d’autre."
