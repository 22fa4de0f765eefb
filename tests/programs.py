"""Programs that no Python package brings: found, installed as root on Debian, or asked for in a sentence.

Standard library only, since the runner asks before the suite starts. Never a test skipped for want of one.
"""

import os
import shutil
import subprocess
from typing import NamedTuple


class ProgramMissing(RuntimeError):
    """It is not here, and can't be installed; the text, in French, tells how to get it."""


class Program(NamedTuple):
    """``names``: what distributions call it, the best first; ``variable``: where the environment may name another.

    ``package`` is the one of Debian that brings the best.
    """

    title: str
    purpose: str
    names: tuple[str, ...]
    package: str
    variable: str

    def find(self, path: str | None = None) -> str | None:
        """Its file, from the environment or on PATH; None when there is none."""
        if chosen := os.environ.get(self.variable):
            return shutil.which(chosen, path=path)
        return next((found for name in self.names if (found := shutil.which(name, path=path))), None)

    def path(self) -> str:
        """Its file, the best installed if it can be; raises ProgramMissing when there is none in the end."""
        if not os.environ.get(self.variable) and shutil.which(self.names[0]) is None:
            try:
                self.install()
            except ProgramMissing:
                # A second best does the same, slower.
                if self.find() is None:
                    raise
        if (found := self.find()) is None:
            raise ProgramMissing(f"{self.title} : {self.variable} ou le paquet {self.package} n’y mène pas.")
        return found

    def install(self) -> None:
        """Install Debian's package, as root; raise ProgramMissing where that is not possible."""
        apt = shutil.which("apt-get")
        if apt is None or os.geteuid() != 0:
            raise ProgramMissing(
                f"{self.title} manque, qui sert à {self.purpose} : installez-le "
                f"(Debian, Ubuntu : « apt-get install {self.package} ») ou nommez son programme dans {self.variable}."
            )
        print(f"{self.title} : installation du paquet {self.package}…", flush=True)  # noqa: T201
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update"], ["install", "--yes", "--no-install-recommends", self.package]):
            done = subprocess.run(
                [apt, "--quiet", "--quiet", *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
            )
            if done.returncode:
                said = (done.stderr or done.stdout).strip()
                raise ProgramMissing(f"{self.title} manque, et « apt-get {arguments[0]} » a échoué : {said}")


# Playwright would fetch a browser of its own from another host; the distribution's is updated with the machine.
# The headless shell renders the same and has no window to draw: 0.12 s of processor for an empty page, not 0.95.
CHROMIUM = Program(
    "Chromium",
    "passer les tests dans un navigateur",
    ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "chromium-headless-shell",
    "CHROMIUM",
)
JAVA = Program("Java", "vérifier le HTML des pages", ("java",), "default-jre-headless", "JAVA")
REDIS = Program(
    "Redis",
    "vérifier la mémoire de pages que des machines partagent",
    ("redis-server",),
    "redis-server",
    "REDIS",
)
NGINX = Program("nginx", "vérifier sa configuration dans deploy/", ("nginx",), "nginx-light", "NGINX")
SYSTEMD = Program(
    "systemd", "vérifier les unités de deploy/", ("systemd-analyze",), "systemd", "SYSTEMD_ANALYZE"
)
OPENSSL = Program("OpenSSL", "fabriquer le certificat des tests", ("openssl",), "openssl", "OPENSSL")
