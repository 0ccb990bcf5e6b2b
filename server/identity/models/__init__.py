"""Tables of identity: residents and their bindings, staff and their grants, slips and posters."""

from server.identity.models.codes import PlaceCode, PlaceKind, Slip
from server.identity.models.residents import (
    ApiToken,
    Binding,
    BindingDispute,
    BindingEnd,
    BindingRequest,
    BindingTry,
    HandOver,
    Means,
    PrivacyAcceptance,
    Resident,
)
from server.identity.models.staff import RecoveryCode, RoleGrant, Staff
from server.identity.models.wechat import WeChatAccount

__all__ = [
    "ApiToken",
    "Binding",
    "BindingDispute",
    "BindingEnd",
    "BindingRequest",
    "BindingTry",
    "HandOver",
    "Means",
    "PlaceCode",
    "PlaceKind",
    "PrivacyAcceptance",
    "RecoveryCode",
    "Resident",
    "RoleGrant",
    "Slip",
    "Staff",
    "WeChatAccount",
]
