"""The blueprint that the pages of tickets hang on."""

from flask import Blueprint

ticket_pages = Blueprint("ticket_pages", __name__)
