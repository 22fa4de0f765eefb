"""What every form shares in which people type texts that visitors read."""

from typing import Any

from sources.erasure import ERASED, DoNotRestore


class NamesNobodyErased:
    """Of a form: refuses whoever is on the list beside the field that names them (1 query, where a text was changed).

    Entries need none of it: the end of every act has the last word on them (``actors/actions/obey.py``).
    """

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned = self.cleaned_data if cleaned is None else cleaned
        typed = {
            name: text for name in self.changed_data if isinstance(text := cleaned.get(name), str) and text
        }
        if typed:
            erased = DoNotRestore.read()
            for name, text in typed.items():
                if erased.knows(text):
                    self.add_error(name, ERASED)
        return cleaned
