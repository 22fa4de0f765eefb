"""What visitors can see, row by row: the one list behind the watch over the directory's version.

Every model is named here, among the visible ones with the rows and columns that show somewhere, or
among the others with the reason why not. ``tests/test_watch.py`` keeps the list complete.
"""

from dataclasses import dataclass, field

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from actors.enums import PublicationStatus
from actors.models.citation import ROW_TARGETS, Citation
from sources.enums import LetterState

PUBLISHED = PublicationStatus.PUBLISHED
OUT = LetterState.PUBLISHED


@dataclass(frozen=True)
class Visible:
    """The rows of one model that show somewhere, and its columns that show nowhere."""

    condition: Q = field(default_factory=Q)
    unseen: frozenset[str] = frozenset()


def _of_actor(**more) -> Visible:
    """Rows that show when their actor is published."""
    return Visible(Q(actor__publication=PUBLISHED, **more))


def _citation() -> Q:
    """A citation shows with the fact it supports, a territory's figure always, once its letter is out."""
    condition = Q(actor__publication=PUBLISHED) | Q(figure__territory__isnull=False)
    for target in set(ROW_TARGETS) - {"cooperation"}:
        condition |= Q(**{f"{target}__actor__publication": PUBLISHED})
    condition |= Q(cooperation__source__publication=PUBLISHED, cooperation__target__publication=PUBLISHED)
    return condition & (Q(source__article__isnull=True) | Q(source__article__letter__state=OUT))


VISIBLE = {
    "territories.Territory": Visible(),
    "territories.TerritoryName": Visible(),
    "territories.PostalCode": Visible(),
    "territories.Containment": Visible(),
    "territories.Succession": Visible(),
    "territories.Boundary": Visible(),
    "territories.Adjacency": Visible(),
    # A letter that is not out yet is on no page.
    "sources.Letter": Visible(Q(state=OUT)),
    "sources.Article": Visible(Q(letter__state=OUT)),
    "sources.Article_authors": Visible(Q(article__letter__state=OUT)),
    "sources.Mention": Visible(Q(article__letter__state=OUT)),
    # Shown by the facts that cite it, where visitors see them.
    "sources.Source": Visible(
        Q(article__isnull=True, citations__in=Citation.objects.filter(_citation()).order_by().values("pk"))
        | Q(article__letter__state=OUT)
    ),
    "sources.Person": Visible(Q(articles__letter__state=OUT) | Q(functions__actor__publication=PUBLISHED)),
    "actors.Actor": Visible(
        Q(publication=PUBLISHED), frozenset({"created_by", "created_at", "updated_at", "reached_at"})
    ),
    "actors.Actor_activities": _of_actor(),
    "actors.Activity": Visible(Q(actors__publication=PUBLISHED)),
    "actors.ActorSector": _of_actor(),
    "actors.ActorLabel": _of_actor(),
    "actors.Alias": _of_actor(),
    "actors.Place": _of_actor(),
    "actors.AreaServed": _of_actor(),
    "actors.ContactPoint": _of_actor(),
    "actors.Figure": Visible(Q(actor__publication=PUBLISHED) | Q(territory__isnull=False)),
    "actors.Spokesperson": _of_actor(),
    "actors.Cooperation": Visible(Q(source__publication=PUBLISHED, target__publication=PUBLISHED)),
    "actors.CooperationWish": _of_actor(),
    "actors.PtceStatusEntry": _of_actor(),
    "actors.Citation": Visible(_citation()),
    "pages.EditorialPage": Visible(unseen=frozenset({"seed"})),
    # On the page of the entry that is kept.
    "actors.Merger": Visible(
        Q(kept__actor__publication=PUBLISHED, was_public=True, undone_at=None),
        frozenset({"kept_before", "merged_before", "kept_after", "merged_by", "kept_name"}),
    ),
}

