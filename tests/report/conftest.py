"""Shared by the tests of the report room's machinery."""

import pytest

from shuyuan.report import bind, frame, pdf
from tests.report.samples import FIGURES, MADE, OUTLINE


@pytest.fixture(autouse=True)
def _skip_without_libreoffice(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("libreoffice") and pdf.libreoffice() is None:
        pytest.skip("LibreOffice is not installed")


@pytest.fixture(scope="session")
def template_docx() -> bytes:
    return frame.build(OUTLINE, made=MADE)


@pytest.fixture(scope="session")
def filled_docx(template_docx: bytes) -> bytes:
    return bind.fill(template_docx, FIGURES, made=MADE)
