"""« Vérifier ma saisie »: what was forgotten is found, what was entered is not, and the text stays nowhere."""

import io
import logging
import zipfile

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from editing.letters import reading
from editing.letters.reading import Unreadable, read_upload
from editing.roles import CONTRIBUTOR, EDITOR
from tests.editing.letters.typing import facts, make_prepared, new_actor, page_of
from tests.factories.actors import make_alias, make_organisation
from tests.factories.editors import logged_in, make_user
from tests.factories.sources import make_article
from tests.factories.territories import make_containment, make_territory

TEXT = """Une gare à Raismes
Contact@Oubli.fr et www.oubli.fr, ou 03.21.20.60.14.
Un café à Aniche
La Locomotive et CAFÉ VERT, cafe@vert.fr, 03 21 20 60 15
"""


@pytest.fixture
def letter(db):
    letter = make_prepared(articles=0)
    make_article(letter, title="Une gare", position=1)
    make_article(letter, title="Un café", position=2)
    region = make_territory(kind="region", code="32", name="Hauts-de-France")
    for name in ("Raismes", "Aniche"):
        make_containment(region, make_territory(name=name))
    return letter


@pytest.fixture
def client():
    return logged_in(make_user(EDITOR))


def page(letter):
    return reverse("admin:letter_check", args=[letter.slug])


def found(response) -> dict[str, list[str]]:
    return {heading: [row.value for row in rows] for heading, rows in response.context["checked"].by_sort}


def test_everything_forgotten_is_found_with_its_line_and_article(letter, client):
    make_organisation(name="La Locomotive")
    make_alias(make_organisation(name="Le Bistrot"), "Café vert")
    response = client.post(page(letter), {"text": TEXT})
    assert found(response) == {
        "Acteurs connus de l’annuaire": ["La Locomotive", "Café vert"],
        "Courriels": ["contact@oubli.fr", "cafe@vert.fr"],
        "Sites web": ["oubli.fr"],
        "Téléphones": ["03.21.20.60.14", "03 21 20 60 15"],
        "Communes": ["Raismes", "Aniche"],
    }
    rows = dict(response.context["checked"].by_sort)
    assert [(row.line, row.article.title) for row in rows["Communes"]] == [
        ("Une gare à Raismes", "Une gare"),
        ("Un café à Aniche", "Un café"),
    ]


def test_what_was_entered_is_not_told(letter, client):
    first, second = letter.articles.order_by("position")
    actor = make_organisation(name="La Locomotive")
    new_actor(client, second, "La Locomotive")
    facts(
        client,
        first,
        actor,
        contact=[{"value": "contact@oubli.fr"}, {"value": "oubli.fr"}, {"value": "0321206014"}],
        place=[{"territory": "Raismes"}],
    )
    facts(client, second, actor, contact=[{"value": "cafe@vert.fr"}, {"value": "03 21 20 60 15"}])
    mentions = {"mention-TOTAL_FORMS": "1", "mention-INITIAL_FORMS": "0", "mention-0-territory": "Aniche"}
    client.post(page_of(second), {"mentions": "1", **mentions})
    assert found(client.post(page(letter), {"text": TEXT})) == {}


def test_a_trainee_is_not_told_of_drafts_of_others(letter):
    make_organisation(name="Café vert", publication="draft")
    response = logged_in(make_user(CONTRIBUTOR)).post(page(letter), {"text": TEXT})
    assert "Acteurs connus de l’annuaire" not in found(response)


def test_a_finding_leads_to_its_article_filled_in(letter, client):
    article = letter.articles.first()
    for value, shown in [
        ("actor:La Locomotive", 'value="La Locomotive"'),
        ("commune:Raismes", 'value="Raismes"'),
        ("email:contact@oubli.fr", "<strong>contact@oubli.fr</strong>"),
    ]:
        assert shown in client.post(page_of(article), {"prefill": value}).content.decode()


