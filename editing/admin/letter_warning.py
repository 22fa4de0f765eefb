"""« Cette fiche attend une lettre »: who publishes an entry before its letter is asked whether that is meant."""

from actors.models import Actor
from editing.admin.base import OutsideRights
from editing.publication import PUBLISH
from sources.models import Letter

_ALONE = "without-letter"
_WAITS = "Cette fiche attend la parution d’une lettre : dites ci-dessus si elle paraît sans l’attendre."


class WaitsForLetter(OutsideRights):
    """An entry prepared for a letter would come out before it; nothing is saved, and its form comes back as typed."""


class LetterWarning:
    """Of an admin whose entries may be prepared for a letter."""

    def ask_about_letters(self, request, actor: Actor) -> None:
        """Raise WaitsForLetter where the entry waits for a letter that is not out, unless that was answered (1 query)."""
        if request.POST.get(PUBLISH.name) == _ALONE:
            return
        letters = Letter.objects.exclude(pk__in=Letter.objects.published().order_by().values("pk"))
        letters = list(letters.filter(release__prepared__actor=actor).order_by("pk"))
        if letters:
            request.awaited_letters = letters
            raise WaitsForLetter(_WAITS)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context = {
            **context,
            "awaited_letters": getattr(request, "awaited_letters", []),
            "publish_button": PUBLISH.name,
            "alone": _ALONE,
        }
        return super().render_change_form(request, context, add, change, form_url, obj)
