"""What administrators fill in. Meaning is checked by the rooms; what they refuse is put at its field."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from flask import render_template, request
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DateTimeLocalField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from fieldapp.access import ROLES
from fieldapp.checklists import labels
from fieldapp.clock import CHINA
from fieldapp.errors import Refused
from fieldapp.people import listing, queries
from fieldapp.people.accounts import Account
from fieldapp.people.certificates import CertificateDraft
from fieldapp.people.groups import GroupPlan
from fieldapp.people.models import (
    CERTIFICATE_STATES,
    CONTACT_POINT_KINDS,
    MEMBER_ORIGINS,
    ORGANISATION_KINDS,
    Organisation,
    User,
)
from fieldapp.people.registers import ContactPointDraft, OrganisationDraft
from fieldapp.visits.models import VISIT_SOURCES
from fieldapp.visits.planning import VisitPlan

Choices = list[SelectChoice]
Done = TypeVar("Done")
_NEEDED = InputRequired("这一项必填。")


def _offer(words: Mapping[str, str]) -> Choices:
    return [SelectChoice(value, label) for value, label in words.items()]


class Ticks(SelectMultipleField):  # type: ignore[misc]
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class DeskForm(FlaskForm):  # type: ignore[misc]
    """A form that shows what a room refused. `HINTS`: words under a field; `OPTIONAL`: fields that may stay empty."""

    HINTS: dict[str, str] = {}
    OPTIONAL: frozenset[str] = frozenset()

    def take_over(self, refusal: Refused) -> None:
        """Puts each fault at the field that its pointer names; what has no field goes to the first."""
        visible = [field for field in self if field.name != "csrf_token"]
        for fault in refusal.faults:
            name = fault.pointer.lstrip("/").split("/")[0]
            field = self[name] if name in self else visible[0]
            field.errors = [*field.errors, fault.detail]


class AccountForm(DeskForm):
    """An account. Choices are filled in by `offered`."""

    HINTS = {
        "username": "登录用,建立后不能更改:小写字母、数字、点、横线、下划线。",
        "origin": "监督员和组长必填:由哪一方派出。",
        "locality_id": "组长只看这个区镇的记录;不选则看全市。对监督员和联络员不起作用。",
    }
    OPTIONAL = frozenset({"origin", "locality_id"})

    username = StringField("用户名", validators=[_NEEDED, Length(max=60)])
    name = StringField("姓名", validators=[_NEEDED, Length(max=60)])
    role = SelectField("角色", choices=_offer(ROLES))
    organisation_id = SelectField("所属机构")
    origin = SelectField("组成来源", choices=[SelectChoice("", "不参加监督工作组"), *_offer(MEMBER_ORIGINS)])
    locality_id = SelectField("查看范围")

    def offered(self) -> "AccountForm":
        """The form with today's organisations and 区镇 to choose from."""
        self.organisation_id.choices = _employers(self.organisation_id.data)
        self.locality_id.choices = [SelectChoice("", "全市"), *_named(queries.localities())]
        return self

    def account(self, *, username: str | None = None) -> Account:
        """What was filled in; `username` for an account that exists."""
        return Account(
            username=username or self.username.data.strip(),
            name=self.name.data.strip(),
            role=self.role.data,
            organisation_id=self.organisation_id.data,
            origin=self.origin.data or None,
            locality_id=self.locality_id.data or None,
        )


class ReasonForm(DeskForm):
    """Why something is shut or cancelled."""

    reason = StringField("原因", validators=[_NEEDED, Length(max=200)])


class GroupForm(DeskForm):
    """A working group."""

    HINTS = {"locality_id": "不选则在全市活动。", "member_ids": "各方人员联合组成;组长不必再勾选。"}
    OPTIONAL = frozenset({"locality_id"})

    name = StringField("组名", validators=[_NEEDED, Length(max=80)])
    lead_id = SelectField("组长")
    locality_id = SelectField("区镇")
    member_ids = Ticks("组员")

    def offered(self) -> "GroupForm":
        """The form with those who can lead and come along."""
        self.lead_id.choices = _people(listing.who_may_supervise("lead"))
        self.locality_id.choices = [SelectChoice("", "全市"), *_named(queries.localities())]
        self.member_ids.choices = _people(listing.who_may_supervise("supervisor", "lead"))
        return self

    def plan(self) -> GroupPlan:
        """What was filled in."""
        return GroupPlan(
            self.name.data.strip(), self.lead_id.data, tuple(self.member_ids.data or ()), self.locality_id.data or None
        )


class CertificateForm(DeskForm):
    """A certificate to be issued."""

    HINTS = {"holder_id": "选了账号,持证人的手机上就能出示电子证件。"}
    OPTIONAL = frozenset({"holder_id"})

    number = StringField("证件编号", validators=[_NEEDED, Length(max=40)])
    holder_name = StringField("持证人姓名", validators=[_NEEDED, Length(max=60)])
    holder_id = SelectField("持证人账号")
    organisation_id = SelectField("所属机构")
    issued_on = DateField("发证日期", validators=[InputRequired("请填写日期。")])
    valid_until = DateField("有效期至", validators=[InputRequired("请填写日期。")])

    def offered(self) -> "CertificateForm":
        """The form with today's organisations and supervisors."""
        self.holder_id.choices = [
            SelectChoice("", "没有账号"),
            *_people(listing.who_may_supervise("supervisor", "lead", "admin")),
        ]
        self.organisation_id.choices = _employers(self.organisation_id.data)
        return self

    def draft(self) -> CertificateDraft:
        """What was filled in."""
        return CertificateDraft(
            number=self.number.data.strip(),
            holder_name=self.holder_name.data.strip(),
            organisation_id=self.organisation_id.data,
            issued_on=self.issued_on.data or date.min,
            valid_until=self.valid_until.data or date.min,
            holder_id=self.holder_id.data or None,
        )


