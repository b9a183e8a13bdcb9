"""The programs of `benchmarks/` still run, with few calls and small files; how fast anything is, is not asked here."""

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def benchmarks():
    sys.path.insert(0, str(ROOT))
    try:
        from benchmarks import polling, processes, report, rows
    finally:
        sys.path.remove(str(ROOT))
    processes.python = lambda *_: Path(sys.executable)  # this environment has the client, and httpx for the floor
    return {"polling": polling, "processes": processes, "report": report, "rows": rows}


_SMALL = {"calls": 2, "at_once": 2, "lengths": [0.05], "count": 2, "seconds": 0.05, "size": 1024 * 1024}


def test_each_kind_of_work_is_measured_for_the_floor_and_for_this_client(benchmarks, tmp_path):
    processes, report = benchmarks["processes"], benchmarks["report"]
    lines = []
    with processes.server() as base:
        kinds = {(row.kind, row.given.get("what")): row for row in benchmarks["rows"].ROWS}
        del kinds["Calls", "page"], kinds["Files", "read"]  # as those beside them
        for row in (row for row in kinds.values() if row.kind not in {"import", "cold"}):
            given = {name: _SMALL.get(name, value) for name, value in row.given.items()} | {"directory": str(tmp_path)}
            children = [processes.Child(subject, row.kind, base, given) for subject in ("floor", "ours")]
            found = processes.by_turns(children, 1, at_once=True)
            for (result,) in found.values():
                result["rate"] = 1.0
            lines += report.lines_of(row, found)
    assert all({"floor", "ours"} == set(line["figures"]) for line in lines)
    assert [line["figures"]["ours"] for line in lines if line["what"].endswith("failed")] == [0]
    assert report.table(lines).count("\n") == len(lines) + 1
    assert json.dumps(lines)


def test_a_mark_is_reached_at_its_bound_and_missed_beyond_it(benchmarks):
    limit = benchmarks["rows"].Limit
    assert limit(1.05, "floor").holds({"floor": 100.0, "ours": 105.0})
    assert limit(1.05, "floor").holds({"floor": 100.0, "ours": 106.0}) is False
    assert limit(0.9, "floor", at_least=True).holds({"floor": 100.0, "ours": 89.0}) is False
    assert limit(1, "v1").holds({"ours": 1.0}) is None


def test_the_simulation_of_polling_gives_the_same_figures_each_time(benchmarks):
    first, second = (benchmarks["polling"].simulate(jobs=50) for _ in range(2))
    assert first == second
    assert len({(line.jobs, line.schedule) for line in first}) == len(first)


def test_the_schedule_of_the_client_is_quicker_for_short_jobs_and_cheaper_for_long_ones(benchmarks):
    lines = {(line.jobs, line.schedule): line for line in benchmarks["polling"].simulate()}

    def both(jobs):
        return lines[jobs, "the client's"], lines[jobs, "fixed 0.5 s (1.0.7, beta)"]

    ours, fixed = both("0.5 to 2 s")
    assert ours.mean_lag < 0.85 * fixed.mean_lag
    ours, fixed = both("9 to 11 s")
    assert ours.mean_lag < 1.02 * fixed.mean_lag
    assert ours.mean_requests < 1.1 * fixed.mean_requests
    ours, fixed = both("1 to 20 min")
    assert ours.mean_requests < fixed.mean_requests / 3
    assert ours.mean_lag < 0.03 * ours.mean_length
