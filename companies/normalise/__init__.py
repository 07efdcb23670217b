"""One spelling for what people write in many ways: names, phones, addresses of mail and sites, and the mistakes
of a keyboard. Pure functions: import, search, duplicate checks and the forms all call the same ones."""

from companies.normalise.names import key_similarity, name_block, name_key, similarity, split_legal_form
from companies.normalise.online import (
    InvalidEmail,
    InvalidSite,
    is_role_box,
    normalise_email,
    normalise_site,
    own_domain,
    site_host,
    split_emails,
)
from companies.normalise.phones import InvalidPhone, PhoneNumber, normalise_phone, split_phones
from companies.normalise.spellings import layout_switched, transliterations

__all__ = [
    "InvalidEmail",
    "InvalidPhone",
    "InvalidSite",
    "PhoneNumber",
    "is_role_box",
    "key_similarity",
    "layout_switched",
    "name_block",
    "name_key",
    "normalise_email",
    "normalise_phone",
    "normalise_site",
    "own_domain",
    "similarity",
    "site_host",
    "split_emails",
    "split_legal_form",
    "split_phones",
    "transliterations",
]
