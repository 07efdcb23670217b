"""What visitors of a site see: a plain page, without a sign-in, without scripts, in one answer."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.exceptions import RuleViolation
from intake.forms import LeadForm
from intake.models import WebForm
from intake.services import Lead, receive_lead

FROM_ONE_ADDRESS, ON_ONE_FORM = 5, 120
WINDOW = 600  # seconds


def in_russian(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The client reads it."""

    @wraps(view)
    def inner(request: HttpRequest, token: str) -> HttpResponse:
        with translation.override("ru"):
            return view(request, token)

    return inner


@csrf_exempt  # the form may stand on another site, and a visitor has no session here that could be abused
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@in_russian
def fill(request: HttpRequest, token: str) -> HttpResponse:
    """The form, and what is sent from it."""
    web_form = _open_form(token)
    form = LeadForm(request.POST or None)
    if not form.is_bound:
        return _page(request, web_form, form, 200)
    if form.is_valid() and form.cleaned_data["website"]:  # a machine has filled what nobody sees
        return redirect("intake:thanks", token=token)
    if _is_too_often(request, web_form):
        form.add_error(None, _("Too many messages in a short time. Try again in ten minutes."))
        return _page(request, web_form, form, 429)
    return _received(request, web_form, form)


@login_not_required
@require_http_methods(["GET", "HEAD"])
@in_russian
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """The message has come."""
    return render(request, "intake/thanks.html", {"web_form": _open_form(token)})


def _received(request: HttpRequest, web_form: WebForm, form: LeadForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, web_form, form, 422)
    said = {name: form.cleaned_data[name] for name in ("company", "person", "phone", "email", "message")}
    try:
        receive_lead(web_form, Lead(**said), page=request.META.get("HTTP_REFERER", ""))
    except RuleViolation as refusal:
        form.add_error(None, refusal.message)
        return _page(request, web_form, form, 422)
    return redirect("intake:thanks", token=web_form.token)


def _open_form(token: str) -> WebForm:
    form = WebForm.objects.select_related("source").filter(token=token, is_active=True).first()
    if form is None:
        raise Http404
    return form


def _page(request: HttpRequest, web_form: WebForm, form: LeadForm, status: int) -> HttpResponse:
    return render(request, "intake/fill.html", {"web_form": web_form, "form": form}, status=status)


def _is_too_often(request: HttpRequest, form: WebForm) -> bool:
    """Counted by the address of the visitor and by the form."""
    limits = {f"lead:{form.pk}:{request.META['REMOTE_ADDR']}": FROM_ONE_ADDRESS, f"lead:{form.pk}": ON_ONE_FORM}
    for key, most in limits.items():
        cache.add(key, 0, WINDOW)
        if cache.incr(key) > most:
            return True
    return False