NOT_VISIBLE = {
    "territories.Change": "it is the version itself",
    "sources.ErasedPerson": "a fingerprint that only loaders ask",
    "actors.PublicId": "follows its actor's row, whose change or end is seen",
    "actors.Address": "follows its actor's row, whose change or end is seen",
    "actors.OutsideId": "on no page so far",
    "actors.NotTwins": "what editors said of two entries",
    "actors.BinnedActor": "an entry that is gone, waiting to be purged or brought back",
    "actors.SearchDocument": "made from the rows above, in the transaction that changes them",
    "actors.NetworkLayout": "places in a drawing, computed from the links above",
    "actors.Seed": "memory of the fixtures' loader",
    "admin.LogEntry": "the back-office's own journal",
    "auth.Permission": "rights of editors",
    "auth.Group": "rights of editors",
    "auth.Group_permissions": "rights of editors",
    "auth.User": "accounts of editors",
    "auth.User_groups": "accounts of editors",
    "auth.User_user_permissions": "accounts of editors",
    "axes.AccessAttempt": "wrong passwords of the last day",
    "axes.AccessAttemptExpiration": "not in use: all attempts wait alike",
    "axes.AccessFailureLog": "not in use: attempts are kept once",
    "axes.AccessLog": "not in use: who came in is not kept",
    "otp_static.StaticDevice": "how editors enter",
    "otp_static.StaticToken": "how editors enter",
    "otp_totp.TOTPDevice": "how editors enter",
    "contenttypes.ContentType": "Django's own registry of models",
    "editing.EditorTerritory": "accounts of editors",
    "editing.LetterRelease": "what waits for a letter, for editors",
    "editing.ImportBatch": "an uploaded table, for editors",
    "editing.ImportRow": "a line of an uploaded table, for editors",
    "editing.Postponement": "what editors put off among themselves",
    "editing.TwinTally": "a count for editors",
    "editing.LinkCheck": "how web addresses answered, for editors",
    "editing.Correspondent": "whom we wrote to, as a fingerprint",
    "editing.Reminder": "what was asked by mail, and answered",
    "editing.PreparedEntry": "what waits for a letter, for editors",
    "editing.SendingTrace": "how often somebody sent a form today",
    "editing.Suggestion": "what the public proposes, for moderators",
    "editing.PersonRequest": "what persons ask about themselves, for moderators",
    "editing.PendingFact": "what waits for a letter, for editors",
    "post_office.Attachment": "not in use: mail is plain text",
    "post_office.Attachment_emails": "not in use: mail is plain text",
    "post_office.Email": "outgoing mail, waiting or sent",
    "post_office.EmailTemplate": "not in use: templates are files",
    "post_office.Log": "failures of outgoing mail",
    "partners.Subscription": "who follows what, for administrators",
    "partners.UsageCount": "counts of use, for editors",
    "reversion.Revision": "history, for editors",
    "reversion.Version": "history, for editors",
    "sessions.Session": "who is logged in",
}


def visible_tables() -> dict[str, str]:
    """Table name to the label of its model, for every visible model."""
    return {apps.get_model(label)._meta.db_table: label for label in VISIBLE}


def visible_rows(label: str) -> list[str]:
    """What visitors see of a model: one text per row, sorted (1 query).

    Numbers that the database gives are left out, so that a row written anew with the same contents
    is no change.
    """
    model: type[Model] = apps.get_model(label)
    visible = VISIBLE[label]
    columns = [
        column.attname
        for column in model._meta.concrete_fields
        if not (column.primary_key and not column.is_relation) and column.name not in visible.unseen
    ]
    rows: QuerySet = model._base_manager.filter(
        pk__in=model._base_manager.filter(visible.condition).values("pk")
    )
    return sorted(map(repr, rows.values_list(*columns)))


def all_labels() -> set[str]:
    """Every model with a table of its own, tables of many-to-many relations included."""
    return {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and model._meta.managed
    }
