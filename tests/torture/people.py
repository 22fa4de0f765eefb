"""Who uses the site while it is broken: browsers with cookies and forms, without a line of the site's own code."""

import http.client
import json
import re
import urllib.parse
import uuid
from html.parser import HTMLParser
from typing import NamedTuple

from tests.torture.scene import PASSWORD, WRITER


class NoAnswer(Exception):
    """The connection was refused, cut, or said nothing in time: whatever was asked may have been done or not."""


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str

    @property
    def title(self) -> str:
        found = re.search(r"<title>\s*(.*?)\s*</title>", self.text, re.DOTALL)
        return " ".join(found[1].split()) if found else ""


class Browser:
    """Cookies of one person, and a connection for each request."""

    def __init__(self, port: int, patience: float = 60) -> None:
        self._port, self._patience = port, patience
        self.cookies: dict[str, str] = {}

    def get(self, address: str, **headers: str) -> Answer:
        return self._ask("GET", address, b"", headers)

    def post(
        self, address: str, data: dict[str, str | list[str]], file: tuple[str, str, bytes] | None = None
    ) -> Answer:
        """``file``: (name of the field, of the file, contents)."""
        headers = {"Referer": f"http://127.0.0.1:{self._port}{address}"}
        if file is None:
            body = urllib.parse.urlencode(data, doseq=True).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        else:
            edge = uuid.uuid4().hex
            lines = [
                f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
                for key, value in data.items()
            ]
            field, name, contents = file
            lines.append(
                f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
                "Content-Type: text/csv\r\n\r\n"
            )
            body = "".join(lines).encode() + contents + f"\r\n--{edge}--\r\n".encode()
            headers["Content-Type"] = f"multipart/form-data; boundary={edge}"
        return self._ask("POST", address, body, headers)

    def _ask(self, method: str, address: str, body: bytes, headers: dict[str, str]) -> Answer:
        headers = {"Host": f"127.0.0.1:{self._port}", "Connection": "close", **headers}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._patience)
        try:
            connection.request(method, address, body or None, headers)
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(f"{type(error).__name__}: {error}") from None
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(
            response.status, {name.lower(): value for name, value in response.headers.items()}, text
        )


class _Forms(HTMLParser):
    """What a browser would send back of each form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str | list[str]]] = []
        self._form: dict | None = None
        self._select: tuple[str, bool, list[str], list[str]] | None = None
        self._area: str | None = None

    def handle_starttag(self, tag, attributes) -> None:
        told = dict(attributes)
        if tag == "form":
            self._form = {}
            self.forms.append(self._form)
        if self._form is None:
            return
        name = told.get("name")
        if tag == "input" and name and "disabled" not in told:
            kind = told.get("type", "text")
            if kind in {"submit", "button", "image", "reset", "file"}:
                return
            if kind in {"checkbox", "radio"} and "checked" not in told:
                return
            value = told.get("value") or ("on" if kind == "checkbox" else "")
            if kind == "checkbox" and name in self._form:
                before = self._form[name]
                self._form[name] = [*(before if isinstance(before, list) else [before]), value]
            else:
                self._form[name] = value
        elif tag == "textarea" and name:
            self._area = name
            self._form[name] = ""
        elif tag == "select" and name:
            self._select = (name, "multiple" in told, [], [])
        elif tag == "option" and self._select:
            value = told.get("value", "")
            self._select[3].append(value)
            if "selected" in told:
                self._select[2].append(value)

    def handle_endtag(self, tag) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select" and self._select and self._form is not None:
            name, several, chosen, every = self._select
            if several:
                self._form[name] = chosen
            elif every:
                self._form[name] = chosen[0] if chosen else every[0]
            self._select = None

    def handle_data(self, data) -> None:
        if self._area is not None and self._form is not None:
            # The first line end after the tag is not part of what it holds.
            before = self._form[self._area]
            self._form[self._area] = before + (data.removeprefix("\n") if not before else data)


def form_of(answer: Answer, field: str) -> dict[str, str | list[str]]:
    """The form of the page that has ``field``; raises LookupError where none has it."""
    parser = _Forms()
    parser.feed(answer.text)
    for form in parser.forms:
        if field in form:
            return form
    raise LookupError(f"no form with {field} in « {answer.title} » ({answer.status})")


class Refused(Exception):
    """The site answered, and did not do it; ``answer`` is what it said."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.status} « {answer.title} »")
        self.answer = answer


class Writer:
    """One editor: enters once, and goes on with the same session whatever becomes of the site."""

    def __init__(self, port: int, number: int, patience: float = 60) -> None:
        self.browser = Browser(port, patience)
        self._name = f"{WRITER}-{number}"

    def enter(self) -> None:
        """Raises Refused where the door stays shut."""
        page = self.browser.get("/admin/login/")
        if page.status != 200:
            raise Refused(page)
        form = form_of(page, "username") | {"username": self._name, "password": PASSWORD}
        answer = self.browser.post("/admin/login/?next=/admin/", form)
        if answer.status != 302:
            raise Refused(answer)

    def edit(self, entry: int, mark: str) -> None:
        """Change an entry in three tables at once; returns once the site said that it is saved, raises otherwise."""
        address = f"/admin/actors/organisation/{entry}/change/"
        page = self.browser.get(address)
        if page.status != 200:
            raise Refused(page)
        form = form_of(page, "summary")
        form |= {"summary": mark, "description": f"Dans la description : {mark}.", "_save": ""}
        alias = next(
            name for name, value in form.items() if re.fullmatch(r"\w+-0-name", name) and "alias" in name
        )
        form[alias] = mark
        answer = self.browser.post(address, form)
        if answer.status != 302 or "/login/" in answer.headers.get("location", ""):
            raise Refused(answer)

    def upload(self, lines: list[str]) -> int:
        """A table of entries, its columns recognised and its sorting asked for; the number of the import."""
        page = self.browser.get("/admin/imports/")
        token = {
            "csrfmiddlewaretoken": form_of(page, "csrfmiddlewaretoken")["csrfmiddlewaretoken"],
            "sheet": "",
        }
        table = "\n".join(["Nom;Résumé", *lines]).encode()
        answer = self.browser.post("/admin/imports/", token, ("file", "tableau.csv", table))
        if answer.status != 302:
            raise Refused(answer)
        address = answer.headers["location"]
        answer = self.browser.post(address, form_of(self.browser.get(address), "column-0") | {"match": ""})
        if answer.status != 302:
            raise Refused(answer)
        return int(re.search(r"/imports/(\d+)/", address)[1])

    def import_page(self, number: int) -> Answer:
        return self.browser.get(f"/admin/imports/{number}/")

    def apply(self, number: int) -> bool:
        """Ask for the sorted lines to be written; whether they were sorted by now, and it was asked."""
        page = self.import_page(number)
        try:
            form = form_of(page, "chosen")
        except LookupError:
            return False
        return self.browser.post(f"/admin/imports/{number}/", form | {"apply": ""}).status == 302


def marks(text: str) -> set[str]:
    """Every mark of an edit that stands in a page or a record."""
    return set(re.findall(r"marque\d+x\d+", text))


def record(browser: Browser, public_id: str) -> dict:
    answer = browser.get(f"/api/v1/actors/{public_id}")
    if answer.status != 200:
        raise Refused(answer)
    return json.loads(answer.text)
