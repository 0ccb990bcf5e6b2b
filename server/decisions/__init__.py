"""What a community has decided: from a counted vote, through its notice and the objections, to a signed decision."""
