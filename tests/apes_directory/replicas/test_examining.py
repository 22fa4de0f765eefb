"""What the diagnostic says of replicas."""

import pytest

from apes_directory import diagnosis
from apes_directory.diagnosis import Level, findings
from apes_directory.replicas import examining
from apes_directory.replicas.watch import Watch


@pytest.mark.parametrize(
    ("answer", "level", "text"),
    [
        ((True, 7), Level.GOOD, "la réplique n° 1 suit."),
        ((True, 5), Level.LOOK, "la réplique n° 1 a 2 modifications de retard : relancez le diagnostic."),
        ((True, None), Level.LOOK, "la réplique n° 1 a 7 modifications de retard : relancez le diagnostic."),
        (None, Level.LOOK, "la réplique n° 1 ne répond pas : le site lit ailleurs."),
        (
            (False, 7),
            Level.LOOK,
            "la base n° 1 n’est pas une réplique : elle accepte des écritures, le site ne la lit pas.",
        ),
    ],
)
def test_how_a_replica_is(monkeypatch, answer, level, text):
    monkeypatch.setattr(examining, "watching", lambda: Watch(["replica_1"], 5))
    monkeypatch.setattr(examining, "_ask", {"default": (False, 7), "replica_1": answer}.get)
    (finding,) = findings((diagnosis.replicas,))
    assert (finding.level, finding.text) == (level, text)


def test_nothing_is_said_where_there_is_none():
    assert list(findings((diagnosis.replicas,))) == []
