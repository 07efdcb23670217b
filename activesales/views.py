"""The front door: each person lands on the own working screen."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import policy
from core.views import SIGNED_IN, shows


@shows(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """To the screen of the person's first role (DESIGN.md §9)."""
    return redirect(policy.home_of(request.user.roles))
