"""A small application that shows every macro on two pages, for the tests and for looking at.

``flask --app tests.core.gallery run`` serves it: ``/``, ``/form``, ``/form/wrong``, ``/error/404``; ``?lang=en``.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, flash, render_template, request, url_for
from flask_babel import Babel
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.core import format as formats
from app.core.forms import BaseForm, MoneyField, PhoneField, QuantityField
from app.core.labels import LabelEnum

ROOT = Path(__file__).parents[3]


class Tone(LabelEnum):
    """A status in each tone."""

    DONE = "done", "已审核", "good"
    WAITING = "waiting", "等乡镇审核", "wait"
    LATE = "late", "迟报 3 天", "bad"
    DRAFT = "draft", "草稿", "plain"


class GalleryForm(BaseForm):
    """A field of every kind."""

    farmer = StringField(
        "农户",
        [InputRequired("请写农户的姓名或手机尾号。")],
        description="姓名或手机尾号",
    )
    quantity = QuantityField("数量", [InputRequired("请写数量。")])
    price = MoneyField("每枚价钱（元）", [InputRequired("请写价钱。")])
    phone = PhoneField("电话", [Optional()])
    pieces = IntegerField("件数", [Optional()])
    day = DateField("哪一天卖的", [Optional()])
    how = SelectField("怎么卖的", choices=[("offline", "线下 客商上门"), ("online", "线上 网店订单")])
    grade = RadioField(
        "等级",
        [InputRequired("请选一个等级。")],
        choices=[("1", "一级"), ("2", "二级")],
        description="看大小",
    )
    services = SelectMultipleField(
        "还要办什么",
        [Optional()],
        choices=[("pay", "缴费"), ("send", "寄件")],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    agreed = BooleanField("农户同意把名字印在标签上", description="不同意时只印村名")
    photo = FileField("照片", [Optional()], description="JPEG 或 PNG，最大 10 MB")
    note = TextAreaField("备注", [Optional()])


def _context() -> dict[str, Any]:
    words = ["工作台", "覆盖", "站点", "产品", "批次", "交易", "订单", "包裹", "班车", "培训", "统计", "人员"]
    return {
        "menu": [SimpleNamespace(label=word, url=f"#{word}", current=word == "统计") for word in words],
        "actor": None if "visitor" in request.args else SimpleNamespace(name="王桂芳"),
        "place": "花莲村服务点",
        "place_note": "龙潭镇",
        "lang_url": "?lang=en",
        "login_url": "/login",
        "logout_url": "/logout",
        "password_url": "/password",
    }


def _gallery() -> str:
    flash("已记下，应付农户 ¥90.00。", "good")
    flash("电话没有打通，请再试。", "bad")
    return render_template(
        "gallery.html",
        Tone=Tone,
        now=datetime(2026, 11, 22, 1, 12, tzinfo=UTC),
        today=date(2026, 11, 5),
        page=SimpleNamespace(number=2, pages=9, total=1431, items=[]),
    )


def _form() -> str:
    return render_template("form.html", form=GalleryForm())


def _wrong_form() -> str:
    form = GalleryForm()
    form.validate()
    form.price.errors = ["价钱请写成 1.50 这样的数，最多两位小数。"]
    form.form_errors = ["这一单已经记过了。"]
    return render_template("form.html", form=form)


def _error(status: int) -> tuple[str, int]:
    return render_template("error.html", status=status, message=None), status


def create_app() -> Flask:
    """The gallery as an application of its own."""
    app = Flask(__name__, root_path=str(ROOT), static_folder=str(ROOT / "static"))
    app.config.update(SECRET_KEY="gallery", TESTING=True)
    Babel(app, locale_selector=lambda: request.args.get("lang", "zh_CN"))
    CSRFProtect(app)
    formats.register(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["static_url"] = lambda name: url_for("static", filename=name)
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(Path(__file__).parent),
            FileSystemLoader(ROOT / "app" / "templates"),
        ]
    )
    app.context_processor(_context)
    app.add_url_rule("/", "gallery", _gallery)
    app.add_url_rule("/form", "form", _form)
    app.add_url_rule("/form/wrong", "wrong_form", _wrong_form)
    app.add_url_rule("/error/<int:status>", "error", _error)
    return app
