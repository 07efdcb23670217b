"""The one page that strangers may open: «не писать мне больше»."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaigns.letters import SAMPLE_TOKEN
from campaigns.models import MailItem
from campaigns.services import record_unsubscribe


@csrf_exempt  # RFC 8058: the mail program posts without a cookie; the token is the permission
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: UUID) -> HttpResponse:
    """GET shows a page and changes nothing (scanners open every link); POST unsubscribes, however often."""
    with translation.override("ru"):  # the client reads it
        if token == SAMPLE_TOKEN:
            return render(request, "campaigns/unsubscribe.html", {"is_sample": True})
        if request.method == "POST":
            item = record_unsubscribe(token)
        else:
            item = MailItem.objects.filter(token=token).first()
        if item is None:
            raise Http404
        return render(request, "campaigns/unsubscribe.html", {"item": item, "is_done": bool(item.unsubscribed_at)})
