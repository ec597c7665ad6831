"""The county's product library taken in from a file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.files import BrokenFiles, FileProblem
from app.core.scope import county_of
from products.models import Producer, Product, ProductStatus
from products.permissions import PRODUCTS_IMPORT
from products.rules import library
from products.rules.levels import produce_level, producer_kind
from products.rules.library import LibraryRow
from products.service import places
from products.service.prices import set_price
from products.service.producers import find_producer, register_producer
from products.service.products import ProductFacts, move_product, register_product, update_product


@dataclass(frozen=True)
class ImportReport:
    """What an import did, in numbers of producers and products."""

    producers: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def to_dict(self) -> dict[str, int]:
        """Figures for programs."""
        return asdict(self)


def read_products_csv(*, path: Path) -> list[LibraryRow]:
    """The checked rows of a products.csv; nothing is stored. Raises BrokenFiles with every problem of the file."""
    rows = library.read(Path(path), places.village_codes())
    owners = {row.gtin: row.sku for row in db.session.execute(sa.select(Product.gtin, Product.sku))}
    taken = [row for row in rows if owners.get(row.gtin, row.sku) != row.sku]
    if taken:
        reason = _l("条码已经是别的产品的")
        raise BrokenFiles([FileProblem(Path(path).name, row.line, f"{reason}：{owners[row.gtin]}") for row in taken])
    return rows


@command
def import_products_csv(*, actor: Actor, path: Path, status: ProductStatus = ProductStatus.REVIEWED) -> ImportReport:
    """Take a products.csv in, whole or not at all; a second time changes nothing.

    New products come in with ``status`` (DRAFT, REVIEWED or LISTED). A product whose number is known gets the file's
    facts and price. Producers are known by their name within the county. Raises BrokenFiles.
    """
    actor.require(PRODUCTS_IMPORT)
    rows = read_products_csv(path=path)
    known = {p.sku: p for p in db.session.scalars(sa.select(Product).where(Product.sku.in_([r.sku for r in rows])))}
    producers: dict[str, Producer] = {}
    new_producers = sum(_find_or_register(actor, row, producers) for row in rows)
    changed = sum(_change(actor, known[row.sku], row) for row in rows if row.sku in known)
    fresh = [row for row in rows if row.sku not in known]
    for row in fresh:
        _add(actor, producers[row.producer], row, status)
    return ImportReport(new_producers, len(fresh), changed, len(rows) - len(fresh) - changed)


def _find_or_register(actor: Actor, row: LibraryRow, producers: dict[str, Producer]) -> bool:
    """Fill in the row's producer; tells whether it is a new one."""
    if row.producer in producers:
        return False
    found = find_producer(row.producer, county_of(row.division_code))
    producers[row.producer] = found or register_producer(
        actor=actor, name=row.producer, kind=producer_kind(row.producer), division_code=row.division_code
    )
    return found is None


def _facts(row: LibraryRow) -> ProductFacts:
    return ProductFacts(
        sku=row.sku,
        gtin=row.gtin,
        name=row.name,
        category=row.category,
        spec=row.spec,
        unit=row.unit,
        produce_level=produce_level(row.category, row.name),
        certification=row.certification,
        shelf_life_days=row.shelf_life_days,
        storage=row.storage,
    )


def _add(actor: Actor, producer: Producer, row: LibraryRow, status: ProductStatus) -> None:
    product = register_product(
        actor=actor, producer=producer, facts=_facts(row), price_fen=row.price_fen, division_code=row.division_code
    )
    for step in (ProductStatus.REVIEWED, ProductStatus.LISTED):
        if status in (step, ProductStatus.LISTED):
            move_product(actor=actor, product=product, status=step)


def _change(actor: Actor, product: Product, row: LibraryRow) -> bool:
    """Bring a known product in line with the file; what people set by hand (level, warning limit) stays."""
    facts = ProductFacts(
        **(_facts(row).__dict__ | {"produce_level": product.produce_level, "low_stock": product.low_stock})
    )
    same = all(getattr(product, name) == value for name, value in facts.__dict__.items())
    if same and product.price_fen == row.price_fen:
        return False
    update_product(actor=actor, product=product, facts=facts)
    set_price(actor=actor, product=product, price_fen=row.price_fen)
    return True
