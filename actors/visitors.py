"""What forms that know neither cookie nor account ask: where to write to, and of a request, whence it comes."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.http import HttpRequest

from actors import normalising


class VisitorEmailField(forms.EmailField):
    """Where to write to a visitor: exactly one plain address; every public form that asks for one has this field."""

    def __init__(self, **kwargs) -> None:
        super().__init__(max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}), **kwargs)

    def clean(self, value) -> str:
        address = super().clean(value)
        return normalising.email(address) if address else ""


def from_elsewhere(request: HttpRequest) -> bool:
    """Whether the browser says that another site's page sent this form.

    Our forms give a visitor no right that another site could borrow, hence no cookie to compare with; this only
    keeps other sites from sending in a visitor's name.
    """
    origin = request.headers.get("Origin", "")
    if not origin:
        return request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}
    return urlsplit(origin).netloc != request.get_host() and origin not in settings.CSRF_TRUSTED_ORIGINS


def visitor_address(request: HttpRequest) -> str:
    """The visitor's address of the network, without its last half where it is of the new kind (IPv6).

    Behind ``PROXIES`` proxies of ours, the one that the outermost added to X-Forwarded-For: those before it are the
    visitor's own claims. Where fewer are named than there should be, the first of them.
    """
    named = request.headers.get("X-Forwarded-For", "") if settings.PROXIES else ""
    chain = [address.strip() for address in named.split(",") if address.strip()][-settings.PROXIES :]
    text = chain[0] if chain else request.META.get("REMOTE_ADDR", "")
    try:
        # Behind « % » stands by which of the machine's networks it came.
        address: IPv4Address | IPv6Address = ip_address(text.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        # Everybody there has 2**64 of them.
        return address.ipv4_mapped.compressed if address.ipv4_mapped else address.exploded[:19]
    return address.compressed
