"""The list of doors."""

from fieldapp.web import desk_forms
from fieldapp.web.admin.routes import admin
from fieldapp.web.agency.routes import agency
from fieldapp.web.api.receipts import well_known
from fieldapp.web.api.routes import api
from fieldapp.web.field.routes import field
from fieldapp.web.public.routes import public
from fieldapp.web.review.routes import review
from fieldapp.web.sign_in.routes import account, sign_in

for desk in (admin, agency, review):
    desk_forms.watch(desk)

ALL = [account, admin, agency, api, field, public, review, sign_in, well_known]
