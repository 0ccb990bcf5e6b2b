"""The phone pages: the same concepts as the JSON beside them; a page posts through its sibling's schemas and acts."""
