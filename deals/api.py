"""REST: deals. The same verbs and the same permitted rows as the pages."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from companies.models import Company
from contacts.models import Person
from core.api import PermittedViewSet, ReadMixin
from core.views import get_permitted
from deals.enums import DealKind, DealState, LossReason
from deals.models import Deal
from deals.services import change_deal, lose_deal, move_deal, open_deal, plan_next_step, win_deal

FILTERS = {
    "state": DealState.values,
    "kind": DealKind.values,
}
FILTER_PARAMETERS = [
    OpenApiParameter("state", str, enum=DealState.values),
    OpenApiParameter("kind", str, enum=DealKind.values),
    OpenApiParameter("stage", str, description="Code of the stage"),
    OpenApiParameter("company", int, description="Only of this company"),
]


class DealSerializer(serializers.ModelSerializer):
    """A deal as it is read."""

    stage = serializers.CharField(source="stage.code", read_only=True)

    class Meta:
        model = Deal
        fields = [
            "id", "company", "person", "title", "kind", "owner", "stage", "stage_since", "state", "amount", "next_step", "next_step_at",
            "meeting", "cycle", "opened_at", "closed_at", "loss_reason", "loss_text",
        ]  # fmt: skip
        read_only_fields = fields


class DealFields(serializers.Serializer):
    """What may be changed; every field may be left out."""

    title = serializers.CharField(max_length=200, required=False)
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, min_value=0, required=False)
    person = serializers.PrimaryKeyRelatedField(queryset=Person.objects.none(), required=False, allow_null=True)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            self.fields["person"].queryset = Person.objects.permitted(request.user, "contacts.view_person")


class StepSerializer(serializers.Serializer):
    """What comes next, and when."""

    next_step = serializers.CharField(max_length=150)
    next_step_at = serializers.DateTimeField()


class NewDealSerializer(DealFields, StepSerializer):
    """A new deal with its first step."""

    company = serializers.IntegerField(min_value=1)
    title = serializers.CharField(max_length=200)


class MoveSerializer(serializers.Serializer):
    """Where to; the reason is for those who may skip conditions."""

    stage = serializers.CharField(max_length=20)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class LossSerializer(serializers.Serializer):
    """Why the deal is lost."""

    reason = serializers.ChoiceField(LossReason.choices)
    text = serializers.CharField(max_length=300, required=False, allow_blank=True)


@extend_schema_view(list=extend_schema(parameters=FILTER_PARAMETERS))
class DealViewSet(ReadMixin, PermittedViewSet):
    """Deals."""

    queryset = Deal.objects.select_related("stage", "company", "owner").order_by("-opened_at", "-pk")
    serializer_class = DealSerializer
    policies = {
        "list": "deals.view_deal",
        "retrieve": "deals.view_deal",
        "create": "deals.open_deal",
        "partial_update": "deals.change_deal",
        "move": "deals.change_deal",
        "next_step": "deals.change_deal",
        "win": "deals.win_deal",
        "lose": "deals.win_deal",
    }

    def get_queryset(self) -> QuerySet[Deal]:
        if self.action == "create":  # the action is about companies: the row is found in `create`
            return Deal.objects.none()
        deals, asked = super().get_queryset(), self.request.query_params
        for name, known in FILTERS.items():
            if asked.get(name) in known:
                deals = deals.filter(**{name: asked[name]})
        if asked.get("stage"):
            deals = deals.filter(stage__code=asked["stage"])
        if asked.get("company"):
            if not asked["company"].isdigit() or len(asked["company"]) > 18:
                raise ValidationError({"company": "A number is needed."})
            deals = deals.filter(company=int(asked["company"]))
        return deals

    def _fields(self, serializer: type[serializers.Serializer]) -> dict[str, Any]:
        form = serializer(data=self.request.data, context={"request": self.request})
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)

    @extend_schema(request=NewDealSerializer, responses={201: DealSerializer})
    def create(self, request: Request) -> Response:
        """Open a deal with a company."""
        fields = self._fields(NewDealSerializer)
        company = get_permitted(Company, request.user, "deals.open_deal", pk=fields.pop("company"))
        return Response(
            DealSerializer(open_deal(company, actor=request.user, **fields)).data, status=status.HTTP_201_CREATED
        )

    @extend_schema(request=DealFields, responses=DealSerializer)
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change the title, the sum or the person."""
        return Response(
            DealSerializer(change_deal(self.get_object(), actor=request.user, **self._fields(DealFields))).data
        )

    @extend_schema(request=MoveSerializer, responses=DealSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: int) -> Response:
        """Move the deal to another stage."""
        return Response(
            DealSerializer(move_deal(self.get_object(), actor=request.user, **self._fields(MoveSerializer))).data
        )

    @extend_schema(request=StepSerializer, responses=DealSerializer)
    @action(detail=True, methods=["post"], url_path="next-step")
    def next_step(self, request: Request, pk: int) -> Response:
        """Plan the next step."""
        return Response(
            DealSerializer(plan_next_step(self.get_object(), actor=request.user, **self._fields(StepSerializer))).data
        )

    @extend_schema(request=None, responses=DealSerializer)
    @action(detail=True, methods=["post"])
    def win(self, request: Request, pk: int) -> Response:
        """Close the deal as won."""
        return Response(DealSerializer(win_deal(self.get_object(), actor=request.user)).data)

    @extend_schema(request=LossSerializer, responses=DealSerializer)
    @action(detail=True, methods=["post"])
    def lose(self, request: Request, pk: int) -> Response:
        """Close the deal as lost."""
        return Response(
            DealSerializer(lose_deal(self.get_object(), actor=request.user, **self._fields(LossSerializer))).data
        )


viewsets = [("deals", DealViewSet, "deal")]
