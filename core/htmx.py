"""Every kind of answer to an htmx request, in one place."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_htmx.http import HttpResponseClientRedirect


def fragment(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200, changed: str = ""
) -> HttpResponse:
    """A part of a page; `changed` names an event that panels elsewhere on the page listen to."""
    response = render(request, template, context, status=status)
    return announce(response, changed) if changed else response


def invalid(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A form with its errors: 422, which htmx swaps like a success."""
    return fragment(request, template, context, status=422)


def announce(response: HttpResponse, event: str, **detail: Any) -> HttpResponse:
    """Add an event for listeners on the page (`hx-trigger="history-changed from:body"`)."""
    response["HX-Trigger"] = json.dumps({event: detail})
    return response


def go(request: HttpRequest, to: str, *args: Any, message: str = "", **kwargs: Any) -> HttpResponse:
    """Leave for another page, with or without htmx, with an optional sentence about what was done."""
    if message:
        messages.success(request, message)
    response = redirect(to, *args, **kwargs)
    return HttpResponseClientRedirect(response.url) if request.htmx else response


def done(request: HttpRequest, to: str, *args: Any, changed: str) -> HttpResponse:
    """The work of a dialog is done: it closes, and the parts of the page that listen to `changed` load themselves again.

    Without htmx one goes back to the page.
    """
    if not request.htmx:
        return redirect(to, *args)
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"close-dialog": {}, changed: {}})})
