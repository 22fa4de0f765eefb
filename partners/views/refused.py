"""An address that can't be answered: people get a page that names what is wrong, programs a problem document."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from partners.problems import MEDIA_TYPE, problem_response


@dataclass(frozen=True)
class Fault:
    """One parameter that is wrong: what the site calls it, what the address says, why that can't be.

    ``asked`` is '' where the fault is of the address as a whole.
    """

    label: str
    asked: str
    why: str


def refused_response(
    request: HttpRequest,
    errors: list[tuple[str, str]],
    *,
    labels: dict[str, str],
    what: str,
    back: tuple[str, str],
    status: int = 400,
) -> HttpResponse:
    """400, or 410 for what was deleted.

    ``errors``: (parameter, why); ``what``: « ce fichier »; ``back``: address and words of the way back.
    """
    if request.get_preferred_type([MEDIA_TYPE, "application/json", "text/html"]) == "text/html":
        faults = [_fault(request, name, why, labels) for name, why in errors]
        context = {"faults": faults, "what": what, "back": back, "is_gone": status == 410}
        response = render(request, "partners/refused.html", context, status=status)
    else:
        told = [{"parameter": name, "detail": why} for name, why in errors]
        detail = " ".join(f"{name} : {why}" for name, why in errors)
        response = problem_response(status, detail, errors=told)
    patch_vary_headers(response, ["Accept"])
    response["X-Robots-Tag"] = "noindex"
    # What was deleted comes back from the bin for thirty days.
    response["Cache-Control"] = "no-cache"
    return response


def _fault(request: HttpRequest, name: str, why: str, labels: dict[str, str]) -> Fault:
    given = [value.replace("\0", "")[:60] for value in request.GET.getlist(name) if value]
    asked = "&".join(f"{name}={value}" for value in given[:3])
    return Fault(labels.get(name, name) if asked else "", asked, why)
