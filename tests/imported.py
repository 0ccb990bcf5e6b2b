"""What the programs of a house have in common, imported once for all of them: everything but `wsgi`, which makes a
house of the settings it finds."""

import gc

import flask.cli
import gunicorn.app.wsgiapp
import gunicorn.workers.gthread

import admin.session
import miniprogram_api.session
import server.app
import server.example.door
import server.infra.settings
import server.jobs

__all__ = ["admin", "flask", "gunicorn", "miniprogram_api", "server"]

# What is forked shares the memory until somebody writes to it, and the collector of garbage would.
gc.collect()
gc.freeze()
