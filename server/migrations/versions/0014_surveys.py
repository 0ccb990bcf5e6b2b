"""Surveys: what is asked, what was answered, what counts."""

import sqlalchemy as sa
from alembic import op

from server.infra.db import Instant, append_only_ddl, append_only_undo

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONLY_GROWS = ("survey_responses", "survey_reviews", "survey_texts", "survey_quotes")
TABLES = (
    "survey_campaigns",
    "surveys",
    "survey_versions",
    "survey_corrections",
    "survey_responses",
    "survey_reviews",
    "survey_private",
    "survey_texts",
    "survey_claims",
    "survey_drafts",
    "survey_counted",
    "survey_sums",
    "survey_exports",
    "survey_quotes",
)


def upgrade() -> None:
    op.create_table(
        "survey_campaigns",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("division_id", BIG_ID, nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("closes_at", Instant(), nullable=False),
        sa.Column("started_by", sa.String(40), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_survey_campaigns"),
        sa.ForeignKeyConstraint(
            ["division_id"], ["divisions.id"], name="fk_survey_campaigns_division_id_divisions"
        ),
        sa.UniqueConstraint("client_key", name="uq_survey_campaigns_client_key"),
    )
    op.create_index("ix_survey_campaigns_division_id", "survey_campaigns", ["division_id"])
    op.create_table(
        "surveys",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("campaign_id", BIG_ID),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("building_ids", sa.JSON(), nullable=False),
        sa.Column("entrance_ids", sa.JSON(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("opened_at", Instant()),
        sa.Column("closes_at", Instant()),
        sa.Column("discarded_at", Instant()),
        sa.Column("drafted_by", sa.String(40), nullable=False),
        sa.Column("drafted_at", Instant(), nullable=False),
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_surveys"),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["survey_campaigns.id"], name="fk_surveys_campaign_id_survey_campaigns"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_surveys_community_id_communities"
        ),
        sa.UniqueConstraint("client_key", name="uq_surveys_client_key"),
        sa.CheckConstraint(
            "closes_at IS NULL OR opened_at IS NULL OR closes_at >= opened_at",
            name="closes_after_opening",
        ),
    )
    op.create_index("ix_surveys_community_id", "surveys", ["community_id"])
    op.create_index("ix_surveys_campaign_id", "surveys", ["campaign_id"])
    op.create_table(
        "survey_versions",
        sa.Column("survey_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("made_by", sa.String(40), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("survey_id", "number", name="pk_survey_versions"),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name="fk_survey_versions_survey_id_surveys"),
    )
    op.create_table(
        "survey_corrections",
        sa.Column("survey_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("based_on", sa.String(64), nullable=False),
        sa.Column("changed_by", sa.String(40), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("survey_id", name="pk_survey_corrections"),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name="fk_survey_corrections_survey_id_surveys"
        ),
    )
    op.create_table(
        "survey_responses",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("survey_id", BIG_ID, nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("household_id", BIG_ID, nullable=False),
        sa.Column("building_id", BIG_ID, nullable=False),
        sa.Column("proof", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("capacity", sa.String(40), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("entered_by", sa.String(40), nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("confirms_id", BIG_ID),
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_survey_responses"),
        sa.ForeignKeyConstraint(
            ["building_id"], ["buildings.id"], name="fk_survey_responses_building_id_buildings"
        ),
        sa.ForeignKeyConstraint(
            ["confirms_id"], ["survey_responses.id"], name="fk_survey_responses_confirms_id_survey_responses"
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name="fk_survey_responses_household_id_households"
        ),
        sa.ForeignKeyConstraint(
            ["survey_id", "version_number"],
            ["survey_versions.survey_id", "survey_versions.number"],
            name="fk_survey_responses_version",
        ),
        sa.UniqueConstraint("client_key", name="uq_survey_responses_client_key"),
    )
    op.create_index("ix_survey_responses_household", "survey_responses", ["survey_id", "household_id"])
    op.create_index("ix_survey_responses_household_id", "survey_responses", ["household_id"])
    op.create_table(
        "survey_reviews",
        sa.Column("response_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("reviewed_by", sa.String(40), nullable=False),
        sa.Column("reviewed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("response_id", name="pk_survey_reviews"),
        sa.ForeignKeyConstraint(
            ["response_id"], ["survey_responses.id"], name="fk_survey_reviews_response_id_survey_responses"
        ),
    )
    op.create_table(
        "survey_private",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("response_id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_survey_private"),
        sa.ForeignKeyConstraint(
            ["response_id"], ["survey_responses.id"], name="fk_survey_private_response_id_survey_responses"
        ),
        sa.UniqueConstraint("response_id", "key", name="uq_survey_private_key"),
    )
    op.create_table(
        "survey_texts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("survey_id", BIG_ID, nullable=False),
        sa.Column("response_id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_survey_texts"),
        sa.ForeignKeyConstraint(
            ["response_id"], ["survey_responses.id"], name="fk_survey_texts_response_id_survey_responses"
        ),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name="fk_survey_texts_survey_id_surveys"),
    )
    op.create_index("ix_survey_texts_question", "survey_texts", ["survey_id", "key", "digest"])
    op.create_index("ix_survey_texts_response", "survey_texts", ["response_id"])
    op.create_table(
        "survey_claims",
        sa.Column("survey_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("household_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("device", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("survey_id", "household_id", name="pk_survey_claims"),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name="fk_survey_claims_household_id_households"
        ),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name="fk_survey_claims_survey_id_surveys"),
        sa.UniqueConstraint("survey_id", "device", name="uq_survey_claims_device"),
    )
    op.create_table(
        "survey_drafts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("survey_id", BIG_ID, nullable=False),
        sa.Column("household_id", BIG_ID, nullable=False),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("capacity", sa.String(40)),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_survey_drafts"),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name="fk_survey_drafts_household_id_households"
        ),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name="fk_survey_drafts_survey_id_surveys"),
        sa.UniqueConstraint("survey_id", "household_id", "holder", name="uq_survey_drafts_holder"),
    )
    op.create_table(
        "survey_counted",
        sa.Column("survey_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("household_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("proof", sa.String(40), nullable=False),
        sa.Column("response_id", BIG_ID),
        sa.Column("consent_response_id", BIG_ID),
        sa.Column("folded_response_id", BIG_ID),
        sa.Column("folded_consent_id", BIG_ID),
        sa.Column("is_folded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("survey_id", "household_id", name="pk_survey_counted"),
        sa.ForeignKeyConstraint(
            ["consent_response_id"],
            ["survey_responses.id"],
            name="fk_survey_counted_consent_response_id_survey_responses",
        ),
        sa.ForeignKeyConstraint(
            ["folded_consent_id"],
            ["survey_responses.id"],
            name="fk_survey_counted_folded_consent_id_survey_responses",
        ),
        sa.ForeignKeyConstraint(
            ["folded_response_id"],
            ["survey_responses.id"],
            name="fk_survey_counted_folded_response_id_survey_responses",
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name="fk_survey_counted_household_id_households"
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["survey_responses.id"], name="fk_survey_counted_response_id_survey_responses"
        ),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name="fk_survey_counted_survey_id_surveys"),
    )
    op.create_index("ix_survey_counted_response_id", "survey_counted", ["response_id"])
    op.create_index("ix_survey_counted_unfolded", "survey_counted", ["survey_id", "is_folded"])
    op.create_table(
        "survey_sums",
        sa.Column("survey_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("dimension", sa.String(12), nullable=False),
        sa.Column("group_key", sa.String(60), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("survey_id", "dimension", "group_key", name="pk_survey_sums"),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name="fk_survey_sums_survey_id_surveys"),
    )
    op.create_table(
        "survey_exports",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("survey_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("form", sa.String(4), nullable=False),
        sa.Column("has_labels", sa.Boolean(), nullable=False),
        sa.Column("file_key", sa.String(64), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(40), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant()),
        sa.Column("beat_at", Instant()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.String(80)),
        sa.Column("client_digest", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_survey_exports"),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name="fk_survey_exports_survey_id_surveys"),
        sa.UniqueConstraint("file_key", name="uq_survey_exports_file_key"),
        sa.UniqueConstraint("client_key", name="uq_survey_exports_client_key"),
    )
    op.create_index("ix_survey_exports_survey_id", "survey_exports", ["survey_id"])
    op.create_index("ix_survey_exports_state", "survey_exports", ["state"])
    op.create_table(
        "survey_quotes",
        sa.Column("text_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("survey_id", BIG_ID, nullable=False),
        sa.Column("chosen_by", sa.String(40), nullable=False),
        sa.Column("chosen_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("text_id", name="pk_survey_quotes"),
        sa.ForeignKeyConstraint(
            ["text_id"], ["survey_texts.id"], name="fk_survey_quotes_text_id_survey_texts"
        ),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name="fk_survey_quotes_survey_id_surveys"),
    )
    op.create_index("ix_survey_quotes_survey_id", "survey_quotes", ["survey_id"])
    for table in ONLY_GROWS:
        for statement in append_only_ddl(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(ONLY_GROWS):
        for statement in append_only_undo(table, op.get_bind().dialect.name):
            op.execute(statement)
    for table in reversed(TABLES):
        op.drop_table(table)
