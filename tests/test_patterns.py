"""No regular expression of ours takes ages over a text made for it.

Every constant pattern in the program is tried on texts of its own signs, long and almost right. What doubles its time with
each sign would never end. (The square of a length is not noticed here: 2,000 signs are too few for it.)
"""

import ast
import re
import signal
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("apes_directory", "pages", "editing", "partners", "actors", "sources", "territories")
FUNCTIONS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
LENGTH = 2_000
# Seconds for one text, on a machine that does much else. Linear ones take some thousandths.
PATIENCE = 0.7
USUAL = "a0 -_./@'’\n\té<[(*#:,;=&%\"\\"


class TooLong(Exception):
    pass


@contextmanager
def at_most(seconds: float):
    def stop(*_):
        raise TooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def patterns() -> dict[str, str]:
    """Every pattern that stands in the program as a constant, by where it stands."""
    found = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and getattr(node.func.value, "id", "") in {"re", "_lazy_re_compile"}
                    and node.func.attr in FUNCTIONS
                    and node.args
                    and isinstance(node.args[0], ast.Constant)
                    and isinstance(node.args[0].value, str)
                ):
                    found[f"{path.relative_to(ROOT)}:{node.lineno}"] = node.args[0].value
    return found


def texts(pattern: str) -> list[str]:
    """Long runs of the signs a pattern names, alone and by twos, that end in what it can't end in."""
    own = "".join(dict.fromkeys(re.sub(r"\\[a-zA-Z]", "", pattern)))[:14]
    signs = list(dict.fromkeys(own + USUAL))
    runs = [sign * LENGTH for sign in signs]
    runs += [(one + other) * (LENGTH // 2) for one in signs[:6] for other in signs[:6] if one != other]
    return [run + "\0" for run in runs] + ["x" + run for run in runs[:10]]


def slow(pattern: str) -> str:
    """The first text that takes ages; empty where there is none."""
    compiled = re.compile(pattern)
    for text in texts(pattern):
        for ask in (compiled.search, compiled.fullmatch):
            try:
                with at_most(PATIENCE):
                    ask(text)
            except TooLong:
                return f"{ask.__name__} on {text[:4]!r}…"
    return ""


def test_no_pattern_takes_ages():
    found = patterns()
    assert len(found) > 60
    assert {where: told for where, pattern in found.items() if (told := slow(pattern))} == {}


@pytest.mark.parametrize("pattern", [r"^(a+)+$", r"(\w+\s?)*;", r"^(?:[a-z]+-?)+!"])
def test_one_that_would_is_found(pattern):
    assert slow(pattern)
