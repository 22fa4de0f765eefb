"""Pictures of the editors' guide: ``make guide`` walks through the back-office and writes ``docs/guide/``.

The site is made from the committed data; what is typed here is invented, and so are the people: nobody's name,
address or telephone is on a picture. Every picture has the same size, whatever it shows.
"""

import os
import shutil
import sys
import tempfile

from playwright.sync_api import Browser, sync_playwright
from tqdm import tqdm

from tests.browser.conftest import ARGUMENTS, SignedIn, Visitor
from tests.browser.guide_scenes import SCENES
from tests.browser.site import Sites, standing
from tests.browser.studio import Studio
from tests.programs import CHROMIUM, ProgramMissing
from tests.run import OWN
from tests.serving import ROOT

FOLDER = ROOT / "docs" / "guide"


def take(browser: Browser, sites: Sites) -> None:
    walker = Visitor(browser, sites.write.address, SignedIn(browser))
    studio = Studio(walker, sites.write, FOLDER)
    with tqdm(SCENES, unit="scène", disable=None, leave=False) as bar:
        for scene in bar:
            bar.set_postfix_str(scene.__name__)
            scene(studio)


def main() -> None:
    try:
        program = CHROMIUM.path()
    except ProgramMissing as error:
        sys.exit(str(error))
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    environment = {name: value for name, value in os.environ.items() if name not in OWN}
    with (
        tempfile.TemporaryDirectory(prefix="apes-guide-") as folder,
        standing(environment | {"DATA_DIR": folder}) as sites,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        take(browser, sites)
        browser.close()
    pictures = list(FOLDER.glob("*.webp"))
    weight = sum(picture.stat().st_size for picture in pictures) // 1000
    sys.stdout.write(f"{len(pictures)} images, {weight} ko, dans {FOLDER.relative_to(ROOT)}/\n")


if __name__ == "__main__":
    main()
