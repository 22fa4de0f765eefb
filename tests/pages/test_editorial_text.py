"""The text of editorial pages: few marks, nothing unsafe, nothing of what is still to be told."""

import pytest

from pages.presenters.editorial import how_to_reach_us, marks, read, still_to_tell, unknown_marks
from tests.factories.actors import make_organisation
from tests.pages.html import parse


@pytest.fixture(autouse=True)
def contact(settings):
    settings.CONTACT_EMAIL = "a@b.fr"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Un mot **gras**, *penché*.", "<p>Un mot <strong>gras</strong>, <em>penché</em>.</p>\n"),
        ("- un\n- deux", "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>\n"),
        ("3. trois\n4. quatre", '<ol start="3">\n<li>trois</li>\n<li>quatre</li>\n</ol>\n'),
        ("> dit", "<blockquote>\n<p>dit</p>\n</blockquote>\n"),
        ("Dites : « oui » !", "<p>Dites\xa0: «\xa0oui\xa0»\xa0!</p>\n".replace("\xa0", "&nbsp;")),
        ("[les lettres](/lettres/)", '<p><a href="/lettres/">les lettres</a></p>\n'),
        (
            "[la Cnil](https://www.cnil.fr/)",
            '<p><a href="https://www.cnil.fr/" rel="noopener">la Cnil</a></p>\n',
        ),
        ("[là](//ailleurs.fr/)", '<p><a href="//ailleurs.fr/" rel="noopener">là</a></p>\n'),
        ("[écrire](mailto:a@b.fr)", '<p><a href="mailto:a@b.fr">écrire</a></p>\n'),
        ("Écrivez à [[contact]].", '<p>Écrivez à <a href="mailto:a@b.fr">a@b.fr</a>.</p>\n'),
    ],
)
def test_each_mark(text, expected):
    assert read(text).html == expected


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "mot <img src=x onerror=alert(1)> mot",
        "<a href='/' onclick='alert(1)'>ici</a>",
        "[ici](javascript:alert(1))",
        "[ici](JaVaScRiPt:alert(1))",
        "[ici](java&#115;cript:alert(1))",
        "[ici](data:text/html;base64,PHNjcmlwdD4=)",
        "[ici](vbscript:x)",
        "<javascript:alert(1)>",
        '[ici](/ "x" onclick="alert(1)")',
        "![image](https://ailleurs.fr/x.png)",
        "<iframe src='https://ailleurs.fr'></iframe>",
        "<style>body{display:none}</style>",
        '<p style="color:red" class="x">mot</p>',
        "[[contact<script>]] [[à compléter : <img src=x onerror=alert(1)>]]",
        "## <b onmouseover=alert(1)>Titre</b>",
        "`<script>alert(1)</script>`",
    ],
)
@pytest.mark.parametrize("for_editors", [False, True])
def test_nothing_unsafe_passes(text, for_editors):
    made = read(text, for_editors=for_editors).html
    for element in parse(made).all():
        assert element.tag in {"p", "a", "h2", "strong", "em", "code", "mark"}, made
        assert set(element.attributes) <= {"href", "rel", "id", "class"}
        assert set(element.attributes.get("class", "").split()) <= {"to-complete"}
        if element.tag == "a":
            assert element.attributes["href"].startswith(("/", "https://", "mailto:")), made


def test_headings_begin_at_h2_skip_no_level_and_can_be_linked_to():
    made = read("# Un\n\n#### Deux\n\n## Deux\n\n###### Trois\n\n##### Quatre").html
    assert made == (
        '<h2 id="partie-un">Un</h2>\n'
        '<h3 id="partie-deux">Deux</h3>\n'
        '<h2 id="partie-deux-bis">Deux</h2>\n'
        '<h3 id="partie-trois">Trois</h3>\n'
        '<h4 id="partie-quatre">Quatre</h4>\n'
    )


def test_the_parts_of_a_page_are_its_h2():
    prose = read(
        "Mots.\n\n## Un : *deux*\n\n### Trois\n\nMots.\n\n## `Quatre`\n\nMots.\n\n## [[à compléter]]"
    )
    assert [(part.id, part.words) for part in prose.parts] == [
        ("partie-un-deux", "Un\xa0: deux"),
        ("partie-quatre", "Quatre"),
    ]


TO_COMPLETE = """\
## Éditeur

Un paragraphe.

- Nom : l’Apes
- Adresse : [[à compléter : adresse]]

Un autre, dit par [[à compléter]].

## Hébergeur

1. [[à compléter : nom]]

   et la suite

### Plus

[[à compléter : tout]]

## Droits

Fin.
"""


def test_visitors_see_nothing_of_what_is_still_to_tell():
    assert read(TO_COMPLETE).html == (
        '<h2 id="partie-editeur">Éditeur</h2>\n'
        "<p>Un paragraphe.</p>\n"
        "<ul>\n<li>Nom&nbsp;: l’Apes</li>\n</ul>\n"
        '<h2 id="partie-droits">Droits</h2>\n'
        "<p>Fin.</p>\n"
    )


def test_editors_see_it_stand_out():
    made = read(TO_COMPLETE, for_editors=True).html
    assert made.count('<mark class="to-complete">') == 4
    assert '<li>Adresse&nbsp;: <mark class="to-complete">à compléter&nbsp;: adresse</mark></li>' in made
    assert ">Hébergeur</h2>" in made


def test_headings_without_a_text_of_their_own_stay():
    made = read("## Un\n\n### Dessous\n\nMots.\n\n## Deux\n\n[[à compléter]]").html
    assert made == '<h2 id="partie-un">Un</h2>\n<h3 id="partie-dessous">Dessous</h3>\n<p>Mots.</p>\n'


def test_what_marks_say():
    text = "[[contact]] [[à compléter : nom]] [[à compléter]] [[autre]] [pas](/une/) [[marque"
    assert marks(text) == ["contact", "à compléter : nom", "à compléter", "autre"]
    assert unknown_marks(text) == ["autre"]
    assert still_to_tell(text) == ["nom", "à compléter"]


# -- how to reach the directory -----------------------------------------------------------------------


def test_the_address_of_the_settings(settings):
    settings.CONTACT_EMAIL = "o'neil&co@b.fr"
    assert how_to_reach_us() == ('<a href="mailto:o&#x27;neil&amp;co@b.fr">o&#x27;neil&amp;co@b.fr</a>')


@pytest.mark.django_db
def test_without_an_address_the_entry_of_the_apes(settings):
    settings.CONTACT_EMAIL = ""
    make_organisation(slug="apes", name="Apes")
    assert how_to_reach_us() == 'l’Apes, <a href="/acteurs/apes/">dont la fiche donne les coordonnées</a>'


@pytest.mark.django_db
def test_without_both_the_letters(settings):
    settings.CONTACT_EMAIL = ""
    make_organisation(slug="apes", name="Apes", publication="draft")
    assert how_to_reach_us() == "l’Apes, qui dit comment la joindre à la fin de chacune de ses lettres"
