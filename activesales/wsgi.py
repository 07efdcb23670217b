"""WSGI entry for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "activesales.settings")
application = get_wsgi_application()
# What is loaded now lives as long as the process: the collector need not walk over it in the midst of a request.
gc.collect()
gc.freeze()
