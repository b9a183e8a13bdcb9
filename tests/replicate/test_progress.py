"""Reading progress from the bars in a prediction's logs."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from replicate._progress import Progress, parse_progress

BAR = " 38%|███▊      | 6/16 [00:00<00:01,  7.82it/s]"


def test_a_bar_tells_the_share_the_steps_done_and_the_steps_to_do():
    progress = parse_progress(BAR)

    assert progress is not None
    assert (progress.percentage, progress.current, progress.total) == (0.38, 6, 16)


def test_the_class_parses_as_in_1_x():
    assert Progress.parse(BAR) == parse_progress(BAR) == Progress(percentage=0.38, current=6, total=16)


@pytest.mark.parametrize(
    ("logs", "expected"),
    [
        ("  0%|          | 0/50 [00:00<?, ?it/s]", (0.0, 0, 50)),
        ("100%|██████████| 50/50 [00:06<00:00,  7.9it/s]", (1.0, 50, 50)),
        ("Using seed: 7\n" + BAR + "\nsaving the image\n", (0.38, 6, 16)),
        ("Rendering:  38%|███▊      | 6/16 [00:00<00:01]", (0.38, 6, 16)),
        ("\x1b[A\x1b[A 38%|███▊      | 6/16 [00:00<00:01]", (0.38, 6, 16)),
        (" 38%|\x1b[32m███▊      \x1b[0m| 6/16\x1b[0m", (0.38, 6, 16)),
        ("38%|###7      | 6/16", (0.38, 6, 16)),
        ("38% |███ | 6/16 [00:00]", (0.38, 6, 16)),
        ("38%|| 6/16", (0.38, 6, 16)),
        (" 38%|███▊      | 6/16 [00:02<00:03, 2.50s/it]", (0.38, 6, 16)),
        (" 38%|███▊      | 6/16 [00:00<00:01,  7.82batch/s]", (0.38, 6, 16)),
        (" 38%|███▊      | 6/16 [00:00<00:01,  7.82Bricks/s]", (0.38, 6, 16)),
    ],
)
def test_bars_as_models_print_them_are_read(logs, expected):
    assert parse_progress(logs) == Progress(*expected)


@pytest.mark.parametrize("separator", ["\r", "\n", "\r\n", "\n\n", " \x1b[A"])
def test_the_last_bar_counts_however_bars_are_separated(separator):
    bars = ["  0%|   | 0/4 [00:00<?]", " 25%|█  | 1/4 [00:01<00:03]", " 50%|█▌ | 2/4 [00:02<00:02]"]

    assert parse_progress(separator.join(bars)) == Progress(0.5, 2, 4)


@pytest.mark.parametrize(
    "not_a_bar",
    [
        "Downloading weights:   0%|          | 0.00/209M [00:00<?, ?B/s]",
        " 48%|████▊     | 100M/209M [00:01<00:01, 95.1MB/s]",
        " 50%|█████     | 1024/2048 [00:01<00:01, 1024.00B/s]",
        " 50%|█████     | 1024/2048 [00:01<00:01, 1.00kB/s]",
        " 50%|█████     | 1024/2048 [00:01<00:01, 1.00MiB/s]",
        "  0%|          | 0/2048 [00:00<?, ?B/s]",
        " 50%|█████     | 1024/2048 [99:01<99:01, 2.1s/B]",
        " 50%|█████     | 1.5/3 [00:01<00:01]",
        "accuracy: 93%",
        "38.5%|███▊      | 6/16",
        "1234%|███▊      | 6/16",
        " 38%|███▊\n      | 6/16",
        " 38%|███▊      | 6/",
        "%|███| 6/16",
        "|███| 6/16",
        "٣٨%|███▊      | ٦/١٦",
    ],
)
def test_what_is_no_progress_bar_is_skipped(not_a_bar):
    assert parse_progress(not_a_bar) is None
    assert parse_progress(f"{BAR}\n{not_a_bar}\n") == Progress(0.38, 6, 16)


@pytest.mark.parametrize("logs", [None, "", "\n", "%", "Using seed: 7\n"])
def test_logs_without_a_bar_have_no_progress(logs):
    assert parse_progress(logs) is None


def test_a_bar_beyond_its_end_is_done():
    assert parse_progress("120%|█████| 12/10 [00:01]") == Progress(1.0, 12, 10)


@given(
    before=st.text(max_size=20),
    after=st.text(max_size=20).map(lambda text: text.replace("%", "")),
    percent=st.integers(0, 100),
    steps=st.tuples(st.integers(0, 10**12), st.integers(0, 10**12)),
)
def test_a_bar_is_found_in_any_surroundings(before, after, percent, steps):
    logs = f"{before}\n{percent:3d}%|██  | {steps[0]}/{steps[1]} [00:01<00:02]\n{after}"

    assert parse_progress(logs) == Progress(percent / 100, *steps)


@given(logs=st.text(st.sampled_from("0123456789%|/ \r\n[█.B")))
def test_any_text_is_read_without_an_error(logs):
    progress = parse_progress(logs)

    assert progress is None or 0.0 <= progress.percentage <= 1.0


@pytest.mark.parametrize("unit", ["%", "%|", "1%|", "1% ", "9", "1%|█| 1", "1%|█| 1/2B "])
def test_long_logs_without_a_bar_are_read_in_linear_time(unit):
    started = time.process_time()

    parse_progress(unit * (300_000 // len(unit)))

    assert time.process_time() - started < 2.0
