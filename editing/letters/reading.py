"""The text of a letter out of what was uploaded: in memory alone, bounded, told in French when it can't be read."""

import io
import logging
import time
import zipfile

import pypdf
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

# Bytes of a file, pages of a PDF, characters of a text: a letter has a tenth of each.
LARGEST = 10_000_000
MOST_PAGES = 100
LONGEST = 500_000
# Of the XML in a DOCX, which a few kilobytes can unfold to gigabytes.
_LARGEST_XML = 20_000_000
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Of what one page of a PDF draws, unpacked: reading costs some three seconds for each million bytes.
_LARGEST_PAGE = 2_000_000
# Seconds for a whole PDF; a letter takes one.
_LONGEST_READING = 20
_SAVE_OTHERWISE = "C’est un fichier {} : enregistrez-le en DOCX ou en PDF, ou copiez le texte dans le cadre."
# How files that word processors also write begin.
_OTHERS = {b"{\\rtf": "RTF", b"\xd0\xcf\x11\xe0": "Word d’avant 2007"}
TOO_SLOW = "Ce PDF est trop compliqué à lire : copiez le texte de la lettre dans le cadre."
TOO_LARGE = "Ce fichier dépasse 10 Mo : enregistrez le texte seul, ou copiez-le dans le cadre."

# What the library says of a file's inside belongs in no log.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)


class Unreadable(Exception):
    """The text could not be read; the message says why, in French, and holds nothing of the file."""


class InMemory(FileUploadHandler):
    """Takes an upload into memory, whatever its size below LARGEST: a letter's text is never put on a disk."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        self.request.upload_too_large = content_length > LARGEST

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        if self.request.upload_too_large:
            raise SkipFile
        self.content = io.BytesIO()

    def receive_data_chunk(self, raw_data, start):
        self.content.write(raw_data)

    def file_complete(self, file_size):
        self.content.seek(0)
        return InMemoryUploadedFile(
            self.content, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )


def read_upload(content: bytes) -> str:
    """The text of a DOCX, a PDF or a text file, told apart by what they hold. Raises Unreadable."""
    if len(content) > LARGEST:
        raise Unreadable(TOO_LARGE)
    if other := next((name for start, name in _OTHERS.items() if content.startswith(start)), ""):
        raise Unreadable(_SAVE_OTHERWISE.format(other))
    if content.startswith(b"%PDF-"):
        text = _of_pdf(content)
    elif content.startswith(b"PK"):
        text = _of_docx(content)
    else:
        text = _of_text(content)
    if not text.strip():
        raise Unreadable("Ce fichier ne contient aucun texte ; un document numérisé n’est qu’une image.")
    return text[:LONGEST]


def _of_text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        # « Texte Unicode » of Windows.
        return content.decode("utf-16", errors="replace")
    if b"\0" in content[:4096]:
        raise Unreadable("Ce fichier n’est ni un texte, ni un DOCX, ni un PDF.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What Windows wrote before.
        return content.decode("cp1252", errors="replace")


def _of_docx(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if "content.xml" in archive.namelist():
                raise Unreadable(_SAVE_OTHERWISE.format("OpenDocument"))
            entry = archive.getinfo("word/document.xml")
            if entry.file_size > _LARGEST_XML:
                raise Unreadable(TOO_LARGE)
            with archive.open(entry) as file:
                # The size an archive tells of itself may be wrong.
                xml = file.read(_LARGEST_XML + 1)
    except KeyError:
        raise Unreadable("Cette archive n’est pas un document Word (DOCX).") from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        raise Unreadable("Ce document Word est abîmé ou protégé par un mot de passe.") from None
    if len(xml) > _LARGEST_XML:
        raise Unreadable(TOO_LARGE)
    return _of_word_xml(xml)


def _of_word_xml(xml: bytes) -> str:
    parts: list[str] = []
    try:
        for _, element in iterparse(io.BytesIO(xml), forbid_dtd=True):
            if element.tag == f"{_WORD}t":
                parts.append(element.text or "")
            elif element.tag in {f"{_WORD}p", f"{_WORD}br"}:
                parts.append("\n")
            elif element.tag == f"{_WORD}tab":
                parts.append(" ")
    except (ParseError, DefusedXmlException, LookupError, ValueError):
        raise Unreadable("Ce document Word est abîmé.") from None
    return "".join(parts)


def _of_pdf(content: bytes) -> str:
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if len(reader.pages) > MOST_PAGES:
            raise Unreadable(f"Ce PDF a plus de {MOST_PAGES} pages : copiez le texte de la lettre seule.")
        return _of_pages(reader)
    except Unreadable:
        raise
    except (FileNotDecryptedError, DependencyError):
        # The second: by a cipher that no letter of ours needs.
        raise Unreadable("Ce PDF est protégé par un mot de passe.") from None
    except (PyPdfError, ArithmeticError, AttributeError, LookupError, MemoryError, OSError, RecursionError):
        raise Unreadable("Ce PDF est abîmé.") from None
    except (TypeError, ValueError, NotImplementedError, AssertionError):
        raise Unreadable("Ce PDF est abîmé.") from None


def _of_pages(reader: pypdf.PdfReader) -> str:
    """Page by page, with an eye on size and time."""
    text, started = "", time.monotonic()
    for page in reader.pages:
        drawn = page.get_contents()
        if drawn is not None and len(drawn.get_data()) > _LARGEST_PAGE:
            raise Unreadable(TOO_SLOW)
        text += page.extract_text() + "\n"
        if len(text) > LONGEST:
            break
        if time.monotonic() - started > _LONGEST_READING:
            raise Unreadable(TOO_SLOW)
    return text
