"""PostgreSQL and Redis out of Python wheels, and the one process that starts and stops the whole product.

Nothing here imports Django: the servers must be up before its settings can be read.
"""

BASE_IS_EMPTY = 10  # what `prepare` answers when nobody works in the base yet
ALREADY_SAID = 11  # what it answers when it has told the console why it could not go on
