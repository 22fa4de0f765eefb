from django import template
from django.http import HttpRequest

from pages.presenters import menu
from pages.presenters.menu import MenuEntry

register = template.Library()


@register.simple_tag(takes_context=True)
def main_menu(context) -> tuple[MenuEntry, ...]:
    """The main menu, where the visitor is marked; also for error pages, which have no request."""
    return menu.marked(menu.sections(), _path(context))


@register.simple_tag(takes_context=True)
def footer_menu(context) -> tuple[MenuEntry, ...]:
    """The menu at the foot; a page without a request is that of an error, which asks nothing."""
    request = context.get("request")
    entries = menu.footer() if request else menu.footer_of_error()
    return menu.marked(entries, _path(context))


def _path(context) -> str:
    request: HttpRequest | None = context.get("request")
    return request.path if request else ""
