"""Keeps the phone program of a release: `python -m tests.old_phones.keep COMMIT [--into FOLDER]`.

Unpacks the source of that commit beside everything else, with an environment from the release's own lock file, asks its
server for all that a phone may get, and writes `tests/old_phones/COMMIT/served.tar.xz`. The same commit gives the same
bytes.
"""

import argparse
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from base64 import b64decode
from pathlib import Path

from tests.old_phones import archive

ROOT = Path(__file__).parents[2]
ASK = Path(__file__).with_name("ask.py")


def served_by(commit: str) -> dict[str, archive.Kept]:
    """What the server of `commit` answers. Raises CalledProcessError when it is none, or does not run."""
    with tempfile.TemporaryDirectory(prefix="fieldapp-old-") as name:
        source, instance = Path(name) / "source", Path(name) / "instance"
        instance.mkdir()
        packed = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(packed)) as files:
            files.extractall(source, filter="data")
        python = _environment(Path(name) / "environment", source / "deploy" / "lock" / "run.txt")
        env = {name: value for name, value in os.environ.items() if not name.startswith("FIELDAPP_")}
        env |= {"FIELDAPP_INSTANCE": str(instance), "PYTHONDONTWRITEBYTECODE": "1"}
        env.pop("PYTHONPATH", None)
        done = subprocess.run([str(python), str(ASK)], cwd=source, env=env, check=True, stdout=subprocess.PIPE)
    told = map(json.loads, done.stdout.splitlines())
    return {one["address"]: archive.Kept(one["status"], one["headers"], b64decode(one["body"])) for one in told}


def _environment(folder: Path, lock: Path) -> Path:
    """The interpreter of a new environment that holds what `lock` names, and nothing else."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    subprocess.run(
        [
            str(python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "-r",
            str(lock),
        ],
        check=True,
    )
    return python


def main() -> None:
    """Writes the archive and says its size and SHA-256."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("commit")
    options.add_argument("--into", type=Path, help="instead of tests/old_phones/COMMIT")
    given = options.parse_args()
    folder = given.into or archive.HERE / given.commit
    folder.mkdir(parents=True, exist_ok=True)
    answers = served_by(given.commit)
    path = folder / archive.NAME
    archive.write(path, answers)
    content = path.read_bytes()
    print(f"{path}: {len(answers)} answers, {len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}")  # noqa: T201


if __name__ == "__main__":
    main()
