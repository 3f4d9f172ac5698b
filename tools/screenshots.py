"""Take the pictures of the docs from a running demo: python tools/screenshots.py http://127.0.0.1:8000 PASSWORD

Log in as the office of the example, open each page, keep what a person sees. Needs Chromium and a Chinese font.
"""

import shutil
import sys
from io import BytesIO
from pathlib import Path

import docx
from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parents[1] / "docs/images"
PAGES = {
    "home": "/",
    "ledger": "/ledgers/debt/?period=2012",
    "record": "/ledgers/project/5/",
    "figure": "/figures/debt.relieved/?year=2012",
    "report": "/reports/2012/",
    "writing": "/reports/2012/writing/",
    "accounts-mine": "/account/",
    "accounts-book": "/accounts/",
}
MISTAKEN = "全年化解学校债务{{ 化解学校债 }}，其中义务教育阶段{{ debt.relieved_compulsory | 数字 }}亿元，查处3人。"


def keep(page: Page, name: str) -> None:
    """One picture with at most 128 colours: plain pages need no more."""
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(128, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


def try_template(page: Page) -> None:
    """Give the page for writing in Word a template with mistakes."""
    document, file = docx.Document(), BytesIO()
    document.add_paragraph(MISTAKEN)
    document.save(file)
    page.goto(PAGES["writing"])
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    page.set_input_files("#file", {"name": "工作报告.docx", "mimeType": kind, "buffer": file.getvalue()})
    page.get_by_role("button", name="检查并预览").click()
    page.wait_for_selector(".problems")
    page.locator("#trial").evaluate("region => window.scrollTo({ top: region.offsetTop - 80, behavior: 'instant' })")


def main(site: str, password: str) -> None:
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=browser_path, args=options)
        page = browser.new_page(base_url=site, locale="zh-CN", viewport={"width": 1280, "height": 800})
        page.goto("/login/")
        page.wait_for_load_state("networkidle")
        keep(page, "accounts-door")
        page.get_by_label("账号").fill("bangongshi")
        page.get_by_label("密码").fill(password)
        page.get_by_role("button", name="登录").click()
        for name, address in PAGES.items():
            page.goto(address)
            page.wait_for_load_state("networkidle")
            keep(page, name)
        try_template(page)
        keep(page, "problems")
        page.set_viewport_size({"width": 390, "height": 800})
        page.goto(PAGES["report"])
        keep(page, "report-phone")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
