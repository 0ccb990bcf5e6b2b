"""The whole plan of 2020 as an example: 305 communities, 59,605 households, at every stage.

Only these two totals are real (黔建办函〔2020〕3 号, 附件 2); which communities there are, who lives in them and what they
said is invented and labelled 示例数据. Facts are worked out without a clock and without chance (places, homes, names,
courses) from a seed; the other files carry them into the rooms by the rooms' own actions.
"""

COMMUNITIES = 305
HOUSEHOLDS = 59_605
#: Change it and another plan of the same size comes out, the same every time.
SEED = 2020
