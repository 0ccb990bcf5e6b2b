"""WeChat at the residents' door: signing in from the mini program, its codes, and what WeChat's servers call us with."""

from miniprogram_api.wechat import scenes, signing_in
from miniprogram_api.wechat.blueprint import wechat

__all__ = ["scenes", "signing_in", "wechat"]
