"""The forms of a letter and of its articles, all articles on one page."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.text import slugify

from editing.letters.fields import (
    PersonField,
    TellsOthers,
    TerritoryField,
    TypedLine,
    person_named,
    territory_text,
)
from sources.enums import ArticleKind, LetterKind, LetterState, MentionRole, Rubric
from sources.forms import NamesNobodyErased
from sources.models import KEPT_ADDRESS, Article, Letter, Mention, Source
from sources.partial_date import PartialDate, validate_partial_date
from territories.models import record_change
from territories.text import fold


def _form_field(column: models.Field, **kwargs) -> forms.Field | None:
    if isinstance(column, models.URLField):
        kwargs["assume_scheme"] = "https"
    return column.formfield(**kwargs)


def _as_typed(earliest: datetime.date, latest: datetime.date) -> dict[str, str]:
    """A day, a month or a year in one word, any other period in two."""
    for length in (10, 7, 4):
        start = earliest.isoformat()[:length]
        date = PartialDate.parse(start)
        if (date.earliest, date.latest) == (earliest, latest):
            return {"start": start, "end": ""}
    return {"start": earliest.isoformat(), "end": latest.isoformat()}


class LetterForm(NamesNobodyErased, forms.ModelForm):
    """A letter; its date as precise as it is known, or deduced with the reason."""

    start = forms.CharField(
        label="Date",
        max_length=14,
        validators=[validate_partial_date],
        help_text="Année, mois ou jour : 2026, 2026-09, 2026-09-14. Déduite : le début de la période.",
    )
    end = forms.CharField(
        label="Fin de la période",
        max_length=14,
        required=False,
        validators=[validate_partial_date],
        help_text="Seulement quand la date est déduite.",
    )

    class Meta:
        model = Letter
        formfield_callback = _form_field
        fields = [
            "kind",
            "number",
            "title",
            "start",
            "end",
            "date_reason",
            "publisher",
            "web_address",
            "slug",
        ]
        labels = {"slug": "Fin de l’adresse"}
        help_texts = {
            "slug": "Proposée d’après le numéro ou le titre. Elle est imprimée avec la lettre : ne la changez plus ensuite.",
            "date_reason": "Ce qui permet de la dater, si rien ne l’imprime.",
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.fields["slug"].required = False
        letter = self.instance
        if letter.pk:
            self.initial |= _as_typed(letter.earliest, letter.latest)
            if letter.has_fixed_address:
                self.fields["slug"].disabled = True
                self.fields["slug"].help_text = KEPT_ADDRESS

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if slug:
            return slug
        kind, number = self.cleaned_data.get("kind"), self.cleaned_data.get("number", "")
        words = number or self.cleaned_data.get("title", "")
        if kind == LetterKind.SUPPLEMENT and not number:
            words = f"supplement {words}"
        return slugify(fold(words))[:60].strip("-")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors.keys() & {"start", "end"}:
            return cleaned
        start = PartialDate.parse(cleaned["start"])
        end = PartialDate.parse(cleaned["end"]) if cleaned.get("end") else start
        if start.earliest is None:
            raise ValidationError({"start": "Donnez le début de la période : « ../ » ne dit que sa fin."})
        if cleaned.get("end") and not cleaned.get("date_reason"):
            self.add_error("date_reason", "Dites d’où vient cette date.")
        self.instance.earliest, self.instance.latest = start.earliest, end.latest
        if start.earliest > end.latest:
            raise ValidationError({"end": "La période finit avant de commencer."})
        return cleaned

    def save(self, commit=True) -> Letter:
        """A new letter is in preparation; a change of one that is out raises the version."""
        if not self.instance.pk:
            self.instance.state = LetterState.PREPARED
        with transaction.atomic():
            letter = super().save(commit)
            for article in letter.articles.select_related("letter"):
                Source.objects.for_article(article)
            if letter.is_published and self.has_changed():
                record_change(subject="letter", key=letter.slug, what=f"Modification : {letter.label}")
        return letter

    # The address comes last, after what it is proposed from.
    field_order = [
        "kind",
        "number",
        "title",
        "start",
        "end",
        "date_reason",
        "publisher",
        "web_address",
        "slug",
    ]


class ArticleForm(NamesNobodyErased, TellsOthers, TypedLine, forms.Form):
    """One line of the letter's articles; changed against what was shown, so that nobody's later word is undone."""

    position = forms.IntegerField(label="Rang", min_value=0, max_value=9999, required=False)
    title = forms.CharField(label="Titre", max_length=250)
    title_is_ours = forms.BooleanField(label="titre donné par la rédaction", required=False)
    kind = forms.ChoiceField(label="Sorte", choices=ArticleKind.choices)
    rubric = forms.ChoiceField(label="Rubrique", choices=Rubric.choices, required=False)
    page = forms.IntegerField(label="Page", min_value=0, max_value=999, required=False)
    authors = forms.CharField(label="Auteurs, séparés par des virgules", max_length=400, required=False)
    portrait = TerritoryField(label="Portrait du territoire", required=False)
    id = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for name, field in self.fields.items():
            field.show_hidden_initial = name != "id"

    def clean(self):
        cleaned = super().clean()
        if not self.errors and self.initial.get("id"):
            self.tell_what_others_wrote()
        return cleaned

    def clean_authors(self) -> list[str]:
        names = [name.strip() for name in self.cleaned_data["authors"].split(",") if name.strip()]
        return [PersonField().clean(name) for name in names]


ArticleFormSet = forms.formset_factory(ArticleForm, extra=1, max_num=200, absolute_max=200)


def article_initial(letter: Letter) -> list[dict[str, Any]]:
    """The articles as the form shows them (3 queries)."""
    rows = []
    for article in letter.articles.for_editing():
        portrait = next((m for m in article.mentions.all() if m.role == MentionRole.PORTRAIT), None)
        rows.append(
            {
                "id": article.pk,
                "position": article.position,
                "title": article.title,
                "title_is_ours": article.title_is_ours,
                "kind": article.kind,
                "rubric": article.rubric,
                "page": article.page,
                "authors": ", ".join(person.name for person in article.authors.all()),
                "portrait": territory_text(portrait.territory) if portrait else "",
            }
        )
    return rows


def posted_articles(letter: Letter, data) -> forms.BaseFormSet:
    """The lines as posted, each beside its own article as it is now, wherever that stands by now (3 queries)."""
    present = {str(row["id"]): row for row in article_initial(letter)}
    number = data.get("form-INITIAL_FORMS", "")
    number = min(int(number), 200) if number.isascii() and number.isdigit() and len(number) < 9 else 0
    initial = [present.get(data.get(f"form-{rank}-id", ""), {}) for rank in range(number)]
    return ArticleFormSet(data, initial=initial)


@transaction.atomic
def save_articles(letter: Letter, formset) -> list[Article]:
    """Write what was typed, new articles last where no rank is given; raises the version of a letter that is out."""
    known = {article.pk: article for article in letter.articles.all()}
    taken = {article.slug for article in known.values()}
    last, saved = max((article.position for article in known.values()), default=0), []
    for form in formset.forms:
        if not form.has_changed():
            continue
        cleaned = form.cleaned_data
        article = known.get(cleaned["id"]) or Article(letter=letter)
        typed = set(form.changed_data) if article.pk else set(cleaned)
        for name in {"title", "title_is_ours", "kind", "rubric", "page"} & typed:
            setattr(article, name, cleaned[name])
        if cleaned["position"] is not None and "position" in typed:
            article.position = cleaned["position"]
        elif not article.pk:
            article.position = last = last + 1
        if not article.pk:
            article.slug = _free(slugify(fold(article.title))[:100] or "article", taken)
            taken.add(article.slug)
        article.save()
        Source.objects.for_article(article)
        if "authors" in typed:
            article.authors.set([person_named(name) for name in cleaned["authors"]])
        if "portrait" in typed:
            _portray(article, cleaned["portrait"])
        saved.append(article)
    if saved and letter.is_published:
        record_change(subject="letter", key=letter.slug, what=f"Modification : {letter.label}")
    return saved


def _free(slug: str, taken: set[str]) -> str:
    numbered = (f"{slug}-{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (slug, *numbered) if each not in taken)


def _portray(article: Article, territory) -> None:
    article.mentions.filter(role=MentionRole.PORTRAIT).exclude(territory=territory).delete()
    if territory is not None:
        Mention.objects.update_or_create(
            article=article, territory=territory, defaults={"role": MentionRole.PORTRAIT}
        )


class MentionForm(NamesNobodyErased, TypedLine, forms.Form):
    """One territory the article names."""

    territory = TerritoryField(label="Territoire cité")
    printed = forms.CharField(label="Imprimé autrement", max_length=150, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False


MentionFormSet = forms.formset_factory(MentionForm, extra=2, max_num=100, absolute_max=100)


@transaction.atomic
def save_mentions(article: Article, formset) -> int:
    """Territories named besides those known; returns how many are new."""
    number = 0
    for form in formset.forms:
        if form.has_changed():
            _, made = Mention.objects.get_or_create(
                article=article,
                territory=form.cleaned_data["territory"],
                defaults={"printed": form.cleaned_data["printed"]},
            )
            number += made
    if number and article.letter.is_published:
        what = f"Modification : {article.letter.label}"
        record_change(subject="letter", key=article.letter.slug, what=what)
    return number
