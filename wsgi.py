"""The front step: the only file that has seen every door."""

from admin import back_office
from miniprogram_api import mobile
from server.app import create_app
from server.jobs import jobs

app = create_app(doors=[mobile, back_office, jobs])
