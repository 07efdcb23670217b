"""The client base: companies, the classifiers, the technical information, and the ledgers of work on many companies."""

from companies.models.company import Activity, Address, BankAccount, Company, Phone, Region, Segment, Source
from companies.models.ledgers import BaseExport, BulkChange, BulkChangeRow
from companies.models.technical import TechnicalField, TechnicalItem

__all__ = [
    "Activity",
    "Address",
    "BankAccount",
    "BaseExport",
    "BulkChange",
    "BulkChangeRow",
    "Company",
    "Phone",
    "Region",
    "Segment",
    "Source",
    "TechnicalField",
    "TechnicalItem",
]
