"""Trying a template: what is wrong with it, and how it prints with the figures of this moment. Nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shuyuan.figures.figure import Value
from shuyuan.report import annotate, bind, package, template, tree
from shuyuan.report.build import Entry, register
from shuyuan.report.phrases import PhraseError
from shuyuan.report.stamp import books_written, key
from shuyuan.report.template import NOWHERE, Problem, TemplateError


@dataclass(frozen=True)
class Trial:
    """A template that was tried."""

    data: bytes
    made: datetime
    problems: tuple[Problem, ...]
    docx: bytes | None
    """The report, where it can be printed; numbers that were typed do not keep it from being looked at."""
    document: tree.Document
    """What there is to look at: the report, or the template as it is."""
    unknown: tuple[Value, ...] = ()
    """Figures that it names and that nobody knows yet."""

    def annotated(self) -> bytes:
        """The template with its mistakes as comments."""
        return annotate.annotate(self.data, self.problems, made=self.made)


def attempt(data: bytes, values: Mapping[str, Entry], year: int) -> Trial:
    """Try the template. Raises PackageError for a file that is no usable Word document."""
    made = books_written()
    found = template.read(data)
    problems = found.problems(values, names=register())
    try:
        docx = None if found.mistakes(values) else bind.fill(data, values, made=made, year=year, key=key())
    except TemplateError as error:
        docx, problems = None, [*problems, *error.problems]
    except PhraseError as error:  # inside a loop: of which name it does not say
        docx = None
        known = {(problem.fault, problem.cure) for problem in problems}
        if (error.fault, error.cure) not in known:
            problems = [*problems, Problem(NOWHERE, 0, 0, "", error.fault, error.cure)]
    if docx is None:
        return Trial(data, made, tuple(problems), None, tree.of(package.open_docx(data)))
    document = tree.read(docx)
    used = sorted({bound.figure for bound in document.bound()})
    unknown = tuple(values[name].value for name in used if values[name].value.exact is None)
    return Trial(data, made, tuple(problems), docx, document, unknown)
