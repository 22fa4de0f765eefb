"""Letters, their articles, the persons they name, and everything a fact can rest on."""

import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property

from sources.enums import ArticleKind, LetterKind, LetterState, MentionRole, PrintKind, Rubric, SourceKind
from territories.addresses import address
from territories.models import Change, Territory

# Of a letter or an article that was out (``Letter.has_fixed_address``).
KEPT_ADDRESS = "Elle a paru avec la lettre, et mène à elle depuis le papier et d’autres sites : elle reste."


class LetterQuerySet(models.QuerySet):
    def published(self) -> "LetterQuerySet":
        """Letters that are out; of the others visitors learn nothing."""
        return self.filter(state=LetterState.PUBLISHED)

    def for_list(self) -> "LetterQuerySet":
        """Latest first, with the number of articles."""
        return self.annotate(article_count=models.Count("articles")).order_by("-latest", "slug", "pk")

    def portraying(self, territory: Territory) -> "LetterQuerySet":
        """Published letters with an article that portrays ``territory``."""
        return (
            self.published()
            .filter(articles__mentions__territory=territory, articles__mentions__role=MentionRole.PORTRAIT)
            .distinct()
        )


class Letter(models.Model):
    """One newsletter, numbered or not; what it printed stays true of its date."""

    slug = models.SlugField("adresse", max_length=60, unique=True, help_text="« 71 », « hiver-2020-21 »")
    kind = models.CharField("sorte", max_length=12, choices=LetterKind, default=LetterKind.LETTER)
    number = models.CharField("numéro", max_length=10, blank=True)
    title = models.CharField("titre", max_length=200)
    earliest = models.DateField("parue au plus tôt le")
    latest = models.DateField("parue au plus tard le")
    date_reason = models.CharField("d’où vient la date", max_length=300, blank=True)
    publisher = models.CharField("éditeur", max_length=150, blank=True)
    web_address = models.URLField("adresse du texte en ligne", max_length=300, blank=True)
    # Editors enter a letter before it is out: until then it is on no page (``editing/letters/release.py``).
    state = models.CharField(
        "parution", max_length=10, choices=LetterState, default=LetterState.PUBLISHED, editable=False
    )

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = "lettre"
        verbose_name_plural = "lettres"
        ordering = ["-latest", "slug", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=~Q(number=""),
                name="letter_number_unique",
                violation_error_message="Une lettre porte déjà ce numéro.",
            ),
            models.CheckConstraint(
                name="letter_kind_in_list",
                condition=Q(kind__in=LetterKind.values),
                violation_error_message="La sorte d’une lettre est dans la liste prévue.",
            ),
            models.CheckConstraint(
                name="letter_state_in_list",
                condition=Q(state__in=LetterState.values),
                violation_error_message="Une lettre est en préparation ou parue.",
            ),
            models.CheckConstraint(
                name="letter_dates_in_order",
                condition=Q(earliest__lte=models.F("latest")),
                violation_error_message="La date au plus tôt vient avant la date au plus tard.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return address("letter", self.slug)

    @property
    def short_address(self) -> str:
        """« /l/75 », for paper: there before the letter is out, and leading to its page afterwards."""
        return reverse("short-letter", args=[self.slug])

    @property
    def is_published(self) -> bool:
        return self.state == LetterState.PUBLISHED

    @cached_property
    def has_fixed_address(self) -> bool:
        """Whether visitors were ever led to its address (1 query where it is not out now)."""
        if not self.pk:
            return False
        return self.is_published or Change.objects.filter(subject="letter", key=self.slug).exists()

    @property
    def name(self) -> str:
        """« n° 71 », the title in « » without a number."""
        return f"n° {self.number}" if self.number else f"« {self.title} »"

    @property
    def year(self) -> int:
        """The year its facts were true: that of its latest possible date."""
        return self.latest.year

    @property
    def date_text(self) -> str:
        """« 2022 », or « 2020-2021 » when the letter spans a new year."""
        if self.earliest.year == self.latest.year:
            return str(self.latest.year)
        return f"{self.earliest.year}-{self.latest.year}"

    @property
    def short_label(self) -> str:
        """« Lettre n° 71 »; « Lettre « Des villes aux campagnes » » without a number."""
        kind = "Supplément" if self.kind == LetterKind.SUPPLEMENT else "Lettre"
        return f"{kind} {self.name}"

    @property
    def label(self) -> str:
        """The same with its date: « Lettre n° 71, 2022 »."""
        return f"{self.short_label}, {self.date_text}"


class PersonQuerySet(models.QuerySet):
    def shown(self) -> "PersonQuerySet":
        """Those that pages may name: nobody who asked not to be, even before anything is decided."""
        return self.filter(hidden_on=None)


class Person(models.Model):
    """A name printed in a letter: an author, or somebody who speaks for an actor.

    Authors and spokespersons point here, so that erasing somebody is one act
    (``actors/actions/erase_person.py``).
    """

    slug = models.SlugField("identifiant", max_length=120, unique=True)
    name = models.CharField("nom", max_length=150)
    # One per line, as printed elsewhere.
    other_spellings = models.TextField("autres graphies", blank=True, help_text="Une par ligne.")
    # They asked not to be named: on no page since that day, and nothing is lost until somebody decides.
    hidden_on = models.DateField("masquée depuis le", null=True, blank=True, editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def spellings(self) -> list[str]:
        """The name, then its other forms."""
        return [name for name in (self.name, *self.other_spellings.splitlines()) if name.strip()]


class ErasedPerson(models.Model):
    """One thing that told of somebody who asked to be erased: a keyed fingerprint of a name or an address, never itself.

    Whatever writes into the directory asks this list first (``sources/erasure.py``).
    """

    kind = models.CharField("sorte", max_length=5, choices=PrintKind, default=PrintKind.NAME)
    fingerprint = models.CharField("empreinte", max_length=64, unique=True)
    # Sixteen bits of the fingerprint of each word of a name, so that a text's other words are passed over; '' of
    # an address, and of what an earlier release wrote.
    words = models.CharField("empreintes des mots", max_length=100, blank=True)
    # Which key it was made with; '' where an earlier release did not say.
    key_mark = models.CharField("marque de la clé", max_length=8, blank=True)
    erased_on = models.DateField("effacée le", default=datetime.date.today)

    class Meta:
        verbose_name = "personne effacée"
        verbose_name_plural = "personnes effacées"
        ordering = ["-erased_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="erasedperson_kind_in_list",
                condition=Q(kind__in=PrintKind.values),
                violation_error_message="La sorte d’une empreinte est dans la liste prévue.",
            )
        ]

    def __str__(self) -> str:
        return f"Personne effacée le {self.erased_on:%d/%m/%Y}"


class ArticleQuerySet(models.QuerySet):
    def for_page(self) -> "ArticleQuerySet":
        """In the order of the letter, with authors who may be named and the territories named (2 queries more)."""
        return self.prefetch_related(
            models.Prefetch("authors", queryset=Person.objects.shown()),
            models.Prefetch("mentions", queryset=Mention.objects.select_related("territory")),
        ).order_by("position", "pk")

    def for_editing(self) -> "ArticleQuerySet":
        """The same with every author: a form that lost one would take the signature away."""
        return self.prefetch_related(
            "authors",
            models.Prefetch("mentions", queryset=Mention.objects.select_related("territory")),
        ).order_by("position", "pk")


class Article(models.Model):
    """A block of a letter that facts come from: an article, box, caption, address block or colophon."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="articles", verbose_name="lettre")
    slug = models.SlugField("adresse dans la lettre", max_length=120)
    position = models.PositiveSmallIntegerField("rang", default=0)
    title = models.CharField("titre", max_length=250)
    title_is_ours = models.BooleanField("titre donné par la rédaction", default=False)
    kind = models.CharField("sorte", max_length=14, choices=ArticleKind, default=ArticleKind.ARTICLE)
    rubric = models.CharField("rubrique", max_length=12, choices=Rubric, blank=True)
    page = models.PositiveSmallIntegerField("page", null=True, blank=True)
    web_address = models.URLField("adresse en ligne", max_length=300, blank=True)
    authors = models.ManyToManyField(Person, blank=True, related_name="articles", verbose_name="auteurs")

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = "article"
        verbose_name_plural = "articles"
        ordering = ["letter", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "slug"],
                name="article_slug_unique",
                violation_error_message="Un article de cette lettre porte déjà cette adresse.",
            ),
            models.CheckConstraint(
                name="article_kind_in_list",
                condition=Q(kind__in=ArticleKind.values),
                violation_error_message="La sorte d’un article est dans la liste prévue.",
            ),
            models.CheckConstraint(
                name="article_rubric_in_list",
                condition=Q(rubric__in=Rubric.values),
                violation_error_message="La rubrique d’un article est dans la liste prévue.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{self.letter.get_absolute_url()}#{self.slug}"

    @property
    def natural(self) -> str:
        """``letter/article``, its name in fixtures."""
        return f"{self.letter.slug}/{self.slug}"


class SourceQuerySet(models.QuerySet):
    def for_article(self, article: Article) -> "Source":
        """The source that stands for an article, made on first need; its key follows the article's name.

        1 query, 2 when it writes.
        """
        source = self.filter(article=article).first()
        if source is None:
            return self.create(article=article, kind=SourceKind.ARTICLE, key=article.natural)
        if source.key != article.natural:
            source.key = article.natural
            source.save(update_fields=["key"])
        return source


class Source(models.Model):
    """What a fact rests on: an article, or a page, a register, a statement, the editors' knowledge."""

    # Natural key in fixtures: "letter/article" for an article, own word otherwise.
    key = models.CharField("identifiant", max_length=200, unique=True)
    kind = models.CharField("sorte", max_length=10, choices=SourceKind)
    article = models.OneToOneField(
        Article, models.CASCADE, null=True, blank=True, related_name="source", verbose_name="article"
    )
    title = models.CharField("titre", max_length=250, blank=True)
    url = models.URLField("adresse", max_length=300, blank=True)
    consulted_on = models.DateField("consulté le", null=True, blank=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = "source"
        verbose_name_plural = "sources"
        ordering = ["key", "pk"]
        constraints = [
            models.CheckConstraint(
                name="source_kind_in_list",
                condition=Q(kind__in=SourceKind.values),
                violation_error_message="La sorte d’une source est dans la liste prévue.",
            ),
            models.CheckConstraint(
                name="source_article_iff_kind",
                condition=Q(kind=SourceKind.ARTICLE, article__isnull=False)
                | (~Q(kind=SourceKind.ARTICLE) & Q(article__isnull=True) & ~Q(title="")),
                violation_error_message="Une source est un article, ou porte un titre.",
            ),
            models.CheckConstraint(
                name="source_web_dated",
                condition=~Q(kind=SourceKind.WEB) | (~Q(url="") & Q(consulted_on__isnull=False)),
                violation_error_message="Un site consulté a une adresse et une date de consultation.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def year(self) -> int | None:
        """The year its facts were true; None where a source has no date. Needs article and letter."""
        if self.article:
            return self.article.letter.year
        return self.consulted_on.year if self.consulted_on else None

    @property
    def label(self) -> str:
        """« Lettre n° 71, 2022 : Raismes s’élève… », or the title of another kind of source."""
        if self.article:
            return f"{self.article.letter.label} : {self.article.title}"
        return f"{self.title} ({self.consulted_on:%d/%m/%Y})" if self.consulted_on else self.title


class MentionQuerySet(models.QuerySet):
    def portraits(self) -> "MentionQuerySet":
        """Where an article portrays a territory, in the order of the letter."""
        return (
            self.filter(role=MentionRole.PORTRAIT)
            .select_related("territory", "article")
            .order_by("article__position", "pk")
        )

    def of_territory(self, territory: Territory) -> "MentionQuerySet":
        """Where published letters speak of ``territory``: portraits, then by date, the latest first."""
        portrait_first = models.Case(models.When(role=MentionRole.PORTRAIT, then=0), default=1)
        return (
            self.filter(territory=territory, article__letter__state=LetterState.PUBLISHED)
            .select_related("article__letter")
            .order_by(portrait_first, "-article__letter__latest", "article__position", "pk")
        )


class Mention(models.Model):
    """A territory that an article names, or portrays."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="mentions", verbose_name="article")
    territory = models.ForeignKey(
        Territory, models.PROTECT, related_name="mentions", verbose_name="territoire"
    )
    role = models.CharField("rôle", max_length=8, choices=MentionRole, default=MentionRole.NAMED)
    printed = models.CharField("forme imprimée", max_length=150, blank=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = "territoire cité"
        verbose_name_plural = "territoires cités"
        ordering = ["article", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "territory"],
                name="mention_unique",
                violation_error_message="Cet article cite déjà ce territoire.",
            ),
            models.CheckConstraint(
                name="mention_role_in_list",
                condition=Q(role__in=MentionRole.values),
                violation_error_message="Le rôle d’un territoire cité est dans la liste prévue.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.territory} dans « {self.article} »"
