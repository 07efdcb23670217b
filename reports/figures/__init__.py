"""All figures of the product, by function of the sales cycle."""

from reports.figures.communications import COMMUNICATIONS
from reports.figures.control import CONTROL
from reports.figures.marketing import MARKETING
from reports.figures.sales import SALES
from reports.kpi import register


def register_all() -> None:
    """Called once from ReportsConfig.ready."""
    register(*MARKETING, *COMMUNICATIONS, *SALES, *CONTROL)
