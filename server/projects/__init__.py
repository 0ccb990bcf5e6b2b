"""Projects: the works in one community or in several neighbouring ones (连片改造), from preparation to handing over.

黔建办函〔2020〕3 号, 二（一）（二）（四）: eight steps of preparation, starts planned by month, due days, money by source, and
illegal structures taken down first. Where a project stands follows from dated acts that a second person confirmed; no
column says it. What people were asked and told (steps ② and ③) is not kept here: rooms above hand it in. The votes of the
communities stay apart, whatever project they share. No name of a resident stands in any row.
"""
