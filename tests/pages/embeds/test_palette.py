"""Colours that a host chooses can be read, by day and by night."""

import re

import pytest
from django.core.exceptions import ValidationError

from pages.embeds.palette import Palette, lightened, limits
from pages.presenters.styleguide import TEXT, contrast


def colours(stylesheet: str, *, night: bool = False) -> dict[str, str]:
    part = stylesheet.partition("@media")[2 if night else 0]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", part))


@pytest.mark.parametrize("accent", ["#9c3320", "#005500", "#000000", "#0000ff", "#6b4c9a"])
def test_a_colour_that_passes_can_be_read_day_and_night(accent):
    palette = Palette(accent)
    palette.check()
    for night in (False, True):
        told = colours(palette.stylesheet, night=night)
        assert min(contrast(told["accent"], told[ground]) for ground in ("paper", "surface")) >= TEXT
    assert colours(palette.stylesheet)["accent"] == accent


@pytest.mark.parametrize(
    ("palette", "field"),
    [
        (Palette("#ffff00"), "couleur"),
        (Palette("#000000", theme="sombre"), "couleur"),
        (Palette("#888888", "#ffffff"), "couleur"),
        (Palette("", "#808080"), "fond"),
        (Palette("", "#ffffff", "clair"), "theme"),
    ],
)
def test_what_could_not_be_read_is_refused(palette, field):
    with pytest.raises(ValidationError) as caught:
        palette.check()
    assert list(caught.value.message_dict) == [field]


@pytest.mark.parametrize("ground", ["#ffffff", "#000000", "#203040", "#f0fff0"])
def test_everything_written_on_a_ground_that_passes_can_be_read(ground):
    palette = Palette("", ground)
    palette.check()
    told = colours(palette.stylesheet)
    assert told["paper"] == told["surface"] == told["warm-soft"] == ground
    for name in ("ink", "ink-soft", "accent", "structure", "initiative", "ptce"):
        assert contrast(told[name], ground) >= TEXT
    assert "@media" not in palette.stylesheet


def test_a_theme_holds_whatever_the_reader_s():
    assert "@media" not in Palette(theme="sombre").stylesheet
    assert colours(Palette(theme="sombre").stylesheet)["paper"] == limits()["night_grounds"][0]
    assert "color-scheme: dark;" in Palette(theme="sombre").stylesheet


def test_sizes_and_fonts_are_there_and_for_shadow_trees_too():
    text = Palette().stylesheet
    for rule in (":root {", ":host {"):
        assert re.search(rf"{re.escape(rule)}[^}}]*--space-4: 1rem;[^}}]*--paper:", text)


def test_black_at_night_becomes_light_enough():
    assert contrast(lightened("#000000", ["#11191d"]), "#11191d") >= TEXT
    assert lightened("#f3a188", ["#11191d"]) == "#f3a188"


@pytest.mark.parametrize(
    ("query", "status"), [("", 200), ("couleur=005500", 200), ("couleur=ffff00", 400), ("titre=non", 400)]
)
def test_the_style_sheet(client, query, status):
    response = client.get(f"/integration/v1/couleurs.css?{query}")
    assert response.status_code == status
    assert response.headers["Content-Type"] == "text/css; charset=utf-8"
    assert ("--ink" in response.content.decode()) == (status == 200)
