"""Management and matters: who looks after a community, its accounts, handover and watch; what is raised, answered, met about and resolved."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0026"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONLY_GROWS = (
    "management_contract_ends",
    "management_fees",
    "account_entries",
    "account_publications",
    "handover_records",
    "management_evidence",
    "watch_rounds",
    "watch_findings",
    "watch_tickets",
    "matter_answers",
    "matter_merges",
    "matter_links",
    "matter_minutes",
    "matter_resolutions",
    "matter_resolution_acts",
)
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


def keyed() -> tuple[sa.Column, sa.Column]:
    return sa.Column("client_key", sa.String(80)), sa.Column("client_digest", sa.String(64))


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
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("code", sa.String(18), nullable=False),
        sa.Column("registered_by", sa.String(40), nullable=False),
        sa.Column("registered_at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_property_companies"),
        sa.UniqueConstraint("client_key", name="uq_property_companies_client_key"),
        sa.UniqueConstraint("code", name="uq_property_companies_code"),
    )
    op.create_table(
        "management_contracts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("mode", sa.String(40), nullable=False),
        sa.Column("company_id", BIG_ID),
        sa.Column("manager", sa.String(80), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("chosen_by_ballot_id", BIG_ID),
        sa.Column("document", sa.String(120), nullable=False),
        sa.Column("contact_phone", sa.String(40), nullable=False),
        sa.Column("contact_place", sa.String(120), nullable=False),
        sa.Column("entered_by", sa.String(40), nullable=False),
        sa.Column("entered_name", sa.String(100), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_management_contracts"),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name="ck_management_contracts_ends_after_start"
        ),
        sa.CheckConstraint(
            "company_id IS NOT NULL OR manager <> ''", name="ck_management_contracts_somebody_manages"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_management_contracts_community_id_communities"
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["property_companies.id"],
            name="fk_management_contracts_company_id_property_companies",
        ),
        sa.UniqueConstraint("client_key", name="uq_management_contracts_client_key"),
    )
    op.create_index("ix_management_contracts_community_id", "management_contracts", ["community_id"])
    op.create_table(
        "management_contract_ends",
        sa.Column("contract_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("entered_by", sa.String(40), nullable=False),
        sa.Column("entered_name", sa.String(100), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("contract_id", name="pk_management_contract_ends"),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["management_contracts.id"],
            name="fk_management_contract_ends_contract_id_management_contracts",
        ),
    )
    op.create_table(
        "management_fees",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("contract_id", BIG_ID, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(120), nullable=False),
        sa.Column("entered_by", sa.String(40), nullable=False),
        sa.Column("entered_name", sa.String(100), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_management_fees"),
        sa.CheckConstraint("amount_fen >= 0", name="ck_management_fees_amount_not_below_nothing"),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["management_contracts.id"],
            name="fk_management_fees_contract_id_management_contracts",
        ),
        sa.UniqueConstraint("client_key", name="uq_management_fees_client_key"),
    )
    op.create_index("ix_management_fees_contract_id", "management_fees", ["contract_id"])


def accounts() -> None:
    op.create_table(
        "account_entries",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("book", sa.String(40), nullable=False),
        sa.Column("direction", sa.String(40), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(120), nullable=False),
        sa.Column("document", sa.String(120), nullable=False),
        sa.Column("counters_id", BIG_ID),
        sa.Column("entered_by", sa.String(40), nullable=False),
        sa.Column("entered_name", sa.String(100), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_account_entries"),
        sa.CheckConstraint("amount_fen <> 0", name="ck_account_entries_amount_not_nothing"),
        sa.CheckConstraint(
            "(counters_id IS NULL) = (amount_fen > 0)", name="ck_account_entries_counter_below_nothing"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_account_entries_community_id_communities"
        ),
        sa.ForeignKeyConstraint(
            ["counters_id"], ["account_entries.id"], name="fk_account_entries_counters_id_account_entries"
        ),
        sa.UniqueConstraint("client_key", name="uq_account_entries_client_key"),
        sa.UniqueConstraint("counters_id", name="uq_account_entries_counters_id"),
    )
    op.create_index("ix_account_entries_book", "account_entries", ["community_id", "book", "id"])
    op.create_table(
        "account_publications",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("book", sa.String(40), nullable=False),
        sa.Column("through_on", sa.Date(), nullable=False),
        sa.Column("last_entry_id", BIG_ID, nullable=False),
        sa.Column("published_by", sa.String(40), nullable=False),
        sa.Column("published_name", sa.String(100), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_account_publications"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_account_publications_community_id_communities"
        ),
        sa.UniqueConstraint("client_key", name="uq_account_publications_client_key"),
    )
    op.create_index("ix_account_publications_book", "account_publications", ["community_id", "book", "id"])


def handover() -> None:
    op.create_table(
        "handover_records",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("recorded_by", sa.String(40), nullable=False),
        sa.Column("recorded_name", sa.String(100), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_handover_records"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_handover_records_community_id_communities"
        ),
        sa.UniqueConstraint("client_key", name="uq_handover_records_client_key"),
    )
    op.create_index("ix_handover_records_community_id", "handover_records", ["community_id"])
    op.create_table(
        "management_evidence",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("about", sa.String(40), nullable=False),
        sa.Column("about_id", BIG_ID, nullable=False),
        sa.Column("attachment_id", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_management_evidence"),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name="fk_management_evidence_attachment_id_attachments"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_management_evidence_community_id_communities"
        ),
    )
    op.create_index("ix_management_evidence_about", "management_evidence", ["about", "about_id"])
    op.create_index("ix_management_evidence_community_id", "management_evidence", ["community_id"])


def watch() -> None:
    op.create_table(
        "watch_rounds",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("held_by", sa.String(40), nullable=False),
        sa.Column("held_name", sa.String(100), nullable=False),
        sa.Column("held_at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_watch_rounds"),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_watch_rounds_community_id_communities"
        ),
        sa.UniqueConstraint("client_key", name="uq_watch_rounds_client_key"),
        sa.UniqueConstraint(
            "community_id", "completed_on", "months", name="uq_watch_rounds_community_id_completed_on_months"
        ),
    )
    op.create_table(
        "watch_findings",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("round_id", BIG_ID, nullable=False),
        sa.Column("item", sa.String(40), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("attachment_id", BIG_ID),
        sa.PrimaryKeyConstraint("id", name="pk_watch_findings"),
        sa.CheckConstraint(
            "(verdict = 'absent') = (attachment_id IS NULL)",
            name="ck_watch_findings_picture_of_what_is_there",
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachments.id"], name="fk_watch_findings_attachment_id_attachments"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["watch_rounds.id"], name="fk_watch_findings_round_id_watch_rounds"
        ),
        sa.UniqueConstraint("round_id", "item", name="uq_watch_findings_round_id_item"),
    )
    op.create_table(
        "watch_tickets",
        sa.Column("finding_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("linked_by", sa.String(40), nullable=False),
        sa.Column("linked_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("finding_id", name="pk_watch_tickets"),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["watch_findings.id"], name="fk_watch_tickets_finding_id_watch_findings"
        ),
    )


def threads() -> None:
    op.create_table(
        "matters",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
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
        sa.PrimaryKeyConstraint("id", name="pk_matters"),
        sa.CheckConstraint(
            "(voice = 'resident') = (flat_id IS NOT NULL)", name="ck_matters_resident_has_home"
        ),
        sa.CheckConstraint(
            "(voice = 'resident') = (resident_id IS NOT NULL)", name="ck_matters_resident_has_number"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_matters_community_id_communities"
        ),
        sa.ForeignKeyConstraint(["flat_id"], ["flats.id"], name="fk_matters_flat_id_flats"),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name="fk_matters_resident_id_residents"),
        sa.UniqueConstraint("client_key", name="uq_matters_client_key"),
    )
    op.create_index("ix_matters_due", "matters", ["community_id", "due_at"])
    op.create_index("ix_matters_listed", "matters", ["community_id", "id"])
    op.create_index("ix_matters_resident_id", "matters", ["resident_id"])
    op.create_table(
        "matter_supports",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("matter_id", BIG_ID, nullable=False),
        sa.Column("flat_id", BIG_ID, nullable=False),
        sa.Column("resident_id", BIG_ID, nullable=False),
        sa.Column("supported_at", Instant(), nullable=False),
        sa.Column("withdrawn_at", Instant()),
        sa.PrimaryKeyConstraint("id", name="pk_matter_supports"),
        sa.ForeignKeyConstraint(["flat_id"], ["flats.id"], name="fk_matter_supports_flat_id_flats"),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_matter_supports_matter_id_matters"),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name="fk_matter_supports_resident_id_residents"
        ),
        sa.UniqueConstraint("matter_id", "flat_id", name="uq_matter_supports_matter_id_flat_id"),
    )
    op.create_table(
        "matter_answers",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("matter_id", BIG_ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(40), nullable=False),
        sa.Column("answered_name", sa.String(100), nullable=False),
        sa.Column("answered_as", sa.String(40), nullable=False),
        sa.Column("answered_at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_matter_answers"),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_matter_answers_matter_id_matters"),
        sa.UniqueConstraint("client_key", name="uq_matter_answers_client_key"),
    )
    op.create_index("ix_matter_answers_matter_id", "matter_answers", ["matter_id"])
    op.create_table(
        "matter_merges",
        sa.Column("matter_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("into_id", BIG_ID, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("merged_by", sa.String(40), nullable=False),
        sa.Column("merged_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("matter_id", name="pk_matter_merges"),
        sa.ForeignKeyConstraint(["into_id"], ["matters.id"], name="fk_matter_merges_into_id_matters"),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_matter_merges_matter_id_matters"),
    )
    op.create_index("ix_matter_merges_into_id", "matter_merges", ["into_id"])
    op.create_table(
        "matter_links",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("matter_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("target_id", BIG_ID, nullable=False),
        sa.Column("linked_by", sa.String(40), nullable=False),
        sa.Column("linked_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matter_links"),
        sa.ForeignKeyConstraint(["matter_id"], ["matters.id"], name="fk_matter_links_matter_id_matters"),
        sa.UniqueConstraint(
            "matter_id", "kind", "target_id", name="uq_matter_links_matter_id_kind_target_id"
        ),
    )


def meetings() -> None:
    op.create_table(
        "matter_meetings",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
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
        sa.PrimaryKeyConstraint("id", name="pk_matter_meetings"),
        sa.CheckConstraint(
            "(called_off_at IS NULL) = (called_off_reason = '')",
            name="ck_matter_meetings_called_off_for_a_reason",
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_matter_meetings_community_id_communities"
        ),
        sa.UniqueConstraint("client_key", name="uq_matter_meetings_client_key"),
    )
    op.create_index("ix_matter_meetings_community_id", "matter_meetings", ["community_id"])
    op.create_table(
        "matter_agenda_points",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("meeting_id", BIG_ID, nullable=False),
        sa.Column("matter_id", BIG_ID),
        sa.Column("words", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matter_agenda_points"),
        sa.CheckConstraint(
            "(matter_id IS NULL) = (words <> '')", name="ck_matter_agenda_points_matter_or_words"
        ),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matters.id"], name="fk_matter_agenda_points_matter_id_matters"
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["matter_meetings.id"], name="fk_matter_agenda_points_meeting_id_matter_meetings"
        ),
        sa.UniqueConstraint("meeting_id", "matter_id", name="uq_matter_agenda_points_meeting_id_matter_id"),
    )
    op.create_index("ix_matter_agenda_points_matter_id", "matter_agenda_points", ["matter_id"])
    op.create_table(
        "matter_minutes",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("meeting_id", BIG_ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("came", sa.JSON(), nullable=False),
        sa.Column("sheet_id", BIG_ID),
        sa.Column("written_by", sa.String(40), nullable=False),
        sa.Column("written_name", sa.String(100), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_matter_minutes"),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["matter_meetings.id"], name="fk_matter_minutes_meeting_id_matter_meetings"
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["attachments.id"], name="fk_matter_minutes_sheet_id_attachments"
        ),
        sa.UniqueConstraint("client_key", name="uq_matter_minutes_client_key"),
    )
    op.create_index("ix_matter_minutes_meeting_id", "matter_minutes", ["meeting_id"])
    op.create_table(
        "matter_resolutions",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("point_id", BIG_ID, nullable=False),
        sa.Column("what", sa.String(200), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("resolved_by", sa.String(40), nullable=False),
        sa.Column("resolved_at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_matter_resolutions"),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["matter_agenda_points.id"],
            name="fk_matter_resolutions_point_id_matter_agenda_points",
        ),
        sa.UniqueConstraint("client_key", name="uq_matter_resolutions_client_key"),
    )
    op.create_index("ix_matter_resolutions_point_id", "matter_resolutions", ["point_id"])
    op.create_table(
        "matter_resolution_acts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("resolution_id", BIG_ID, nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("recorded_by", sa.String(40), nullable=False),
        sa.Column("recorded_name", sa.String(100), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        *keyed(),
        sa.PrimaryKeyConstraint("id", name="pk_matter_resolution_acts"),
        sa.ForeignKeyConstraint(
            ["resolution_id"],
            ["matter_resolutions.id"],
            name="fk_matter_resolution_acts_resolution_id_matter_resolutions",
        ),
        sa.UniqueConstraint("client_key", name="uq_matter_resolution_acts_client_key"),
    )
    op.create_index("ix_matter_resolution_acts_resolution_id", "matter_resolution_acts", ["resolution_id"])


def downgrade() -> None:
    for table in ONLY_GROWS:
        for statement in append_only_undo(table, op.get_bind().dialect.name):
            op.execute(statement)
    for table in reversed(TABLES):
        op.drop_table(table)
