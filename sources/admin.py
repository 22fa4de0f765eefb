from django.contrib import admin
from django.db.models import Count

from sources.enums import LetterState, SourceKind
from sources.forms import NamesNobodyErased
from sources.models import KEPT_ADDRESS, Article, ErasedPerson, Letter, Mention, Source
from territories.admin_base import (
    DirectoryForm,
    DirectoryInline,
    ReadOnlyAdmin,
    RecordingAdmin,
    Subject,
    has_changes,
)


def letter_subjects(letter: Letter) -> set[Subject]:
    """The letter itself; nothing of one in preparation, which no visitor sees."""
    return {Subject("letter", letter.slug, letter.label)} if letter.is_published else set()


class CitedAdmin(RecordingAdmin):
    """Of what facts rest on: why it can't be deleted is told in the words of editors."""

    delete_confirmation_template = "admin/sources/cited_confirmation.html"
    delete_selected_confirmation_template = "admin/sources/cited_selected_confirmation.html"

    def letter_of(self, obj) -> Letter | None:
        """The letter that may be withdrawn instead."""
        return None

    def delete_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, object_id)
        letter = self.letter_of(obj) if obj else None
        return super().delete_view(request, object_id, {**(extra_context or {}), "cited_letter": letter})


class ArticleForm(NamesNobodyErased, DirectoryForm):
    """The address of an article that was out stays: it is printed, and others lead to it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        slug, article = self.fields.get("slug"), self.instance
        if slug and article.pk and article.letter.has_fixed_address:
            slug.disabled, slug.help_text = True, KEPT_ADDRESS


class ArticleInline(DirectoryInline, admin.TabularInline):
    model = Article
    form = ArticleForm
    # On its own page, which tells what rests on it.
    can_delete = False
    fields = ("position", "title", "slug", "kind", "rubric", "page")
    ordering = ("position", "pk")
    verbose_name_plural = "articles (auteurs et territoires cités : « Modifier » de chaque ligne)"

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj and obj.has_fixed_address else {"slug": ("title",)}


class LetterForm(NamesNobodyErased, DirectoryForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        slug = self.fields.get("slug")
        if slug and self.instance.has_fixed_address:
            slug.disabled, slug.help_text = True, KEPT_ADDRESS


@admin.register(Letter)
class LetterAdmin(CitedAdmin):
    group = "Lettres"
    rank = 1
    is_subject = True
    goes_along = (Source,)
    form = LetterForm
    fieldsets = (
        (None, {"fields": (("kind", "number"), "title", "slug")}),
        ("Parution", {"fields": (("earliest", "latest"), "date_reason", "publisher", "web_address")}),
    )
    inlines = [ArticleInline]
    list_display = ("label_text", "state", "kind", "number", "title", "article_count")
    list_filter = ("state", "kind")
    search_fields = ("title", "number", "slug")
    date_hierarchy = "latest"
    ordering = ("-latest", "slug", "pk")

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(article_count=Count("articles"))

    @admin.display(description="lettre", ordering="latest")
    def label_text(self, obj):
        return obj.label

    @admin.display(description="articles", ordering="article_count")
    def article_count(self, obj):
        return obj.article_count

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ("number",)}

    def letter_of(self, obj):
        return obj

    def view_on_site(self, obj):
        return obj.get_absolute_url() if obj.is_published else None

    def subjects(self, obj):
        return letter_subjects(obj)

    def save_model(self, request, obj, form, change):
        """A new letter is in preparation: « Saisir une lettre » publishes it."""
        if not change:
            obj.state = LetterState.PREPARED
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if has_changes(form, formsets, change):
            for article in form.instance.articles.select_related("letter"):
                Source.objects.for_article(article)


class MentionForm(NamesNobodyErased, DirectoryForm):
    pass


class MentionInline(DirectoryInline, admin.TabularInline):
    model = Mention
    form = MentionForm
    fields = ("territory", "role", "printed")
    show_change_link = False


@admin.register(Article)
class ArticleAdmin(CitedAdmin):
    group = "Lettres"
    rank = 2
    form = ArticleForm
    goes_along = (Source,)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("letter", "position"),
                    ("title", "title_is_ours"),
                    "slug",
                    ("kind", "rubric", "page"),
                    "authors",
                    "web_address",
                )
            },
        ),
    )
    inlines = [MentionInline]
    list_display = ("title", "letter", "position", "kind", "rubric", "page")
    list_filter = ("letter", "kind", "rubric", "title_is_ours")
    search_fields = ("title", "letter__title", "letter__number")
    ordering = ("-letter__latest", "letter__slug", "position", "pk")

    def label(self, obj):
        return f"{obj.letter.label} : {obj.title}"

    def for_label(self, queryset):
        return queryset.select_related("letter")

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ("title",)}

    def letter_of(self, obj):
        return obj.letter

    def view_on_site(self, obj):
        return obj.get_absolute_url() if obj.letter.is_published else None

    def subjects(self, obj):
        return letter_subjects(obj.letter)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        Source.objects.for_article(obj)


@admin.register(Mention)
class MentionAdmin(RecordingAdmin):
    group = "Lettres"
    form = MentionForm
    fields = ("article", "territory", "role", "printed")
    list_display = ("territory", "role", "article", "printed")
    list_filter = ("role", "article__letter", "territory__kind")
    search_fields = ("territory__name", "article__title", "printed")
    ordering = ("article__title", "territory__name_key", "pk")

    def subjects(self, obj):
        return letter_subjects(obj.article.letter)


class SourceForm(NamesNobodyErased, DirectoryForm):
    checked_columns = frozenset({"kind", "article"})


@admin.register(Source)
class SourceAdmin(CitedAdmin):
    group = "Lettres"
    rank = 3
    is_subject = True
    form = SourceForm
    fieldsets = ((None, {"fields": ("kind", "title", "key", ("url", "consulted_on"))}),)
    list_display = ("label_text", "kind", "consulted_on")
    list_filter = ("kind", "article__letter")
    search_fields = ("title", "key", "article__title", "article__letter__title", "article__letter__number")
    ordering = ("key", "pk")

    def for_label(self, queryset):
        return queryset.select_related("article__letter")

    def get_queryset(self, request):
        return self.for_label(super().get_queryset(request))

    @admin.display(description="source", ordering="key")
    def label_text(self, obj):
        return obj.label

    def get_fieldsets(self, request, obj=None):
        if obj and obj.kind == SourceKind.ARTICLE:
            return ((None, {"fields": ("kind", "article", "key")}),)
        return super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request, obj=None):
        """The source that stands for an article follows the article."""
        return ("kind", "article", "key") if obj and obj.kind == SourceKind.ARTICLE else ()

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"key": ("title",)}

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if db_field.name == "kind":
            kwargs["choices"] = [
                ("", "---------"),
                *[choice for choice in SourceKind.choices if choice[0] != SourceKind.ARTICLE],
            ]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def has_delete_permission(self, request, obj=None):
        own = obj is None or obj.kind != SourceKind.ARTICLE
        return super().has_delete_permission(request, obj) and own

    def subjects(self, obj):
        return {Subject("source", str(obj.pk), f"source « {obj.label} »")}

    def tell(self, subject, verb, *args):
        # A source shows wherever a fact cites it: nowhere yet when it is made, nowhere left when it goes.
        if verb == "Modification":
            super().tell(subject, verb, *args)


@admin.register(ErasedPerson)
class ErasedPersonAdmin(ReadOnlyAdmin):
    """Fingerprints only: nobody can be read from this list, and it never gets shorter."""

    list_display = ("erased_on", "kind", "fingerprint")
    list_filter = ("kind", "erased_on")
    search_fields = ("fingerprint",)
    ordering = ("-erased_on", "pk")
