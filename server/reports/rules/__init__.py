"""What a roll-up is: which figures there are, how they are summed, compared, reported and put into sheets."""