class CertificateStateForm(DeskForm):
    """Suspend, revoke or restore a certificate."""

    state = SelectField("改为", choices=_offer(CERTIFICATE_STATES))
    reason = StringField("原因", validators=[_NEEDED, Length(max=200)])


class OrganisationForm(DeskForm):
    """A node of the tree."""

    HINTS = {
        "locality_id": "在哪个区镇工作;不选则为全市。",
        "domains": "只对行政执法机关有用。",
        "position": "名册里的先后,小的在前。",
    }
    OPTIONAL = frozenset({"parent_id", "locality_id", "position"})

    kind = SelectField("类别", choices=_offer(ORGANISATION_KINDS))
    name = StringField("全称", validators=[_NEEDED, Length(max=120)])
    short_name = StringField("简称", validators=[_NEEDED, Length(max=40)])
    parent_id = SelectField("上级")
    locality_id = SelectField("所在区镇")
    domains = Ticks("负责的重点领域")
    position = IntegerField("次序", validators=[Optional()])

    def offered(self) -> "OrganisationForm":
        """The form with today's tree and domains."""
        self.parent_id.choices = [SelectChoice("", "没有上级"), *_named(queries.organisations())]
        self.locality_id.choices = [SelectChoice("", "全市"), *_named(queries.localities())]
        self.domains.choices = domain_choices()
        return self

    def draft(self) -> OrganisationDraft:
        """What was filled in."""
        return OrganisationDraft(
            kind=self.kind.data,
            name=self.name.data.strip(),
            short_name=self.short_name.data.strip(),
            parent_id=self.parent_id.data or None,
            locality_id=self.locality_id.data or None,
            domains=tuple(self.domains.data or ()),
            position=self.position.data or 0,
        )


class ContactPointForm(DeskForm):
    """A contact point."""

    OPTIONAL = frozenset({"address"})

    name = StringField("名称", validators=[_NEEDED, Length(max=80)])
    kind = SelectField("类别", choices=_offer(CONTACT_POINT_KINDS))
    locality_id = SelectField("区镇")
    address = StringField("地址", validators=[Length(max=200)])

    def offered(self) -> "ContactPointForm":
        """The form with the 区镇."""
        self.locality_id.choices = _named(queries.localities())
        return self

    def draft(self) -> ContactPointDraft:
        """What was filled in."""
        return ContactPointDraft(
            self.name.data.strip(), self.kind.data, self.locality_id.data, (self.address.data or "").strip()
        )


class VisitForm(DeskForm):
    """A visit to be arranged."""

    HINTS = {
        "starts_at": "北京时间。",
        "place": "组员照着能找到,例如“柳湾镇示例路18号 甲一机械车间”。",
        "locality_id": "不选则按工作组或执法机关所在区镇。",
    }
    OPTIONAL = frozenset({"matter", "locality_id"})

    starts_at = DateTimeLocalField("开始时间", format="%Y-%m-%dT%H:%M", validators=[InputRequired("请填写时间。")])
    group_id = SelectField("监督工作组")
    agency_id = SelectField("执法机关")
    domain = SelectField("领域")
    mode = SelectField("监督方式")
    place = StringField("地点", validators=[_NEEDED, Length(max=200)])
    matter = TextAreaField("执法事项", validators=[Length(max=200)])
    source = SelectField("任务来源", choices=_offer(VISIT_SOURCES))
    locality_id = SelectField("区镇")

    def offered(self) -> "VisitForm":
        """The form with today's groups, agencies, and the domains and modes of the current checklist."""
        self.group_id.choices = [SelectChoice(group.id, group.name) for group in listing.working_groups()]
        self.agency_id.choices = _named(queries.agencies())
        self.domain.choices = domain_choices()
        self.mode.choices = _offer(labels.MODES)
        self.locality_id.choices = [SelectChoice("", "按工作组"), *_named(queries.localities())]
        return self

    def plan(self) -> VisitPlan:
        """What was filled in, with the time on the Chinese clock."""
        return VisitPlan(
            mode=self.mode.data,
            domain=self.domain.data,
            agency_id=self.agency_id.data,
            group_id=self.group_id.data,
            starts_at=self.starts_at.data.replace(tzinfo=CHINA),
            place=self.place.data,
            matter=self.matter.data or "",
            source=self.source.data,
            locality_id=self.locality_id.data or None,
        )


def domain_choices() -> Choices:
    """The 重点领域 of the current checklist."""
    return _offer(labels.domains_on_offer())


def _named(organisations: Sequence[Organisation], *, but: tuple[str, ...] = ()) -> Choices:
    return [SelectChoice(row.id, row.name) for row in organisations if row.kind not in but]


def _employers(kept_id: str | None) -> Choices:
    """The organisations that people can belong to; a closed one only where somebody belongs to it already."""
    rows = queries.organisations(with_disabled=True)
    return _named([row for row in rows if row.disabled_at is None or row.id == kept_id], but=("county", "locality"))


def _people(users: Sequence[User]) -> Choices:
    return [SelectChoice(user.id, f"{user.name}({user.organisation.short_name})") for user in users]


def attempt(form: DeskForm, deed: Callable[[], Done]) -> Done | None:
    """What `deed` gives once the form was sent and well filled; none, with the faults at their fields, otherwise."""
    if not form.validate_on_submit():
        return None
    try:
        return deed()
    except Refused as refusal:
        form.take_over(refusal)
        return None


def form_page(form: DeskForm, **words: object) -> tuple[str, int]:
    """A page with nothing but `form`. `words`: title, nav, back (an address), back_words, submit, lead."""
    return render_template("admin/form.html", form=form, **words), 422 if request.method == "POST" else 200
