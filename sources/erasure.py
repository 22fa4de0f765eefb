"""Whom the directory must never name again: texts are looked through for a person, or for everybody on the list.

The list (``ErasedPerson``) holds keyed fingerprints, so that it names nobody. ``Traces`` are one person's names and
addresses in clear, for as long as they are being erased or looked for. Both find a name in a text alike, so that what
an erasure took out of a text is what a loader leaves out of it.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from sources.enums import PrintKind
from sources.models import ErasedPerson
from territories.text import fold

INSTEAD = "[…]"
# In an address, where that would not do.
INSTEAD_IN_SLUG = "x"
# Combining accents belong to the letter before them.
_WORD = re.compile(r"[a-z0-9œæß\u0300-\u036f]+")
_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9.-]{3,200}")
_PHONE = re.compile(r"(?<!\d)(?:(?:\+|00)33[ .-]{0,2}(?:\(0\))?|0)[ ./-]{0,2}[1-9](?:[ ./-]{0,2}\d){8}(?!\d)")
_APART = frozenset(",;\n")
_DIGIT = re.compile(r"\d\d")
# More words than any name printed in a letter has.
_LONGEST_NAME = 6
# Sixteen bits of a word's fingerprint: enough to pass over nearly every word of a text.
_WORD_PRINT = 4

ERASED = "Cette personne a demandé à ne plus figurer dans l’annuaire."
WRONG_KEY = (
    "La liste des personnes effacées a été écrite avec une autre clé : sans elle, ces personnes pourraient revenir. "
    "Donner à ERASURE_KEY la valeur d’avant, qui était peut-être celle de SECRET_KEY ou du fichier secret_key."
)


def fingerprint(name: str) -> str:
    """Keyed fingerprint of a folded name (SHA-256, 64 hexadecimal digits).

    Without ERASURE_KEY nobody can find out who is on the list by trying names.
    """
    return _mac(fold(name))


def key_mark(key: str = "") -> str:
    """Eight digits that tell one ERASURE_KEY from another, and nothing of either; of the site's own unless one is given."""
    return _mac("mark of the key:", key)[:8]


def _mac(text: str, key: str = "") -> str:
    return hmac.digest((key or settings.ERASURE_KEY).encode(), text.encode(), hashlib.sha256).hex()


def _print_of(kind: PrintKind, value: str) -> str:
    return fingerprint(value) if kind == PrintKind.NAME else _mac(f"{kind}:{value}")


def _word_print(word: str) -> str:
    return _mac(f"word:{word}")[:_WORD_PRINT]


def email_key(value: str) -> str:
    return value.strip().lower().strip(".")


def phone_key(value: str) -> str:
    """Ten digits of a French number, however it is written; the digits alone of another."""
    digits = "".join(char for char in value.replace("(0)", "") if char.isdigit())
    return f"0{digits[-9:]}" if re.fullmatch(r"(?:(?:00)?33)?\d{9}|0\d{9}", digits) else digits


# -- finding names in a text ----------------------------------------------------------------------------


class _Letters(dict):
    """Each character without accent and capital, one for one, so that places in both texts agree."""

    def __missing__(self, code: int) -> int:
        plain = unicodedata.normalize("NFD", chr(code))[0].lower()
        self[code] = ord(plain) if len(plain) == 1 else code
        return self[code]


_LETTERS = _Letters()


def _word(text: str) -> str:
    """As in a folded name, of a word in which letters have no accents any more."""
    return text if text.isascii() else fold(text)


