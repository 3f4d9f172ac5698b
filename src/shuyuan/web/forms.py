"""How every form is drawn: `{{ form }}` and `{{ field.as_field_group }}` use the templates of this room."""

from __future__ import annotations

from django.forms import BoundField, widgets
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import SafeString

DATE, MOMENT, TIME = "%Y-%m-%d", "%Y-%m-%dT%H:%M", "%H:%M"  # what the browser's own pickers read and write
PICKERS: list[tuple[type[widgets.DateTimeBaseInput], str, str]] = [
    (widgets.DateInput, "date", DATE),
    (widgets.DateTimeInput, "datetime-local", MOMENT),
    (widgets.TimeInput, "time", TIME),
]


class Renderer(DjangoTemplates):
    form_template_name = "web/form.html"
    field_template_name = "web/field.html"


def kind_of(field: BoundField) -> str:
    """How a field is laid out: "check" (label behind), "options" (a list to choose from), "wide" or "plain"."""
    widget = field.field.widget
    if isinstance(widget, widgets.CheckboxInput):
        return "check"
    if isinstance(widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple):
        return "options"
    if isinstance(widget, widgets.Textarea | widgets.FileInput | widgets.SelectMultiple):
        return "wide"
    return "plain"


def control(field: BoundField, **attrs: str) -> SafeString:
    """The input itself, with the class its kind needs; dates get the browser's picker. `aria_label` is aria-label."""
    widget = field.field.widget
    for kind, input_type, form in PICKERS:
        if isinstance(widget, kind):
            widget.input_type, widget.format = input_type, form
    if isinstance(widget, widgets.Input) and "type" in attrs:
        widget.input_type = attrs.pop("type")
    classes = ["form-control"]
    if isinstance(widget, widgets.CheckboxInput):
        classes = ["form-check-input"]
    elif isinstance(widget, widgets.Select):
        classes = ["form-select"]
    if isinstance(widget, widgets.Textarea) and widget.attrs.get("rows") == "10":  # Django's default fills a screen
        widget.attrs["rows"] = "4"
    if isinstance(widget, widgets.NumberInput):
        classes.append("numeric")
    if field.errors:
        classes.append("is-invalid")
    own = str(widget.attrs.get("class", ""))
    named = {name.replace("_", "-"): value for name, value in attrs.items()}
    return field.as_widget(attrs={**named, "class": " ".join(filter(None, [own, *classes]))})
