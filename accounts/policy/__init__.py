"""THE permission table: roles, actions with their presets, and the paths from a row to the people it belongs to.

Presets become `Grant` rows (`manage.py load_reference`); the DB administrator edits them on the matrix page.
Nothing here touches the database, and role names occur in no other module.
"""

from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext_lazy as _

from accounts.enums import Function, Scope
from accounts.policy.rows import ROWS as ROWS

# role -> (label, function, url name of the home page, letters used in the presets below, label for a narrow column)
ROLES = {
    "project_lead": (_("Project lead"), Function.CONTROL, "reports:dashboard", "PL", _("Project lead")),
    "director": (_("Commercial director"), Function.CONTROL, "reports:dashboard", "CD", _("Director")),
    "marketing_head": (_("Head of marketing"), Function.MARKETING, "reports:dashboard", "MH", _("Marketing head")),
    "marketer": (_("Marketer"), Function.MARKETING, "companies:list", "MK", _("Marketer")),
    "callcenter_head": (
        _("Head of the call centre"),
        Function.COMMUNICATIONS,
        "callcenter:board",
        "CH",
        _("Call-centre head"),
    ),
    "operator": (_("Call-centre operator"), Function.COMMUNICATIONS, "callcenter:desk", "OP", _("Operator")),
    "sales_head": (_("Head of sales"), Function.SALES, "reports:dashboard", "SH", _("Sales head")),
    "manager": (_("Sales manager"), Function.SALES, "agenda:day", "SM", _("Manager")),
    "sales_admin": (_("Sales administrator"), Function.SALES, "deals:receivables", "SA", _("Sales admin")),
    "db_admin": (_("Database administrator"), Function.CONTROL, "accounts:matrix", "DB", _("DB admin")),
}


@dataclass(frozen=True)
class Action:
    """One thing a person may do, on rows of which scope, by role, when the product is new."""

    name: str
    label: str
    model: str  # "" for an action without rows
    presets: dict[str, Scope]


_BY_LETTERS = {row[3]: role for role, row in ROLES.items()}


def _action(name: str, label, model: str, presets: str) -> Action:
    """`presets` reads "MH:all MK:own": letters of a role and the scope's name."""
    pairs = (pair.split(":") for pair in presets.split())
    return Action(name, label, model, {_BY_LETTERS[letters]: Scope[scope.upper()] for letters, scope in pairs})


_COMPANY = "companies.Company"
_EVERYONE = "PL:own CD:own MH:own MK:own CH:own OP:own SH:own SM:own SA:own DB:own"

