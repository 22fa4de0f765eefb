"""Pages packed for the line."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from apes_directory.packing import PackingMiddleware


def packed(response, encoding: str = "br, gzip"):
    request = RequestFactory().get("/", headers={"accept-encoding": encoding})
    return PackingMiddleware(lambda request: response)(request)


def test_a_page_is_packed_for_who_takes_it_so():
    page = b"<li>Annuaire</li>" * 200
    response = packed(HttpResponse(page, headers={"ETag": '"7"'}))
    assert gzip.decompress(response.content) == page
    assert response["Content-Encoding"] == "gzip"
    assert response["Content-Length"] == str(len(response.content))
    assert (response["ETag"], response["Vary"]) == ('W/"7"', "Accept-Encoding")


def test_its_length_tells_nothing_exact():
    page = b"<li>Annuaire</li>" * 200
    assert len({len(packed(HttpResponse(page)).content) for _ in range(40)}) > 5


@pytest.mark.parametrize(
    ("response", "encoding"),
    [
        (HttpResponse(b"a" * 5000), "identity"),
        (HttpResponse(b"court"), "gzip"),
        (HttpResponse(b"a" * 5000, headers={"Content-Encoding": "br"}), "gzip"),
    ],
)
def test_others_are_left_as_they_are(response, encoding):
    before = response.content
    assert packed(response, encoding).content == before
    assert response.get("Content-Encoding") in {None, "br"}


def test_a_stream_is_packed_by_django():
    response = packed(StreamingHttpResponse([b"a" * 5000]))
    assert gzip.decompress(b"".join(response)) == b"a" * 5000
