"""The left menu: a slot that higher rooms fill at start-up, shown by subject to whoever may see it.

    menu.add(Entry(_("人事师资"), _("处理处分"), "ledger:list", kwargs={"slug": "discipline"}, icon="gavel", order=210))

Entries of one group stand together; a group stands where its first entry does and takes that entry's icon. An entry
whose group is "" stands by itself (首页, 指标, 工作报告).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest
from django.urls import reverse

from shuyuan.web.parts import Text

Viewer = AbstractBaseUser | AnonymousUser


def everybody(user: Viewer) -> bool:
    return user.is_authenticated


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the menu. `target` names an address (with `kwargs`), or computes one."""

    group: Text = ""
    title: Text
    target: str | Callable[[], str]
    kwargs: Mapping[str, str | int] = field(default_factory=dict)
    icon: str = "table"
    order: int = 500
    visible: Callable[[Viewer], bool] = everybody

    def url(self) -> str:
        return self.target() if callable(self.target) else reverse(self.target, kwargs=dict(self.kwargs))


@dataclass(frozen=True)
class Item:
    """An entry as one person sees it on one page."""

    title: str
    url: str
    icon: str
    active: bool


@dataclass(frozen=True)
class Group:
    """The entries of one subject; with an empty title, a single entry that stands by itself."""

    title: str
    icon: str
    items: list[Item]

    @property
    def active(self) -> bool:
        return any(item.active for item in self.items)


entries: list[Entry] = []
account: list[Entry] = []
"""The lines of the menu under one's own name: another slot that rooms fill."""


def add(entry: Entry) -> None:
    """Put an entry into the menu; adding the same entry twice changes nothing."""
    if entry not in entries:
        entries.append(entry)


def tree(request: HttpRequest) -> list[Group]:
    """What this person may see, in order; the entry whose address is the longest beginning of this page's is active."""
    shown = [(entry, entry.url()) for entry in sorted(entries, key=lambda e: e.order) if entry.visible(request.user)]
    here = max((url for _entry, url in shown if _leads_to(url, request.path)), key=len, default=None)
    groups: dict[str, Group] = {}
    for entry, url in shown:
        item = Item(str(entry.title), url, entry.icon, active=url == here)
        name = str(entry.group)
        if not name:
            groups[f"\0{url}"] = Group("", entry.icon, [item])
        elif name in groups:
            groups[name].items.append(item)
        else:
            groups[name] = Group(name, entry.icon, [item])
    return list(groups.values())


def _leads_to(url: str, path: str) -> bool:
    path_of_entry = url.partition("?")[0]
    return path == path_of_entry or (path_of_entry != reverse("home") and path.startswith(path_of_entry))
