"""The front step: the only file that has seen every door."""

import gc

# What is loaded here stays: to look through it again and again while it grows takes a fifth of the start.
gc.disable()

from admin import back_office
from admin.session import remember as remember_staff
from miniprogram_api import mobile
from miniprogram_api.session import remember as remember_resident
from server.app import create_app
from server.example.door import example_door
from server.infra.settings import load_settings
from server.jobs import jobs, run_due

settings = load_settings()
doors = [mobile, back_office, jobs]
if settings.is_example:
    doors.append(example_door(run_due, remember_staff, remember_resident))
app = create_app(doors, settings)

gc.freeze()
gc.enable()
