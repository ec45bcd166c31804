"""`python -m benchmarks.inside COMMAND JSON`: one command, its answer as JSON."""

import json
import sys

import django


def main() -> None:
    """Run one command of this package and print what it returns."""
    django.setup()
    from benchmarks.inside import build, hashing, statements

    commands = {
        "build": build.build,
        "sign-in": build.sign_in,
        "count": statements.count,
        "reads": statements.reads,
        "password": hashing.password,
    }
    found = commands[sys.argv[1]](**json.loads(sys.argv[2]))
    sys.stdout.write(json.dumps(found, default=str))


main()
