"""`manage.py load_reference`: classifiers, grants, result codes, VAT rates. Idempotent; runs at each start."""

from django.core.management.base import BaseCommand

from accounts.services import load_grants
from callcenter.reference import load_callcenter
from companies.reference import load_companies
from deals.reference import load_deals
from intake.reference import load_intake


class Command(BaseCommand):
    help = "Load or complete the reference data that the product needs to work."

    def handle(self, *args, **options):
        load_grants()
        load_companies()
        load_callcenter()
        load_deals()
        load_intake()
