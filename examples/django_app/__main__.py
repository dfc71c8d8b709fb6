"""Start the example: the tables, invented cases, the users, the server.

`python -m examples.django_app` starts it all; with a command, it is `manage.py`: `python -m examples.django_app check`.
"""

from __future__ import annotations

import os
import sys

from django.core.management import call_command, execute_from_command_line

ADDRESS = os.environ.get("EXAMPLE_ADDRESS", "127.0.0.1:8000")


def main() -> None:
    """Run a command of Django, or start the example."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "examples.django_app.settings")
    if sys.argv[1:]:
        execute_from_command_line(["manage.py", *sys.argv[1:]])
        return
    execute_from_command_line(["manage.py", "migrate", "--verbosity", "0"])
    print("Inventing cases, if the register is empty ...", flush=True)
    call_command("reclamation", "demo")
    show_people()
    print("Ctrl-C stops it.", flush=True)
    call_command("runserver", ADDRESS, "--noreload", "--insecure")


def show_people() -> None:
    """Create the users that are missing, and print the addresses and who may log in."""
    from examples.django_app.seed import PASSWORD, PEOPLE, create_people

    create_people()
    print(f"\n  Board    http://{ADDRESS}/reclamations/\n  Tickets  http://{ADDRESS}/tickets/")
    print(f"  Admin    http://{ADDRESS}/admin/ (chef)\n")
    print(f"Log in as one of these; the password is {PASSWORD!r}, for it is a demonstration:")
    for login, (name, roles) in PEOPLE.items():
        held = [f"{role} of {unit or 'all sites'}" for role, unit in roles]
        print(f"  {login:8} {name:14} {', '.join(held)}")


if __name__ == "__main__":
    main()
