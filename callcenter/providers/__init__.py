"""Telephone systems behind one port. Level 0, `tel:` links, needs none of them."""

from callcenter.enums import ProviderKind
from callcenter.models import PhoneAccount
from callcenter.providers.asterisk import Asterisk
from callcenter.providers.base import Place, TelephonyProvider
from callcenter.providers.mango import Mango
from callcenter.providers.zadarma import Zadarma

ADAPTERS: dict[str, type[TelephonyProvider]] = {
    ProviderKind.MANGO: Mango,
    ProviderKind.ZADARMA: Zadarma,
    ProviderKind.ASTERISK: Asterisk,
}


def provider_of(account: PhoneAccount) -> TelephonyProvider:
    """The adapter of an account, with its keys."""
    place = Place(account.host, account.port, account.context, account.technology)
    return ADAPTERS[account.provider](account.key, account.secret, place)
