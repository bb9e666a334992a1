from __future__ import annotations

import socket
import threading

from qtm_action.qtm4j.transport.watch import Watch


def test_a_reader_wakes_up_when_the_time_is_up() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        watch = Watch()
        watch.guard(lambda: ours)
        watch.start(0.05)
        assert ours.recv(1) == b""
        assert watch.has_expired


def test_a_socket_that_is_named_too_late_is_shut_at_once() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        watch = Watch()
        watch.start(0.0)
        deadline = threading.Event()
        while not watch.has_expired:
            deadline.wait(0.01)
        watch.guard(lambda: ours)
        assert ours.recv(1) == b""


def test_a_watch_that_was_stopped_does_nothing() -> None:
    watch = Watch()
    watch.start(0.01)
    watch.stop()
    watch.stop()
    threading.Event().wait(0.05)
    assert not watch.has_expired


def test_a_socket_that_is_closed_already_does_no_harm() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    ours.close()
    watch = Watch()
    watch.guard(lambda: ours)
    watch.start(0.0)
    while not watch.has_expired:
        threading.Event().wait(0.01)
