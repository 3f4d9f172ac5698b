"""The pages of the house: the door, home, errors, the specimen sheet; in Chinese and in English."""

import re
from pathlib import Path

import polib
import pytest
from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from pytest_django.fixtures import Settings

import shuyuan
from shuyuan.web import assets, menu, slots
from shuyuan.web.context import year_of
from shuyuan.web.views import greeting

KIT = ["/kit/", "/kit/list/", "/kit/list/?q=无", "/kit/record/", "/kit/form/"]
ELSEWHERE = re.compile(r"""(?:src|href|action|content|url)\s*[=(]\s*["']?\s*(?:https?:)?//""", re.IGNORECASE)


def test_the_right_password_opens_the_home_page(chinese: Client, officer: User) -> None:
    answer = chinese.post("/login/", {"username": "officer", "password": "Sample-pass-2012"}, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert "王示例" in answer.content.decode()
    assert "示例县教育局" in answer.content.decode()


def test_a_wrong_password_says_so_in_chinese(chinese: Client, officer: User) -> None:
    answer = chinese.post("/login/", {"username": "officer", "password": "wrong"})
    assert "账号或密码不对" in answer.content.decode()


def test_whoever_is_not_logged_in_comes_back_to_where_they_were_going(chinese: Client, officer: User) -> None:
    answer = chinese.get("/?year=2011")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/login/?next=/%3Fyear%3D2011"


def test_a_fragment_that_finds_the_session_over_reloads_the_browser(chinese: Client, db: None) -> None:
    answer = chinese.get("/login/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"


def test_logging_out_takes_a_post(inside: Client) -> None:
    assert inside.get("/logout/").status_code == 405
    assert inside.post("/logout/").headers["Location"] == "/login/"
    assert inside.get("/").status_code == 302


def test_english_is_one_switch_even_before_logging_in(chinese: Client, officer: User) -> None:
    assert "登录" in chinese.get("/login/").content.decode()
    answer = chinese.post("/language/", {"language": "en", "next": "/login/"}, follow=True)
    page = answer.content.decode()
    assert '<html lang="en">' in page
    assert "Log in" in page
    assert "登录" not in page


def test_home_in_english_has_no_chinese_but_names(inside: Client) -> None:
    inside.post("/language/", {"language": "en", "next": "/"})
    page = inside.get("/").content.decode()
    names = ("示例县教育局", "王示例", "计财科", "简体中文")
    for name in names:
        page = page.replace(name, "")
    assert re.findall(r"[\u4e00-\u9fff]+", page) == []


@pytest.mark.parametrize(("hour", "words"), [(8, "早上好"), (12, "中午好"), (15, "下午好"), (20, "晚上好")])
def test_the_greeting_knows_the_time_of_day(hour: int, words: str) -> None:
    assert greeting(hour, "王示例") == f"王示例，{words}"


def test_every_string_has_its_english() -> None:
    book = polib.pofile(str(Path(shuyuan.__file__).parent / "locale/en/LC_MESSAGES/django.po"))
    assert [entry.msgid for entry in book if not entry.translated()] == []


@pytest.mark.parametrize("address", ["/", *KIT])
def test_each_page_has_one_heading_and_nothing_from_elsewhere(inside: Client, settings: Settings, address: str) -> None:
    settings.DEBUG = True
    page = inside.get(address).content.decode()
    assert page.count("<h1") == 1
    assert not ELSEWHERE.search(page)
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son[a-z]+=", page)


def test_the_door_too_has_one_heading_and_nothing_from_elsewhere(chinese: Client, officer: User) -> None:
    page = chinese.get("/login/").content.decode()
    assert page.count("<h1") == 1
    assert not ELSEWHERE.search(page)


def test_our_own_style_and_script_fetch_nothing_from_elsewhere() -> None:
    folder = Path(assets.__file__).parent / "static/web"
    for file in (folder / "shuyuan.css", folder / "shuyuan.js", folder / "vendor/tabler.min.css"):
        assert not re.search(r"(?:url\(|@import\s)\s*[\"']?(?:https?:)?//", file.read_text(encoding="utf-8")), file.name


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("403.html", "没有权限"),
        ("403_csrf.html", "页面已过期"),
        ("404.html", "没有这一页"),
        ("500.html", "系统出错了"),
    ],
)
def test_an_error_page_stands_without_request_or_data(template: str, words: str) -> None:
    page = render_to_string(template)
    assert f"<h1>{words}</h1>" in page
    with translation.override("en"):
        assert not re.search(r"[\u4e00-\u9fff]", render_to_string(template))


