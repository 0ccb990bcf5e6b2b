"""台账 in the back office: communities, flats with their owners and households, facilities, sheets in and out."""

from flask import Blueprint

from admin.ledger.communities import communities
from admin.ledger.creating import creating
from admin.ledger.exports import exports
from admin.ledger.facilities import facilities
from admin.ledger.flats import flats
from admin.ledger.households import households
from admin.ledger.imports import imports
from admin.ledger.likeness import likeness
from admin.ledger.listing import listing
from admin.ledger.owners import owners

ledger = Blueprint("ledger", __name__)
for part in (
    communities,
    creating,
    exports,
    facilities,
    flats,
    households,
    imports,
    likeness,
    listing,
    owners,
):
    ledger.register_blueprint(part)
