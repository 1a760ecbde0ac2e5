"""The forms of the registers: accounts, groups, certificates, organisations, contact points."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from fieldapp.access import FIELD_ROLES, ROLES, may, ordered
from fieldapp.people import listing, queries
from fieldapp.people.accounts import Account
from fieldapp.people.certificates import CertificateDraft
from fieldapp.people.groups import GroupPlan
from fieldapp.people.models import (
    CERTIFICATE_KINDS,
    CERTIFICATE_STATES,
    CONTACT_POINT_KINDS,
    MEMBER_ORIGINS,
    ORGANISATION_KINDS,
    Certificate,
    ContactPoint,
    Organisation,
    User,
    WorkingGroup,
)
from fieldapp.people.registers import ContactPointDraft, OrganisationDraft
from fieldapp.web.admin.forms import (
    CHOSEN,
    NEEDED,
    DeskForm,
    Ticks,
    choose,
    domain_choices,
    employers,
    localities_for,
    named,
    offer,
    people_choices,
)

_IDENTITY = ("name", "organisation_id", "origin")


class AccountForm(DeskForm):
    """An account. Choices are filled in by `offered`, which leaves out what is not the administrator's to say."""

    HINTS = {
        "username": "登录用，建立后不能更改：小写字母、数字、点、横线、下划线。",
        "roles": "可以兼任几种；联络员不能兼任。由安全管理员授予，自己的角色由别人改。",
        "origin": "监督员、组长和特邀监督员必填：由哪一方派出。",
        "locality_id": "组长、签发人和管理员只看、只管这个区镇；不选则是全市。对监督员和联络员不起作用。",
    }
    OPTIONAL = frozenset({"roles", "origin", "locality_id"})
    KEPT_IN = User

    username = StringField("账号", validators=[NEEDED, Length(max=60)])
    name = StringField("姓名", validators=[NEEDED, Length(max=60)])
    roles = Ticks("角色", choices=offer(ROLES))
    organisation_id = SelectField("所属机构", validators=[CHOSEN])
    origin = SelectField("组成来源", choices=[SelectChoice("", "不参加监督工作组"), *offer(MEMBER_ORIGINS)])
    locality_id = SelectField("查看范围")

    def offered(self, actor: User) -> "AccountForm":
        """The form with today's organisations and 区镇 to choose from, and the fields that are `actor`'s to fill in."""
        self.organisation_id.choices = choose(employers(self.organisation_id.data, within=actor.locality_id))
        self.locality_id.choices = localities_for(actor)
        for names, act in ((("roles", "locality_id"), "accounts.grant"), (_IDENTITY, "accounts.edit")):
            for name in () if may(actor, act) else names:
                del self[name]
        return self

    @staticmethod
    def values_of(user: User) -> dict[str, Any]:
        """What the form shows of an account."""
        values = {name: getattr(user, name) or "" for name in ("username", *_IDENTITY, "locality_id")}
        return values | {"roles": list(ordered(user.roles))}

    def account(self, *, of: User | None = None) -> Account:
        """What was filled in; what was not asked is as it is in `of`, an account that exists, or nothing."""
        return Account(
            username=of.username if of else self.username.data.strip(),
            name=self._said("name", of).strip(),
            roles=frozenset(self._said("roles", of) or ()),
            organisation_id=self._said("organisation_id", of),
            origin=self._said("origin", of) or None,
            locality_id=self._said("locality_id", of) or None,
        )

    def _said(self, name: str, of: User | None) -> Any:
        return self[name].data if name in self else getattr(of, name, None)


class GroupForm(DeskForm):
    """A working group."""

    HINTS = {"locality_id": "不选则在全市活动。", "member_ids": "各方人员联合组成；组长不必再勾选。"}
    OPTIONAL = frozenset({"locality_id"})
    KEPT_IN = WorkingGroup

    name = StringField("组名", validators=[NEEDED, Length(max=80)])
    lead_id = SelectField("组长", validators=[CHOSEN])
    locality_id = SelectField("区镇")
    member_ids = Ticks("组员")

    def offered(self, actor: User) -> "GroupForm":
        """The form with those who can lead and come along; for an administrator of a 区镇, in that 区镇."""
        self.lead_id.choices = choose(people_choices(listing.who_may_supervise("lead")))
        self.locality_id.choices = localities_for(actor)
        self.member_ids.choices = people_choices(listing.who_may_supervise(*FIELD_ROLES))
        return self

    @staticmethod
    def values_of(group: WorkingGroup) -> dict[str, Any]:
        """What the form shows of a group."""
        members = [user.id for user in listing.members_of(group)]
        return {"name": group.name, "lead_id": group.lead_id, "locality_id": group.locality_id or "",
                "member_ids": members}  # fmt: skip

    def plan(self) -> GroupPlan:
        """What was filled in."""
        return GroupPlan(
            self.name.data.strip(), self.lead_id.data, tuple(self.member_ids.data or ()), self.locality_id.data or None
        )


