"""Pages about producers and products: the library, the public catalogue, the farmer's page."""

from products.views import problems, producers, products, public
from products.views.blueprint import bp

__all__ = ["bp", "problems", "producers", "products", "public"]
