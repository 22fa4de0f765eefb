"""Every worklist, in the order the home shows them. A new one is one entry here."""

from django.contrib.auth.models import AbstractBaseUser

from editing.duplicates.access import settles_twins
from editing.freshness.confirming import confirm_all, confirmed
from editing.freshness.dead_links import links_of
from editing.home.territories import untold
from editing.home.twins import waiting_twins
from editing.home.worklists import TO_TELL, BulkAction, EntryList, PageList, Worklist
from editing.models import PersonRequest, Suggestion
from editing.requests.deadlines import first_due
from editing.rights import imports_visible
from editing.roles import Right

WORKLISTS: tuple[Worklist, ...] = (
    PageList(
        slug="demandes",
        title="Personnes citées",
        about="Elles demandent à ne plus figurer dans l’annuaire, ou à savoir ce qu’il dit d’elles.",
        right=Right.MODERATE,
        page="admin:person_requests",
        counted=lambda user: PersonRequest.objects.waiting().count(),
        pressing=lambda user: first_due(),
    ),
    PageList(
        slug="propositions",
        title="Propositions reçues",
        about="Ce que des visiteurs ou des acteurs proposent de corriger, de compléter ou d’ajouter.",
        right=Right.MODERATE,
        page="admin:suggestions",
        counted=lambda user: Suggestion.objects.waiting().count(),
    ),
    EntryList(
        slug="a-relire",
        title="À relire",
        about="Des fiches prêtes aux yeux de qui les a préparées : relisez, puis publiez.",
        right=Right.PUBLISH,
        entries=lambda actors: actors.to_review(),
    ),
    EntryList(
        slug="brouillons",
        title="Brouillons",
        about="Des fiches commencées, que personne ne voit encore sur le site, et qui n’attendent aucune lettre.",
        right=Right.DRAFT,
        entries=lambda actors: actors.drafts().filter(prepared_for=None),
    ),
    EntryList(
        slug="pour-une-lettre",
        title="En attente d’une lettre",
        about="Des fiches prêtes, qui paraîtront avec leur lettre. Rien à faire avant, sinon les relire.",
        right=Right.LETTERS,
        entries=lambda actors: actors.filter(prepared_for__state_before="").distinct(),
    ),
    PageList(
        slug="doublons",
        title="Doublons probables",
        about="Des fiches qui parlent peut-être du même acteur : réunissez-les, ou dites qu’elles sont différentes.",
        right=Right.EDIT,
        page="admin:twins",
        counted=waiting_twins,
        offered=settles_twins,
    ),
    EntryList(
        slug="a-confirmer",
        title="Fiches à confirmer",
        about="Des fiches que personne n’a vérifiées depuis un an. Un coup d’œil, un coup de fil, puis confirmez-les : "
        "leur page dira que l’Apes les a vérifiées aujourd’hui.",
        right=Right.EDIT,
        entries=lambda actors: actors.to_confirm(),
        actions=(
            BulkAction(
                "confirmer",
                "Confirmer que c’est à jour",
                lambda actors, user: confirmed(confirm_all(actors, user)),
                one="Confirmer",
            ),
        ),
        nothing="Chaque fiche a été vérifiée depuis moins d’un an.",
    ),
    PageList(
        slug="liens-morts",
        title="Liens morts",
        about="Des adresses de sites qui ne répondent plus, ou qui mènent ailleurs.",
        right=Right.EDIT,
        page="admin:dead_links",
        counted=lambda user: links_of(user).count(),
        nothing="Aucun site en panne connu.",
    ),
    PageList(
        slug="imports",
        title="Tableaux à reprendre",
        about="Des tableaux déposés, dont l’import attend votre décision ou s’est interrompu.",
        right=Right.IMPORT,
        page="admin:imports",
        counted=lambda user: imports_visible(user).undecided().count(),
    ),
    EntryList(
        slug="sans-lieu",
        title="Sans lieu",
        about="Des fiches publiées dont aucun lieu n’est connu : elles ne sont sur aucune carte.",
        right=Right.EDIT,
        entries=lambda actors: actors.without_place(),
        nothing="Chaque fiche a un lieu.",
    ),
    EntryList(
        slug="sans-source",
        title="Sans source",
        about="Des fiches publiées dont rien ne dit d’où elles viennent : une lettre, un site, l’acteur lui-même…",
        right=Right.EDIT,
        entries=lambda actors: actors.without_source(),
        nothing="Chaque fiche a une source.",
    ),
    EntryList(
        slug="sans-contact",
        title="Sans contact",
        about="Des fiches publiées sans site, ni courriel, ni téléphone : les visiteurs s’adressent alors à l’Apes.",
        right=Right.EDIT,
        entries=lambda actors: actors.without_contact(),
        nothing="Chaque fiche a un contact.",
    ),
    EntryList(
        slug="seulement-cites",
        title="Acteurs seulement cités",
        about="Les lettres les nomment sans les avoir présentés : autant de portraits possibles.",
        right=Right.EDIT,
        group=TO_TELL,
        entries=lambda actors: actors.only_named(),
        nothing="Chaque acteur a été présenté.",
    ),
    EntryList(
        slug="projets-sans-nouvelles",
        title="Projets sans nouvelles",
        about="Des projets dont nous n’avons plus de nouvelles depuis trois ans : que sont-ils devenus ?",
        right=Right.EDIT,
        group=TO_TELL,
        entries=lambda actors: actors.silent_projects(),
        nothing="Tous les projets ont donné de leurs nouvelles.",
    ),
    PageList(
        slug="territoires",
        title="Territoires jamais racontés",
        about="Des départements et des intercommunalités dont aucune lettre n’a fait le portrait.",
        right=Right.EDIT,
        group=TO_TELL,
        page="admin:untold_territories",
        counted=lambda user: untold(user).count(),
        nothing="Chaque territoire a eu son portrait.",
    ),
)


def lists_of(user: AbstractBaseUser) -> list[Worklist]:
    """Those the person may work off, in order."""
    return [worklist for worklist in WORKLISTS if worklist.shown_to(user)]


def entry_list(slug: str) -> EntryList | None:
    return next((each for each in WORKLISTS if each.slug == slug and isinstance(each, EntryList)), None)
