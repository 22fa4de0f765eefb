"""The pages around the door: a code after the password, a new password, and one's own second step."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.contrib.auth.views import (
    PasswordResetCompleteView,
    PasswordResetConfirmView,
    PasswordResetDoneView,
    PasswordResetView,
    RedirectURLMixin,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.generic import FormView
from django.views.generic.base import ContextMixin, View

from actors.mail import mail_is_on
from editing.accounts.attempts import open_again
from editing.accounts.forms import CheckedCodeForm, CodeForm, ForgottenForm
from editing.accounts.middleware import at_the_door, code_given
from editing.accounts.second_factor import (
    Offer,
    codes_left,
    device_of,
    enrol,
    new_key,
    remove,
    renew_codes,
    tell,
)

_FOLDER = "admin/editing/accounts"
_OFFERED = "offered_key"


class DoorView(ContextMixin, View):
    """A page in the frame of the back-office, for whoever stands before its door or behind it."""

    title = ""

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            **{**admin.site.each_context(self.request), "title": self.title, **kwargs}
        )


class CodeView(DoorView, RedirectURLMixin, FormView):
    """The code, asked of whoever gave the right password."""

    title = "Votre code"
    template_name = f"{_FOLDER}/code.html"
    form_class = CheckedCodeForm
    next_page = "admin:index"

    def dispatch(self, request, *args, **kwargs):
        self.person = at_the_door(request)
        if self.person is None:
            return redirect(self.get_success_url())
        if device_of(self.person) is None:
            return redirect("admin:two_steps_enrol")
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if "leave" in request.POST:
            logout(request)
            return redirect("admin:login")
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.person}

    def get_context_data(self, **kwargs):
        return super().get_context_data(next=self.get_redirect_url(), person=self.person, **kwargs)

    def form_valid(self, form):
        code_given(self.request, form.device)
        left = codes_left(self.person)
        if not hasattr(form.device, "key"):
            tell(self.person, f"Un code de secours vient de servir pour entrer. Il vous en reste {left}.")
            messages.warning(
                self.request,
                f"Un code de secours vient de servir : il vous en reste {left}. Un téléphone perdu ? Changez-en à la page "
                "« Validation en deux étapes ».",
            )
        return super().form_valid(form)


class EnrolView(DoorView, FormView):
    """A secret for the telephone, as a picture and as text, and a code that proves it arrived."""

    title = "Activer la validation en deux étapes"
    template_name = f"{_FOLDER}/enrol.html"
    form_class = CodeForm

    def dispatch(self, request, *args, **kwargs):
        waiting = at_the_door(request)
        self.person = waiting or (request.user if admin.site.has_permission(request) else None)
        if self.person is None:
            return redirect("admin:login")
        if device_of(self.person) is not None:
            return redirect("admin:two_steps_code" if waiting else "admin:two_steps")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        # Kept in the session until it is proved: a page that is only looked at makes no device.
        request.session[_OFFERED] = new_key()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        offer = Offer(self.person, self.request.session[_OFFERED])
        inside = self.request.user.is_authenticated
        return super().get_context_data(
            offer=offer,
            frame=f"{_FOLDER}/{'inside' if inside else 'door'}.html",
            required=settings.SECOND_FACTOR_REQUIRED,
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        if _OFFERED not in request.session:
            return redirect(request.path)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        session = self.request.session
        given = enrol(
            user=self.person,
            key=session[_OFFERED],
            code=form.cleaned_data["code"],
            but=session.session_key,
        )
        if given is None:
            form.add_error(
                "code", "Ce code n’est pas celui que montre l’application : donnez celui de maintenant."
            )
            return self.form_invalid(form)
        device, codes = given
        del session[_OFFERED]
        code_given(self.request, device)
        tell(self.person, "La validation en deux étapes vient d’être activée pour votre compte.")
        return codes_shown(self.request, codes, "La validation en deux étapes est activée")


class TwoStepsView(DoorView, FormView):
    """One's own second step: whether there is one, new recovery codes, giving it up."""

    title = "Validation en deux étapes"
    template_name = f"{_FOLDER}/two_steps.html"
    form_class = CheckedCodeForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            device=device_of(self.request.user),
            codes_left=codes_left(self.request.user),
            required=settings.SECOND_FACTOR_REQUIRED,
            frame=f"{_FOLDER}/inside.html",
            **kwargs,
        )

    def form_valid(self, form):
        user = self.request.user
        if "renew" in self.request.POST:
            tell(user, "De nouveaux codes de secours viennent d’être créés ; les précédents ne servent plus.")
            return codes_shown(self.request, renew_codes(user), "Vos nouveaux codes de secours")
        remove(user=user, but=self.request.session.session_key)
        tell(user, "La validation en deux étapes vient d’être retirée de votre compte.")
        messages.success(self.request, "La validation en deux étapes est retirée de votre compte.")
        return redirect("admin:two_steps")


def codes_shown(request: HttpRequest, codes: list[str], title: str) -> HttpResponse:
    """The one page on which recovery codes are ever shown."""
    context = {**admin.site.each_context(request), "title": title, "codes": codes}
    return render(request, f"{_FOLDER}/recovery_codes.html", context)


# -- a forgotten password -------------------------------------------------------------------------------


class ByMail(DoorView):
    """Pages that are there only where mail leaves: elsewhere an administrator gives a new password."""

    def dispatch(self, request, *args, **kwargs):
        if not mail_is_on():
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class ForgottenView(ByMail, PasswordResetView):
    title = "Mot de passe oublié"
    template_name = f"{_FOLDER}/forgotten.html"
    form_class = ForgottenForm
    success_url = reverse_lazy("admin:password_asked")


class AskedView(ByMail, PasswordResetDoneView):
    title = "Regardez vos courriels"
    template_name = f"{_FOLDER}/forgotten_asked.html"


class NewPasswordView(ByMail, PasswordResetConfirmView):
    title = "Nouveau mot de passe"
    template_name = f"{_FOLDER}/new_password.html"
    success_url = reverse_lazy("admin:password_changed")
    # The second step, where there is one, is asked after the new password as after any.
    post_reset_login = False

    def form_valid(self, form):
        response = super().form_valid(form)
        # Whoever reads the mailbox of the account may come in: wrong passwords before don't count.
        open_again(self.user)
        return response


class ChangedView(ByMail, PasswordResetCompleteView):
    title = "Mot de passe changé"
    template_name = f"{_FOLDER}/password_changed.html"
