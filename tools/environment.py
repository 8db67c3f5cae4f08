"""Write environment.yml from the exported lock on standard input: `make environment.yml`."""

import sys

HEAD = """\
# Made from uv.lock by `make environment.yml`; do not edit.
name: kajian
channels: [conda-forge]
dependencies:
  - python >=3.11,<3.14
  - pip
  - pip:
"""

lines = [line.strip() for line in sys.stdin if line.strip()]
print(HEAD, end="")
for line in [*lines, "-e ."]:
    print(f"      - {line!r}" if "'" not in line else f'      - "{line}"')
