"""Facts of the base for the apps above; each is sent by a verb inside its transaction.

Every receiver gets `company`, `actor` and `now`; `company_changed` also `changes`: {field: [old, new]},
and `origin` when the values are from somewhere else than the actor.
"""

from django.dispatch import Signal

company_registered = Signal()
company_changed = Signal()
company_assigned = Signal()
company_verified = Signal()
