"""Measures speed and size on this machine and prints one table, each figure beside its target and its floor.

Words after the command choose parts (filing, ratings, pack, lists, footprint, phone) and engines (sqlite, postgresql);
without any, everything is measured. BENCH_SCALE (1) multiplies the number of requests, BENCH_LIST_ROWS (10000,100000)
names the sizes of the lists. Figures depend on the machine: compare runs on the same one, with nothing else on it.
"""

import os
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.server import ENGINES, Bench, serving
from benchmarks.table import Row, as_markdown

PARTS = ("filing", "ratings", "pack", "lists", "footprint", "phone")


def main(words: list[str]) -> None:
    """Measures what `words` name, and prints the table at the end."""
    parts = [part for part in PARTS if part in words] or list(PARTS)
    engines = [engine for engine in ENGINES if engine in words] or list(ENGINES)
    unknown = set(words) - {*PARTS, *ENGINES}
    if unknown:
        raise SystemExit(f"不认识：{'、'.join(sorted(unknown))}。可选：{'、'.join((*PARTS, *ENGINES))}")
    rows = []
    for engine in engines:
        with serving(engine) as bench:
            for row in _measured(bench, parts, is_last=engine == engines[-1]):
                rows.append(row)
                print(f"{row.engine:<11} {row.what}:{row.found}", file=sys.stderr, flush=True)
    print(f"\n{datetime.now(UTC):%Y-%m-%d %H:%M} UTC,{_machine()}\n\n{as_markdown(rows)}")


def _measured(bench: Bench, parts: list[str], *, is_last: bool) -> Iterator[Row]:
    from benchmarks import filing, footprint, lists, pack, ratings

    scale = float(os.environ.get("BENCH_SCALE", "1"))
    if "filing" in parts:
        yield from filing.measure(bench, scale=scale)
    if "ratings" in parts:
        yield from ratings.measure(bench, scale=scale)
    if "pack" in parts:
        yield from pack.measure(bench)
    if "lists" in parts:
        yield from lists.measure(bench, scale=scale)
    if "footprint" in parts:
        yield from footprint.measure(bench)
    if "phone" in parts and is_last:
        from benchmarks import phone

        yield from phone.measure(bench.port)


def _machine() -> str:
    memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} 核 {memory_bytes / 2**30:.0f} GB,Python {platform.python_version()}，开测时负载 {load:.1f}"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
