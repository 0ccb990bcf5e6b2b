"""The staff member's own account: signing in and out, the password, the second factor."""

import hmac
import time
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from marshmallow import Schema
from marshmallow.fields import String
from werkzeug.wrappers import Response

from admin.guard import open_to_all, signed_in_only
from admin.session import forget, me, remember, signed_in
from server.identity import actions, queries
from server.identity.models import Staff
from server.infra import crypto, qr, throttle
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.actor import Actor, ActorKind
from server.kernel.errors import Invalid, NotFound, Throttled

account = Blueprint("account", __name__)

#: Wrong tries for one name and from one address, counted in the database for all processes.
PER_NAME = "10/15 minute"
PER_ADDRESS = "60/15 minute"
PER_CODE = "8/15 minute"
CODE_WITHIN = 5 * 60
WRONG = "登录名或密码不对。请检查大小写后再试；忘了密码，请找给你开账号的单位重置。"

Page = str | Response | tuple[str, int]


class SignInForm(Schema):
    username = Line(60, required=True, error_messages={"required": "请填登录名。"})
    password = String(required=True, error_messages={"required": "请填密码。"})


class CodeForm(Schema):
    code = Line(40, required=True, error_messages={"required": "请填验证码。"})


class PasswordForm(Schema):
    old = String(required=True, error_messages={"required": "请填现在的密码。"})
    new = String(required=True, error_messages={"required": "请填新密码。"})
    again = String(required=True, error_messages={"required": "请再填一遍新密码。"})


@account.get("/sign-in")
@open_to_all
def sign_in_form() -> Page:
    if signed_in():
        return redirect(_home())
    return render_template(
        "office/session/sign_in.html", fields={}, typed={}, back=request.args.get("next", "")
    )


@account.post("/sign-in")
@open_to_all
def sign_in() -> Page:
    try:
        staff = _staff_with_password(load_form(SignInForm))
    except Invalid as error:
        page = render_template(
            "office/session/sign_in.html",
            fields=error.fields,
            typed=request.form,
            back=request.form.get("next", ""),
        )
        return page, 422
    if staff.totp_secret is not None:
        session["staff_pending"] = [staff.id, staff.session_version, int(time.time()) + CODE_WITHIN]
        return redirect(url_for("admin.account.code_form", next=request.form.get("next") or None))
    return _enter(staff)


@account.get("/sign-in/code")
@open_to_all
def code_form() -> Page:
    _pending()
    return render_template("office/session/code.html", fields={}, back=request.args.get("next", ""))


@account.post("/sign-in/code")
@open_to_all
def check_code() -> Page:
    staff = _pending()
    try:
        _take_code(staff, load_form(CodeForm)["code"])
    except Invalid as error:
        page = render_template(
            "office/session/code.html", fields=error.fields, back=request.form.get("next", "")
        )
        return page, 422
    session.pop("staff_pending", None)
    return _enter(staff)


@account.post("/sign-out")
@signed_in_only
def sign_out() -> Page:
    forget()
    return redirect(url_for("admin.account.sign_in_form"))


@account.get("/account")
@signed_in_only
def my_account() -> Page:
    staff = _myself()
    grants = queries.grants_named(me().grants)
    codes_left = queries.recovery_codes_left(staff.id)
    return render_template("office/session/account.html", staff=staff, grants=grants, codes_left=codes_left)


@account.get("/account/password")
@signed_in_only
def password_form() -> Page:
    return render_template("office/session/password.html", fields={}, must=me().must_change_password)


@account.post("/account/password")
@signed_in_only
def change_password() -> Page:
    try:
        _change_password(load_form(PasswordForm))
    except Invalid as error:
        page = render_template(
            "office/session/password.html", fields=error.fields, must=me().must_change_password
        )
        return page, 422
    flash("密码换好了。其他地方登录的都已退出。", "go")
    return redirect(_home())


@account.get("/account/second-factor")
@signed_in_only
def second_factor_form() -> Page:
    secret = session.setdefault("totp_new", actions.new_secret())
    return _second_factor_page(secret, {})


