"""From a form to a subscription that waits for its confirmation, and from there to one that is followed."""

import datetime
from dataclasses import replace

from django import forms
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from actors.index import Selection
from actors.mail import absolute, send
from actors.visitors import VisitorEmailField
from actors.wording import title
from partners.following import guard
from partners.following.tokens import CONFIRM, END, token
from partners.models import Period, Subscription

KEPT_UNCONFIRMED = datetime.timedelta(days=7)
_AGAIN_AFTER = datetime.timedelta(hours=12)
_CONFIRM = """
Bonjour,

Quelqu’un, vous sans doute, a demandé à recevoir à cette adresse, {period}, les nouveautés de l’annuaire : {title}.

Pour les recevoir, ouvrez cette page et confirmez :
{confirm}

Si vous n’avez rien demandé, ne faites rien : vous ne recevrez rien d’autre, et votre adresse est effacée dans
sept jours. Pour l’effacer tout de suite :
{end}
"""


class FollowForm(forms.Form):
    """Where to write and how often."""

    use_required_attribute = False

    email = VisitorEmailField(label="Votre adresse de courriel")
    period = forms.ChoiceField(label="Rythme", choices=Period.choices, initial=Period.WEEKLY)
    # Nobody sees it: whoever fills it in fills in everything.
    website = forms.CharField(
        label="Ne remplissez pas ce champ",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )


@transaction.atomic
def ask(*, email: str, period: str, selection: Selection) -> bool:
    """Keep the wish and mail a link to confirm it; whether a mail was sent (8 queries at most).

    Who follows this already gets none, nor who was asked often enough: the page says the same in any case, so that
    nobody finds out who follows what. A wish keeps its first date, after which it is forgotten.
    """
    now = timezone.now()
    if not guard.may_mail(email):
        return False
    wish = {"title": title(selection)[:300], "period": period, "created_at": now}
    # Two forms sent at once make one row, and one mail.
    row, is_new = Subscription.objects.get_or_create(email=email, query=selection.query, defaults=wish)
    if not is_new:
        # Asked again much later: the first mail may be lost.
        if row.confirmed_at or row.asked_again_at or row.created_at > now - _AGAIN_AFTER:
            return False
        row.period, row.asked_again_at = period, now
        row.save(update_fields=["period", "asked_again_at"])
    text = _CONFIRM.format(
        period=row.get_period_display().lower(),
        title=_in_our_words(selection),
        confirm=absolute(reverse("follow-confirm", args=[token(CONFIRM, row)])),
        end=absolute(reverse("follow-end", args=[token(END, row)])),
    )
    send(to=email, subject="Confirmez : les nouveautés de l’annuaire par courriel", text=text)
    return True


def _in_our_words(selection: Selection) -> str:
    """Its title without what somebody typed: whoever reads this mail may be a stranger, and the words anybody's."""
    told = title(replace(selection, text=""))
    return f"{told}, selon des mots que la page de confirmation montre" if selection.text else told


def confirm(subscription: Subscription) -> None:
    """Follow from now on; a second time changes nothing (1 query)."""
    rows = Subscription.objects.filter(pk=subscription.pk, confirmed_at=None)
    rows.update(confirmed_at=timezone.now())


def forget_unconfirmed() -> bool:
    """The job that deletes what nobody confirmed for seven days; whether there was any (1 query when none)."""
    old = Subscription.objects.filter(confirmed_at=None, created_at__lt=timezone.now() - KEPT_UNCONFIRMED)
    if not old.exists():
        return False
    old.delete()
    return True
