"""Lines and bars, and the numbers, times and axes of all pictures."""

import pytest
from support.html_form import read
from support.live import until

from labkit.pictures import Chart
from labkit.pictures.scale import Clock, duration, number, percent, sparkline, ticks, times, within


def test_a_chart_draws_each_series(chart):
    """A line chart has a line for each series with its name and last value, also as text."""
    page = read(chart)
    assert page.tags.count("polyline") == 2
    assert "p99 40" in chart.html()
    assert str(chart).splitlines() == [
        "Latency (ms)",
        "  p50  ▅█▇ last 4, highest 5",
        "  p99  ▅█▇ last 40, highest 50",
        "  20 users",
    ]


def test_bars_stand_beside_each_other():
    """A bar chart has a bar for each value at its place, with the value above."""
    chart = Chart("Throughput", kind="bar").add("def", "1 worker", 900).add("async", "1 worker", 1400)
    page = read(chart)
    assert page.tags.count("rect") == 2 + 2  # and one each beside the names
    assert ">1,400<" in chart.html()
    assert str(chart).splitlines()[1:] == ["  def    1 worker 900", "  async  1 worker 1,400"]


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("kind", ["line", "bar"])
@pytest.mark.parametrize(
    "values", [[], [0.0], [float("nan"), 2.0], [float("inf")], [1e-9, 1e9], [-3.0, 3.0], [5.0, 5.0]]
)
def test_a_chart_of_any_values_can_be_drawn(kind, log, values):
    """Values that cannot be drawn are left out; no value makes a picture impossible."""
    chart = Chart("Any", kind=kind, log=log)
    for place, value in enumerate(values):
        chart.add("series", place, value)
    page = read(chart)
    drawn = " ".join(page.values("points") + page.values("height"))
    assert "nan" not in drawn
    assert "inf" not in drawn
    assert "Any" in str(chart)


def test_numbers_and_times_read_well():
    """Numbers have three digits or so, durations the unit that suits them, axes round marks."""
    assert [number(value) for value in (0, 0.1234, 1.5, 42, 12345.6, float("nan"))] == [
        *("0", "0.123", "1.5", "42"),
        *("12,346", "–"),
    ]
    assert [duration(value) for value in (0, 0.0003, 0.0125, 0.25, 2.5, 61)] == [
        *("0 ms", "0.3 ms", "12 ms"),
        *("250 ms", "2.50 s", "61.0 s"),
    ]
    assert (ticks(0.62), ticks(0), ticks(7)) == ([0, 0.2, 0.4, 0.6000000000000001, 0.8], [0, 1], [0, 2, 4, 6, 8])
    assert (within(1, 100), within(3, 3)) == ([20, 40, 60, 80, 100], [3])
    assert (times([0, 0.2]), times([0, 2.5])) == (["0 ms", "200 ms"], ["0 s", "2.5 s"])
    assert (sparkline([]), sparkline([0, 0]), sparkline([1, 2, 4])) == ("", "▁▁", "▃▅█")
    assert (percent(1, 4), percent(5, 4), percent(1, 0)) == (25, 100, 0)


def test_a_clock_stands_still_once_stopped():
    """A clock begins with 0 when it is first asked, and keeps the time at which it was stopped."""
    clock = Clock()
    clock.stop()
    assert (clock.began, clock.running, clock()) == (False, False, 0)
    until(lambda: clock() > 0)
    clock.stop()
    assert clock() == clock()
    assert not clock.running
