"""Background work: a verb names a task by its path, and the task starts after the commit."""

from typing import Any

from celery import current_app
from django.db import transaction
from django.utils.module_loading import import_string


def enqueue(path: str, **kwargs: Any) -> None:
    """Run the task at `path` ("campaigns.tasks.drain") after the commit; arguments are ids and other JSON values.

    The path is imported at once, so that a wrong name raises here and not in a worker's log.
    Raises ImportError for an unknown task.
    """
    task = import_string(path)
    transaction.on_commit(lambda: current_app.send_task(task.name, kwargs=kwargs))
