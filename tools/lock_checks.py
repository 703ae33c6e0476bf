"""Write checks/lock.toml: a fingerprint for each check's id and version.

A test compares it with the checks, so that a query or parameter cannot change under a version already published.
Versions already locked are kept as they are: to change a check that was published, raise its version first.
`--rewrite` replaces the fingerprints of current versions, for checks that nobody has published yet.
"""

import sys
import tomllib
from pathlib import Path

from cspaudit.evaluation.definition import fingerprint, load_catalogue

CHECKS = Path(__file__).resolve().parent.parent / "checks"
LOCK = CHECKS / "lock.toml"
HEAD = """# Fingerprints of every version of every check, ids that are gone included.
# Written by tools/lock_checks.py; a changed query or parameter needs a new version.
"""


def main(*, rewrite: bool) -> int:
    """Write the lock; 1 where a locked version has changed."""
    locked: dict[str, dict[str, str]] = (
        tomllib.loads(LOCK.read_text(encoding="utf-8")) if LOCK.exists() else {}
    )
    changed = []
    for check in load_catalogue(CHECKS).checks.values():
        versions = locked.setdefault(check.id, {})
        found, version = fingerprint(check), str(check.version)
        if versions.get(version, found) != found and not rewrite:
            changed.append(f"{check.id}: version {version} is locked and has changed; raise its version.")
        else:
            versions[version] = found
    if changed:
        print("\n".join(changed))
        return 1
    tables = [
        "\n".join(
            [
                f"[{id_}]",
                *(f'{version} = "{locked[id_][version]}"' for version in sorted(locked[id_], key=int)),
            ]
        )
        for id_ in sorted(locked)
    ]
    LOCK.write_text(HEAD + "\n" + "\n\n".join(tables) + "\n", encoding="utf-8")
    print(f"{LOCK.name}: {len(locked)} checks")
    return 0


if __name__ == "__main__":
    sys.exit(main(rewrite="--rewrite" in sys.argv[1:]))
