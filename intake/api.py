"""REST: pairs of duplicates and merges. The same verbs and the same permitted rows as the pages."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from companies.models import Company
from core.api import PermittedViewSet, ReadMixin
from intake.enums import PairState
from intake.merging import BOTH, BY_NAME, KEPT, MERGED
from intake.models import DuplicatePair, Merge
from intake.services.duplicates import postpone_pair, reject_pair, reopen_pair
from intake.services.merging import merge_companies, rehearse_merge, undo_merge

SEE, MERGE = "intake.view_duplicate", "intake.merge_companies"


class SideSerializer(serializers.ModelSerializer):
    """One of the two cards."""

    class Meta:
        model = Company
        fields = ["id", "name", "legal_form", "inn", "kpp", "city", "completeness"]


class PairSerializer(serializers.ModelSerializer):
    """Two cards that look like one company; the points of the reasons sum up to the score."""

    first = SideSerializer(read_only=True)
    second = SideSerializer(read_only=True)

    class Meta:
        model = DuplicatePair
        fields = ["id", "first", "second", "score", "reasons", "state", "found_at", "decided_by", "decided_at"]
        read_only_fields = fields


class MergeOrderSerializer(serializers.Serializer):
    """Which card stays, whose value each field gets, and whether it is only tried."""

    kept = serializers.IntegerField(
        min_value=1, required=False, help_text="Number of the card that stays; the first one"
    )
    choices = serializers.DictField(
        child=serializers.ChoiceField([KEPT, MERGED, BOTH]), required=False, help_text="Field: kept, merged or both"
    )
    dry_run = serializers.BooleanField(required=False, default=False)

    def validate_choices(self, choices: dict[str, str]) -> dict[str, str]:
        if unknown := sorted(set(choices) - set(BY_NAME)):
            raise serializers.ValidationError(", ".join(unknown))
        return choices


class RehearsalSerializer(serializers.Serializer):
    """What a merge would move, what would collide, and why it may be refused."""

    moved = serializers.DictField(child=serializers.IntegerField())
    collided = serializers.DictField(child=serializers.IntegerField())
    refusal = serializers.CharField(allow_blank=True)
    completeness = serializers.IntegerField()


class MergeSerializer(serializers.ModelSerializer):
    """A merge that was done."""

    kept = SideSerializer(read_only=True)
    merged = SideSerializer(read_only=True)

    class Meta:
        model = Merge
        fields = ["id", "kept", "merged", "actor", "at", "choices", "undone_at", "undone_by"]
        read_only_fields = fields


@extend_schema_view(list=extend_schema(parameters=[OpenApiParameter("state", str, enum=PairState.values)]))
class DuplicatePairViewSet(ReadMixin, PermittedViewSet):
    """The queue of duplicates, both of whose companies one may see."""

    queryset = DuplicatePair.objects.select_related("first", "second")
    serializer_class = PairSerializer
    policies = {
        "list": SEE,
        "retrieve": SEE,
        "merge": MERGE,
        "reject": MERGE,
        "postpone": MERGE,
        "reopen": MERGE,
    }

    def get_queryset(self):
        pairs = super().get_queryset().seen_by(self.request.user)
        if self.action != "list":
            return pairs
        state = self.request.query_params.get("state", PairState.NEW)
        pairs = pairs.waiting() if state == PairState.NEW else pairs.filter(state=state)
        return pairs.order_by("-score", "pk")

    @extend_schema(request=MergeOrderSerializer, responses={200: RehearsalSerializer, 201: MergeSerializer})
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: int) -> Response:
        """Make one card of two; `dry_run` does it all and takes it back."""
        pair = self.get_object()
        order = MergeOrderSerializer(data=request.data)
        order.is_valid(raise_exception=True)
        kept, merged = (pair.first, pair.second)
        if order.validated_data.get("kept", kept.pk) not in (kept.pk, merged.pk):
            raise serializers.ValidationError({"kept": [str(pair)]})
        if order.validated_data.get("kept") == merged.pk:
            kept, merged = merged, kept
        fields: dict[str, Any] = {"actor": request.user, "choices": order.validated_data.get("choices")}
        if order.validated_data["dry_run"]:
            return Response(RehearsalSerializer(rehearse_merge(kept, merged, **fields)).data)
        return Response(MergeSerializer(merge_companies(kept, merged, **fields)).data, status=201)

    @extend_schema(request=None, responses=PairSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: int) -> Response:
        """These are two companies."""
        return self._answer(reject_pair(self.get_object(), actor=request.user))

    @extend_schema(request=None, responses=PairSerializer)
    @action(detail=True, methods=["post"])
    def postpone(self, request: Request, pk: int) -> Response:
        """Not clear yet."""
        return self._answer(postpone_pair(self.get_object(), actor=request.user))

    @extend_schema(request=None, responses=PairSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: int) -> Response:
        """Back into the queue."""
        return self._answer(reopen_pair(self.get_object(), actor=request.user))

    def _answer(self, pair: DuplicatePair) -> Response:
        return Response(PairSerializer(self.get_queryset().get(pk=pair.pk)).data)


class MergeViewSet(ReadMixin, PermittedViewSet):
    """Merges; for thirty days each can be undone."""

    queryset = (
        Merge.objects.select_related("kept", "merged").defer("moved", "changed", "collided").order_by("-at", "-pk")
    )
    serializer_class = MergeSerializer
    policies = {"list": "intake.undo_merge", "retrieve": "intake.undo_merge", "undo": "intake.undo_merge"}

    @extend_schema(request=None, responses=MergeSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: int) -> Response:
        """Two cards again."""
        merge = self.get_object()
        undo_merge(merge, actor=request.user)
        return Response(MergeSerializer(self.get_queryset().get(pk=merge.pk)).data)


viewsets = [("duplicates", DuplicatePairViewSet, "duplicate"), ("merges", MergeViewSet, "merge")]