def test_an_unknown_address_gets_the_plain_page(chinese: Client, db: None) -> None:
    answer = chinese.get("/nowhere/")
    assert answer.status_code == 404
    assert "没有这一页" in answer.content.decode()


@pytest.mark.parametrize("address", KIT)
def test_the_specimen_sheet_is_for_developing_only(inside: Client, address: str) -> None:
    assert inside.get(address).status_code == 404


def test_a_list_answers_htmx_with_its_rows_alone(inside: Client, settings: Settings) -> None:
    settings.DEBUG = True
    answer = inside.get("/kit/list/?page=2", headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert page.lstrip().startswith('<div class="rows" id="rows"')
    assert "HX-Request" in answer.headers["Vary"]


def test_an_empty_list_tells_what_to_do(inside: Client, settings: Settings) -> None:
    settings.DEBUG = True
    assert "没有符合条件的记录" in inside.get("/kit/list/?q=无").content.decode()


def test_the_year_asked_for_is_kept_for_the_pages_that_follow(inside: Client) -> None:
    assert "2012年度" in inside.get("/").content.decode()
    page = inside.get("/?year=2011").content.decode()
    assert re.search(r'<a class="dropdown-item" href="\?year=2011" aria-current="true">', page)
    assert re.search(r'year=2011" aria-current="true"', inside.get("/").content.decode())


@pytest.mark.parametrize("asked", ["1999", "壹", "-1", "99999999999999999999", "²"])
def test_a_year_that_is_not_on_file_changes_nothing(officer: User, asked: str) -> None:
    request = RequestFactory().get("/", {"year": asked})
    request.session = {}  # type: ignore[assignment]
    assert year_of(request) == 2012


def test_the_menu_shows_each_person_what_is_theirs(
    inside: Client, officer: User, stranger: User, own_menu: list[menu.Entry]
) -> None:
    menu.add(menu.Entry(group="经费债务", title="债务", target=lambda: "/debts/", visible=lambda user: user == officer))
    menu.add(menu.Entry(title="指标", target=lambda: "/figures/", icon="chart-bar", order=1))
    assert "债务" in inside.get("/").content.decode()
    inside.force_login(stranger)
    page = inside.get("/").content.decode()
    assert "债务" not in page
    assert "指标" in page


def test_the_most_exact_entry_is_the_active_one(officer: User, own_menu: list[menu.Entry]) -> None:
    for title, address in [("台账", "/ledgers/"), ("债务", "/ledgers/debt/"), ("目标", "/ledgers/target/")]:
        menu.add(menu.Entry(group="经费债务", title=title, target=lambda address=address: address))  # type: ignore[misc]
    request = RequestFactory().get("/ledgers/debt/17/")
    request.user = officer
    groups = menu.tree(request)
    assert [(group.title, group.active) for group in groups] == [("", False), ("经费债务", True)]
    assert [item.title for group in groups for item in group.items if item.active] == ["债务"]


def test_an_entry_added_twice_stands_once(own_menu: list[menu.Entry]) -> None:
    entry = menu.Entry(title="指标", target="home")
    menu.add(entry)
    menu.add(entry)
    assert own_menu.count(entry) == 1


def test_home_shows_the_cards_of_other_rooms_and_skips_those_with_nothing(
    inside: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = slots.Piece("web/kit/panel.html", {"title": "待审核", "content": "12 条"})
    monkeypatch.setattr(slots, "home_cards", [lambda request: None, lambda request: card])
    page = inside.get("/").content.decode()
    assert "待审核" in page
    assert "目前没有待办" not in page


def test_an_address_of_an_asset_changes_with_its_content() -> None:
    assert re.fullmatch(r"/static/web/shuyuan\.css\?v=[0-9a-f]{8}", assets.address("web/shuyuan.css"))
    with pytest.raises(FileNotFoundError, match=r"no static file 'web/nowhere\.css'"):
        assets.address("web/nowhere.css")


def test_assets_are_sent_compressed_and_kept_by_browsers(client: Client, db: None) -> None:
    answer = client.get("/static/web/vendor/tabler.min.css", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "max-age=" in answer.headers["Cache-Control"]
