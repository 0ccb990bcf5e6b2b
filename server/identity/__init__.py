"""Who people are: staff with dated roles, residents with bindings to flats and how well each is proven, the codes on
slips and posters. Holds no rule of voting. Telling the others of a flat is the caller's part: messages stand above."""
