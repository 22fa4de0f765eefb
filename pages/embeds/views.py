"""Addresses under ``/integration/``: only the frames may be framed, and nothing here sets a cookie."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from csp.decorators import csp_replace
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.generic import TemplateView, View

from pages.embeds.builder import Builder
from pages.embeds.contract import Asked, ColourForm, Kind
from pages.embeds.fates import fate_of
from pages.embeds.frames import ActorFrame, ListFrame, MapFrame, NetworkFrame
from pages.embeds.oembed import as_xml, describe
from pages.embeds.targets import target_of

# Seconds: a frame may lag so much behind the site, which hosts with many readers are glad of.
_FRAME_KEPT = 60
_FILE_KEPT = 3600
_SCRIPTS = {"cadre": "integration/cadre.js", "annuaire-ess": "integration/annuaire-ess.js"}


@method_decorator([xframe_options_exempt, csp_replace({"frame-ancestors": ["*"]})], name="dispatch")
class FrameView(View):
    """One frame; an address it does not understand is a frame that says what is wrong, code 400."""

    kind: Kind
    shown: type

    def get(self, request: HttpRequest, **kwargs) -> HttpResponse:
        asked = Asked(self.kind, request.GET)
        if asked.errors:
            return self.fault(asked, asked.status, "embeds/fault.html", errors=asked.errors)
        return self.framed(asked, 200, self.shown.template, frame=self.shown(asked))

    def fault(self, asked: Asked, status: int, template: str, **context) -> HttpResponse:
        return self.framed(asked, status, template, frame=None, **context)

    def framed(self, asked: Asked, status: int, template: str, **context) -> HttpResponse:
        look = asked.look
        # Colours that can't be read are an error, which is told in the site's own.
        palette = "" if look.errors else look.palette_parameters
        origin = _origin(self.request)
        html = render_to_string(
            template,
            {"asked": asked, "kind": asked.kind, "origin": origin, "palette": palette, **context},
            self.request,
        )
        response = _conditional(self.request, html, "text/html; charset=utf-8", _FRAME_KEPT, status)
        response["X-Robots-Tag"] = "noindex"
        return response


class ListFrameView(FrameView):
    kind, shown = Kind.LIST, ListFrame


class MapFrameView(FrameView):
    kind, shown = Kind.MAP, MapFrame


class NetworkFrameView(FrameView):
    kind, shown = Kind.NETWORK, NetworkFrame


class ActorFrameView(FrameView):
    """The card of one actor by its permanent id, or by any address it ever had."""

    kind, shown = Kind.ACTOR, ActorFrame

    def get(self, request: HttpRequest, word: str) -> HttpResponse:
        asked = Asked(self.kind, request.GET)
        if asked.errors:
            return self.fault(asked, 400, "embeds/fault.html", errors=asked.errors)
        fate = fate_of(word)
        if fate.actor is None:
            return self.fault(asked, 410 if fate.deleted else 404, "embeds/gone.html", fate=fate)
        return self.framed(asked, 200, self.shown.template, frame=ActorFrame(fate))


class ColoursView(View):
    """The colours of a frame as a style sheet: its policy allows no style inside a page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = ColourForm(request.GET)
        if not form.is_valid():
            told = " ".join(error for errors in form.errors.values() for error in errors)
            return HttpResponse(
                f"/* {told.replace('*', '')} */", status=400, content_type="text/css; charset=utf-8"
            )
        return _conditional(request, form.palette.stylesheet, "text/css; charset=utf-8", _FILE_KEPT)


class ScriptView(View):
    """A script for hosts, at an address that never changes."""

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        return _conditional(request, _script(name), "text/javascript; charset=utf-8", _FILE_KEPT)


class UnknownFrameView(View):
    """An address below ``/integration/v1/`` that is none of the contract: a frame that says so."""

    @method_decorator([xframe_options_exempt, csp_replace({"frame-ancestors": ["*"]})])
    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        context = {"frame": None, "kind": Kind.LIST, "origin": _origin(request), "palette": "", "fate": None}
        return HttpResponse(render_to_string("embeds/gone.html", context, request), status=404)


class OembedView(View):
    """``?url=`` a page of ours, ``format`` json or xml, ``maxwidth`` and ``maxheight`` in pixels."""

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("format", "json")
        if wanted not in {"json", "xml"}:
            return _plain("Formats connus : json, xml.", 501)
        try:
            most = {name: _size(request, f"max{name}") for name in ("width", "height")}
        except ValueError:
            return _plain("maxwidth et maxheight sont des nombres de pixels.", 400)
        if not request.GET.get("url"):
            return _plain("Donnez dans « url » l’adresse d’une page de l’annuaire.", 400)
        target = target_of(request.GET["url"], request.get_host())
        answer = target and describe(
            target, _origin(request), max_width=most["width"], max_height=most["height"]
        )
        if not answer:
            return _plain("Aucune page de l’annuaire qui s’intègre à cette adresse.", 404)
        if wanted == "xml":
            return _conditional(request, as_xml(answer).decode(), "text/xml; charset=utf-8", _FRAME_KEPT)
        content = json.dumps(answer, ensure_ascii=False)
        return _conditional(request, content, "application/json; charset=utf-8", _FRAME_KEPT)


class BuilderView(TemplateView):
    """The page that makes the code, with a preview; it works without a script."""

    template_name = "embeds/builder.html"

    def get_context_data(self, **kwargs):
        builder = Builder(self.request.GET, _origin(self.request), self.request.get_host())
        return super().get_context_data(builder=builder, **kwargs)


class SheetView(TemplateView):
    """What the people who keep a host's site and its security ask before they allow it."""

    template_name = "embeds/sheet.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(origin=_origin(self.request), **kwargs)


def _origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _size(request: HttpRequest, name: str) -> int | None:
    """Pixels, None where nothing is asked; raises ValueError for anything else."""
    text = request.GET.get(name, "").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not text.strip("0"):
        raise ValueError(name)
    return min(int(text[:9]), 100_000)


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


@lru_cache(maxsize=len(_SCRIPTS))
def _script(name: str) -> str:
    return Path(finders.find(_SCRIPTS[name])).read_text(encoding="utf-8")


def _conditional(
    request: HttpRequest, content: str, content_type: str, kept: int, status: int = 200
) -> HttpResponse:
    """The answer, or 304 for who has it: its tag is made of its text. Other sites may load it."""
    etag = f'"{hashlib.sha256(content.encode()).hexdigest()[:20]}"'
    response = get_conditional_response(request, etag=etag) if status == 200 else None
    response = response or HttpResponse(content, content_type=content_type, status=status)
    response["ETag"] = etag
    # For hosts that isolate themselves (Cross-Origin-Embedder-Policy).
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(response, public=True, max_age=kept)
    return response
