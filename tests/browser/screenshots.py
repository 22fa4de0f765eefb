"""Pictures of the main pages at three widths and in two themes, with a sheet to look at them: ``make screenshots``.

They go to ``var/screenshots/``, those of the last time are thrown away. Names of pages (``tests/browser/pages.py``)
as arguments keep to these: ``python -m tests.browser.screenshots accueil liste``.
"""

import os
import shutil
import sys
import tempfile
from html import escape

from playwright.sync_api import Browser, sync_playwright
from tqdm import tqdm

from tests.browser.conftest import ARGUMENTS, sign_in
from tests.browser.pages import PAGES, PageKind
from tests.browser.site import standing
from tests.programs import CHROMIUM, ProgramMissing
from tests.run import OWN
from tests.serving import ROOT

FOLDER = ROOT / "var" / "screenshots"
WIDTHS = (360, 768, 1440)
THEMES = ("light", "dark")
# Longer pages are cut: nobody looks at a picture of twenty screens.
HIGHEST = 6000
SHEET = """<!doctype html>
<html lang="fr">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Captures</title>
<style>
  body {{ font: 1rem/1.4 system-ui, sans-serif; margin: 1.5rem; background: #e7e7e7; color: #111; }}
  h2 {{ margin: 2rem 0 .5rem; }}
  div {{ display: flex; gap: 1rem; overflow-x: auto; align-items: flex-start; }}
  figure {{ margin: 0; flex: none; }}
  img {{ display: block; height: 42rem; width: auto; object-fit: cover; object-position: top; border: 1px solid #888; }}
</style>
<h1>Captures</h1>
{rows}
</html>
"""


def take(browser: Browser, site: str, kinds: list[PageKind]) -> None:
    state = sign_in(browser, site) if any(kind.staff for kind in kinds) else None
    total = len(kinds) * len(WIDTHS)
    with tqdm(total=total * len(THEMES), unit="capture", disable=None, leave=False) as bar:
        for kind in kinds:
            for width in WIDTHS:
                context = browser.new_context(
                    base_url=site,
                    locale="fr-FR",
                    viewport={"width": width, "height": 800},
                    reduced_motion="reduce",
                    storage_state=state if kind.staff else None,
                )
                page = context.new_page()
                page.goto(kind.path, wait_until="networkidle")
                height = min(HIGHEST, page.evaluate("document.documentElement.scrollHeight"))
                for theme in THEMES:
                    page.emulate_media(color_scheme=theme)
                    page.screenshot(
                        path=FOLDER / f"{kind.name}-{width}-{theme}.png",
                        clip={"x": 0, "y": 0, "width": width, "height": max(height, 800)},
                        full_page=True,
                    )
                    bar.update()
                context.close()


def sheet(kinds: list[PageKind]) -> str:
    rows = []
    for kind in kinds:
        figures = "".join(
            f'<figure><a href="{kind.name}-{width}-{theme}.png"><img src="{kind.name}-{width}-{theme}.png" '
            f'alt="{kind.name}, {width} px, {theme}" loading="lazy"></a>'
            f"<figcaption>{width} px, {theme}</figcaption></figure>"
            for theme in THEMES
            for width in WIDTHS
        )
        rows.append(f"<h2>{kind.name} <small>{escape(kind.path)}</small></h2>\n<div>{figures}</div>")
    return SHEET.format(rows="\n".join(rows))


def main(names: list[str]) -> None:
    if unknown := set(names) - {kind.name for kind in PAGES}:
        sys.exit(f"Pages inconnues : {', '.join(sorted(unknown))}.")
    kinds = [kind for kind in PAGES if (kind.name in names if names else kind.shown)]
    try:
        program = CHROMIUM.path()
    except ProgramMissing as error:
        sys.exit(str(error))
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    environment = {name: value for name, value in os.environ.items() if name not in OWN}
    with (
        tempfile.TemporaryDirectory(prefix="apes-screenshots-") as folder,
        standing(environment | {"DATA_DIR": folder}) as sites,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        take(browser, sites.read.address, kinds)
        browser.close()
    index = FOLDER / "index.html"
    index.write_text(sheet(kinds), encoding="utf-8")
    pictures = len(list(FOLDER.glob("*.png")))
    sys.stdout.write(f"{pictures} captures, à voir sur {index.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
