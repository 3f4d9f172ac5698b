"""The specimen sheet: every part with sample data at /kit/, while developing only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from shuyuan.web import assets
from shuyuan.web.filters import Filters
from shuyuan.web.html import badge
from shuyuan.web.pages import show
from shuyuan.web.parts import Bar, Change, Crumb, Event, Fact, Tone
from shuyuan.web.tables import Column, Row, Table

View = Callable[[HttpRequest], HttpResponse]
SCHOOLS = ["示例实验小学", "示例第一中学", "示例市北中心小学", "示例职业中等专业学校", "示例河口镇九年一贯制学校"]
STATES = {"draft": Tone.NEUTRAL, "filed": Tone.INFO, "returned": Tone.WARNING, "accepted": Tone.GOOD}
STATE_NAMES = {"draft": "草稿", "filed": "已报送", "returned": "已退回", "accepted": "已通过"}
CREDITORS = {"bank": "银行贷款", "builder": "工程欠款", "person": "个人借款"}


def developing(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not settings.DEBUG:
            raise Http404
        return view(request)

    return login_not_required(guarded)


class SampleFilter(forms.Form):
    q = forms.CharField(label="搜索", required=False)
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *STATE_NAMES.items()])
    creditor = forms.ChoiceField(label="债权类型", required=False, choices=[("", "全部"), *CREDITORS.items()])
    since = forms.DateField(label="开始日期", required=False)
    school = forms.ChoiceField(label="单位", required=False, choices=[("", "全部"), *((s, s) for s in SCHOOLS)])
    overdue = forms.BooleanField(label="只看逾期", required=False)
    contract = forms.CharField(label="合同编号", required=False)


class SampleForm(forms.Form):
    school = forms.ChoiceField(label="单位", choices=[("", "请选择"), *((s, s) for s in SCHOOLS)])
    decided_on = forms.DateField(label="签订日期", help_text="以合同上的日期为准")
    amount = forms.DecimalField(label="金额（万元）", max_digits=12, decimal_places=2)
    contract = forms.CharField(label="合同编号", required=False, max_length=40)
    kind = forms.ChoiceField(label="债权类型", choices=list(CREDITORS.items()), widget=forms.RadioSelect)
    uses = forms.MultipleChoiceField(
        label="用途",
        required=False,
        choices=[("build", "校舍建设"), ("equip", "设备购置"), ("ground", "运动场地")],
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(label="说明", widget=forms.Textarea, help_text="写明欠款的由来和偿还安排")
    evidence = forms.FileField(label="佐证材料", required=False, help_text="PDF、图片或 Word，不超过 20 MB")
    compulsory = forms.BooleanField(label="属于义务教育债务", required=False)


def sample_table(request: HttpRequest, count: int = 137) -> tuple[Table, Any]:
    columns = [
        Column("合同编号", sort="contract"),
        Column("单位", sort="school"),
        Column("债权类型"),
        Column("签订日期", sort="decided_on"),
        Column("金额（万元）", sort="amount", numeric=True),
        Column("已偿还（万元）", sort="paid", numeric=True),
        Column("状态"),
        Column("备注"),
    ]
    states, kinds = list(STATES), list(CREDITORS.values())
    rows = []
    for number in range(count):
        state = states[number * 7 % 4]
        amount = Decimal(number * 7919 % 100000) / 100 + 10
        cells = [
            f"2012-{number + 1:04}",
            SCHOOLS[number % 5],
            kinds[number % 3],
            date(2012, 1, 5) + timedelta(days=number * 2),
            amount,
            None if number % 6 == 0 else amount / 4,
            badge(STATE_NAMES[state], STATES[state]),
            "" if number % 3 else "欠款分三年偿还",
        ]
        rows.append(
            Row([c.quantize(Decimal("0.01")) if isinstance(c, Decimal) else c for c in cells], url="/kit/record/")
        )
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    totals = ["合计", "", "", "", Decimal("67215.40"), Decimal("14003.85"), "", ""]
    return Table(columns, list(page.object_list), "债务", request.GET.get("sort", "-decided_on"), totals), page


def sample_events() -> list[Event]:
    now = timezone.now()
    return [
        Event("通过", "计财科 王示例", now, "与合同、付款凭证一致", tone=Tone.GOOD),
        Event(
            "修改",
            "示例第一中学 李示例",
            now - timedelta(days=1),
            "按退回意见补合同编号，更正金额",
            [Change("金额（万元）", Decimal("163.50"), Decimal("1635.00")), Change("合同编号", "", "2012-0017")],
            tone=Tone.INFO,
        ),
        Event("退回", "计财科 王示例", now - timedelta(days=2), "缺合同编号；金额的单位应为万元", tone=Tone.WARNING),
        Event("新增", "示例第一中学 李示例", now - timedelta(days=6), "年度填报"),
    ]


def sample_facts() -> list[Fact]:
    return [
        Fact("单位", "示例第一中学", url="/kit/"),
        Fact("债权类型", "银行贷款"),
        Fact("金额（万元）", Decimal("1635.00"), numeric=True, note="义务教育债务"),
        Fact("签订日期", date(2012, 3, 8)),
        Fact("合同编号", "2012-0017"),
        Fact("担保人", None),
        Fact("说明", "2008 年新建教学楼的工程尾款，\n分三年偿还。", wide=True),
    ]


@developing
def kit(request: HttpRequest) -> HttpResponse:
    messages.success(request, "已通过 12 条记录。")
    messages.warning(request, "还有 3 所学校没有报送。")
    messages.error(request, "第 12 行「金额」：不是数字：『壹千』。")
    table, page = sample_table(request, 6)
    values = [4120, 3655, 2218, 960, 124, 0]
    context = {
        "crumbs": [Crumb("首页", "/"), Crumb("界面样张")],
        "table": table,
        "page_obj": page,
        "filters": Filters(request, SampleFilter(request.GET)),
        "facts": sample_facts(),
        "events": sample_events(),
        "bars": [Bar(s, v, url="/kit/") for s, v in zip([*SCHOOLS, "示例特殊教育学校"], values, strict=True)],
        "form": SampleForm(request.POST or None),
        "tones": Tone,
        "icons": sorted(assets.icons()),
    }
    return render(request, "web/sample.html", context)


@developing
def kit_list(request: HttpRequest) -> HttpResponse:
    table, page = sample_table(request, 0 if request.GET.get("q") == "无" else 137)
    context = {
        "title": "债务",
        "subtitle": "学校每年年底的欠款与偿还，一份合同一条。",
        "crumbs": [Crumb("首页", "/"), Crumb("经费债务")],
        "table": table,
        "page_obj": page,
        "filters": Filters(request, SampleFilter(request.GET)),
        "search_hint": "合同编号、单位、备注",
    }
    return show(request, "web/sample_list.html", context, region="web/rows.html")


@developing
def kit_record(request: HttpRequest) -> HttpResponse:
    context = {
        "title": "2012-0017",
        "subtitle": "示例第一中学 · 2012年度",
        "crumbs": [Crumb("首页", "/"), Crumb("经费债务"), Crumb("债务", "/kit/list/")],
        "state": badge("已通过", Tone.GOOD),
        "facts": sample_facts(),
        "events": sample_events(),
    }
    return render(request, "web/record.html", context)


@developing
def kit_form(request: HttpRequest) -> HttpResponse:
    form = SampleForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        messages.success(request, "已保存。")
    context = {"title": "新增债务", "form": form, "back": "/kit/list/", "crumbs": [Crumb("债务", "/kit/list/")]}
    return render(request, "web/form_page.html", context)
