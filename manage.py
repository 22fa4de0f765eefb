#!/usr/bin/env python
"""Django's command line for the directory."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "apes_directory.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # A mistyped variable is the operator's to mend: its name and what it may be, without a traceback.
        sys.exit(f"Configuration: {error}")


if __name__ == "__main__":
    main()