class Seeker:
    """Finds persons in texts. A name of one word is none: « Gérard » is also a street's."""

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where names, e-mail addresses and telephone numbers stand in ``text``, in order, apart from each other."""
        if not text or not self:
            return []
        plain = text.translate(_LETTERS)
        found: list[tuple[int, int]] = []
        # Nearly every text holds no word of a name, no @ and no digit: it is looked at no further.
        if any(self._may(_word(word)) for word in set(_WORD.findall(plain))):
            found += self._names(plain)
        if "@" in plain:
            found += self._addresses(plain)
        if _DIGIT.search(plain):
            found += self._numbers(plain)
        if not found:
            return found
        apart: list[tuple[int, int]] = []
        for start, end in sorted(found):
            if apart and start < apart[-1][1]:
                apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
            else:
                apart.append((start, end))
        return apart

    def found(self, text: str) -> list[str]:
        """As they are written there."""
        return [text[start:end] for start, end in self.spans(text)]

    def knows(self, text: str) -> bool:
        return bool(self.spans(text))

    def cleaned(self, text: str, instead: str = INSTEAD) -> str:
        """``text`` with ``instead`` in their place; never longer, all names being longer than that."""
        for start, end in reversed(self.spans(text)):
            text = text[:start] + instead + text[end:]
        return text

    def cleaned_value(self, value):
        """The same of every text inside a JSON value."""
        if isinstance(value, dict):
            return {key: self.cleaned_value(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.cleaned_value(each) for each in value]
        return self.cleaned(value) if isinstance(value, str) else value

    # -- what each has to say --------------------------------------------------------------------------

    def __bool__(self) -> bool:
        raise NotImplementedError

    def _may(self, word: str) -> bool:
        """Whether ``word`` may be part of a name looked for."""
        raise NotImplementedError

    def _is_name(self, words: tuple[str, ...]) -> bool:
        raise NotImplementedError

    def _is_email(self, value: str) -> bool:
        raise NotImplementedError

    def _is_phone(self, value: str) -> bool:
        raise NotImplementedError

    # -- places ------------------------------------------------------------------------------------------

    def _names(self, plain: str) -> Iterator[tuple[int, int]]:
        # In an address hyphens only part words; elsewhere Jean-Paul Martin is not Paul Martin.
        joined = "-" if any(char.isspace() for char in plain) else "\0"
        words = [(match.start(), match.end(), _word(match[0])) for match in _WORD.finditer(plain)]
        for first in range(len(words)):
            start, end, word = words[first]
            if not self._may(word) or plain[start - 1 : start] == joined:
                continue
            told, last = [word], end
            for start_next, end_next, following in words[first + 1 : first + _LONGEST_NAME]:
                # « Jean Martin, Paul Petit » names no Martin Paul.
                apart = start_next - last > 3 or not _APART.isdisjoint(plain[last:start_next])
                if apart or not self._may(following):
                    break
                told.append(following)
                last = end_next
                if plain[last : last + 1] != joined and self._is_name(tuple(told)):
                    yield start, last

    def _addresses(self, plain: str) -> Iterator[tuple[int, int]]:
        for match in _EMAIL.finditer(plain):
            if self._is_email(email_key(match[0])):
                yield match.start(), match.end()

    def _numbers(self, plain: str) -> Iterator[tuple[int, int]]:
        for match in _PHONE.finditer(plain):
            if self._is_phone(phone_key(match[0])):
                yield match.start(), match.end()


def orders(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The words of a name as they may follow each other: « Hélène Lécuyer », « Lécuyer Hélène ».

    >>> list(orders(("anne", "marie", "petit")))
    [('anne', 'marie', 'petit'), ('marie', 'petit', 'anne'), ('petit', 'anne', 'marie')]
    """
    for first in range(len(words)):
        yield words[first:] + words[:first]


@dataclass(frozen=True)
class Traces(Seeker):
    """What tells of one person, in clear: spellings of the name, e-mail addresses, telephone numbers."""

    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, names: Iterable[str] = (), emails: Iterable[str] = (), phones: Iterable[str] = ()
    ) -> "Traces":
        """Without what is empty or told twice; addresses in the one form they are compared in."""
        return cls(
            tuple(dict.fromkeys(name.strip() for name in names if fold(name))),
            tuple(dict.fromkeys(email_key(value) for value in emails if "@" in value)),
            tuple(dict.fromkeys(phone_key(value) for value in phones if phone_key(value))),
        )

    def __bool__(self) -> bool:
        return bool(self.names or self.emails or self.phones)

    @cached_property
    def sure_names(self) -> list[str]:
        """Those of two words or more: the others can't be told from first names and streets."""
        return [name for name in self.names if len(fold(name).split()) > 1]

    @cached_property
    def _orders(self) -> frozenset[tuple[str, ...]]:
        return frozenset(each for name in self.sure_names for each in orders(tuple(fold(name).split())))

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(word for each in self._orders for word in each)

    def _may(self, word: str) -> bool:
        return word in self._words

    def _is_name(self, words: tuple[str, ...]) -> bool:
        return words in self._orders

    def _is_email(self, value: str) -> bool:
        return value in self.emails

    def _is_phone(self, value: str) -> bool:
        return value in self.phones

    def is_called(self, *names: str) -> bool:
        """Whether one of ``names``, a whole one, is this person's: one word is enough here."""
        own = {fold(name) for name in self.names}
        return any(fold(name) in own or tuple(fold(name).split()) in self._orders for name in names)

    @property
    def fragments(self) -> list[str]:
        """What a database is asked for: some part of each that every way of writing it holds."""
        parts = [max(re.findall(r"[A-Za-z]+", name), key=len, default="") for name in self.sure_names]
        parts += self.emails
        for phone in self.phones:
            pairs = [phone[at : at + 2] for at in range(2, len(phone), 2)]
            parts += [sign.join(pairs) for sign in ("", " ", ".", "-", "/")]
        return list(dict.fromkeys(parts))


