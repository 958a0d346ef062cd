"""A widget whose traits several threads set: cells, front ends, and the thread that computes.

traitlets and ipywidgets are made for one thread. While one message of a front end is taken over,
they hold back and may roll back what any other thread sets.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import traitlets as t

from flair_lig_widget.frontend.wire import without_surrogates
from flair_lig_widget.widget.styled import StyledWidget


class _Held(threading.local):
    """The changes of which the current thread has not yet notified anyone, by trait."""

    changes: dict[str, Any] | None = None


class ThreadedWidget(StyledWidget):
    """A widget that several threads may use at once, and to which a front end may send anything."""

    def __init__(self, **traits: Any) -> None:
        self._held = _Held()
        super().__init__(**traits)

    @contextlib.contextmanager
    def hold_trait_notifications(self) -> Iterator[None]:
        """Notify of the changes of this thread at the end.

        Unlike in traitlets, other threads are not held up, and where a value is refused, those
        that were set before it stay.
        """
        if self._held.changes is not None:
            yield
            return
        changes = self._held.changes = {}
        try:
            yield
        finally:
            self._held.changes = None
            for change in changes.values():
                self.notify_change(change)

    def notify_change(self, change: Any) -> None:
        """Send a changed trait to the front end, and call its observers."""
        changes = self._held.changes
        if changes is None:
            super().notify_change(change)
            return
        if change["name"] in changes:
            change["old"] = changes[change["name"]]["old"]
        changes[change["name"]] = change

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take over what a front end sent."""
        sendable = {name: value for name, value in sync_data.items() if _is_sendable(value)}
        super().set_state(sendable)
        for name in sync_data.keys() - sendable.keys():  # ipywidgets would fail to echo them
            self.set_trait(name, sync_data[name])

    def _should_send_property(self, key: str, value: Any) -> bool:
        try:
            return bool(super()._should_send_property(key, value))
        except KeyError:  # in the meantime another thread has finished a message with this trait
            return True

    @staticmethod
    def _trait_to_json(value: Any, widget: Any) -> Any:
        """What is sent of a trait: no host can send half of a character."""
        return without_surrogates({"value": value})["value"]


class Finite(t.Float):  # type: ignore[type-arg]
    """A number that JSON can hold."""

    def validate(self, obj: object, value: object) -> float | None:
        """The number; a TraitError if it is not finite."""
        try:
            number: float | None = super().validate(obj, value)
        except OverflowError:  # an integer that no float can hold
            number = float("inf")
        if number is not None and not _is_sendable(number):
            raise t.TraitError(f"{self.name} cannot be {number}; give a finite number")
        return number


def _is_sendable(value: object) -> bool:
    """Whether a value can be sent to a front end."""
    try:
        return bool(without_surrogates({"value": value})["value"] == value)
    except ValueError:  # not a finite number
        return False
