"""One human in several companies."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from companies.views.picking import picked, picker
from contacts.forms import PostForm
from contacts.models import Person
from contacts.services import add_post, part_person
from core.htmx import done, fragment
from core.views import acts, get_permitted

CHANGE = "contacts.change_person"
CHANGED = "company-changed"


@acts(CHANGE, methods=("GET", "POST"))
def post_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Where else the person works: first the company is found, then the post is described."""
    person = get_permitted(Person.objects.select_related("company"), request.user, CHANGE, pk=pk)
    company = picked(request)
    if company is None:
        title = _("Another place of work: %(name)s") % {"name": person.full_name}
        question = _("Phones, mailboxes and the name go along; the role and the dates are of that company.")
        return picker(request, besides=person.company_id, title=title, question=question, is_step=True)
    form = PostForm(request.POST or None)
    if form.is_valid():
        add_post(person, actor=request.user, company=company, **form.cleaned_data)
        return done(request, "companies:detail", person.company_id, changed=CHANGED)
    context = {"form": form, "person": person, "company": company}
    return fragment(request, "contacts/post.html", context, status=422 if form.is_bound else 200)


@acts(CHANGE)
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """It is somebody else after all."""
    person = get_permitted(Person, request.user, CHANGE, pk=pk)
    part_person(person, actor=request.user)
    return done(request, "companies:detail", person.company_id, changed=CHANGED)
