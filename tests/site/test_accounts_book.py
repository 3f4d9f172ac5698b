"""The office's book of accounts: the roster from Excel, the slips, one account and what is done to it, and who may."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from shuyuan.core.codes import Function
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, Post
from shuyuan.core.proof import verify
from shuyuan.ledger.unpacking import Unreadable
from shuyuan.site.accounts import acts, roster
from shuyuan.site.accounts.account import Account, Identity, account_meant
from shuyuan.site.accounts.rights import managed_by, may_manage_accounts
from tests.county import HOME, OTHER, County, browser_of, build
from tests.ledger.suite import sheet_of
from tests.site.test_door import enter

HEADINGS = ["账号", "姓名", "单位", "岗位", "手机", "邮箱", "企业微信账号"]
LINES: list[list[Any]] = [
    ["wangli", "王力", HOME, "学校填报员", "13800005678", "wangli@example.org", "WangLi"],
    ["liuyun", "刘云", HOME, "校长", "", "", ""],
    ["liuyun", "刘云", "省华中", "学校填报员", "", "", ""],
]


@pytest.fixture
def county(db: None) -> County:
    return build()


def read(county: County, lines: list[list[Any]], headings: list[str] = HEADINGS) -> roster.Reading:
    return roster.read(sheet_of(headings, lines), list(Organisation.objects.all()), managed_by(county.office))


def refused(county: County, lines: list[list[Any]], headings: list[str] = HEADINGS) -> list[str]:
    with pytest.raises(Unreadable) as told:
        read(county, lines, headings)
    return [str(problem) for problem in told.value.problems]


def upload(client: Client, content: bytes, **more: str) -> Any:
    return client.post(reverse("accounts-import"), {"file": SimpleUploadedFile("名单.xlsx", content), **more})


def passwords(content: bytes) -> dict[str, str]:
    """Account and first password of each slip, as somebody reads them off the paper."""
    page = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    cells = {(cell.row, cell.column): cell.value for row in page.iter_rows() for cell in row if cell.value}
    names = {place: cells[place[0], place[1] + 1] for place, value in cells.items() if value == "账号"}
    return {str(name): str(cells[row + 1, column + 1]) for (row, column), name in names.items()}


# --- the roster ---


def test_a_roster_makes_accounts_and_posts_and_hands_the_passwords_out_once(county: County) -> None:
    office = browser_of(county.office)
    answer = upload(office, sheet_of(HEADINGS, LINES))
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    found = passwords(answer.content)
    assert sorted(found) == ["liuyun", "wangli"]
    client, _answer = enter("wangli", found["wangli"])
    assert client.get("/").headers["Location"] == reverse("account_change_password")
    posts = Post.objects.filter(user__username="liuyun").order_by("organisation__code")
    assert [(str(post.organisation), post.role) for post in posts] == [(HOME, "headteacher"), (OTHER, "clerk")]
    account = Account.objects.get(user__username="wangli")
    assert (account.phone, account.masked_phone, account.user.email) == (
        "13800005678", "138****5678", "wangli@example.org",
    )  # fmt: skip
    assert account.history()[0].written_by == county.office
    assert account_meant("wecom", "wangli") == account
    again = upload(office, sheet_of(HEADINGS, LINES))
    assert again.headers["Location"] == reverse("accounts")
    assert User.objects.filter(username__in=found).count() == 2
    assert verify(Account) == verify(Identity) == []


def test_neither_password_nor_phone_nor_identity_can_be_read_from_the_database(county: County) -> None:
    found = passwords(upload(browser_of(county.office), sheet_of(HEADINGS, LINES)).content)
    models: list[Any] = [User, Account, Account.versions, Identity, Identity.versions]
    kept = str([list(model.objects.values()) for model in models])
    assert "13800005678" not in kept
    assert "wangli'" in kept.lower()
    assert not any(password in kept for password in found.values())
    assert "WangLi" not in kept


def test_looking_first_makes_nothing(county: County) -> None:
    office = browser_of(county.office)
    before = User.objects.count()
    page = upload(office, sheet_of(HEADINGS, LINES), look="1").content.decode()
    assert "将新建 2 个账号" in page
    assert "登记 3 个岗位" in page
    assert User.objects.count() == before


def test_every_bad_cell_is_named_and_nothing_is_made(county: County) -> None:
    county.clerk  # noqa: B018  (the account hetou, which is another's)
    lines = [
        ["", "无名", HOME, "校长", "", "", ""],
        ["a b", "张三", HOME, "校长", "", "", ""],
        ["zhangsan", "张三", "没有的学校", "校工", "abc", "nobody", ""],
        ["hetou", "别人", HOME, "校长", "", "", ""],
        ["lisi", "李四", HOME, "校长", "", "", "same"],
        ["lisi", "李斯", HOME, "校长", "", "", ""],
        ["wangwu", "王五", HOME, "校长", "", "", "SAME"],
        ["system", "系统", HOME, "校长", "", "", ""],
    ]
    told = refused(county, lines)
    for words in (
        "第 2 行「账号」：必填",
        "第 3 行「账号」：账号只能由",
        "第 4 行「单位」：没有单位",
        "第 4 行「岗位」：没有『校工』",
        "第 4 行「手机」",
        "第 4 行「邮箱」",
        "第 5 行「账号」：账号『hetou』已是",
        "第 7 行「账号」：与第 6 行是同一个账号",
        "第 8 行「账号」：企业微信标识已属于账号『lisi』",
        "第 9 行「账号」：账号『system』不归您管理",
    ):
        assert any(one.startswith(words) for one in told), (words, told)
    answer = upload(browser_of(county.office), sheet_of(HEADINGS, lines))
    assert answer.status_code == 422
    assert "下载标好问题的工作簿" in answer.content.decode()
    assert not Account.objects.exists()


def test_names_that_differ_in_case_only_are_one_name(county: County) -> None:
    upload(browser_of(county.office), sheet_of(HEADINGS, LINES))
    assert "已是『王力』的" in refused(county, [["WangLi", "王力", HOME, "校长", "", "", ""]])[0]


@pytest.mark.parametrize("missing", ["账号", "姓名", "单位", "岗位"])
def test_a_missing_column_is_named(county: County, missing: str) -> None:
    kept = [place for place, heading in enumerate(HEADINGS) if heading != missing]
    lines = [[line[place] for place in kept] for line in LINES]
    assert any(missing in one for one in refused(county, lines, [HEADINGS[place] for place in kept]))


def test_english_headings_and_roles_are_read_as_well(county: County) -> None:
    with translation.override("en"):
        labels = [heading.label for heading in roster.Roster.sheet[:4]]
        role = str(Post.Role.CLERK.label)
    reading = read(county, [["smith", "Smith", HOME, role]], labels)
    assert [(line.username, line.role) for line in reading.lines] == [("smith", "clerk")]


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_a_file_that_is_no_workbook_is_refused_in_words(county: County, content: bytes) -> None:
    answer = upload(browser_of(county.office), content or b" ")
    assert answer.status_code == 422


def test_a_name_that_begins_like_a_formula_stays_text_on_the_slip(county: County) -> None:
    reading = read(county, [["zhao", "=1+1", HOME, "校长", "", "", ""]])
    with acting(county.office, "样例"):
        made = roster.take(reading)
    from shuyuan.site.accounts import slips

    page = openpyxl.load_workbook(BytesIO(slips.sheet(made))).worksheets[0]
    assert ("=1+1", "s") in {(cell.value, cell.data_type) for row in page.iter_rows() for cell in row}


def test_the_template_is_read_back_as_it_is_given(county: County) -> None:
    content = browser_of(county.office).get(reverse("accounts-template")).content
    book = openpyxl.load_workbook(BytesIO(content))
    book.worksheets[0].append(["zhao", "赵一", HOME, "校长"])
    buffer = BytesIO()
    book.save(buffer)
    reading = roster.read(buffer.getvalue(), list(Organisation.objects.all()), managed_by(county.office))
    assert [(line.username, line.role) for line in reading.lines] == [("zhao", "headteacher")]


def test_whoever_never_came_gets_a_new_slip_and_nobody_else(county: County) -> None:
    office = browser_of(county.office)
    first = passwords(upload(office, sheet_of(HEADINGS, LINES)).content)
    enter("wangli", first["wangli"])
    assert "重发 1 张密码条" in office.get("/accounts/").content.decode()
    again = passwords(office.post(reverse("accounts-slips")).content)
    assert sorted(again) == ["liuyun"]
    assert again["liuyun"] != first["liuyun"]
    assert enter("liuyun", first["liuyun"])[1].status_code == 200
    assert enter("liuyun", again["liuyun"])[1].status_code == 302


def test_the_command_takes_a_roster_and_leaves_the_slips_in_a_file(county: County, tmp_path: Any) -> None:
    file, paper = tmp_path / "名单.xlsx", tmp_path / "密码条.xlsx"
    file.write_bytes(sheet_of(HEADINGS, LINES))
    with pytest.raises(CommandError, match="--slips"):
        call_command("account", "import", str(file))
    call_command("account", "import", str(file), slips=paper)
    assert sorted(passwords(paper.read_bytes())) == ["liuyun", "wangli"]
    assert paper.stat().st_mode & 0o077 == 0


# --- the list and one account ---


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=王力", {"wangli"}), ("role=headteacher", {"liuyun"}), ("standing=never", {"wangli", "liuyun"}),
     ("standing=due", {"wangli", "liuyun"}), ("standing=locked", set()), ("standing=disabled", set())],
)  # fmt: skip
def test_the_list_is_searched_and_filtered(county: County, query: str, found: set[str]) -> None:
    office = browser_of(county.office)
    upload(office, sheet_of(HEADINGS, LINES))
    User.objects.exclude(username__in=["wangli", "liuyun"]).update(last_login=timezone.now())
    page = office.get(f"/accounts/?{query}").content.decode()
    assert {name for name in ("wangli", "liuyun") if f">{name}<" in page} == found


def test_the_list_finds_by_unit(county: County) -> None:
    office = browser_of(county.office)
    upload(office, sheet_of(HEADINGS, LINES))
    page = office.get("/accounts/", {"unit": county[OTHER].pk}).content.decode()
    assert ">liuyun<" in page
    assert ">wangli<" not in page


def test_a_new_account_by_hand_shows_its_password_once(county: County) -> None:
    office = browser_of(county.office)
    given = {"username": "zhao", "name": "赵一", "organisation": county[HOME].pk, "role": "clerk"}
    page = office.post(reverse("account-add"), given)
    password = page.content.decode().partition('class="first-password">')[2].partition("<")[0]
    assert enter("zhao", password)[1].status_code == 302
    user = User.objects.get(username="zhao")
    assert password not in office.get(reverse("account", args=[user.pk])).content.decode()
    assert "已经有人用了" in office.post(reverse("account-add"), {**given, "username": "ZHAO"}).content.decode()


def test_a_post_ends_and_with_it_what_it_opened(county: County) -> None:
    clerk, office = county.clerk, browser_of(county.office)
    assert browser_of(clerk).get("/ledgers/procurement/").status_code == 200
    post = Post.objects.get(user=clerk)
    office.post(reverse("account-post-end", args=[clerk.pk, post.pk]))
    post.refresh_from_db()
    assert post.until == timezone.localdate()
    assert browser_of(clerk).get("/ledgers/procurement/").status_code == 404
    assert post.history()[0].written_why == "离任"
    given = {"organisation": county[OTHER].pk, "role": "clerk", "since": date.today() - timedelta(days=1)}
    office.post(reverse("account-post", args=[clerk.pk]), given)
    office.post(reverse("account-post", args=[clerk.pk]), given)
    assert Post.objects.filter(user=clerk, until__isnull=True).count() == 1


# --- who may ---


def test_the_office_and_superusers_manage_accounts_and_nobody_else(county: County) -> None:
    others = [county.clerk, county.headteacher, county.leader, county.stranger, county.officer(Function.FINANCE)]
    assert may_manage_accounts(county.office)
    assert may_manage_accounts(county.superuser)
    assert not any(may_manage_accounts(user) for user in others)


def test_the_office_does_not_reach_a_superusers_account(county: County) -> None:
    chief, office = county.superuser, browser_of(county.office)
    assert office.get(reverse("account", args=[chief.pk])).status_code == 404
    assert office.post(reverse("account-act", args=[chief.pk]), {"act": "reset"}).status_code == 404
    assert ">admin<" not in office.get("/accounts/").content.decode()
    assert "不归您管理" in refused(county, [["admin", "管理员", HOME, "校长", "", "", ""]])[0]


@pytest.mark.parametrize("act", ["reset", "disable", "factor"])
def test_nobody_handles_their_own_account_at_the_desk(county: County, act: str) -> None:
    office = browser_of(county.office)
    office.post(reverse("account-act", args=[county.office.pk]), {"act": act})
    county.office.refresh_from_db()
    assert county.office.is_active
    assert not Account.objects.exists()


def test_an_act_needs_somebody_acting(county: County) -> None:
    from shuyuan.core.history import NobodyActing

    for act in (acts.reset_password, acts.unlock, acts.note, acts.remove_second_factor):
        with pytest.raises(NobodyActing):
            act(county.clerk)
    assert not Account.objects.exists()
