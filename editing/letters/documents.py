"""Reading a DOCX or a PDF; in a process of its own alone (editing/confined), and hence without Django."""

import io
import logging
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from editing.confined import FileRefused

# Pages of a PDF, characters of a text: a letter has a tenth of each.
MOST_PAGES = 100
LONGEST = 500_000
# Of the XML in a DOCX, which a few kilobytes can unfold to gigabytes.
_LARGEST_XML = 20_000_000
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Of what one page of a PDF draws, unpacked: reading costs some three seconds for each million bytes.
_LARGEST_PAGE = 2_000_000
SAVE_OTHERWISE = "C’est un fichier {} : enregistrez-le en DOCX ou en PDF, ou copiez le texte dans le cadre."
TOO_SLOW = "Ce PDF est trop compliqué à lire : copiez le texte de la lettre dans le cadre."
TOO_LARGE = "Ce fichier dépasse 10 Mo : enregistrez le texte seul, ou copiez-le dans le cadre."

# What the library says of a file's inside belongs in no log.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)


def read_docx(file: BinaryIO) -> Iterator[str]:
    """Its text, in one piece; raises FileRefused."""
    yield _of_docx(file)[:LONGEST]


def read_pdf(file: BinaryIO) -> Iterator[str]:
    """The text of each page; raises FileRefused."""
    # Processes that serve pages name the limits above, and need not hold the library, 8 MB.
    import pypdf
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

    try:
        reader = pypdf.PdfReader(file)
        if len(reader.pages) > MOST_PAGES:
            raise FileRefused(f"Ce PDF a plus de {MOST_PAGES} pages : copiez le texte de la lettre seule.")
        for page in reader.pages:
            drawn = page.get_contents()
            if drawn is not None and len(drawn.get_data()) > _LARGEST_PAGE:
                raise FileRefused(TOO_SLOW)
            yield page.extract_text()[:LONGEST] + "\n"
    except (FileNotDecryptedError, DependencyError):
        # The second: by a cipher that no letter of ours needs.
        raise FileRefused("Ce PDF est protégé par un mot de passe.") from None
    except (PyPdfError, ArithmeticError, AttributeError, LookupError, OSError, RecursionError):
        raise FileRefused("Ce PDF est abîmé.") from None
    except (TypeError, ValueError, NotImplementedError, AssertionError):
        raise FileRefused("Ce PDF est abîmé.") from None


def _of_docx(file: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            if "content.xml" in archive.namelist():
                raise FileRefused(SAVE_OTHERWISE.format("OpenDocument"))
            entry = archive.getinfo("word/document.xml")
            if entry.file_size > _LARGEST_XML:
                raise FileRefused(TOO_LARGE)
            with archive.open(entry) as part:
                # The size an archive tells of itself may be wrong.
                xml = part.read(_LARGEST_XML + 1)
    except KeyError:
        raise FileRefused("Cette archive n’est pas un document Word (DOCX).") from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        raise FileRefused("Ce document Word est abîmé ou protégé par un mot de passe.") from None
    if len(xml) > _LARGEST_XML:
        raise FileRefused(TOO_LARGE)
    return _of_word_xml(xml)


def _of_word_xml(xml: bytes) -> str:
    parts: list[str] = []
    try:
        for _, element in iterparse(io.BytesIO(xml), forbid_dtd=True):
            if element.tag == f"{_WORD}t":
                parts.append(element.text or "")
            elif element.tag in {f"{_WORD}p", f"{_WORD}br"}:
                parts.append("\n")
                element.clear()
            elif element.tag == f"{_WORD}tab":
                parts.append(" ")
    except (ParseError, DefusedXmlException, LookupError, ValueError):
        raise FileRefused("Ce document Word est abîmé.") from None
    return "".join(parts)
