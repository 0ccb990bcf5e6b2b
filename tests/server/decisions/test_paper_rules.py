"""Whose template is used, and which fields there are."""

import pytest

from server.decisions.rules.papers import (
    FIELDS,
    PaperKind,
    TemplateRow,
    TemplateSource,
    field_names,
    samples,
    template_in_force,
    unknown_fields,
)

PROVINCE, CITY, COUNTY, ELSEWHERE = 1, 2, 3, 9
OWN, OURS, ABOVE = TemplateSource.OWN, TemplateSource.OURS, TemplateSource.ABOVE


def row(division: int, source: TemplateSource = OWN, number: int = 1) -> TemplateRow:
    return TemplateRow(division * 100 + number, division, number, source)


@pytest.mark.parametrize(
    ("rows", "held"),
    [
        pytest.param([], None, id="nobody-brought-one"),
        pytest.param([row(PROVINCE)], 101, id="the-provinces"),
        pytest.param([row(PROVINCE), row(CITY)], 201, id="the-citys-before-the-provinces"),
        pytest.param([row(COUNTY), row(CITY), row(PROVINCE)], 301, id="the-countys-first"),
        pytest.param([row(ELSEWHERE)], None, id="another-countys-never"),
        pytest.param([row(CITY, number=1), row(CITY, number=2)], 202, id="the-newest"),
        pytest.param([row(CITY, number=2), row(CITY, number=1)], 202, id="the-newest-in-any-order"),
        pytest.param([row(CITY), row(COUNTY), row(COUNTY, OURS, 2)], None, id="back-to-ours-is-ours"),
        pytest.param([row(CITY), row(COUNTY), row(COUNTY, ABOVE, 2)], 201, id="back-to-the-one-above"),
        pytest.param([row(COUNTY, ABOVE)], None, id="above-there-is-none"),
    ],
)
def test_the_nearest_division_decides(rows: list[TemplateRow], held: int | None) -> None:
    found = template_in_force(rows, [PROVINCE, CITY, COUNTY])
    assert (found.id if found else None) == held


def test_an_unknown_field_is_named_with_the_one_that_was_meant() -> None:
    far, near = unknown_fields(PaperKind.DECISION, {"title", "titel", "完全不同"})[::-1]
    assert near == "模板里写了“titel”，没有这个字段。是不是“title”？"
    assert far == "模板里写了“完全不同”，没有这个字段。请看字段表。"


@pytest.mark.parametrize("kind", list(PaperKind))
def test_every_field_has_a_sample_and_every_list_its_parts(kind: PaperKind) -> None:
    names = [field.name for field in FIELDS[kind]]
    assert len(names) == len(set(names)) == len(field_names(kind))
    full, sparse = samples(kind), samples(kind, full=False)
    assert set(full) == set(sparse) == set(names) - {"qr"}
    for field in FIELDS[kind]:
        assert field.name in field.written
        if field.parts:
            assert isinstance(field.sample, tuple)
            assert {name for name, _ in field.parts} == set(field.sample[0])
            assert sparse[field.name] == ()
    assert kind.name_zh
    assert all(source.name_zh for source in TemplateSource)
