"""Verbs of the price list."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from core.exceptions import RuleViolation
from deals.models import Product

FIELDS = {"article", "name", "details", "group", "unit", "price", "cost", "vat_code", "is_active"}


@transaction.atomic
def add_product(*, actor: User, article: str, name: str, **fields: Any) -> Product:
    """A new line of the price list. Raises RuleViolation for a taken article or no name."""
    product = Product()
    _write(product, {"article": article, "name": name, **fields})
    product.save()
    audit("deals.product_added", actor=actor, subject=product.article, price=str(product.price))
    return product


@transaction.atomic
def change_product(product: Product, *, actor: User, **fields: Any) -> Product:
    """Change a line of the price list; proposals keep the price they were made with. The old price is journaled."""
    product = Product.objects.select_for_update().get(pk=product.pk)
    old = product.price
    _write(product, fields)
    product.save(update_fields=sorted(fields))
    audit("deals.product_changed", actor=actor, subject=product.article, old=str(old), new=str(product.price))
    return product


def _write(product: Product, fields: dict[str, Any]) -> None:
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"not a field of a product: {sorted(unknown)}")
    for field, value in fields.items():
        setattr(product, field, value.strip() if isinstance(value, str) else value)
    if not product.name or not product.article:
        raise RuleViolation(_("A product needs an article and a name."))
    if product.price is None or product.price < 0 or product.cost < 0:
        raise RuleViolation(_("A price cannot be negative."))
    if Product.objects.filter(article=product.article).exclude(pk=product.pk).exists():
        raise RuleViolation(_("The article %(article)s is taken.") % {"article": product.article})
