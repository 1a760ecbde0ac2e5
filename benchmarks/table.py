"""The table that the measurements end in: each figure beside its target and what the machine alone can do."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.load import Measured

_HEADINGS = ("数据库", "项目", "测得", "底线（裸脚本）", "目标", "达到")


@dataclass(frozen=True)
class Row:
    """One figure. `floor`: the same work without the product, in the same run. `holds`: None without target."""

    engine: str
    what: str
    found: str
    floor: str = ""
    target: str = ""
    holds: bool | None = None


def latencies(measured: Measured) -> str:
    """Throughput and latencies of a load, in one cell."""
    p50, p95, p99 = (measured.percentile_ms(share) for share in (0.5, 0.95, 0.99))
    bad = f",{measured.refused} 次失败" if measured.refused else ""
    return f"{measured.per_second:.0f}/s p50 {p50:.1f} p95 {p95:.1f} p99 {p99:.1f} ms{bad}"


def at_least(engine: str, what: str, found: Measured, floor: str, per_second: float | None) -> Row:
    """A throughput that should reach `per_second`."""
    if per_second is None:
        return Row(engine, what, latencies(found), floor)
    holds = found.per_second >= per_second and not found.refused
    return Row(engine, what, latencies(found), floor, f"≥ {per_second:.0f}/s", holds)


def at_most(engine: str, what: str, found: Measured, floor: str, *, share: float, limit_ms: float | None) -> Row:
    """A latency of which `share` (0–1) should stay under `limit_ms`."""
    if limit_ms is None:
        return Row(engine, what, latencies(found), floor)
    holds = found.percentile_ms(share) <= limit_ms and not found.refused
    return Row(engine, what, latencies(found), floor, f"p{share * 100:.0f} ≤ {limit_ms:.0f} ms", holds)


def as_markdown(rows: Sequence[Row]) -> str:
    """The table as docs/performance.md holds it."""
    lines = ["| " + " | ".join(_HEADINGS) + " |", "|" + " --- |" * len(_HEADINGS)]
    marks = {None: "", True: "是", False: "**否**"}
    for row in rows:
        lines.append(
            "| " + " | ".join((row.engine, row.what, row.found, row.floor, row.target, marks[row.holds])) + " |"
        )
    return "\n".join(lines)
