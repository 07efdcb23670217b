"""Forms of deals: what a person types, before a verb gets it."""

from decimal import Decimal

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agenda.forms import LocalDateTime
from core.formats import number
from deals.enums import LossReason
from deals.models import Product, VatRate

MOST = {"max_digits": 14, "decimal_places": 2}


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when nothing is filled in; None when the form is only asked for."""
    return request.POST if request.method == "POST" else None


class SumField(forms.DecimalField):
    """A number as people of the language write it: «1 940 000,50» or 1,940,000.50, with any spaces."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value):
        if isinstance(value, str):
            value = "".join(value.split()).replace("₽", "").replace("−", "-")
            value = value.replace(",", "" if is_english() else ".")
        return super().to_python(value)

    def prepare_value(self, value):
        return number(value) if isinstance(value, Decimal) else value


def is_english() -> bool:
    """Whether a comma divides thousands."""
    return (get_language() or "").startswith("en")


class Day(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class StepForm(forms.Form):
    """What comes next, and when."""

    next_step = forms.CharField(label=_("Next step"), max_length=150)
    next_step_at = forms.DateTimeField(label=_("When"), widget=LocalDateTime())


class DealFields(forms.Form):
    """What a deal is about."""

    title = forms.CharField(label=_("What is being sold"), max_length=200)
    amount = SumField(label=_("Sum with VAT, ₽"), required=False, min_value=0, **MOST)
    person = forms.ModelChoiceField(label=_("With whom"), queryset=None, required=False)

    def __init__(self, *args, persons, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = persons

    def clean_amount(self) -> Decimal:
        return self.cleaned_data["amount"] or Decimal(0)


class DealForm(DealFields, StepForm):
    """A new deal with its first step."""

    field_order = ["title", "amount", "person", "next_step", "next_step_at"]


class LossForm(forms.Form):
    """Why a deal is lost."""

    reason = forms.ChoiceField(label=_("Why"), choices=LossReason, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("In other words"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReasonForm(forms.Form):
    """Why something unusual is done."""

    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class TextsForm(forms.Form):
    """The words of a proposal."""

    title = forms.CharField(label=_("About what"), max_length=200)
    person = forms.ModelChoiceField(label=_("To whom"), queryset=None, required=False)
    valid_until = forms.DateField(label=_("Valid until"), widget=Day())
    intro = forms.CharField(
        label=_("Introduction"), required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 2})
    )
    payment_terms = forms.CharField(
        label=_("Payment"), required=False, max_length=1500, widget=forms.Textarea(attrs={"rows": 2})
    )
    delivery_terms = forms.CharField(
        label=_("Delivery"), required=False, max_length=1500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, persons, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = persons


class SendForm(forms.Form):
    """Where a proposal goes."""

    email = forms.EmailField(label=_("E-mail of the client"))


class InvoiceForm(forms.Form):
    """What is billed, and until when it is to be paid."""

    proposal = forms.ModelChoiceField(
        label=_("By which proposal"), queryset=None, required=False, empty_label=_("the one the client has")
    )
    due_on = forms.DateField(label=_("Pay by"), widget=Day(), required=False)

    def __init__(self, *args, proposals, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["proposal"].queryset = proposals
        self.fields["proposal"].label_from_instance = lambda row: (
            _("%(number)s, version %(version)s: %(title)s") % vars(row)
        )


class PaymentForm(forms.Form):
    """Money that came."""

    amount = SumField(label=_("Sum, ₽"), min_value=Decimal("0.01"), **MOST)
    paid_on = forms.DateField(label=_("Date"), widget=Day(), initial=timezone.localdate)
    document = forms.CharField(label=_("Payment order №"), max_length=30, required=False)


class ShipmentForm(forms.Form):
    """Goods to be shipped."""

    amount = SumField(label=_("Sum, ₽"), min_value=Decimal("0.01"), **MOST)
    planned_on = forms.DateField(label=_("When"), widget=Day(), initial=timezone.localdate)


class ShippedForm(forms.Form):
    """Goods that have left."""

    shipped_on = forms.DateField(label=_("Date"), widget=Day(), initial=timezone.localdate)
    document = forms.CharField(label=_("Waybill №"), max_length=30, required=False)


class ProductForm(forms.ModelForm):
    """A line of the price list."""

    price = SumField(label=_("Price with VAT, ₽"), min_value=0, **MOST)
    cost = SumField(label=_("Cost without VAT, ₽"), min_value=0, **MOST)
    vat_code = forms.ChoiceField(label=_("VAT"))

    class Meta:
        model = Product
        fields = ["article", "name", "details", "group", "unit", "price", "cost", "vat_code", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rates = VatRate.objects.on(timezone.localdate())
        self.fields["vat_code"].choices = list(rates.values_list("code", "name"))


class LineForm(forms.Form):
    """A row of the sheet."""

    product = forms.IntegerField(required=False, min_value=1)
    section = forms.CharField(required=False, max_length=100)
    name = forms.CharField(max_length=200)
    details = forms.CharField(required=False, max_length=300)
    unit = forms.CharField(required=False, max_length=20)
    vat_code = forms.CharField(required=False, max_length=20)
    quantity = SumField(max_digits=10, decimal_places=3)
    price = SumField(**MOST)
    discount = SumField(required=False, max_digits=5, decimal_places=2)
