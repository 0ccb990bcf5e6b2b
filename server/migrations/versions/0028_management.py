"""Management and matters: who looks after a community, its accounts, handover and watch; what is raised, answered, met about and resolved."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    "property_companies",
    "management_contracts",
    "management_contract_ends",
    "management_fees",
    "account_entries",
    "account_publications",
    "handover_records",
    "management_evidence",
    "watch_rounds",
    "watch_findings",
    "watch_tickets",
    "matters",
    "matter_supports",
    "matter_answers",
    "matter_merges",
    "matter_links",
    "matter_meetings",
    "matter_agenda_points",
    "matter_minutes",
    "matter_resolutions",
    "matter_resolution_acts",
)
#: Rows that are changed in place; all others only grow.
CHANGED = {
    "management_contracts", "property_companies", "matters", "matter_supports", "matter_meetings", "matter_agenda_points",
}  # fmt: skip
ONLY_GROWS = tuple(table for table in TABLES if table not in CHANGED)


def keyed() -> tuple[sa.Column, sa.Column]:
    return sa.Column("client_key", sa.String(80)), sa.Column("client_digest", sa.String(64))


def signed(verb: str) -> tuple[sa.Column, sa.Column, sa.Column]:
    return (
        sa.Column(f"{verb}_by", sa.String(40), nullable=False),
        sa.Column(f"{verb}_name", sa.String(100), nullable=False),
        sa.Column(f"{verb}_at", Instant(), nullable=False),
    )


def own_id(table: str) -> tuple[sa.Column, sa.PrimaryKeyConstraint]:
    return sa.Column("id", BIG_ID, nullable=False), pk(table, "id")


def pk(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def fk(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}")


def ref(table: str, column: str, target: str) -> tuple[sa.Column, sa.ForeignKeyConstraint]:
    return sa.Column(column, BIG_ID, nullable=False), fk(table, column, target)


def uq(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def ck(table: str, name: str, text: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(text, name=f"ck_{table}_{name}")


def upgrade() -> None:
    contracts()
    accounts()
    handover()
    watch()
    threads()
    meetings()
    for table in ONLY_GROWS:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def contracts() -> None:
    op.create_table(
        "property_companies",
        *own_id("property_companies"),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("code", sa.String(18), nullable=False),
        sa.Column("registered_by", sa.String(40), nullable=False),
        sa.Column("registered_at", Instant(), nullable=False),
        *keyed(),
        uq("property_companies", "client_key"),
        uq("property_companies", "code"),
    )
    op.create_table(
        "management_contracts",
        *own_id("management_contracts"),
        *ref("management_contracts", "community_id", "communities"),
        sa.Column("mode", sa.String(40), nullable=False),
        sa.Column("company_id", BIG_ID),
        sa.Column("manager", sa.String(80), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("chosen_by_ballot_id", BIG_ID),
        sa.Column("document", sa.String(120), nullable=False),
        sa.Column("contact_phone", sa.String(40), nullable=False),
        sa.Column("contact_place", sa.String(120), nullable=False),
        *signed("entered"),
        *keyed(),
        ck("management_contracts", "ends_after_start", "ends_on IS NULL OR ends_on >= starts_on"),
        ck("management_contracts", "somebody_manages", "company_id IS NOT NULL OR manager <> ''"),
        fk("management_contracts", "company_id", "property_companies"),
        uq("management_contracts", "client_key"),
    )
    op.create_index("ix_management_contracts_community_id", "management_contracts", ["community_id"])
    op.create_table(
        "management_contract_ends",
        sa.Column("contract_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        *signed("entered"),
        pk("management_contract_ends", "contract_id"),
        fk("management_contract_ends", "contract_id", "management_contracts"),
    )
    op.create_table(
        "management_fees",
        *own_id("management_fees"),
        *ref("management_fees", "contract_id", "management_contracts"),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(120), nullable=False),
        *signed("entered"),
        *keyed(),
        ck("management_fees", "amount_not_below_nothing", "amount_fen >= 0"),
        uq("management_fees", "client_key"),
    )
    op.create_index("ix_management_fees_contract_id", "management_fees", ["contract_id"])


def accounts() -> None:
    op.create_table(
        "account_entries",
        *own_id("account_entries"),
        *ref("account_entries", "community_id", "communities"),
        sa.Column("book", sa.String(40), nullable=False),
        sa.Column("direction", sa.String(40), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(120), nullable=False),
        sa.Column("document", sa.String(120), nullable=False),
        sa.Column("counters_id", BIG_ID),
        *signed("entered"),
        *keyed(),
        ck("account_entries", "amount_not_nothing", "amount_fen <> 0"),
        ck("account_entries", "counter_below_nothing", "(counters_id IS NULL) = (amount_fen > 0)"),
        fk("account_entries", "counters_id", "account_entries"),
        uq("account_entries", "client_key"),
        uq("account_entries", "counters_id"),
    )
    op.create_index("ix_account_entries_book", "account_entries", ["community_id", "book", "id"])
    op.create_table(
        "account_publications",
        *own_id("account_publications"),
        *ref("account_publications", "community_id", "communities"),
        sa.Column("book", sa.String(40), nullable=False),
        sa.Column("through_on", sa.Date(), nullable=False),
        sa.Column("last_entry_id", BIG_ID, nullable=False),
        *signed("published"),
        *keyed(),
        uq("account_publications", "client_key"),
    )
    op.create_index("ix_account_publications_book", "account_publications", ["community_id", "book", "id"])


def handover() -> None:
    op.create_table(
        "handover_records",
        *own_id("handover_records"),
        *ref("handover_records", "community_id", "communities"),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        *signed("recorded"),
        *keyed(),
        uq("handover_records", "client_key"),
    )
    op.create_index("ix_handover_records_community_id", "handover_records", ["community_id"])
    op.create_table(
        "management_evidence",
        *own_id("management_evidence"),
        *ref("management_evidence", "community_id", "communities"),
        sa.Column("about", sa.String(40), nullable=False),
        sa.Column("about_id", BIG_ID, nullable=False),
        *ref("management_evidence", "attachment_id", "attachments"),
    )
    op.create_index("ix_management_evidence_about", "management_evidence", ["about", "about_id"])
    op.create_index("ix_management_evidence_community_id", "management_evidence", ["community_id"])


def watch() -> None:
    op.create_table(
        "watch_rounds",
        *own_id("watch_rounds"),
        *ref("watch_rounds", "community_id", "communities"),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        *signed("held"),
        *keyed(),
        uq("watch_rounds", "client_key"),
        uq("watch_rounds", "community_id", "completed_on", "months"),
    )
    op.create_table(
        "watch_findings",
        *own_id("watch_findings"),
        *ref("watch_findings", "round_id", "watch_rounds"),
        sa.Column("item", sa.String(40), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("attachment_id", BIG_ID),
        ck("watch_findings", "picture_of_what_is_there", "(verdict = 'absent') = (attachment_id IS NULL)"),
        fk("watch_findings", "attachment_id", "attachments"),
        uq("watch_findings", "round_id", "item"),
    )
    op.create_table(
        "watch_tickets",
        sa.Column("finding_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("linked_by", sa.String(40), nullable=False),
        sa.Column("linked_at", Instant(), nullable=False),
        pk("watch_tickets", "finding_id"),
        fk("watch_tickets", "finding_id", "watch_findings"),
    )


def threads() -> None:
    op.create_table(
        "matters",
        *own_id("matters"),
        *ref("matters", "community_id", "communities"),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("voice", sa.String(40), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("resident_id", BIG_ID),
        sa.Column("flat_id", BIG_ID),
        sa.Column("raised_by", sa.String(40), nullable=False),
        sa.Column("raised_at", Instant(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        *keyed(),
        ck("matters", "resident_has_home", "(voice = 'resident') = (flat_id IS NOT NULL)"),
        ck("matters", "resident_has_number", "(voice = 'resident') = (resident_id IS NOT NULL)"),
        fk("matters", "flat_id", "flats"),
        fk("matters", "resident_id", "residents"),
        uq("matters", "client_key"),
    )
    op.create_index("ix_matters_due", "matters", ["community_id", "due_at"])
    op.create_index("ix_matters_listed", "matters", ["community_id", "id"])
    op.create_index("ix_matters_resident_id", "matters", ["resident_id"])
    op.create_table(
        "matter_supports",
        *own_id("matter_supports"),
        *ref("matter_supports", "matter_id", "matters"),
        *ref("matter_supports", "flat_id", "flats"),
        *ref("matter_supports", "resident_id", "residents"),
        sa.Column("supported_at", Instant(), nullable=False),
        sa.Column("withdrawn_at", Instant()),
        uq("matter_supports", "matter_id", "flat_id"),
    )
    op.create_table(
        "matter_answers",
        *own_id("matter_answers"),
        *ref("matter_answers", "matter_id", "matters"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(40), nullable=False),
        sa.Column("answered_name", sa.String(100), nullable=False),
        sa.Column("answered_as", sa.String(40), nullable=False),
        sa.Column("answered_at", Instant(), nullable=False),
        *keyed(),
        uq("matter_answers", "client_key"),
    )
    op.create_index("ix_matter_answers_matter_id", "matter_answers", ["matter_id"])
    op.create_table(
        "matter_merges",
        sa.Column("matter_id", BIG_ID, autoincrement=False, nullable=False),
        *ref("matter_merges", "into_id", "matters"),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("merged_by", sa.String(40), nullable=False),
        sa.Column("merged_at", Instant(), nullable=False),
        pk("matter_merges", "matter_id"),
        fk("matter_merges", "matter_id", "matters"),
    )
    op.create_index("ix_matter_merges_into_id", "matter_merges", ["into_id"])
    op.create_table(
        "matter_links",
        *own_id("matter_links"),
        *ref("matter_links", "matter_id", "matters"),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("target_id", BIG_ID, nullable=False),
        sa.Column("linked_by", sa.String(40), nullable=False),
        sa.Column("linked_at", Instant(), nullable=False),
        uq("matter_links", "matter_id", "kind", "target_id"),
    )


def meetings() -> None:
    op.create_table(
        "matter_meetings",
        *own_id("matter_meetings"),
        *ref("matter_meetings", "community_id", "communities"),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("prepared_by", sa.String(40), nullable=False),
        sa.Column("prepared_at", Instant(), nullable=False),
        sa.Column("announced_by", sa.String(40)),
        sa.Column("announced_at", Instant()),
        sa.Column("called_off_by", sa.String(40)),
        sa.Column("called_off_at", Instant()),
        sa.Column("called_off_reason", sa.String(200), nullable=False),
        *keyed(),
        ck(
            "matter_meetings", "called_off_for_a_reason", "(called_off_at IS NULL) = (called_off_reason = '')"
        ),
        uq("matter_meetings", "client_key"),
    )
    op.create_index("ix_matter_meetings_community_id", "matter_meetings", ["community_id"])
    op.create_table(
        "matter_agenda_points",
        *own_id("matter_agenda_points"),
        *ref("matter_agenda_points", "meeting_id", "matter_meetings"),
        sa.Column("matter_id", BIG_ID),
        sa.Column("words", sa.String(120), nullable=False),
        ck("matter_agenda_points", "matter_or_words", "(matter_id IS NULL) = (words <> '')"),
        fk("matter_agenda_points", "matter_id", "matters"),
        uq("matter_agenda_points", "meeting_id", "matter_id"),
    )
    op.create_index("ix_matter_agenda_points_matter_id", "matter_agenda_points", ["matter_id"])
    op.create_table(
        "matter_minutes",
        *own_id("matter_minutes"),
        *ref("matter_minutes", "meeting_id", "matter_meetings"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("came", sa.JSON(), nullable=False),
        sa.Column("sheet_id", BIG_ID),
        *signed("written"),
        *keyed(),
        fk("matter_minutes", "sheet_id", "attachments"),
        uq("matter_minutes", "client_key"),
    )
    op.create_index("ix_matter_minutes_meeting_id", "matter_minutes", ["meeting_id"])
    op.create_table(
        "matter_resolutions",
        *own_id("matter_resolutions"),
        *ref("matter_resolutions", "point_id", "matter_agenda_points"),
        sa.Column("what", sa.String(200), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("resolved_by", sa.String(40), nullable=False),
        sa.Column("resolved_at", Instant(), nullable=False),
        *keyed(),
        uq("matter_resolutions", "client_key"),
    )
    op.create_index("ix_matter_resolutions_point_id", "matter_resolutions", ["point_id"])
    op.create_table(
        "matter_resolution_acts",
        *own_id("matter_resolution_acts"),
        *ref("matter_resolution_acts", "resolution_id", "matter_resolutions"),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        *signed("recorded"),
        *keyed(),
        uq("matter_resolution_acts", "client_key"),
    )
    op.create_index("ix_matter_resolution_acts_resolution_id", "matter_resolution_acts", ["resolution_id"])


def downgrade() -> None:
    for table in ONLY_GROWS:
        for statement in append_only_undo(table, op.get_bind().dialect.name):
            op.execute(statement)
    for table in reversed(TABLES):
        op.drop_table(table)
