"""Filters as saved data: audiences of campaigns use the same declaration as the list."""

import json

import pytest
from django.http import QueryDict

from companies.filters import apply_filters, as_query, read_filters
from companies.models import Company
from tests.factories.companies import make_company

pytestmark = pytest.mark.django_db


def test_an_address_is_read_into_data_that_can_be_saved_and_put_back():
    data = read_filters(QueryDict("stage=2&stage=3&q=%D0%BB%D0%B8%D1%82&page=4&sort=name&unknown=1&segment="))
    assert data == {"stage": ["2", "3"], "q": "лит"}
    assert read_filters(QueryDict(as_query(json.loads(json.dumps(data))))) == data


def test_saved_numbers_work_like_texts():
    make_company(stage=2)
    assert apply_filters(Company.objects.all(), {"stage": 2}).count() == 1
    assert apply_filters(Company.objects.all(), {"stage": [3]}).count() == 0


def test_a_misspelt_filter_raises_instead_of_widening_an_audience():
    with pytest.raises(KeyError):
        apply_filters(Company.objects.all(), {"stages": ["2"]}).count()


def test_no_filter_means_everybody():
    make_company()
    assert apply_filters(Company.objects.all(), {}).count() == 1
