"""One import in a process of its own, as a worker does it; prints the peak of its memory and its reader's in megabytes."""

import os
import resource
import sys
from pathlib import Path

import django


def main(path: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "activesales.settings")
    django.setup()
    from django.core.files.uploadedfile import SimpleUploadedFile

    from accounts.models import User
    from intake.services import check_import, load_import, run_import, upload_import

    content = Path(path).read_bytes()
    marketer = User.objects.get(username="bench-marketer")
    batch = upload_import(
        actor=marketer, file=SimpleUploadedFile("bench.xlsx", content), source_name="Bench", source_kind="other"
    )
    check_import(batch)
    run_import(batch, actor=marketer)
    load_import(batch)
    own, reader = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print((own + reader) / 1024)


if __name__ == "__main__":
    main(sys.argv[1])
