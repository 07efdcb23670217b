"""The price list."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.generic import ListView

from core.htmx import fragment, go
from core.views import PartialMixin, PermittedMixin, acts, get_permitted
from deals.forms import ProductForm, posted
from deals.models import Product
from deals.services import add_product, change_product


class ProductList(PermittedMixin, PartialMixin, ListView):
    """Products with prices; what is sold no more stands apart."""

    action = "deals.view_product"
    model = Product
    template_name = "deals/products.html"
    paginate_by = 100
    partials = {"products": "products"}

    def get_queryset(self):
        products = super().get_queryset()
        if self.request.GET.get("view") != "all":
            products = products.on_sale()
        return products.like(self.request.GET.get("q", ""))


@acts("deals.change_product", methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Add a product."""
    form = ProductForm(posted(request))
    if not form.is_valid():
        return fragment(
            request, "deals/form.html", {"form": form, "title": _("New product")}, status=422 if form.is_bound else 200
        )
    add_product(actor=request.user, **form.cleaned_data)
    return go(request, "deals:products", message=_("The product is added."))


@acts("deals.change_product", methods=("GET", "POST"))
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a product or its price."""
    product = get_permitted(Product, request.user, "deals.change_product", pk=pk)
    form = ProductForm(posted(request), instance=product)
    if not form.is_valid():
        return fragment(
            request, "deals/form.html", {"form": form, "title": product.name}, status=422 if form.is_bound else 200
        )
    change_product(product, actor=request.user, **form.cleaned_data)
    return go(request, "deals:products", message=_("The product is changed."))