def test_a_finding_is_typed_for_the_actor_chosen(letter, client):
    """The line stands filled in; nothing is written before it is saved."""
    article, actor = letter.articles.first(), make_organisation(name="La Locomotive")
    new_actor(client, article, "La Locomotive")
    asked = client.post(page_of(article), {"prefill": "email:contact@oubli.fr"}).content.decode()
    assert f'name="actor" value="{actor.pk}"' in asked
    for found, filled in [
        ("email:contact@oubli.fr", ("contact-0-value", "contact@oubli.fr")),
        ("commune:Raismes", ("place-0-territory", "Raismes")),
    ]:
        response = client.post(page_of(article), {"prefill": found, "actor": actor.pk})
        forms = {form.prefix: form for formset in response.context["lines"] for form in formset}
        prefix, _, name = filled[0].rpartition("-")
        assert forms[prefix][name].value() == filled[1]


def test_what_is_ignored_is_not_told_again_until_asked(letter, client):
    before = client.post(page(letter), {"text": TEXT}).context["checked"]
    row = dict(before.by_sort)["Communes"][0]
    assert row.parts == ("Une gare à ", "Raismes", "")
    ignore = reverse("admin:letter_check_ignore", args=[letter.slug])
    assert (
        client.post(ignore, {"ignore": row.digest}, headers={"X-Requested-With": "fetch"}).status_code == 204
    )
    response = client.post(page(letter), {"text": TEXT})
    assert found(response)["Communes"] == ["Aniche"]
    assert response.context["checked"].ignored == 1
    assert "Raismes" not in str(dict(client.session))
    assert client.post(ignore, {"again": "1"}).url == page(letter)
    assert found(client.post(page(letter), {"text": TEXT}))["Communes"] == ["Raismes", "Aniche"]
    assert client.post(ignore, {"ignore": "x" * 9}).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_check_costs_the_same_whatever_it_finds(letter, client, number, django_assert_num_queries):
    for rank in range(number):
        actor = make_organisation(name=f"Acteur {rank}")
        facts(client, letter.articles.first(), actor, contact=[{"value": f"a{rank}@b.fr"}])
    with django_assert_num_queries(19):
        client.post(page(letter), {"text": TEXT * number})


def test_nothing_posted_is_asked_for(letter, client):
    response = client.post(page(letter), {"text": " "})
    assert response.context["form"].non_field_errors() == [
        "Collez le texte de la lettre, ou choisissez un fichier."
    ]


def test_the_token_is_asked_although_the_upload_comes_first(letter):
    client = logged_in(make_user(EDITOR))
    client.handler.enforce_csrf_checks = True
    assert client.post(page(letter), {"text": TEXT}).status_code == 403


# -- files -----------------------------------------------------------------------------------------------


def docx(xml: str, name="word/document.xml") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, xml)
    return held.getvalue()


def word(*lines: str) -> str:
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'


def pdf(pages=1, password="") -> bytes:
    writer, held = pypdf.PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(held)
    return held.getvalue()


def test_texts_are_read():
    assert read_upload("Café\n".encode("cp1252")) == "Café\n"
    assert read_upload("\ufeffCafé".encode()) == "Café"
    assert read_upload("Café".encode("utf-16")) == "Café"
    assert read_upload(docx(word("Un café", "à Raismes"))) == "Un café\nà Raismes\n"


def otherwise(name: str) -> str:
    return f"C’est un fichier {name} : enregistrez-le en DOCX ou en PDF, ou copiez le texte dans le cadre."


def encrypted_by_aes() -> bytes:
    """As recent programs protect a PDF; the key itself does not matter."""
    long, short = b"00" * 48, b"00" * 32
    lock = b"<</Filter/Standard/V 5/R 6/Length 256/P -4/CF<</StdCF<</CFM/AESV3/Length 32>>>>/StmF/StdCF/StrF/StdCF"
    lock += b"/O<%s>/U<%s>/OE<%s>/UE<%s>/Perms<%s>>>" % (long, long, short, short, b"00" * 16)
    return pdf().replace(b"trailer\n<<", b"trailer\n<</Encrypt %s/ID[<00><00>]" % lock)


