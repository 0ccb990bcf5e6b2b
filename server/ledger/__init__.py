"""台账: communities (小区), buildings, entrances (单元), flats, households, facilities, owners; sheets in and out.

Two electorates live here and never meet in one query: households of a scope (surveys, advisory) and owners of a scope
(ballots, binding). Names, phones and identity numbers of owners are encrypted and found through keyed hashes.
"""
