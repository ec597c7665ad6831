"""A county's folder: divisions, positions, boundary, and its resource library where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.access import Actor
from app.core.command import command
from products import service as products_service
from products.service import ImportReport
from stations import service as stations_service
from stations.service.loading import LoadReport

PRODUCTS = "products.csv"


@dataclass(frozen=True)
class CountyLoaded:
    """What the load changed; ``products`` is None when the folder has no library."""

    divisions: LoadReport
    products: ImportReport | None

    def to_dict(self) -> dict[str, Any]:
        """Figures for programs."""
        if self.products is None:
            return self.divisions.to_dict()
        return self.divisions.to_dict() | {"products": self.products.to_dict()}


@command
def load_county(*, actor: Actor, directory: Path) -> CountyLoaded:
    """Load a county from a folder of files: all of it or, with BrokenFiles naming every problem, nothing.

    Loading the same folder again changes nothing.
    """
    divisions = stations_service.load_county_files(actor=actor, directory=directory)
    library = directory / PRODUCTS
    if not library.is_file():
        return CountyLoaded(divisions, None)
    return CountyLoaded(divisions, products_service.import_products_csv(actor=actor, path=library))