def drawn(content: bytes) -> bytes:
    """One page that draws this."""
    writer, held = pypdf.PdfWriter(), io.BytesIO()
    page, stream = writer.add_blank_page(100, 100), DecodedStreamObject()
    stream.set_data(content)
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    font = DictionaryObject({NameObject(name): NameObject(value) for name, value in font.items()})
    fonts = DictionaryObject({NameObject("/F"): font})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    writer.write(held)
    return held.getvalue()


BOMB = '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;&b;&b;">]><a>&d;</a>'


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\x89PNG\x00\x00", "Ce fichier n’est ni un texte, ni un DOCX, ni un PDF."),
        (b"  \n ", "Ce fichier ne contient aucun texte ; un document numérisé n’est qu’une image."),
        (b"PK\x03\x04rien", "Ce document Word est abîmé ou protégé par un mot de passe."),
        (docx("x", "xl/workbook.xml"), "Cette archive n’est pas un document Word (DOCX)."),
        (docx("<w:document"), "Ce document Word est abîmé."),
        (docx(BOMB), "Ce document Word est abîmé."),
        (docx(" " * 20_000_001), reading.TOO_LARGE),
        (b"%PDF-1.7 rien", "Ce PDF est abîmé."),
        (pdf(), "Ce fichier ne contient aucun texte ; un document numérisé n’est qu’une image."),
        (pdf(pages=101), "Ce PDF a plus de 100 pages : copiez le texte de la lettre seule."),
        (pdf(password="secret"), "Ce PDF est protégé par un mot de passe."),
        (encrypted_by_aes(), "Ce PDF est protégé par un mot de passe."),
        (drawn(b"(a) Tj " * 300_000), reading.TOO_SLOW),
        (drawn(b" " * 90_000_000), "Ce PDF est abîmé."),
        (docx(word().replace("<w:body>", "<w:body>" + "<w:p/>" * 3_200_000)), reading.TOO_LARGE),
        (rb"{\rtf1\ansi Caf\'e9}", otherwise("RTF")),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", otherwise("Word d’avant 2007")),
        (docx("<a/>", "content.xml"), otherwise("OpenDocument")),
        (b"a" * 10_000_001, reading.TOO_LARGE),
    ],
    ids=[
        "picture",
        "empty",
        "cut",
        "sheet",
        "half",
        "entities",
        "bomb",
        "no-pdf",
        "scan",
        "long",
        "locked",
        "locked-by-aes",
        "slow",
        "pdf-bomb",
        "paragraphs",
        "rtf",
        "doc",
        "odt",
        "large",
    ],
)
def test_nasty_files_are_told_in_french(content, told, caplog):
    with caplog.at_level(logging.DEBUG), pytest.raises(Unreadable) as raised:
        read_upload(content)
    assert str(raised.value) == told
    assert caplog.text == ""


def test_a_page_that_takes_too_long_is_given_up_in_its_middle(monkeypatch):
    monkeypatch.setattr(reading, "_SECONDS", 1)
    with pytest.raises(Unreadable) as raised:
        read_upload(drawn(b"BT /F 9 Tf " + b"(a) Tj " * 250_000 + b"ET"))
    assert str(raised.value) == reading.TOO_SLOW


def test_an_upload_is_read_in_memory_and_kept_nowhere(letter, client, settings, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    large = ("Une gare à Raismes\n" + "mot " * 800_000).encode()
    upload = SimpleUploadedFile("lettre.txt", large)
    assert found(client.post(page(letter), {"file": upload})) == {"Communes": ["Raismes"]}


def test_an_upload_too_large_is_told(letter, client):
    upload = SimpleUploadedFile("lettre.txt", b"a" * 10_100_000)
    response = client.post(page(letter), {"file": upload})
    assert response.context["form"].errors["file"] == [reading.TOO_LARGE]
