"""The list at the side: one name stands for one group."""

from admin.menu import COMMUNITY_ENTRIES, OFFICE_ENTRIES


def test_a_community_and_the_office_above_have_no_group_of_one_name():
    of_community, of_office = ({one.group for one in some} for some in (COMMUNITY_ENTRIES, OFFICE_ENTRIES))
    assert of_community & of_office == set()


def test_no_two_lines_of_the_list_read_the_same():
    labels = [one.label for one in (*COMMUNITY_ENTRIES, *OFFICE_ENTRIES)]
    assert len(labels) == len(set(labels))
