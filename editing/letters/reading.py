"""The text of a letter out of what was uploaded: in memory alone, bounded, told in French when it can't be read."""

import io
from contextlib import closing

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from editing.confined import BUSY, Busy, FileRefused, TooHeavy, read_confined
from editing.letters.documents import LONGEST, SAVE_OTHERWISE, TOO_LARGE, TOO_SLOW

# Bytes of a file: a letter has a tenth of it.
LARGEST = 10_000_000
# Of the process that reads a document: address space in MB, seconds of processor; a letter takes a second.
_MEMORY, _SECONDS = 300, 15
# How files that word processors also write begin.
_OTHERS = {b"{\\rtf": "RTF", b"\xd0\xcf\x11\xe0": "Word d’avant 2007"}


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
        raise Unreadable(SAVE_OTHERWISE.format(other))
    if content.startswith(b"%PDF-"):
        text = _confined("read_pdf", content, too_heavy=TOO_SLOW)
    elif content.startswith(b"PK"):
        text = _confined("read_docx", content, too_heavy=TOO_LARGE)
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


def _confined(reader: str, content: bytes, *, too_heavy: str) -> str:
    text = ""
    reader = f"editing.letters.documents:{reader}"
    try:
        with closing(
            read_confined(reader, io.BytesIO(content), megabytes=_MEMORY, seconds=_SECONDS)
        ) as pieces:
            for piece in pieces:
                text += piece
                if len(text) > LONGEST:
                    break
    except FileRefused as refusal:
        raise Unreadable(str(refusal)) from None
    except TooHeavy:
        raise Unreadable(too_heavy) from None
    except Busy:
        raise Unreadable(BUSY) from None
    return text
