import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.generic import TemplateView, View

from partners.api.stamp import Stamp
from partners.downloads.catalogue import catalogue, table_schema
from partners.downloads.datasets import DATASETS
from partners.downloads.files import FORMATS, File, written
from partners.downloads.places import PLACES, Full, StoredFile, StreamedFile
from partners.downloads.presenting import Choice, DataPage
from partners.downloads.request import Refused, read
from partners.editions import EDITIONS, Edition
from partners.records import Links
from partners.views.busy import busy_response
from partners.views.refused import refused_response


def today() -> datetime.date:
    return timezone.localdate()


_LISTS = {
    "acteurs": ("actor-list", "La liste des acteurs, avec les filtres que nous avons compris"),
    "cooperations": (
        "cooperation-list",
        "La liste des coopérations, avec les filtres que nous avons compris",
    ),
}
_LISTS["reseau-acteurs"] = _LISTS["cooperations"]


def _refused(request: HttpRequest, refused: Refused, dataset: str) -> HttpResponse:
    route, words = _LISTS.get(dataset, ("home", "L’accueil de l’annuaire"))
    query = f"?{refused.understood}" if refused.understood else ""
    back = (f"{reverse(route)}{query}", words)
    return refused_response(
        request, refused.errors, labels=refused.labels, what="ce fichier", back=back, status=refused.status
    )


class DownloadView(View):
    """``/donnees/<dataset>.<format>``: a file of what the filters of the address ask for, streamed.

    HEAD reads the address and nothing of the directory but its version; who has the present file gets 304; who
    comes while as many files as may be are on their way gets 503.
    """

    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest, dataset: str, suffix: str) -> HttpResponse:
        if dataset not in DATASETS or suffix not in DATASETS[dataset].formats:
            raise Http404
        try:
            asked = read(request.GET, dataset)
        except Refused as refused:
            return _refused(request, refused, dataset)
        on = today().isoformat()
        etag = Stamp.read().etag(f"{request.build_absolute_uri()} {on}")
        response = get_conditional_response(request, etag=etag)
        if response is None or response.status_code != 304:
            file = File(DATASETS[dataset], asked, Links.of(request), on, request.build_absolute_uri())
            try:
                place = None if request.method == "HEAD" else PLACES.take()
            except Full:
                return busy_response(request)
            content = written(file, suffix) if place else ()
            response = StreamedFile(content, content_type=FORMATS[suffix].media_type)
            response.place = place
            response["Content-Disposition"] = f'attachment; filename="{file.name(suffix)}"'
            response["Link"] = '<https://www.etalab.gouv.fr/licence-ouverte-open-licence/>; rel="license"'
        response["ETag"] = etag
        response["X-Robots-Tag"] = "noindex"
        patch_cache_control(response, public=True, no_cache=True)
        return response


class DataView(TemplateView):
    """What there is to take, under which licence, and how far it can be trusted."""

    template_name = "partners/data.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(page=DataPage(Links.of(self.request), EDITIONS.all()), **kwargs)


class ChoiceView(View):
    """The formats in which the selection of an address can be taken, and what they hold."""

    def get(self, request: HttpRequest, dataset: str = "acteurs") -> HttpResponse:
        try:
            asked = read(request.GET, dataset)
        except Refused as refused:
            return _refused(request, refused, dataset)
        response = render(request, "partners/download.html", {"choice": Choice(asked, DATASETS[dataset])})
        response["X-Robots-Tag"] = "noindex"
        return response


class TableSchemaView(View):
    """Frictionless' table schema of a dataset's columns."""

    def get(self, request: HttpRequest, dataset: str) -> HttpResponse:
        if dataset not in DATASETS:
            raise Http404
        document = table_schema(DATASETS[dataset], Links.of(request))
        return JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 1})


class CatalogueView(View):
    """The datasets and their files in DCAT, as catalogues of open data gather them."""

    def get(self, request: HttpRequest, suffix: str) -> HttpResponse:
        text = catalogue(Links.of(request), EDITIONS.all(), suffix)
        return HttpResponse(text, content_type=FORMATS[suffix].media_type)


def _edition(name: str) -> Edition:
    edition = EDITIONS.get(name)
    if edition is None:
        raise Http404
    return edition


class EditionsView(View):
    """Who shortens the address of an edition by hand finds all of them, on the page about data."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(f"{reverse('data')}#editions")


class EditionView(TemplateView):
    """One dated edition: its files with their digests, how to cite it, what changed."""

    template_name = "partners/edition.html"

    def get_context_data(self, name: str, **kwargs) -> dict[str, Any]:
        return super().get_context_data(edition=_edition(name), **kwargs)


class EditionFileView(View):
    """A file of an edition, which never changes: kept for a year by whoever has it."""

    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest, name: str, file: str) -> HttpResponse:
        edition = _edition(name)
        listed = next((each for each in edition.files if each.name == file), None)
        if listed is None:
            raise Http404
        etag = f'"{listed.sha256}"'
        response = get_conditional_response(request, etag=etag)
        if response is None or response.status_code != 304:
            suffix = file.rpartition(".")[2]
            kind = FORMATS[suffix].media_type if suffix in FORMATS else "text/plain; charset=utf-8"
            try:
                place = None if request.method == "HEAD" else PLACES.take()
            except Full:
                return busy_response(request)
            content = EDITIONS.path(edition, file).open("rb")
            response = StoredFile(content, content_type=kind)
            response.place = place
            if suffix in FORMATS:
                # As SHA256SUMS names it, so that it can check what was saved.
                response["Content-Disposition"] = f'attachment; filename="{file}"'
        response["ETag"] = etag
        response["X-Robots-Tag"] = "noindex"
        patch_cache_control(response, public=True, max_age=365 * 24 * 3600, immutable=True)
        return response
