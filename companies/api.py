"""REST: companies. The same verbs and the same permitted rows as the pages."""

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from companies.filters import FILTERS, TEXT, apply_filters, read_filters
from companies.listing import ORDERS, order_of
from companies.models import Address, BankAccount, Company, Phone, Region, Segment, Source, TechnicalItem
from companies.services import add_bank_account, add_phone, assign_company, change_company, put_under, register_company
from core.api import PermittedViewSet, ReadMixin
from core.views import get_permitted

BESIDE = ("addresses", "technical_items", "bank_accounts")
FILTER_PARAMETERS = [
    *(OpenApiParameter(name, str, many=True, description=str(each.label)) for name, each in FILTERS.items()),
    OpenApiParameter(TEXT, str, description="Name, INN, phone or person"),
    OpenApiParameter(
        "sort", str, description="name, verified, -verified, completeness, -completeness, last, -last, next"
    ),
]


class PhoneSerializer(serializers.ModelSerializer):
    class Meta:
        model = Phone
        fields = ["id", "number", "extension", "label", "is_main", "is_invalid", "invalid_at", "invalid_reason"]
        read_only_fields = ["id", "is_invalid", "invalid_at", "invalid_reason"]


class BankAccountSerializer(serializers.ModelSerializer):
    class Meta:
        model = BankAccount
        fields = ["id", "bik", "number", "bank", "correspondent", "is_main"]


class AddressSerializer(serializers.ModelSerializer):
    class Meta:
        model = Address
        fields = ["kind", "postcode", "city", "street", "text"]


class TechnicalItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = TechnicalItem
        fields = ["name", "quantity", "year", "condition"]


class CompanySerializer(serializers.ModelSerializer):
    """What is read. Phones are there for those who may see them."""

    phones = serializers.SerializerMethodField()
    addresses = AddressSerializer(many=True, read_only=True)
    bank_accounts = BankAccountSerializer(many=True, read_only=True)
    technical_items = TechnicalItemSerializer(many=True, read_only=True)

    class Meta:
        model = Company
        fields = [
            "id", "name", "is_private", "legal_form", "full_name", "inn", "kpp", "ogrn", "okpo", "activity", "segment", "region", "city",
            "time_zone",
            "site", "email", "about", "headcount", "revenue", "technical", "note", "stage", "state", "owner", "source",
            "created_at", "version", "verified_at", "verified_until", "completeness", "blocks", "decision_makers",
            "last_contact_at", "next_contact_at", "next_contact_text", "parent", "phones", "addresses", "bank_accounts",
            "technical_items",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(PhoneSerializer(many=True))
    def get_phones(self, company: Company) -> list[dict[str, Any]]:
        return PhoneSerializer(company.seen_phones, many=True).data


class CompanyFields(serializers.Serializer):
    """What may be written; the verbs bring every value to its one spelling and refuse wrong ones."""

    name = serializers.CharField(max_length=300)
    legal_form = serializers.CharField(max_length=20, required=False, allow_blank=True)
    is_private = serializers.BooleanField(required=False)
    full_name = serializers.CharField(max_length=500, required=False, allow_blank=True)
    inn = serializers.CharField(max_length=40, required=False, allow_blank=True)
    kpp = serializers.CharField(max_length=40, required=False, allow_blank=True)
    ogrn = serializers.CharField(max_length=40, required=False, allow_blank=True)
    okpo = serializers.CharField(max_length=40, required=False, allow_blank=True)
    activity = serializers.CharField(max_length=8, required=False, allow_blank=True, help_text="Code of ОКВЭД-2")
    segment = serializers.PrimaryKeyRelatedField(queryset=Segment.objects.all(), required=False, allow_null=True)
    region = serializers.PrimaryKeyRelatedField(queryset=Region.objects.all(), required=False, allow_null=True)
    source = serializers.PrimaryKeyRelatedField(queryset=Source.objects.all(), required=False, allow_null=True)
    city = serializers.CharField(max_length=100, required=False, allow_blank=True)
    address = serializers.CharField(max_length=400, required=False, allow_blank=True)
    site = serializers.CharField(max_length=200, required=False, allow_blank=True)
    email = serializers.CharField(max_length=254, required=False, allow_blank=True)
    about = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    headcount = serializers.IntegerField(min_value=0, max_value=10_000_000, required=False, allow_null=True)
    revenue = serializers.DecimalField(max_digits=16, decimal_places=2, required=False, allow_null=True)
    technical = serializers.DictField(child=serializers.CharField(max_length=300, allow_blank=True), required=False)
    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True)


class NewCompanySerializer(CompanyFields):
    """A new company, with its phones."""

    phones = serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=20)


