"""Puts a fault into a module that runs, without touching its file."""

import importlib
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "fieldapp"
_Cache = type(cache(lambda: None))
_WRAPPERS = (FunctionType, _Cache, classmethod, staticmethod, property, cached_property)


def import_everything() -> None:
    """Every module of the program but those that are programs of their own."""
    for path in PACKAGE.rglob("*.py"):
        name = str(path.relative_to(ROOT).with_suffix("")).replace("/", ".").removesuffix(".__init__")
        if "commands" not in name and not name.endswith("evidence.renderer"):  # a program of its own
            importlib.import_module(name)


def give_other_code(module: str, code: CodeType) -> None:
    """Every function of the module, wherever it was imported to by now, does what the altered module says."""
    here = importlib.import_module(f"fieldapp.{module}")
    other = ModuleType(here.__name__)
    other.__file__ = here.__file__
    sys.modules[here.__name__] = other  # dataclasses look themselves up
    exec(code, other.__dict__)  # noqa: S102 our own module with one fault
    sys.modules[here.__name__] = here
    for name, old in vars(here).items():
        _take_code(old, vars(other).get(name), here.__name__)
    forget()


def forget() -> None:
    """Empties every cache of the program: what is kept from before was made by other code."""
    for name, module in list(sys.modules.items()):
        if name.startswith("fieldapp."):
            for part in vars(module).values():
                if type(part) is _Cache:  # not by its attributes: some are there in a request only
                    part.cache_clear()


def _take_code(old: object, new: object, module: str) -> None:
    if isinstance(old, type) and isinstance(new, type) and old.__module__ == module:
        for name, part in vars(old).items():
            _take_code(part, vars(new).get(name), module)
    for wrapped in ("__wrapped__", "__func__", "fget", "func"):
        if type(old) in _WRAPPERS and hasattr(old, wrapped) and hasattr(new, wrapped):
            _take_code(getattr(old, wrapped), getattr(new, wrapped), module)
    if isinstance(old, FunctionType) and isinstance(new, FunctionType) and old.__module__ == module:
        old.__code__ = new.__code__


def import_instead(module: str, code: CodeType) -> None:
    """The module will be this code, when it is imported."""
    sys.meta_path.insert(0, _Planted(f"fieldapp.{module}", code))


class _Planted:
    """Gives one module its altered code when it is imported; every other module is found as always."""

    def __init__(self, name: str, code: CodeType) -> None:
        self._name, self._code = name, code

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> object:
        """Source: importlib.abc.MetaPathFinder."""
        if name != self._name:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        assert spec is not None
        assert spec.origin is not None
        loader = importlib.machinery.SourceFileLoader(name, spec.origin)
        loader.get_code = lambda _fullname: self._code  # type: ignore[method-assign]
        return importlib.util.spec_from_file_location(name, spec.origin, loader=loader)
