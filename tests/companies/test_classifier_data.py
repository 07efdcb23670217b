"""The two upper levels of ОКВЭД-2."""

import pytest

from companies.classifier_data import CLASSES, SECTION_OF, SECTIONS, clean_okved, parent_code


def test_the_classifier_has_21_sections_and_88_classes():
    assert len(SECTIONS) == 21
    assert len(CLASSES) == len(SECTION_OF) == 88
    assert set(SECTION_OF.values()) == set(SECTIONS)
    assert list(CLASSES) == sorted(CLASSES)


def test_every_code_leads_up_to_a_section():
    code, chain = "25.62.11", []
    while code:
        chain.append(code)
        code = parent_code(code)
    assert chain == ["25.62.11", "25.62.1", "25.62", "25.6", "25", "C"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("25.62", "25.62"),
        (" ОКВЭД 25.62.1 Обработка", "25.62.1"),
        ("46", "46"),
        (46.1, "46.1"),
        ("04.1", ""),
        (None, ""),
    ],
)
def test_a_code_is_read_from_a_cell(text, code):
    assert clean_okved(text) == code
