"""REST: persons, the history, next contacts. The same verbs and the same permitted rows as the pages."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from companies.models import Company
from contacts.enums import Attitude, Channel, DecisionRole
from contacts.models import Interaction, NextContact, Person, PersonEmail, PersonPhone
from contacts.services import (
    add_note,
    add_person,
    add_post,
    change_person,
    close_contact,
    plan_contact,
    postpone_contact,
    set_decision_maker,
)
from core.api import PermittedViewSet, ReadMixin
from core.views import get_permitted

COMPANY = OpenApiParameter("company", int, description="Only of this company")


def filtered(queryset: Any, query: Any, **lookups: str) -> Any:
    """Rows narrowed by the parameters of an allow-list: parameter=lookup; numbers only. Raises ValidationError."""
    for name, lookup in lookups.items():
        if value := query.get(name):
            if not (value.isdigit() and len(value) < 18):
                raise ValidationError({name: _("A number is needed.")})
            queryset = queryset.filter(**{lookup: int(value)})
    return queryset


def with_numbers(persons: QuerySet[Person], user: User) -> QuerySet[Person]:
    """Persons with their e-mails, and with phones where the user may see them."""
    seen = PersonPhone.objects.filter(person__company__in=Company.objects.permitted(user, "companies.view_phone"))
    return persons.prefetch_related("emails", Prefetch("phones", seen, to_attr="seen_phones"))


class KnownPerson(serializers.PrimaryKeyRelatedField):
    """A person among those the user sees; any other number does not exist for them."""

    def get_queryset(self):
        return Person.objects.permitted(self.context["request"].user, "contacts.view_person")


class PersonPhoneSerializer(serializers.ModelSerializer):
    class Meta:
        model = PersonPhone
        fields = ["number", "extension", "is_invalid", "invalid_at", "invalid_reason"]


class PersonEmailSerializer(serializers.ModelSerializer):
    class Meta:
        model = PersonEmail
        fields = ["address", "is_invalid", "invalid_at", "invalid_reason"]


class PersonSerializer(serializers.ModelSerializer):
    """A person; phones are empty for those who may not see them."""

    phones = serializers.SerializerMethodField()
    emails = PersonEmailSerializer(many=True, read_only=True)

    class Meta:
        model = Person
        fields = [
            "id", "company", "last_name", "first_name", "middle_name", "gender", "position", "decision_role", "attitude",
            "reports_to", "salutation", "note", "started_at", "left_at", "identity", "phones", "emails",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(PersonPhoneSerializer(many=True))
    def get_phones(self, person: Person) -> list[dict[str, Any]]:
        return PersonPhoneSerializer(person.seen_phones, many=True).data


class PersonFields(serializers.Serializer):
    """What may be written of a person."""

    full_name = serializers.CharField(max_length=300, required=False)
    position = serializers.CharField(max_length=150, required=False, allow_blank=True)
    decision_role = serializers.ChoiceField(DecisionRole.choices, required=False, allow_blank=True)
    attitude = serializers.ChoiceField(Attitude.choices, required=False, allow_blank=True)
    reports_to = KnownPerson(queryset=Person.objects.all(), required=False, allow_null=True)
    salutation = serializers.CharField(max_length=150, required=False, allow_blank=True)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)
    started_at = serializers.DateField(required=False, allow_null=True)


class NewPersonSerializer(PersonFields):
    """A new person of a company."""

    company = serializers.IntegerField(min_value=1)
    full_name = serializers.CharField(max_length=300)
    phones = serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=10)
    emails = serializers.ListField(child=serializers.CharField(max_length=254), required=False, max_length=10)


class PostSerializer(serializers.Serializer):
    """Another place of work of the same human."""

    company = serializers.IntegerField(min_value=1)
    position = serializers.CharField(max_length=150, required=False, allow_blank=True)
    decision_role = serializers.ChoiceField(DecisionRole.choices, required=False, allow_blank=True)
    started_at = serializers.DateField(required=False, allow_null=True)


@extend_schema_view(list=extend_schema(parameters=[COMPANY]))
class PersonViewSet(ReadMixin, PermittedViewSet):
    """Persons of companies."""

    queryset = Person.objects.order_by("pk")
    serializer_class = PersonSerializer
    policies = {
        "list": "contacts.view_person",
        "retrieve": "contacts.view_person",
        "create": "contacts.change_person",
        "partial_update": "contacts.change_person",
        "decide": "contacts.change_person",
        "posts": "contacts.change_person",
    }

    def get_queryset(self):
        persons = filtered(super().get_queryset(), self.request.query_params, company="company")
        return with_numbers(persons, self.request.user)

    def _answer(self, person: Person, code: int = status.HTTP_200_OK) -> Response:
        """The person as this user may see it."""
        seen = with_numbers(Person.objects.permitted(self.request.user, "contacts.view_person"), self.request.user)
        row = seen.filter(pk=person.pk).first()
        return Response(PersonSerializer(row).data if row else {"id": person.pk}, status=code)

    @extend_schema(request=NewPersonSerializer, responses={201: PersonSerializer})
    def create(self, request: Request) -> Response:
        """Add a person to a company one sees."""
        form = NewPersonSerializer(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        fields = dict(form.validated_data)
        company = get_permitted(Company, request.user, "companies.view_company", pk=fields.pop("company"))
        return self._answer(add_person(company, actor=request.user, **fields), status.HTTP_201_CREATED)

    @extend_schema(request=PersonFields, responses=PersonSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change what is known of a person."""
        person = self.get_object()
        form = PersonFields(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        return self._answer(change_person(person, actor=request.user, **form.validated_data))

    @extend_schema(request=None, responses=PersonSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: int) -> Response:
        """This person is the decision maker."""
        return self._answer(set_decision_maker(self.get_object(), actor=request.user))

    @extend_schema(request=PostSerializer, responses={201: PersonSerializer})
    @action(detail=True, methods=["post"])
    def posts(self, request: Request, pk: int) -> Response:
        """The person works in another company that you see, too."""
        person = self.get_object()
        form = PostSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        fields = dict(form.validated_data)
        company = get_permitted(Company, request.user, "companies.view_company", pk=fields.pop("company"))
        return self._answer(add_post(person, actor=request.user, company=company, **fields), status.HTTP_201_CREATED)


class InteractionSerializer(serializers.ModelSerializer):
    """A line of the history."""

    class Meta:
        model = Interaction
        fields = ["id", "kind", "channel", "at", "actor", "company", "person", "cycle", "result", "text", "data"]
        read_only_fields = fields


class ByHand(serializers.Serializer):
    """The channel of what a person writes: anything but the system itself."""

    channel = serializers.ChoiceField(Channel.choices, required=False)

    def validate_channel(self, channel: str) -> str:
        if channel == Channel.SYSTEM:
            raise ValidationError(_("This channel is for what the system does by itself."))
        return channel


class NoteSerializer(ByHand):
    """A note by hand."""

    company = serializers.IntegerField(min_value=1)
    text = serializers.CharField(max_length=10_000)


@extend_schema_view(
    list=extend_schema(parameters=[COMPANY, OpenApiParameter("kind", str), OpenApiParameter("actor", int)])
)
class InteractionViewSet(ReadMixin, PermittedViewSet):
    """The history: read, and notes by hand; the other lines are written by the verbs."""

    queryset = Interaction.objects.order_by("-at", "-pk")
    serializer_class = InteractionSerializer
    policies = {
        "list": "contacts.view_interaction",
        "retrieve": "contacts.view_interaction",
        "create": "contacts.add_interaction",
    }

    def get_queryset(self):
        query = self.request.query_params
        lines = filtered(super().get_queryset(), query, company="company", actor="actor")
        return lines.filter(kind=query["kind"]) if query.get("kind") else lines

    @extend_schema(request=NoteSerializer, responses={201: InteractionSerializer})
    def create(self, request: Request) -> Response:
        """Write a note into the history of a company."""
        form = NoteSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        fields = dict(form.validated_data)
        company = get_permitted(Company, request.user, "contacts.add_interaction", pk=fields.pop("company"))
        note = add_note(company, actor=request.user, **fields)
        return Response(InteractionSerializer(note).data, status=status.HTTP_201_CREATED)


class NextContactSerializer(serializers.ModelSerializer):
    """A planned contact."""

    class Meta:
        model = NextContact
        fields = [
            "id",
            "company",
            "person",
            "owner",
            "channel",
            "at",
            "text",
            "state",
            "planned_by",
            "planned_at",
            "closed_at",
        ]
        read_only_fields = fields


class PlanSerializer(ByHand):
    """A contact to plan for oneself."""

    company = serializers.IntegerField(min_value=1)
    at = serializers.DateTimeField()
    text = serializers.CharField(max_length=200, required=False, allow_blank=True)


class PostponeSerializer(serializers.Serializer):
    """Another time."""

    at = serializers.DateTimeField()
    text = serializers.CharField(max_length=200, required=False, allow_blank=True)


@extend_schema_view(
    list=extend_schema(parameters=[COMPANY, OpenApiParameter("owner", int), OpenApiParameter("state", str)])
)
class NextContactViewSet(ReadMixin, PermittedViewSet):
    """What comes next."""

    queryset = NextContact.objects.select_related("company").order_by("at", "pk")
    serializer_class = NextContactSerializer
    policies = {
        "list": "contacts.view_nextcontact",
        "retrieve": "contacts.view_nextcontact",
        "create": "contacts.plan_contact",
        "partial_update": "contacts.close_contact",
        "close": "contacts.close_contact",
    }

    def get_queryset(self):
        query = self.request.query_params
        planned = filtered(super().get_queryset(), query, company="company", owner="owner")
        return planned.filter(state=query["state"]) if query.get("state") else planned

    @extend_schema(request=PlanSerializer, responses={201: NextContactSerializer})
    def create(self, request: Request) -> Response:
        """Plan the next contact."""
        form = PlanSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        fields = dict(form.validated_data)
        company = get_permitted(Company, request.user, "contacts.plan_contact", pk=fields.pop("company"))
        planned = plan_contact(company, actor=request.user, owner=request.user, **fields)
        return Response(NextContactSerializer(planned).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=PostponeSerializer, responses=NextContactSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Another time for a planned contact."""
        contact = self.get_object()
        form = PostponeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(
            NextContactSerializer(postpone_contact(contact, actor=request.user, **form.validated_data)).data
        )

    @extend_schema(request=None, responses=NextContactSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: int) -> Response:
        """The planned contact is done."""
        contact = self.get_object()
        close_contact(contact, actor=request.user)
        contact.refresh_from_db()
        return Response(NextContactSerializer(contact).data)


viewsets = [
    ("persons", PersonViewSet, "person"),
    ("interactions", InteractionViewSet, "interaction"),
    ("next-contacts", NextContactViewSet, "next-contact"),
]
