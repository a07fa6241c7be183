"""Django's command line: `python -m backend.manage COMMAND`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings.embedded")
    execute_from_command_line(sys.argv)
