"""The living example: one community around today and a few beside it, made through the rooms' own actions.

A door of its own (cards that sign in by one click, a clock that can be moved forward, commands), handed over by the
front step in example mode only. Everything in it is invented and labelled 示例数据.
"""