ACTIONS: dict[str, Action] = {
    action.name: action
    for action in [
        # the base
        _action(
            "companies.view_company",
            _("See companies"),
            _COMPANY,
            "PL:all CD:all MH:all MK:all CH:all OP:claim SH:all SM:own SA:all",
        ),
        _action(
            "companies.view_base",
            _("Open the base list"),
            _COMPANY,
            "PL:all CD:all MH:all MK:all CH:all SH:all SM:own SA:all",
        ),
        _action("companies.add_company", _("Add companies"), "", "MH:all MK:all CH:all SH:all SM:all"),
        _action(
            "companies.change_company", _("Change companies"), _COMPANY, "MH:all MK:all CH:all SH:all SM:own SA:all"
        ),
        _action("companies.change_field", _("Put questions of the technical information"), "", "DB:all MH:all"),
        _action("companies.export_company", _("Export companies into a file"), _COMPANY, "MH:all SH:all"),
        _action("companies.change_many", _("Change many companies at once"), "", "MH:all MK:all CH:all SH:all"),
        _action("companies.export_all", _("Export more than 5,000 companies into a file"), "", "MH:all"),
        _action("companies.assign_company", _("Change the responsible manager"), _COMPANY, "MH:all SH:all"),
        _action(
            "companies.view_phone",
            _("See whole phone numbers"),
            _COMPANY,
            "PL:all CD:all MH:all MK:all CH:all OP:claim SH:all SM:own SA:all",
        ),
        _action(
            "contacts.view_person",
            _("See persons"),
            "contacts.Person",
            "PL:all CD:all MH:all MK:all CH:all OP:claim SH:all SM:own SA:all",
        ),
        _action(
            "contacts.change_person",
            _("Add and change persons"),
            "contacts.Person",
            "MH:all MK:all CH:all OP:claim SH:all SM:own SA:all",
        ),
        _action(
            "contacts.change_consent",
            _("Record consents and withdrawals"),
            "contacts.Person",
            "MH:all MK:all CH:all OP:claim SH:all SM:own SA:all",
        ),
        _action(
            "contacts.lift_opt_out", _("Take refusals of calls and letters off"), "contacts.OptOut", "MH:all SH:all"
        ),
        _action("contacts.export_person", _("Export all data of one person"), "contacts.Person", "PL:all MH:all"),
        _action("contacts.erase_person", _("Erase data of a person"), "contacts.Person", "PL:all MH:all"),
        _action("contacts.view_access", _("See who looked at data of persons"), "contacts.DataAccess", "PL:all DB:all"),
        _action(
            "contacts.view_interaction",
            _("See the history"),
            "contacts.Interaction",
            "PL:all CD:all MH:all MK:all CH:all OP:own SH:all SM:own SA:all",
        ),
        _action(
            "contacts.view_need",
            _("See needs"),
            "contacts.Need",
            "PL:all CD:all MH:all MK:all CH:all OP:own SH:all SM:own SA:all",
        ),
        _action(
            "contacts.add_interaction",
            _("Write notes into the history"),
            _COMPANY,
            "MH:all MK:all CH:all OP:claim SH:all SM:own SA:all",
        ),
        _action(
            "contacts.view_nextcontact",
            _("See next contacts"),
            "contacts.NextContact",
            "PL:all CD:all MH:all MK:all CH:all OP:own SH:all SM:own SA:all",
        ),
        _action(
            "contacts.plan_contact",
            _("Plan the next contact"),
            _COMPANY,
            "MH:all MK:all CH:all OP:claim SH:all SM:own SA:all",
        ),
        _action(
            "contacts.close_contact",
            _("Close a next contact"),
            "contacts.NextContact",
            "CH:all OP:own SH:all SM:own SA:own",
        ),
        # collection and correction
        _action("intake.view_import", _("See imports"), "intake.ImportBatch", "PL:all MH:all MK:own CH:team SH:team"),
        _action("intake.run_import", _("Import companies"), "intake.ImportBatch", "MH:all MK:own CH:team SH:team"),
        _action("intake.load_register", _("Load registers of the tax service"), "intake.RegisterLoad", "MH:all MK:own"),
        _action("intake.view_web_form", _("See forms of sites"), "intake.WebForm", "PL:all MH:all MK:all"),
        _action("intake.change_web_form", _("Make forms for sites"), "intake.WebForm", "MH:all MK:all"),
        _action("intake.undo_import", _("Take imports back"), "intake.ImportBatch", "MH:all MK:own"),
        _action(
            "intake.view_correction",
            _("See corrections"),
            "intake.Correction",
            "PL:all MH:all MK:all CH:all OP:own SH:all",
        ),
        _action(
            "intake.propose_correction", _("Propose corrections"), _COMPANY, "CH:all OP:claim SM:own SH:all MK:all"
        ),
        _action("intake.view_duplicate", _("See duplicates"), "intake.DuplicatePair", "PL:all MH:all MK:all SH:all"),
        _action("intake.merge_companies", _("Merge duplicates"), "intake.DuplicatePair", "MH:all MK:all SH:all"),
        _action("intake.undo_merge", _("Undo merges"), "intake.Merge", "MH:all MK:own SH:all"),
        _action(
            "intake.check_taken", _("Ask whether a company is taken"), "", "MH:all MK:all CH:all SH:all SM:all SA:all"
        ),
        _action(
            "intake.view_sharing",
            _("See requests to share clients"),
            "intake.SharingRequest",
            "PL:all MH:own MK:own CH:own SH:all SM:own SA:own",
        ),
        _action("intake.decide_sharing", _("Share clients"), "intake.SharingRequest", "SH:all SM:own"),
        _action("intake.decide_correction", _("Accept and reject corrections"), "intake.Correction", "MH:all MK:all"),
        # tasks and meetings
        _action("agenda.view_day", _("See one's own day"), "", _EVERYONE.replace(":own", ":all")),
        _action(
            "agenda.view_task",
            _("See tasks"),
            "agenda.Task",
            "PL:all CD:all MH:team MK:own CH:team OP:own SH:team SM:own SA:own DB:own",
        ),
        _action("agenda.set_task", _("Set tasks"), "", "PL:all CD:all MH:all MK:all CH:all SH:all SM:all SA:all"),
        _action(
            "agenda.change_task",
            _("Complete and postpone tasks"),
            "agenda.Task",
            "PL:all CD:all MH:team MK:own CH:team OP:own SH:team SM:own SA:own DB:own",
        ),
        _action(
            "agenda.view_meeting",
            _("See meetings"),
            "agenda.Meeting",
            "PL:all CD:all CH:all OP:own SH:all SM:own SA:all",
        ),
        _action("agenda.book_meeting", _("Book meetings"), _COMPANY, "CH:all OP:claim SH:all SM:own"),
        _action("agenda.hold_meeting", _("Write the result of a meeting"), "agenda.Meeting", "SH:all SM:own"),
        _action(
            "agenda.view_slots", _("See managers' free time"), "", "CH:all OP:all SH:all SM:all SA:all PL:all CD:all"
        ),
        # campaigns
        _action("contacts.open_cycle", _("Begin cycles"), "", "MH:all MK:all"),
        _action(
            "campaigns.view_campaign", _("See campaigns"), "campaigns.Campaign", "PL:all CD:all MH:all MK:all SH:all"
        ),
        _action(
            "campaigns.view_letter",
            _("See letters one by one"),
            "campaigns.MailItem",
            "PL:all CD:all MH:all MK:all SH:all",
        ),
        _action("campaigns.change_campaign", _("Prepare campaigns"), "campaigns.Campaign", "MH:all MK:own"),
        _action("campaigns.approve_campaign", _("Approve creatives"), "campaigns.Campaign", "MH:all"),
        _action("campaigns.send_campaign", _("Start, pause and cancel sending"), "campaigns.Campaign", "MH:all MK:own"),
        # call centre
        _action("callcenter.take_card", _("Work on calls"), "", "OP:all CH:all"),
        _action(
            "callcenter.view_queueitem",
            _("See the queue"),
            "callcenter.QueueItem",
            "PL:all CD:all CH:all OP:own SH:all",
        ),
        _action("callcenter.finish_call", _("Write the result of a call"), "callcenter.CardClaim", "CH:claim OP:claim"),
        _action("callcenter.release_card", _("Take a card away from an operator"), "callcenter.QueueItem", "CH:all"),
        _action(
            "callcenter.view_callattempt",
            _("See calls"),
            "callcenter.CallAttempt",
            "PL:all CD:all MH:all MK:all CH:all OP:own SH:all SM:own",
        ),
        _action(
            "callcenter.view_calllist",
            _("See call lists"),
            "callcenter.CallList",
            "PL:all CD:all CH:all MH:all MK:all SH:all",
        ),
        _action("callcenter.open_calllist", _("Open call lists"), "callcenter.CallList", "CH:all MH:all MK:all SH:all"),
        _action(
            "callcenter.change_calllist", _("Change call lists"), "callcenter.CallList", "CH:all MH:own MK:own SH:own"
        ),
        _action("callcenter.view_board", _("See the call-centre board"), "", "PL:all CD:all CH:all"),
        _action(
            "callcenter.view_result", _("See call results"), "callcenter.ResultCode", "PL:all CD:all MH:all CH:all"
        ),
        _action("callcenter.change_result", _("Change the rules of results"), "callcenter.ResultCode", "PL:all CH:all"),
        _action(
            "callcenter.view_script",
            _("See scripts"),
            "callcenter.Script",
            "PL:all CD:all MH:all MK:all CH:all OP:all SH:all SM:all",
        ),
        _action("callcenter.change_script", _("Write and release scripts"), "callcenter.Script", "PL:all CH:all"),
        _action(
            "callcenter.view_stoplist",
            _("See the stop list"),
            "contacts.OptOut",
            "PL:all CD:all MH:all MK:all CH:all SH:all",
        ),
        _action("callcenter.add_refusal", _("Put numbers on the stop list"), "", "MH:all MK:all CH:all SH:all"),
        _action(
            "callcenter.view_score",
            _("See marks of calls"),
            "callcenter.CallScore",
            "PL:all CD:all CH:all OP:own",
        ),
        _action("callcenter.score_call", _("Mark calls"), "callcenter.CallAttempt", "CH:all"),
        _action("callcenter.change_criterion", _("Change what calls are marked by"), "", "PL:all CH:all"),
        _action("callcenter.change_telephony", _("Connect the telephone system"), "", "PL:all DB:all"),
        _action(
            "callcenter.view_phonecall",
            _("See calls of the telephone system"),
            "callcenter.PhoneCall",
            "PL:all CD:all CH:all OP:own SH:all SM:own",
        ),
        _action("callcenter.attach_call", _("Say whose an unknown call is"), "callcenter.PhoneCall", "CH:all SH:all"),
        # deals and money
        _action("deals.view_deal", _("See deals"), "deals.Deal", "PL:all CD:all MH:all CH:all SH:all SM:own SA:all"),
        _action("deals.change_deal", _("Work on deals"), "deals.Deal", "CD:all SH:all SM:own SA:all"),
        _action("deals.open_deal", _("Open deals"), _COMPANY, "SH:all SM:own"),
        _action("deals.win_deal", _("Close deals as won or lost"), "deals.Deal", "CD:all SH:all SM:own"),
        _action("deals.skip_gate", _("Move deals past conditions that are not met"), "deals.Deal", "CD:all"),
        _action(
            "deals.view_product",
            _("See products and prices"),
            "deals.Product",
            "PL:all CD:all MH:all MK:all SH:all SM:all SA:all",
        ),
        _action("deals.change_product", _("Change products and prices"), "deals.Product", "CD:all MH:all SH:all"),
        _action("deals.view_proposal", _("See proposals"), "deals.Proposal", "PL:all CD:all SH:all SM:own SA:all"),
        _action(
            "deals.change_proposal", _("Write and send proposals"), "deals.Proposal", "CD:all SH:all SM:own SA:all"
        ),
        _action("deals.view_margin", _("See cost and margin"), "deals.Proposal", "PL:all CD:all SH:all SM:own"),
        _action("deals.approve_discount", _("Approve discounts above the limit"), "deals.Proposal", "CD:all"),
        _action("deals.view_invoice", _("See invoices"), "deals.Invoice", "PL:all CD:all SH:all SM:own SA:all"),
        _action("deals.issue_invoice", _("Issue invoices"), "deals.Deal", "SH:all SM:own SA:all"),
        _action("deals.record_payment", _("Record payments"), "deals.Invoice", "SA:all SH:all"),
        _action("deals.view_payment", _("See payments"), "deals.Payment", "PL:all CD:all SH:all SM:own SA:all"),
        _action("deals.ship", _("Record shipments"), "deals.Invoice", "SA:all SH:all SM:own"),
        _action("deals.view_shipment", _("See shipments"), "deals.Shipment", "PL:all CD:all SH:all SM:own SA:all"),
        _action("deals.view_receivables", _("See receivables"), "deals.Invoice", "PL:all CD:all SH:all SM:own SA:all"),
        # control
        _action("reports.view_dashboard", _("See the control screen"), "", "PL:all CD:all MH:all CH:all SH:all"),
        _action(
            "reports.view_kpi",
            _("Open a figure to its rows"),
            "",
            "PL:all CD:all MH:all MK:own CH:all OP:own SH:all SM:own SA:own",
        ),
        _action("reports.set_target", _("Set targets"), "", "PL:all CD:all MH:all CH:all SH:all"),
        # the machine itself
        _action("accounts.view_user", _("See users"), "accounts.User", "PL:all CD:all MH:team CH:team SH:team DB:all"),
        _action("accounts.change_user", _("Add, change and dismiss users"), "accounts.User", "DB:all"),
        _action("accounts.view_matrix", _("See roles and rights"), "", "PL:all CD:all DB:all"),
        _action("accounts.change_matrix", _("Change roles and rights"), "", "DB:all"),
        _action("accounts.view_audit", _("See the audit journal"), "accounts.AuditEntry", "PL:all DB:all"),
        _action("accounts.use_view", _("Use saved selections"), "", _EVERYONE.replace(":own", ":all")),
        _action("accounts.share_view", _("Share selections with everybody"), "", "PL:all CD:all MH:all CH:all SH:all"),
        _action("accounts.own_tokens", _("Have API tokens"), "", _EVERYONE.replace(":own", ":all")),
        _action(
            "operations.view_job",
            _("See background jobs"),
            "operations.Job",
            "PL:all MH:team MK:own CH:team SH:team SM:own SA:own DB:all",
        ),
        _action("operations.view_outbox", _("Read outgoing mail"), "operations.CaughtMail", "PL:all MH:all DB:all"),
        _action(
            "operations.change_settings",
            _("Change requisites and settings"),
            "operations.LegalEntity",
            "PL:all DB:all SA:all",
        ),
    ]
}


CLAIMING = "callcenter.take_card"  # nobody else holds cards, so nobody else's rows are looked for among them


@cache
def row_paths(model: str, scope: Scope, *, with_claims: bool = True) -> tuple[tuple[str, bool], ...]:
    """(path, leads to a team) of every scope up to this one. An undeclared model has no rows for anybody but ALL."""
    paths = ROWS.get(model, {})
    steps = [step for step in Scope if step <= scope and (with_claims or step != Scope.CLAIM)]
    return tuple((path, step == Scope.TEAM) for step in steps for path in paths.get(step, ()))


def home_of(roles: list[str]) -> str:
    """The url name of the working screen of the first of the roles, in the order of ROLES."""
    return next((row[2] for role, row in ROLES.items() if role in roles), "accounts:profile")
