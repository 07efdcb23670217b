"""REST: the stop list. The same verbs and the same permitted rows as the page."""

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from callcenter.services.stoplist import add_company, add_number, read_number
from contacts.enums import Channel, RefusalSource
from contacts.models import OptOut
from contacts.services import lift_opt_out
from contacts.suppression import spellings
from core.api import PermittedViewSet, ReadMixin

NUMBER = OpenApiParameter("number", str, description="Only this number, in any spelling")


class RefusalSerializer(serializers.ModelSerializer):
    """A refusal of calls: `value` is the number in E.164; empty, it is the whole company."""

    class Meta:
        model = OptOut
        fields = ["id", "value", "company", "person", "source", "reason", "at"]
        read_only_fields = fields


class NewRefusalSerializer(serializers.Serializer):
    """A number, or the INN of a company, and why."""

    number = serializers.CharField(max_length=60, required=False, allow_blank=True)
    inn = serializers.CharField(max_length=12, required=False, allow_blank=True)
    reason = serializers.CharField(max_length=200)

    def validate(self, attrs):
        if bool(attrs.get("number")) == bool(attrs.get("inn")):
            raise serializers.ValidationError("Either a number or an INN.")
        return attrs


class LiftSerializer(serializers.Serializer):
    """Who has agreed to be called again, and when."""

    reason = serializers.CharField(max_length=200)


@extend_schema_view(list=extend_schema(parameters=[NUMBER]))
class RefusalViewSet(ReadMixin, PermittedViewSet):
    """Who is not called."""

    queryset = OptOut.objects.filter(channel=Channel.PHONE).order_by("-at", "-pk")
    serializer_class = RefusalSerializer
    policies = {
        "list": "callcenter.view_stoplist",
        "retrieve": "callcenter.view_stoplist",
        "create": "callcenter.add_refusal",
        "lift": "contacts.lift_opt_out",
    }

    def get_queryset(self):
        rows = super().get_queryset()
        number = self.request.query_params.get("number")
        return rows.filter(value__in=spellings(read_number(number))) if number else rows

    @extend_schema(request=NewRefusalSerializer, responses={201: RefusalSerializer})
    def create(self, request: Request) -> Response:
        """Put a number or a company on the list; repeating it changes nothing."""
        form = NewRefusalSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        common = {"actor": request.user, "reason": data["reason"], "source": RefusalSource.API}
        row = add_number(data["number"], **common) if data.get("number") else add_company(data["inn"], **common)
        return Response(RefusalSerializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=LiftSerializer, responses={204: None})
    @action(detail=True, methods=["post"])
    def lift(self, request: Request, pk: int) -> Response:
        """The client agrees again; the row stays in the journal."""
        form = LiftSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        lift_opt_out(self.get_object(), actor=request.user, reason=form.validated_data["reason"])
        return Response(status=status.HTTP_204_NO_CONTENT)


viewsets = [("refusals", RefusalViewSet, "refusal")]
