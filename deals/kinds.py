"""What the history says about deals; registered by DealsConfig.ready."""

from django.utils.translation import gettext_lazy as _

from contacts.kinds import register


def register_own() -> None:
    """The kinds of this app."""
    register("deals.opened", _("Deal opened"), icon="briefcase", tone="accent")
    register("deals.changed", _("Deal changed"), icon="pencil")
    register("deals.moved", _("Deal moved to another stage"), icon="arrow-right")
    register("deals.step_planned", _("Next step of the deal planned"), icon="calendar-event")
    register("deals.proposal_made", _("Proposal made"), icon="file-text")
    register("deals.discount_requested", _("Discount put before the director"), icon="file-percent", tone="warn")
    register("deals.discount_approved", _("Discount approved"), icon="file-percent", tone="ok")
    register("deals.discount_declined", _("Discount declined"), icon="file-percent", tone="bad")
    register("deals.proposal_sent", _("Proposal sent"), icon="send", tone="accent", is_contact=True)
    register("deals.proposal_accepted", _("Proposal accepted"), icon="file-check", tone="violet", is_contact=True)
    register("deals.won", _("Deal won"), icon="trophy", tone="ok")
    register("deals.lost", _("Deal lost"), icon="circle-x", tone="bad")
    register("deals.invoiced", _("Invoice issued"), icon="file-invoice", tone="accent")
    register("deals.invoice_cancelled", _("Invoice cancelled"), icon="file-x", tone="bad")
    register("deals.paid", _("Payment came"), icon="cash", tone="ok")
    register("deals.shipment_planned", _("Shipment planned"), icon="truck-loading")
    register("deals.shipped", _("Shipped"), icon="truck-delivery", tone="ok")
