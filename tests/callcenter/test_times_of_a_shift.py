"""Q10: the times of a shift come from its log alone, and their parts add up to the whole, to the second."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from callcenter.enums import PAUSES, OperatorState
from callcenter.times import times

START = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
DAY = timedelta(seconds=900)


@dataclass(frozen=True)
class Said:
    state: str
    at: datetime


def said(*rows):
    return [Said(state, START + timedelta(seconds=second)) for state, second in rows]


moments = st.integers(-200_000, 1_100_000).map(lambda ms: START + timedelta(milliseconds=ms))
logs = st.lists(st.builds(Said, st.sampled_from(OperatorState.values), moments), max_size=40).map(
    lambda log: sorted(log, key=lambda event: event.at)
)


def second_by_second(log):
    """An oracle that shares nothing with the code: what is the operator doing in each second of the day?"""
    states = []
    for second in range(int(DAY.total_seconds())):
        until = START + timedelta(seconds=second)
        known = [event.state for event in log if event.at.replace(microsecond=0) <= until]
        states.append(known[-1] if known else "")
    return states


@given(logs)
def test_the_parts_are_the_seconds_counted_one_by_one_and_add_up_to_the_login_time(log):
    found, oracle = times(log, START, START + DAY), second_by_second(log)
    for state in OperatorState.values:
        assert found.by_state.get(state, timedelta()) == timedelta(seconds=oracle.count(state))
    worked = sum((found.spent(state) for state in OperatorState.values if state != OperatorState.OFF), timedelta())
    assert worked == found.login == timedelta(seconds=sum(1 for state in oracle if state not in ("", "off")))
    assert found.occupancy is None or 0 <= found.occupancy <= 100


@given(logs, st.integers(1, 899))
def test_two_parts_of_a_day_add_up_to_the_day(log, cut):
    middle = START + timedelta(seconds=cut)
    first, second, whole = times(log, START, middle), times(log, middle, START + DAY), times(log, START, START + DAY)
    assert first.login + second.login == whole.login
    assert first.handling + second.handling == whole.handling
    assert first.calls + second.calls == whole.calls


def test_a_shift_by_hand():
    log = said(
        ("ready", 0), ("call", 60), ("wrap_up", 240), ("ready", 300), ("break", 400), ("ready", 500), ("off", 700)
    )
    found = times(log, START, START + DAY)
    assert (found.login, found.talk, found.handling) == tuple(timedelta(seconds=n) for n in (700, 180, 240))
    assert found.spent(*PAUSES) == timedelta(seconds=100)
    assert found.occupancy == 40
    assert found.average_handling == timedelta(seconds=240)


def test_a_day_without_a_word_has_no_figures():
    found = times([], START, START + DAY)
    assert (found.login, found.occupancy, found.average_handling) == (timedelta(), None, None)
