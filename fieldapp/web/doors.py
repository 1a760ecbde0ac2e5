"""The list of doors."""

from fieldapp.web.agency.routes import agency
from fieldapp.web.api.receipts import well_known
from fieldapp.web.api.routes import api
from fieldapp.web.field.routes import field
from fieldapp.web.public.routes import public
from fieldapp.web.sign_in.routes import account, sign_in

ALL = [account, agency, api, field, public, sign_in, well_known]