class ChangedCompanySerializer(CompanyFields):
    """What changes; with `version` an edit of an old version is refused."""

    name = serializers.CharField(max_length=300, required=False)
    version = serializers.IntegerField(required=False, min_value=1)


class NewPhoneSerializer(serializers.Serializer):
    """A phone in any spelling."""

    number = serializers.CharField(max_length=60)
    label = serializers.CharField(max_length=60, required=False, allow_blank=True)
    is_main = serializers.BooleanField(required=False)


class NewBankAccountSerializer(serializers.Serializer):
    """A bank account; it must fit the BIK."""

    bik = serializers.CharField(max_length=40)
    number = serializers.CharField(max_length=60)
    bank = serializers.CharField(max_length=200, required=False, allow_blank=True)
    correspondent = serializers.CharField(max_length=60, required=False, allow_blank=True)
    is_main = serializers.BooleanField(required=False)


class ParentSerializer(serializers.Serializer):
    """Whose branch it becomes; null takes it out of the group."""

    parent = serializers.IntegerField(min_value=1, allow_null=True)


class OwnerSerializer(serializers.Serializer):
    """Whose company it becomes; null takes it from its manager."""

    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.active(), allow_null=True)


@extend_schema_view(list=extend_schema(parameters=FILTER_PARAMETERS))
class CompanyViewSet(ReadMixin, PermittedViewSet):
    """Companies of the base."""

    queryset = Company.objects.all()
    serializer_class = CompanySerializer
    policies = {
        "list": "companies.view_base",
        "retrieve": "companies.view_company",
        "create": "companies.add_company",
        "partial_update": "companies.change_company",
        "assign": "companies.assign_company",
        "phones": "companies.change_company",
        "accounts": "companies.change_company",
        "parent": "companies.change_company",
    }

    def get_queryset(self):
        companies = super().get_queryset().prefetch_related(*BESIDE, self._seen_phones())
        if self.action != "list":
            return companies
        data, order = read_filters(self.request.query_params), order_of(self.request.query_params.get("sort"))
        return apply_filters(companies.active(), data).order_by(*ORDERS[order].by())

    def _seen_phones(self) -> Prefetch:
        phones = Phone.objects.permitted(self.request.user, "companies.view_phone")
        return Prefetch("phones", phones, to_attr="seen_phones")

    def _answer(self, company: Company, code: int = status.HTTP_200_OK) -> Response:
        """The company as this person may see it; nothing but its number, if it went out of sight."""
        seen = Company.objects.permitted(self.request.user, "companies.view_company")
        row = seen.prefetch_related(*BESIDE, self._seen_phones()).filter(pk=company.pk).first()
        return Response(CompanySerializer(row).data if row else {"id": company.pk}, status=code)

    @extend_schema(request=NewCompanySerializer, responses={201: CompanySerializer})
    def create(self, request: Request) -> Response:
        """Add a company to the base."""
        form = NewCompanySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return self._answer(register_company(actor=request.user, **form.validated_data), status.HTTP_201_CREATED)

    @extend_schema(request=ChangedCompanySerializer, responses=CompanySerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change fields of the card."""
        company = self.get_object()
        form = ChangedCompanySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return self._answer(change_company(company, actor=request.user, **form.validated_data))

    @extend_schema(request=OwnerSerializer, responses=CompanySerializer)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: int) -> Response:
        """Give the company to a manager."""
        company = self.get_object()
        form = OwnerSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return self._answer(assign_company(company, actor=request.user, **form.validated_data))

    @extend_schema(request=NewPhoneSerializer, responses={201: CompanySerializer})
    @action(detail=True, methods=["post"])
    def phones(self, request: Request, pk: int) -> Response:
        """Add a phone of the company."""
        company = self.get_object()
        form = NewPhoneSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        add_phone(company, actor=request.user, **form.validated_data)
        return self._answer(company, status.HTTP_201_CREATED)

    @extend_schema(request=ParentSerializer, responses=CompanySerializer)
    @action(detail=True, methods=["post"])
    def parent(self, request: Request, pk: int) -> Response:
        """Make the company a branch of another one that you see."""
        company = self.get_object()
        form = ParentSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        key = form.validated_data["parent"]
        above = get_permitted(Company, request.user, "companies.view_company", pk=key) if key else None
        return self._answer(put_under(company, actor=request.user, parent=above))

    @extend_schema(request=NewBankAccountSerializer, responses={201: CompanySerializer})
    @action(detail=True, methods=["post"])
    def accounts(self, request: Request, pk: int) -> Response:
        """Add a bank account."""
        company = self.get_object()
        form = NewBankAccountSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        add_bank_account(company, actor=request.user, **form.validated_data)
        return self._answer(company, status.HTTP_201_CREATED)


viewsets = [("companies", CompanyViewSet, "company")]
