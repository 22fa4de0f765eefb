"""What the back-office says of a row that was written, in words that fit all of them.

Django's own, « L’objet structure “X” a été modifié avec succès », speak of objects, and of all as masculine.
"""

import re

from django.utils.safestring import SafeData, mark_safe

_DONE = re.compile(
    r"L[’']objet [^«]+«\xa0(?P<what>.*)\xa0» a été (?P<done>ajouté|modifié|supprimé) avec succès\.(?P<more>.*)",
    re.S,
)
_NOUNS = {
    "ajouté": "Ajout enregistré",
    "modifié": "Modification enregistrée",
    "supprimé": "Suppression enregistrée",
}


def in_our_words(message: str) -> str:
    """« Modification enregistrée : “X”. » of Django's sentence, safe where that was; any other message as it is."""
    done = _DONE.fullmatch(message)
    if done is None:
        return message
    text = f"{_NOUNS[done['done']]}\xa0: «\xa0{done['what']}\xa0»."
    if "éditer" in done["more"]:
        text += " Vous pouvez continuer ci-dessous."
    elif "un autre" in done["more"]:
        text += " Vous pouvez en ajouter d’autres ci-dessous."
    # Made of pieces of what Django had made safe.
    return mark_safe(text) if isinstance(message, SafeData) else text