def without_names(text: str, names: Iterable[str], instead: str = INSTEAD) -> str:
    """``text`` with ``instead`` for each of ``names``, however accents, capitals and hyphens are written; never longer."""
    return Traces(tuple(names)).cleaned(text, instead)


# -- the list -----------------------------------------------------------------------------------------------


@dataclass
class DoNotRestore(Seeker):
    """The list as it was read: everybody who asked to be erased."""

    prints: dict[str, set[str]] = field(default_factory=dict)
    # Of the words of names; None where a row of an earlier release does not tell them.
    words: set[str] | None = field(default_factory=set)
    _known: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "DoNotRestore":
        """All of it (1 query); raises ImproperlyConfigured where it was written under another key."""
        rows = list(
            ErasedPerson.objects.order_by("pk").values_list("kind", "fingerprint", "words", "key_mark")
        )
        mark = key_mark() if rows else ""
        if any(known not in {"", mark} for *_, known in rows):
            raise ImproperlyConfigured(WRONG_KEY)
        found = cls({kind: set() for kind in PrintKind.values})
        for kind, value, words, _ in rows:
            found.prints[kind].add(value)
            if kind == PrintKind.NAME and not words:
                found.words = None
            elif found.words is not None:
                found.words.update(words.split())
        return found

    def __bool__(self) -> bool:
        return any(self.prints.values())

    def forbids(self, *names: str) -> bool:
        """Whether one of these, each a whole name, is of somebody on the list."""
        return bool(self) and any(
            _mac(" ".join(each)) in self.prints[PrintKind.NAME]
            for name in names
            if fold(name)
            for each in orders(tuple(fold(name).split()))
        )

    def forbids_contact(self, value: str) -> bool:
        """Whether an address or a number is theirs, or says their name."""
        return bool(self) and (
            self._is_email(email_key(value)) or self._is_phone(phone_key(value)) or self.knows(value)
        )

    def _may(self, word: str) -> bool:
        if self.words is None:
            return True
        if word not in self._known:
            self._known[word] = _word_print(word) in self.words
        return self._known[word]

    def _is_name(self, words: tuple[str, ...]) -> bool:
        return any(_mac(" ".join(each)) in self.prints[PrintKind.NAME] for each in orders(words))

    def _is_email(self, value: str) -> bool:
        return (
            bool(self.prints[PrintKind.EMAIL]) and _mac(f"{PrintKind.EMAIL}:{value}") in self.prints["email"]
        )

    def _is_phone(self, value: str) -> bool:
        return (
            bool(self.prints[PrintKind.PHONE]) and _mac(f"{PrintKind.PHONE}:{value}") in self.prints["phone"]
        )


def erased_names(names: Iterable[str]) -> set[str]:
    """Those of ``names`` whose bearer asked to be erased (1 query)."""
    erased = DoNotRestore.read()
    return {name for name in names if erased.forbids(name)}


def rows_of(traces: Traces) -> list[ErasedPerson]:
    """What the list keeps of a person, not saved: a fingerprint for each spelling, address and number."""
    mark = key_mark()
    told = (
        (PrintKind.NAME, traces.names),
        (PrintKind.EMAIL, traces.emails),
        (PrintKind.PHONE, traces.phones),
    )
    rows = {}
    for kind, values in told:
        for value in values:
            # Sorted: the order of the words is the name's own.
            words = (
                sorted({_word_print(word) for word in fold(value).split()}) if kind == PrintKind.NAME else []
            )
            row = ErasedPerson(
                kind=kind, fingerprint=_print_of(kind, value), words=" ".join(words), key_mark=mark
            )
            rows[row.fingerprint] = row
    return list(rows.values())
