"""What is done to accounts. Each act is a version of the account's row, with who did it and why: call inside acting().

Django's own row of the user changes in the same transaction.
"""

from __future__ import annotations

from datetime import date

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from shuyuan.core.history import current_act
from shuyuan.core.organisations import Organisation
from shuyuan.core.people import Post
from shuyuan.site.accounts import locks
from shuyuan.site.accounts.account import Account, Identity
from shuyuan.site.accounts.passwords import first_password, quick_hash
from shuyuan.site.accounts.sealed import digest


def account_of(user: User) -> Account:
    """The account's row; not saved yet where no act was done to it so far."""
    if account := Account.objects.filter(user=user).select_related("organisation").first():
        return account
    post = Post.objects.filter(user=user).order_by("since").first()
    return Account(user=user, organisation=post.organisation if post else None, active=user.is_active)


def note(user: User) -> Account:
    """Write the act that is going on into the account's history."""
    account = account_of(user)
    account.save()
    return account


@transaction.atomic
def create(username: str, name: str, email: str, organisation: Organisation, *, phone: str = "") -> tuple[User, str]:
    """A new account and its first password, which must be changed when it is first used."""
    current_act()
    password = first_password()
    user = User(username=username, first_name=name, email=email, password=quick_hash(password))
    user.save()
    account = Account(user=user, organisation=organisation, password_due=True, password_since=timezone.now())
    account.phone = phone
    account.save()
    return user, password


@transaction.atomic
def reset_password(user: User) -> str:
    """Give the account a new first password: whoever is signed in with the old one is signed out."""
    password = first_password()
    user.password = quick_hash(password)
    user.save(update_fields=["password"])
    account = account_of(user)
    account.password_due, account.password_since = True, timezone.now()
    account.save()
    locks.unlock(user.username)
    return password


def password_changed(user: User) -> None:
    """Their own new password: nothing is owed any more."""
    account = account_of(user)
    account.password_due, account.password_since = False, timezone.now()
    account.save()


@transaction.atomic
def unlock(user: User) -> None:
    locks.unlock(user.username)
    note(user)


@transaction.atomic
def remove_second_factor(user: User) -> None:
    """For whoever has lost phone and recovery codes; the office has made sure who is asking."""
    Authenticator.objects.filter(user=user).delete()
    note(user)


@transaction.atomic
def set_active(user: User, active: bool) -> None:
    """Disable or enable the account. Nothing of what it did is lost; a disabled one is signed out at once."""
    user.is_active = active
    user.save(update_fields=["is_active"])
    account = account_of(user)
    account.active = active
    account.save()


def give_post(user: User, organisation: Organisation, role: str, since: date | None = None) -> Post:
    """A post that is not held already begins; one that is stays."""
    since = since or timezone.localdate()
    held = Post.objects.filter(user=user, organisation=organisation, role=role)
    if post := held.filter(until__isnull=True).first():
        return post
    post = Post(user=user, organisation=organisation, role=role, since=since)
    post.save()
    return post


def end_post(post: Post, day: date) -> None:
    post.until = day
    post.save()


def tell_identity(account: Account, provider: str, uid: str) -> None:
    """The office tells that this outside identity is the account's. Raises IntegrityError when it is another's."""
    Identity.objects.get_or_create(account=account, provider=provider, mark=digest(provider, uid))
