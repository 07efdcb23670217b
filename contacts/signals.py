"""Facts about clients for the apps above; sent by a verb inside its transaction.

`clients_handed_over`: receivers get `move` (contacts.services.handover.Move). They give the successor what the previous person
has to do with the companies, or only count it when `move.is_rehearsal`, and answer with [(words, number)].
"""

from django.dispatch import Signal

clients_handed_over = Signal()

# `person_erased`: receivers get `person`, `emails` and `phones` as they were, and `now`; they make what they keep about the person
# say nothing. Sent before the rows of the person are emptied.
person_erased = Signal()
