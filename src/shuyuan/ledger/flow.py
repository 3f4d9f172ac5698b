"""Flow: whose hands a person has for a ledger's records, which moves those may make, and how a record arrives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shuyuan.core.models import Organisation, Period
from shuyuan.core.people import every_post_of, may, posts_of
from shuyuan.core.roles import Right, all_powerful, rights_of
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.record import MOVES, Hand, Record, State, User
from shuyuan.ledger.rounds import tasks_open


def hands(user: User, book: Ledger[Any], organisation: Organisation) -> set[Hand]:
    """As what a person may act here. A post counts for its organisation and what stands below it."""
    if all_powerful(user):
        return set(Hand)
    held = set()
    posts = [post for post in posts_of(user) if organisation.path.startswith(post.organisation.path)]
    rights = frozenset[Right]().union(*(rights_of(post.role) for post in posts))
    if Right.FILE in rights and not book.confidential:
        held.add(Hand.SCHOOL)
    if Right.SIGN in rights and not book.confidential:
        held.add(Hand.HEAD)
    if book.may_accept(user):
        held.add(Hand.SECTION)
    return held


def may_move(user: User, record: Record, to: str) -> bool:
    """Whether this person makes such moves at all; whether the record can go there now is told when it is tried."""
    ways = MOVES[record.state]
    makers = ways[to] if to in ways else frozenset().union(*(one.get(to, frozenset()) for one in MOVES.values()))
    return bool(hands(user, record.ledger, record.organisation) & makers)


def reads_all(user: User, book: Ledger[Any]) -> bool:
    """Whether every record this person sees in the ledger is theirs to answer for: the section's, or a school's own."""
    return book.may_accept(user) or (not may(user, Right.BUREAU) and book.may_write(user))


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
    return may(user, Right.BUREAU)


def runs_rounds(user: User) -> bool:
    """The office opens rounds, extends a school's day and ends them."""
    return may(user, Right.ROUNDS)


def may_review(user: User) -> bool:
    return may(user, Right.REVIEW)


def posted(user: User) -> bool:
    """Whoever holds a post, of whatever kind, may read what posts allow."""
    return all_powerful(user) or bool(every_post_of(user))


def watches(user: User) -> bool:
    return may(user, Right.LOGS)
