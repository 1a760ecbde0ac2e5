"""What a wheel holds beside the package: migrations, settings of the server, units. See docs/deploy.md.

In the sources they lie beside `fieldapp/`; a wheel takes them along as `fieldapp/_shipped/`, with the same names.
`fieldapp.installation` finds them in either place.
"""

import shutil
from pathlib import Path

from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ("wsgi.py", "migrations", "deploy")
LEFT_OUT = shutil.ignore_patterns(
    "__pycache__", "node_modules", "js-tools", "lock", "*.sh", "run.py", "make_icons.py", "packing.py"
)


class PackedBuild(build_py):
    """Copies the package, into an empty folder: what was renamed since the last wheel is not in this one."""

    def run(self) -> None:
        """Copies the package, then what belongs to it and lies beside it."""
        shutil.rmtree(self.build_lib, ignore_errors=True)
        super().run()
        for name in SHIPPED:
            to = Path(self.build_lib) / "fieldapp" / "_shipped" / name
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, to, ignore=LEFT_OUT)
            else:
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, to)
