"""Whose a row is: the paths from it to the people and departments it belongs to."""

from accounts.enums import Scope


def _through(prefix: str, paths: dict[Scope, tuple[str, ...]]) -> dict[Scope, tuple[str, ...]]:
    """The same paths seen from a row that points at the owner of the paths."""
    return {scope: tuple(f"{prefix}__{path}" for path in group) for scope, group in paths.items()}


_COMPANY_PATHS = {
    Scope.CLAIM: ("queue_items__held_by",),
    Scope.OWN: ("owner", "sharing_requests__granted_to"),
    Scope.TEAM: ("owner__team",),
}
_DEAL_PATHS = {Scope.OWN: ("owner",), Scope.TEAM: ("owner__team",)}


def _people(*fields: str) -> dict[Scope, tuple[str, ...]]:
    """Rows that belong to the people in these fields."""
    return {Scope.OWN: fields, Scope.TEAM: tuple(f"{field}__team" for field in fields)}


# model -> scope -> lookup paths to a user (CLAIM, OWN) or to a team (TEAM); a wider scope adds its paths to the narrower ones
ROWS: dict[str, dict[Scope, tuple[str, ...]]] = {
    "companies.Company": _COMPANY_PATHS,
    "companies.Phone": _through("company", _COMPANY_PATHS),
    "companies.Address": _through("company", _COMPANY_PATHS),
    "companies.BaseExport": {Scope.OWN: ("actor",)},
    "companies.BankAccount": _through("company", _COMPANY_PATHS),
    "contacts.Person": _through("company", _COMPANY_PATHS),
    "contacts.PersonPhone": _through("person__company", _COMPANY_PATHS),
    "contacts.PersonEmail": _through("person__company", _COMPANY_PATHS),
    "contacts.OptOut": _through("company", _COMPANY_PATHS),
    "contacts.DataAccess": _people("user"),
    "companies.TechnicalField": {},  # a question belongs to nobody: only who may change all changes any
    "contacts.Consent": _through("person__company", _COMPANY_PATHS),
    # an operator keeps the own entries after the card is released; a manager has the whole history of own companies
    "contacts.Interaction": _through("company", _COMPANY_PATHS) | {Scope.OWN: ("actor", "company__owner")},
    "contacts.Need": _through("company", _COMPANY_PATHS) | {Scope.OWN: ("found_by", "company__owner")},
    "contacts.NextContact": _through("company", _COMPANY_PATHS) | {Scope.OWN: ("owner", "company__owner")},
    "intake.ImportBatch": _people("created_by"),
    "intake.RegisterLoad": _people("created_by"),
    "intake.WebForm": _people("created_by"),
    "intake.Correction": _people("proposed_by"),
    "intake.DuplicatePair": {},  # a pair belongs to nobody: only who may see all sees pairs
    "intake.Merge": _people("actor"),
    "intake.SharingRequest": _people("decider", "asked_by"),
    "agenda.Task": _people("owner", "set_by"),
    "agenda.Meeting": _people("manager", "booked_by"),
    "campaigns.Campaign": _people("owner"),
    "campaigns.MailItem": {Scope.OWN: ("campaign__owner",), Scope.TEAM: ("campaign__owner__team",)},
    "callcenter.QueueItem": {Scope.CLAIM: ("held_by",), Scope.OWN: ("callback_owner",), Scope.TEAM: ("held_by__team",)},
    # who held a card may write its result even after the lease: the call has happened
    "callcenter.CardClaim": {Scope.CLAIM: ("operator",), Scope.TEAM: ("operator__team",)},
    "callcenter.CallAttempt": _through("company", _COMPANY_PATHS) | {Scope.OWN: ("operator", "company__owner")},
    "callcenter.CallScore": {Scope.OWN: ("attempt__operator",), Scope.TEAM: ("attempt__operator__team",)},
    "callcenter.PhoneCall": _through("company", _COMPANY_PATHS) | {Scope.OWN: ("user", "company__owner")},
    "callcenter.CallList": _people("created_by"),
    "callcenter.Script": {},
    "callcenter.ResultCode": {},
    "deals.Deal": _DEAL_PATHS,
    "deals.Product": {},
    "deals.Proposal": _through("deal", _DEAL_PATHS),
    "deals.Invoice": _through("deal", _DEAL_PATHS),
    "deals.Payment": {Scope.OWN: ("company__owner",), Scope.TEAM: ("company__owner__team",)},
    "deals.Shipment": _through("invoice__deal", _DEAL_PATHS),
    "accounts.User": {Scope.OWN: ("pk",), Scope.TEAM: ("team",)},
    "accounts.AuditEntry": _people("actor"),
    "operations.Job": _people("actor"),
    "operations.CaughtMail": {},
    "operations.LegalEntity": {},
    "operations.CalendarDay": {},
}
