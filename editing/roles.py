"""Who may do what in the back-office: one table, from which groups, checks and docs/roles.md are made."""

from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import AbstractBaseUser, Group, Permission
from django.db import models, transaction

from actors.history.document import ROW_KINDS


class Right(models.TextChoices):
    READ = "read", "Ouvrir l’administration et lire les fiches"
    EXPORT = "export", "Exporter les fiches que l’on peut lire"
    DRAFT = "draft", "Créer des fiches et modifier ses propres brouillons"
    IMPORT = "import", "Importer un tableau, dans les limites de ses autres droits"
    EDIT = (
        "edit",
        "Modifier les fiches, publiées comprises, réunir les doublons, revenir à une version précédente",
    )
    PUBLISH = "publish", "Publier et retirer du site"
    DELETE = "delete", "Mettre à la corbeille, et en reprendre ce que l’on y a mis"
    LETTERS = "letters", "Tenir les lettres, les sources, les personnes et les activités"
    MODERATE = (
        "moderate",
        "Traiter les suggestions, reprendre ce que d’autres ont supprimé, effacer une personne",
    )
    ADMINISTER = "administer", "Tenir les comptes et les territoires, supprimer une lettre ou une source"


@dataclass(frozen=True)
class Role:
    """One line of the table; ``name`` is also the name of the group."""

    key: str
    name: str
    about: str
    rights: frozenset[Right]
    # Rights on entries count for those wholly inside the person's own territories, and own drafts.
    local: bool = False


_DRAFTING = {Right.READ, Right.EXPORT, Right.DRAFT, Right.IMPORT}
_EDITING = {*_DRAFTING, Right.EDIT, Right.PUBLISH, Right.DELETE}

VISITOR = Role("visitor", "Visiteur", "N’ouvre pas l’administration.", frozenset())
CONTRIBUTOR = Role(
    "contributor",
    "Contributeur",
    "Prépare des fiches que quelqu’un d’autre publie.",
    frozenset(_DRAFTING),
)
LOCAL_EDITOR = Role(
    "local_editor",
    "Éditeur de territoires",
    "Tient les fiches entièrement situées dans ses territoires.",
    frozenset(_EDITING),
    local=True,
)
EDITOR = Role(
    "editor", "Éditeur", "Tient toutes les fiches et les lettres.", frozenset({*_EDITING, Right.LETTERS})
)
MODERATOR = Role(
    "moderator",
    "Modérateur",
    "Est éditeur, et décide de ce que d’autres proposent ou suppriment.",
    frozenset({*_EDITING, Right.LETTERS, Right.MODERATE}),
)
ADMINISTRATOR = Role("administrator", "Administrateur", "Peut tout, comptes compris.", frozenset(Right))

# From the fewest rights to all of them.
ROLES = (VISITOR, CONTRIBUTOR, LOCAL_EDITOR, EDITOR, MODERATOR, ADMINISTRATOR)
BY_KEY = {role.key: role for role in ROLES}
# A visitor is whoever has none of these.
_GROUPS = {role.name: role for role in ROLES if role is not VISITOR}

# -- what Django's own permissions have to say, right by right -----------------------------------------

_FACES = ("actors.Organisation", "actors.Initiative", "actors.Ptce")
_ROWS = (
    *(kind.model._meta.label for kind in ROW_KINDS),
    *("actors.ActorSector", "actors.ActorLabel", "actors.Citation"),
)
_LETTERS = ("sources.Letter", "sources.Article", "sources.Mention")
_READ = (
    *(*_FACES, "actors.Actor", *_ROWS, "actors.Activity", *_LETTERS, "sources.Source", "sources.Person"),
    *("territories.Territory", "territories.TerritoryName", "territories.PostalCode"),
    # Counts of use, which name nobody.
    "partners.UsageCount",
)

# Right -> (model, actions). On entries and their rows these only open the door: ``editing/rights.py`` says
# for each entry whether it may be changed.
PERMISSIONS: dict[Right, list[tuple[tuple[str, ...], str]]] = {
    Right.READ: [(_READ, "view")],
    Right.DRAFT: [
        (_FACES, "add change"),
        (_ROWS, "add change delete"),
        (("sources.Source", "sources.Person"), "add"),
    ],
    Right.EDIT: [(("actors.Actor",), "change")],
    Right.DELETE: [(_FACES, "delete"), (("actors.BinnedActor",), "view change")],
    Right.LETTERS: [
        (_LETTERS, "add change"),
        (("sources.Mention",), "delete"),
        (("sources.Source", "sources.Person", "actors.Activity"), "add change"),
    ],
    Right.MODERATE: [
        (("sources.Person", "actors.Activity"), "delete"),
    ],
}


def permissions_of(role: Role) -> models.QuerySet[Permission]:
    """Django's permissions of a role: all there are for administrators (1 query)."""
    if Right.ADMINISTER in role.rights:
        return Permission.objects.all()
    wanted = models.Q(pk=None)
    for right in role.rights:
        for labels, actions in PERMISSIONS.get(right, []):
            for label in labels:
                app, name = label.lower().split(".")
                codenames = [f"{action}_{name}" for action in actions.split()]
                wanted |= models.Q(content_type__app_label=app, codename__in=codenames)
    return Permission.objects.filter(wanted)


@transaction.atomic
def sync_roles() -> None:
    """Make the groups what the table says, and everybody in one of them staff."""
    for app in apps.get_app_configs():
        # After a migration ours may be asked before those of other apps are made.
        create_permissions(app, verbosity=0)
    for name, role in _GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(permissions_of(role))
    get_user_model().objects.filter(groups__name__in=_GROUPS, is_staff=False).update(is_staff=True)


def role_of(user: AbstractBaseUser) -> Role:
    """The person's role, the one with most rights where there are several (1 query, once per object).

    A superuser, made with Django's own command, is an administrator.
    """
    if not user.is_active:
        return VISITOR
    if user.is_superuser:
        return ADMINISTRATOR
    if not hasattr(user, "_editing_role"):
        names = set(user.groups.values_list("name", flat=True))
        held = [role for role in ROLES if role.name in names and role is not VISITOR]
        user._editing_role = held[-1] if held else VISITOR
    return user._editing_role


@transaction.atomic
def give_role(user: AbstractBaseUser, role: Role) -> None:
    """Make ``role`` the person's only one; it decides whether they may open the back-office."""
    user.groups.remove(*Group.objects.filter(name__in=_GROUPS))
    if role is not VISITOR:
        user.groups.add(Group.objects.get_or_create(name=role.name)[0])
    user.is_staff = role is not VISITOR
    user.is_superuser = False
    user.save(update_fields=["is_staff", "is_superuser"])
    user._editing_role = role


def as_markdown() -> str:
    """The table of docs/roles.md: rights down, roles across."""
    head = [f"| | {' | '.join(role.name for role in ROLES)} |", "|---" * (len(ROLES) + 1) + "|"]
    lines = [f"| {right.label} | {' | '.join(_cell(role, right) for role in ROLES)} |" for right in Right]
    return "\n".join([*head, *lines])


def _cell(role: Role, right: Right) -> str:
    if right not in role.rights:
        return "–"
    scoped = role.local and right in {Right.EDIT, Right.PUBLISH, Right.DELETE}
    return "ses territoires" if scoped else "oui"
