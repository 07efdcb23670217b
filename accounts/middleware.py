"""The signed-in person's zone and language for the time of a request, and the way to the first page of an empty installation."""

import zoneinfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User


class FirstRunMiddleware:
    """Nobody can sign in where nobody has an account: the sign-in page leads to the first page then."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            request.path == reverse(settings.LOGIN_URL)
            and not request.user.is_authenticated
            and not User.objects.exists()
        ):
            return redirect(settings.FIRST_RUN_URL)
        return self.get_response(request)


class UserTimeZoneMiddleware:
    """Times are stored in UTC and shown in the zone and language of the person who looks."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(zoneinfo.ZoneInfo(request.user.time_zone)), translation.override(request.user.language):
            request.LANGUAGE_CODE = request.user.language
            return self.get_response(request)