@account.post("/account/second-factor")
@signed_in_only
def switch_on_second_factor() -> Page:
    secret = session.get("totp_new") or actions.new_secret()
    try:
        code = load_form(CodeForm)["code"]
        with unit_of_work():
            codes = actions.switch_on(
                _myself(), secret=secret, code=code, real_time=int(time.time()), actor=me().actor, now=now()
            )
    except Invalid as error:
        return _second_factor_page(secret, error.fields), 422
    session.pop("totp_new", None)
    return render_template("office/session/recovery_codes.html", codes=codes)


@account.post("/account/second-factor/off")
@signed_in_only
def switch_off_second_factor() -> Page:
    try:
        _take_code(_myself(), load_form(CodeForm)["code"])
    except Invalid as error:
        flash(" ".join(sentence for found in error.fields.values() for sentence in found), "stop")
        return redirect(url_for("admin.account.my_account"))
    with unit_of_work():
        actions.switch_off(_myself(), actor=me().actor, now=now())
    flash("动态验证码关了。登录只要密码。", "wait")
    return redirect(url_for("admin.account.my_account"))


def _staff_with_password(form: dict[str, Any]) -> Staff:
    """The try is counted before it is looked at, so that many at once count too; a success gives the name its tries back."""
    name = crypto.lookup("sign-in", form["username"]).hex()
    address = request.remote_addr or ""
    with unit_of_work():
        throttle.hit(PER_NAME, "sign-in", name)
        if throttle.remaining(PER_ADDRESS, "sign-in-from", address) < 1:
            raise Throttled("这个网络里试错太多次。请 15 分钟后再试。", retry_after=900)
    found = actions.check_password(username=form["username"], password=form["password"])
    with unit_of_work():
        if found.staff is not None:
            throttle.forget(PER_NAME, "sign-in", name)
        else:
            throttle.hit(PER_ADDRESS, "sign-in-from", address)
    if found.staff is None:
        raise Invalid(WRONG, fields={"username": [WRONG]})
    return found.staff


def _pending() -> Staff:
    """Whoever gave the right password less than five minutes ago and still owes the code."""
    staff_id, version, until = session.get("staff_pending") or (0, 0, 0)
    staff = queries.staff(staff_id)
    if (
        staff is None
        or staff.session_version != version
        or until < time.time()
        or staff.disabled_at is not None
    ):
        raise NotFound("输入密码已经超过五分钟。请重新登录。")
    return staff


def _take_code(staff: Staff, code: str) -> None:
    with unit_of_work():
        throttle.hit(PER_CODE, "second-factor", str(staff.id))
        is_right = actions.use_code(staff.id, code=code, real_time=int(time.time()), now=now())
        if is_right:
            throttle.forget(PER_CODE, "second-factor", str(staff.id))
    if not is_right:
        sentence = "验证码不对，或者已经用过。等手机上换了新数字再填；手机不在身边，就填一个备用码。"
        raise Invalid(sentence, fields={"code": [sentence]})


def _enter(staff: Staff) -> Response:
    with unit_of_work():
        actions.record_sign_in(staff, actor=Actor(ActorKind.STAFF, staff.id, staff.name), now=now())
    remember(staff)
    return redirect(_back_to(request.form.get("next", "")))


def _change_password(form: dict[str, Any]) -> None:
    if not hmac.compare_digest(form["new"].encode(), form["again"].encode()):
        raise Invalid("两遍不一样。", fields={"again": ["两遍填的不一样。再填一遍。"]})
    with unit_of_work():
        throttle.hit(PER_CODE, "change-password", str(me().id))
    staff = _myself()
    with unit_of_work():
        is_changed = actions.change_password(
            staff, old=form["old"], new=form["new"], actor=me().actor, now=now()
        )
    if not is_changed:
        raise Invalid("现在的密码不对。", fields={"old": ["现在的密码不对。"]})
    remember(staff)


def _second_factor_page(secret: str, fields: dict[str, list[str]]) -> str:
    address = actions.enrol_address(me().username, secret)
    return render_template(
        "office/session/second_factor.html",
        qr=qr.svg(address, "用验证器应用扫这个码"),
        secret=secret,
        fields=fields,
    )


def _myself() -> Staff:
    staff = queries.staff(me().id)
    if staff is None:
        raise NotFound
    return staff


def _home() -> str:
    return "/admin/"


def _back_to(address: str) -> str:
    """Only pages of the back office: a link from elsewhere must not lead away after the password."""
    is_ours = address.startswith("/admin/") and "\\" not in address and "//" not in address
    return address if is_ours else _home()
