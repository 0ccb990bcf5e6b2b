"""Looking down on all of it by division: figures rolled up the tree, monthly returns, sheets for offices, open data.

Nothing is decided here. Figures are sums of numerators and of denominators over communities; a rate is never averaged.
"""
