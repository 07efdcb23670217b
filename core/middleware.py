"""What happens to a request outside of its view."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from core.exceptions import RuleViolation


class RuleViolationMiddleware:
    """Turns the refusal of a verb into its sentence: a toast for htmx, a message on the page one came from otherwise.

    The view's transaction has been rolled back by then (ATOMIC_REQUESTS).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, RuleViolation):
            return None
        if request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse({"detail": exception.message}, status=409)
        if request.htmx:
            return render(request, "ui/refusal.html", {"message": exception.message}, status=409)
        messages.error(request, exception.message)
        back = request.headers.get("Referer", "")
        safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
        return redirect(back if safe else "home")
