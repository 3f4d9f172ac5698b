"""Flow: whose hands a person has for a ledger's records, which moves those may make, and how a record arrives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shuyuan.core.models import Organisation, Period
from shuyuan.core.people import Post, posts_of
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.record import MOVES, Hand, Record, State, User
from shuyuan.ledger.rounds import tasks_open

FILERS = {Post.Role.CLERK, Post.Role.HEADTEACHER}


def hands(user: User, book: Ledger[Any], organisation: Organisation) -> set[Hand]:
    """As what a person may act here. A post counts for its organisation and what stands below it."""
    if getattr(user, "is_superuser", False):
        return set(Hand)
    held = set()
    roles = {post.role for post in posts_of(user) if organisation.path.startswith(post.organisation.path)}
    if roles & FILERS and not book.confidential:
        held.add(Hand.SCHOOL)
    if Post.Role.HEADTEACHER in roles and not book.confidential:
        held.add(Hand.HEAD)
    if book.may_accept(user):
        held.add(Hand.SECTION)
    return held


def may_move(user: User, record: Record, to: str) -> bool:
    """Whether this person makes such moves at all; whether the record can go there now is told when it is tried."""
    ways = MOVES[record.state]
    makers = ways[to] if to in ways else frozenset().union(*(one.get(to, frozenset()) for one in MOVES.values()))
    return bool(hands(user, record.ledger, record.organisation) & makers)


def arrivals(book: Ledger[Any]) -> Callable[[Record, bool], State]:
    """How a written record of this ledger stands: `state(record, accepts)`, for any number of records.

    What the section itself writes stands as accepted. What a school writes is a draft while a running round collects
    it, so that it is filed as one with its checks explained, and otherwise filed; what was mended is filed again.
    """
    asked = set(tasks_open().filter(ledger=book.slug).order_by().values_list("organisation_id", "period_id"))

    def state(record: Record, accepts: bool) -> State:
        if accepts and record.state in {State.DRAFT, State.ACCEPTED}:
            return State.ACCEPTED
        place, period = record.organisation, Period.code_for(record.date, book.period_kind)
        collected = {(place.pk, period), (place.parent_id, period)} & asked
        return State.DRAFT if record.state == State.DRAFT and collected else State.FILED

    return state


def in_bureau(user: User) -> bool:
    """Sections, the office and leaders: they see how every school stands."""
    roles = {Post.Role.OFFICER, Post.Role.OFFICE, Post.Role.LEADER}
    return bool(getattr(user, "is_superuser", False)) or any(post.role in roles for post in posts_of(user))


def runs_rounds(user: User) -> bool:
    """The office opens rounds, extends a school's day and ends them."""
    if getattr(user, "is_superuser", False):
        return True
    return any(post.role == Post.Role.OFFICE for post in posts_of(user))


def may_review(user: User) -> bool:
    roles = {Post.Role.OFFICER, Post.Role.OFFICE}
    return bool(getattr(user, "is_superuser", False)) or any(post.role in roles for post in posts_of(user))