class CertificateForm(DeskForm):
    """A certificate to be issued."""

    HINTS = {
        "kind": "行政执法监督证只发给司法局、司法所的人员；人大、政协、检察院、法制科和受邀的人员发特邀监督员证，"
        "或登记聘书。",
        "holder_id": "选了账号，持证人的手机上就能出示电子证件。",
    }
    OPTIONAL = frozenset({"holder_id"})
    KEPT_IN = Certificate

    kind = SelectField("证件种类", choices=offer(CERTIFICATE_KINDS), default="inspector")
    number = StringField("证件编号", validators=[NEEDED, Length(max=40)])
    holder_name = StringField("持证人姓名", validators=[NEEDED, Length(max=60)])
    holder_id = SelectField("持证人账号")
    organisation_id = SelectField("所属机构", validators=[CHOSEN])
    issued_on = DateField("发证日期", validators=[InputRequired("请填写日期。")])
    valid_until = DateField("有效期至", validators=[InputRequired("请填写日期。")])

    def offered(self, actor: User) -> "CertificateForm":
        """The form with today's organisations and supervisors."""
        self.holder_id.choices = [
            SelectChoice("", "没有账号"),
            *people_choices(listing.who_may_supervise(*FIELD_ROLES, "system")),
        ]
        self.organisation_id.choices = choose(employers(self.organisation_id.data, within=actor.locality_id))
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
            kind=self.kind.data,
        )


class CertificateStateForm(DeskForm):
    """Suspend, revoke or restore a certificate."""

    state = SelectField("改为", choices=choose(offer(CERTIFICATE_STATES)), validators=[CHOSEN])
    reason = StringField("原因", validators=[NEEDED, Length(max=200)])

    @staticmethod
    def values_of(certificate: Certificate) -> dict[str, Any]:
        """What the page shows of a certificate's state."""
        return {"state": certificate.state, "reason": certificate.state_reason or ""}


class CertificateExtensionForm(DeskForm):
    """A later last day for certificates of the ledger, one or many."""

    HINTS = {"valid_until": "所选证件都改到这一天；公开核验页立即显示。"}

    certificate_ids = Ticks("证件", validators=[InputRequired("请勾选证件。")])
    valid_until = DateField("有效期延至", validators=[InputRequired("请填写日期。")])
    reason = StringField("原因", validators=[NEEDED, Length(max=200)])

    def offered(self, rows: Sequence[Certificate]) -> "CertificateExtensionForm":
        """The form with the certificates to choose from; revoked ones are not among them."""
        self.certificate_ids.choices = [
            SelectChoice(row.id, f"{row.number} {row.holder_name}（现至 {row.valid_until}）")
            for row in rows
            if row.state != "revoked"
        ]
        return self

    def leave_the_chosen(self) -> None:
        """Takes away the choices that were not made: only the chosen ones are shown for confirmation."""
        chosen = set(self.certificate_ids.data or ())
        self.certificate_ids.choices = [one for one in self.certificate_ids.choices if one.value in chosen]

    def questions_about(self, rows: Sequence[Certificate]) -> list[str]:
        """What must be confirmed: each chosen certificate with its last day before and after."""
        until, chosen = self.valid_until.data or date.min, set(self.certificate_ids.data or ())
        return [
            f"{row.number}（{row.holder_name}）：有效期至 {row.valid_until} → {until}"
            + ("。新的到期日更早，等于缩短有效期" if until < row.valid_until else "")
            for row in rows
            if row.id in chosen
        ]


class OrganisationForm(DeskForm):
    """A node of the tree."""

    HINTS = {
        "locality_id": "在哪个区镇工作；不选则为全市。",
        "domains": "只对行政执法机关有用。",
        "position": "名册里的先后，小的在前。",
    }
    OPTIONAL = frozenset({"parent_id", "locality_id", "position"})
    KEPT_IN = Organisation

    kind = SelectField("类别", choices=choose(offer(ORGANISATION_KINDS)), validators=[CHOSEN])
    name = StringField("全称", validators=[NEEDED, Length(max=120)])
    short_name = StringField("简称", validators=[NEEDED, Length(max=40)])
    parent_id = SelectField("上级")
    locality_id = SelectField("所在区镇")
    domains = Ticks("负责的重点领域")
    position = IntegerField("次序", validators=[Optional()])

    def offered(self, actor: User) -> "OrganisationForm":
        """The form with today's tree and domains."""
        self.parent_id.choices = [SelectChoice("", "没有上级"), *named(queries.organisations())]
        self.locality_id.choices = localities_for(actor)
        self.domains.choices = domain_choices()
        return self

    @staticmethod
    def values_of(row: Organisation) -> dict[str, Any]:
        """What the form shows of an organisation."""
        names = ("kind", "name", "short_name", "parent_id", "locality_id")
        values = {name: getattr(row, name) or "" for name in names}
        return {**values, "domains": row.domain_ids, "position": row.position}

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
    KEPT_IN = ContactPoint

    name = StringField("名称", validators=[NEEDED, Length(max=80)])
    kind = SelectField("类别", choices=choose(offer(CONTACT_POINT_KINDS)), validators=[CHOSEN])
    locality_id = SelectField("区镇", validators=[CHOSEN])
    address = StringField("地址", validators=[Length(max=200)])

    def offered(self, actor: User) -> "ContactPointForm":
        """The form with the 区镇."""
        self.locality_id.choices = choose([one for one in localities_for(actor) if one.value])
        return self

    @staticmethod
    def values_of(point: ContactPoint) -> dict[str, Any]:
        """What the form shows of a contact point."""
        return {name: getattr(point, name) for name in ("name", "kind", "locality_id", "address")}

    def draft(self) -> ContactPointDraft:
        """What was filled in."""
        return ContactPointDraft(
            self.name.data.strip(), self.kind.data, self.locality_id.data, (self.address.data or "").strip()
        )
