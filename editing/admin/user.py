"""Accounts: a name, a role, territories. Groups and single permissions are the program's."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils import timezone

from editing.accounts.attempts import open_again, shut_out_until
from editing.accounts.second_factor import remove, tell
from editing.models import EditorTerritory
from editing.roles import ADMINISTRATOR, BY_KEY, LOCAL_EDITOR, ROLES, VISITOR, give_role, role_of
from territories.admin_base import DirectoryAdmin, DirectoryInline

User = get_user_model()
OWN_ACCOUNT = "Vous ne pouvez pas vous retirer à vous-même l’administration : demandez à une autre personne."


class RoleMixin(forms.ModelForm):
    role = forms.ChoiceField(
        label="Rôle",
        choices=[(role.key, f"{role.name} : {role.about}") for role in ROLES],
        widget=forms.RadioSelect,
        initial=VISITOR.key,
    )


class AccountForm(RoleMixin, UserChangeForm):
    # Whoever is logged in, given by the admin.
    editor = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["role"] = role_of(self.instance).key

    def clean(self):
        cleaned = super().clean()
        loses = cleaned.get("role") != ADMINISTRATOR.key or not cleaned.get("is_active")
        if self.instance == self.editor and loses:
            raise ValidationError(OWN_ACCOUNT)
        return cleaned


class NewAccountForm(RoleMixin, AdminUserCreationForm):
    pass


class TerritoryInline(DirectoryInline, admin.TabularInline):
    model = EditorTerritory
    fields = ("territory",)
    show_change_link = False
    verbose_name_plural = f"territoires confiés (pour le rôle « {LOCAL_EDITOR.name} »)"


class RoleFilter(admin.SimpleListFilter):
    title = "rôle"
    parameter_name = "role"

    def lookups(self, request, model_admin):
        return [(role.key, role.name) for role in ROLES if role is not VISITOR]

    def queryset(self, request, queryset):
        role = BY_KEY.get(self.value())
        return queryset.filter(groups__name=role.name) if role else queryset


admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class AccountAdmin(DirectoryAdmin, DjangoUserAdmin):
    group = "Comptes"
    form = AccountForm
    add_form = NewAccountForm
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Personne", {"fields": (("first_name", "last_name"), "email")}),
        ("Rôle", {"fields": ("role", "is_active")}),
        ("Entrée", {"fields": (("two_steps", "door"), ("last_login", "date_joined"))}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2")}),
        ("Rôle", {"fields": ("role",)}),
    )
    readonly_fields = ("two_steps", "door", "last_login", "date_joined")
    actions = ("reopen_door", "take_second_step_away")
    inlines = [TerritoryInline]
    filter_horizontal = ()
    list_display = (
        "username",
        "full_name",
        "email",
        "role_name",
        "territory_names",
        "is_active",
        "two_steps",
        "last_login",
    )
    list_filter = (RoleFilter, "is_active")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username", "pk")

    def get_autocomplete_fields(self, request):
        return ()

    def get_queryset(self, request):
        """Three queries more: roles, territories and telephones of all."""
        accounts = super().get_queryset(request)
        return accounts.prefetch_related("groups", "editor_territories__territory", "totpdevice_set")

    def label(self, obj):
        return obj.get_full_name() or obj.username

    @admin.display(description="nom")
    def full_name(self, obj):
        return obj.get_full_name()

    @admin.display(description="rôle")
    def role_name(self, obj):
        if obj.is_superuser:
            return ADMINISTRATOR.name
        names = {group.name for group in obj.groups.all()}
        return next((role.name for role in reversed(ROLES) if role.name in names), VISITOR.name)

    @admin.display(description="territoires")
    def territory_names(self, obj):
        return ", ".join(str(row.territory) for row in obj.editor_territories.all())

    @admin.display(description="deux étapes")
    def two_steps(self, obj):
        return "activées" if any(device.confirmed for device in obj.totpdevice_set.all()) else "non"

    @admin.display(description="mauvais mots de passe")
    def door(self, obj):
        """1 query."""
        until = shut_out_until(obj)
        if until is None:
            return "l’entrée est ouverte"
        hour = timezone.localtime(until).strftime("%H h %M")
        return (
            f"entrée fermée jusqu’à {hour} là d’où venaient les essais (pour la rouvrir : liste des comptes)"
        )

    @admin.action(
        description="Rouvrir l’entrée (après trop de mauvais mots de passe)", permissions=["change"]
    )
    def reopen_door(self, request, queryset):
        for account in queryset:
            open_again(account)
            self.log_change(request, account, "Entrée rouverte.")
            messages.success(request, f"{self.label(account)} peut essayer de nouveau.")

    @admin.action(
        description="Retirer la validation en deux étapes (téléphone perdu)", permissions=["change"]
    )
    def take_second_step_away(self, request, queryset):
        for account in queryset:
            if not remove(user=account):
                messages.warning(request, f"{self.label(account)} n’avait pas de validation en deux étapes.")
                continue
            self.log_change(request, account, "Validation en deux étapes retirée.")
            tell(account, "Un administrateur vient de retirer la validation en deux étapes de votre compte.")
            messages.success(
                request, f"{self.label(account)} entre avec son seul mot de passe, et peut la réactiver."
            )

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.editor = request.user
        return form

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        role = BY_KEY[form.cleaned_data["role"]]
        # A superuser made at the command line is an administrator already.
        if role is not role_of(form.instance):
            give_role(form.instance, role)
