"""Facts of collection for the apps above; each is sent by a verb inside its transaction.

`companies_merged` and `merge_undone`: receivers get `merge` (with `kept` and `merged`), `actor` and `now`. Keys are moved
already, by introspection. A receiver that changes a row of its own does it by `intake.relations.change_row(merge, row, …)`,
so that an undo finds it; one that cannot agree raises RuleViolation, and nothing is merged.

`sharing_asked`: receivers get `request` and `now`, and tell those who decide; `sharing_decided`: the request is over.
"""

from django.dispatch import Signal

companies_merged = Signal()
merge_undone = Signal()
sharing_asked = Signal()
sharing_decided = Signal()
