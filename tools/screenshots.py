"""Take the pictures of the docs from a running demo: python tools/screenshots.py http://127.0.0.1:8000 PASSWORD

Log in as the office of the example, open each page, keep what a person sees. Needs Chromium and a Chinese font.
"""

import shutil
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parents[1] / "docs/images"
PAGES = {
    "home": "/",
    "ledger": "/ledgers/debt/?period=2012",
    "record": "/ledgers/project/5/",
    "figure": "/figures/debt.relieved/?year=2012",
    "report": "/reports/2012/",
}


def keep(page: Page, name: str) -> None:
    """One picture with at most 128 colours: plain pages need no more."""
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(128, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


def main(site: str, password: str) -> None:
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=browser_path, args=options)
        page = browser.new_page(base_url=site, locale="zh-CN", viewport={"width": 1280, "height": 800})
        page.goto("/login/")
        page.get_by_label("账号").fill("bangongshi")
        page.get_by_label("密码").fill(password)
        page.get_by_role("button", name="登录").click()
        for name, address in PAGES.items():
            page.goto(address)
            page.wait_for_load_state("networkidle")
            keep(page, name)
        page.set_viewport_size({"width": 390, "height": 800})
        page.goto(PAGES["report"])
        keep(page, "report-phone")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
