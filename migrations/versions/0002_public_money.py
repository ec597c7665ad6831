"""public money

Revision: 0002, follows 0001
"""

import sqlalchemy as sa
from alembic import op

from app.core import ids
from app.core.database import append_only_ddl

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


# Tables whose rows are written once; the triggers are those of app.core.database at the time of this revision.
APPEND_ONLY = (
    "asset_check",
    "asset_count",
    "division_key_mark",
    "division_merger",
    "duty_record",
    "evaluation_recheck",
    "evaluation_step",
    "fund_entry",
    "inspection_reinspection",
    "inspection_result",
    "phone_check_call",
    "site_score",
    "site_visit",
    "station_position",
    "station_premises",
    "station_rename",
)


def upgrade() -> None:
    op.create_table('division_key_mark',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('is_key', sa.Boolean(), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['division_code'], ['division.code'], name=op.f('fk_division_key_mark_division_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_division_key_mark'))
    )
    with op.batch_alter_table('division_key_mark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_division_key_mark_division_code_effective_on'), ['division_code', 'effective_on'], unique=False)

    op.create_table('division_merger',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('into_code', sa.String(length=12), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['division_code'], ['division.code'], name=op.f('fk_division_merger_division_code')),
    sa.ForeignKeyConstraint(['into_code'], ['division.code'], name=op.f('fk_division_merger_into_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_division_merger')),
    sa.UniqueConstraint('division_code', name=op.f('uq_division_merger_division_code'))
    )
    op.create_table('evaluation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('county_name', sa.String(length=64), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('tree_key', sa.String(length=64), nullable=False),
    sa.Column('tree_title', sa.String(length=100), nullable=False),
    sa.Column('tree_basis', sa.JSON(), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['division_code'], ['division.code'], name=op.f('fk_evaluation_division_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evaluation')),
    sa.UniqueConstraint('division_code', 'year', name=op.f('uq_evaluation_division_code_year'))
    )
    with op.batch_alter_table('evaluation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evaluation_status'), ['status'], unique=False)

    op.create_table('inspection_round',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('county_code', sa.String(length=12), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('criteria_key', sa.String(length=64), nullable=False),
    sa.Column('criteria_title', sa.String(length=100), nullable=False),
    sa.Column('criteria', sa.JSON(), nullable=False),
    sa.Column('kinds', sa.JSON(), nullable=False),
    sa.Column('selection', sa.String(length=32), nullable=False),
    sa.Column('township_codes', sa.JSON(), nullable=False),
    sa.Column('population', sa.JSON(), nullable=False),
    sa.Column('population_sha256', sa.String(length=64), nullable=False),
    sa.Column('seed', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_by', sa.String(length=64), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['county_code'], ['division.code'], name=op.f('fk_inspection_round_county_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection_round')),
    sa.UniqueConstraint('county_code', 'year', 'name', name=op.f('uq_inspection_round_county_code_year_name'))
    )
    op.create_table('organisation_record',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('column_key', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=150), nullable=False),
    sa.Column('dated_on', sa.Date(), nullable=False),
    sa.Column('place', sa.String(length=150), nullable=False),
    sa.Column('participants', sa.Integer(), nullable=True),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('url', sa.String(length=300), nullable=False),
    sa.Column('upload_id', sa.Uuid(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.String(length=64), nullable=False),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('voided_reason', sa.String(length=200), nullable=False),
    sa.Column('voided_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['division_code'], ['division.code'], name=op.f('fk_organisation_record_division_code')),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_organisation_record_upload_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_record'))
    )
    with op.batch_alter_table('organisation_record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisation_record_dated_on'), ['dated_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_organisation_record_division_code_kind'), ['division_code', 'kind'], unique=False)

    op.create_table('subsidy_fund',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('county_code', sa.String(length=12), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('document', sa.String(length=100), nullable=False),
    sa.Column('planned_fen', sa.BigInteger(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['county_code'], ['division.code'], name=op.f('fk_subsidy_fund_county_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subsidy_fund')),
    sa.UniqueConstraint('county_code', 'year', 'name', name='uq_subsidy_fund_name')
    )
    op.create_table('asset_check',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('checked_on', sa.Date(), nullable=False),
    sa.Column('checked_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_asset_check_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_asset_check'))
    )
    with op.batch_alter_table('asset_check', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_asset_check_station_id'), ['station_id'], unique=False)

    op.create_table('construction_project',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=16), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('station_name', sa.String(length=64), nullable=False),
    sa.Column('place_name', sa.String(length=200), nullable=False),
    sa.Column('payee_code', sa.String(length=12), nullable=False),
    sa.Column('payee_name', sa.String(length=64), nullable=False),
    sa.Column('builder_name', sa.String(length=100), nullable=False),
    sa.Column('builder_number', sa.String(length=18), nullable=False),
    sa.Column('purpose', sa.String(length=500), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('applied_on', sa.Date(), nullable=False),
    sa.Column('asked_fen', sa.BigInteger(), nullable=False),
    sa.Column('is_key', sa.Boolean(), nullable=False),
    sa.Column('approved_fen', sa.BigInteger(), nullable=True),
    sa.Column('approved_equipment_fen', sa.BigInteger(), nullable=True),
    sa.Column('approved_refurbishment_fen', sa.BigInteger(), nullable=True),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.Column('approval_reference', sa.String(length=100), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=True),
    sa.Column('completed_on', sa.Date(), nullable=True),
    sa.Column('self_inspection', sa.String(length=1000), nullable=False),
    sa.Column('accepted_on', sa.Date(), nullable=True),
    sa.Column('closed_reason', sa.String(length=300), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['division_code'], ['division.code'], name=op.f('fk_construction_project_division_code')),
    sa.ForeignKeyConstraint(['payee_code'], ['division.code'], name=op.f('fk_construction_project_payee_code')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_construction_project_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_construction_project')),
    sa.UniqueConstraint('number', name=op.f('uq_construction_project_number'))
    )
    with op.batch_alter_table('construction_project', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_construction_project_division_code'), ['division_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_construction_project_status'), ['status'], unique=False)
        batch_op.create_index('uq_construction_project_unfinished', ['station_id'], unique=True, sqlite_where=sa.text("status NOT IN ('accepted', 'refused', 'withdrawn')"), postgresql_where=sa.text("status NOT IN ('accepted', 'refused', 'withdrawn')"))

    op.create_table('evaluation_leaf',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('evaluation_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('first_level', sa.String(length=64), nullable=False),
    sa.Column('second_level', sa.String(length=64), nullable=False),
    sa.Column('label', sa.String(length=100), nullable=False),
    sa.Column('explanation', sa.String(length=300), nullable=False),
    sa.Column('standard', sa.String(length=500), nullable=False),
    sa.Column('points', sa.Numeric(precision=5, scale=1), nullable=False),
    sa.Column('is_bonus', sa.Boolean(), nullable=False),
    sa.Column('site_check', sa.Boolean(), nullable=False),
    sa.Column('wanted', sa.JSON(), nullable=False),
    sa.Column('self_score', sa.Numeric(precision=5, scale=1), nullable=True),
    sa.Column('self_reason', sa.String(length=500), nullable=False),
    sa.Column('self_by', sa.String(length=64), nullable=False),
    sa.Column('self_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('county_score', sa.Numeric(precision=5, scale=1), nullable=True),
    sa.Column('county_reason', sa.String(length=500), nullable=False),
    sa.Column('county_by', sa.String(length=64), nullable=False),
    sa.Column('county_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('province_score', sa.Numeric(precision=5, scale=1), nullable=True),
    sa.Column('province_reason', sa.String(length=500), nullable=False),
    sa.Column('province_by', sa.String(length=64), nullable=False),
    sa.Column('province_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['evaluation_id'], ['evaluation.id'], name=op.f('fk_evaluation_leaf_evaluation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evaluation_leaf')),
    sa.UniqueConstraint('evaluation_id', 'key', name=op.f('uq_evaluation_leaf_evaluation_id_key'))
    )
    op.create_table('evaluation_report',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('evaluation_id', sa.Uuid(), nullable=False),
    sa.Column('after', sa.String(length=32), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['issued_document.id'], name=op.f('fk_evaluation_report_document_id')),
    sa.ForeignKeyConstraint(['evaluation_id'], ['evaluation.id'], name=op.f('fk_evaluation_report_evaluation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evaluation_report'))
    )
    with op.batch_alter_table('evaluation_report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evaluation_report_evaluation_id'), ['evaluation_id'], unique=False)

    op.create_table('evaluation_step',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('evaluation_id', sa.Uuid(), nullable=False),
    sa.Column('old_status', sa.String(length=32), nullable=False),
    sa.Column('new_status', sa.String(length=32), nullable=False),
    sa.Column('opinion', sa.String(length=500), nullable=False),
    sa.Column('signer', sa.String(length=64), nullable=False),
    sa.Column('acted_on', sa.Date(), nullable=False),
    sa.Column('score', sa.Numeric(precision=5, scale=1), nullable=True),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['evaluation_id'], ['evaluation.id'], name=op.f('fk_evaluation_step_evaluation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evaluation_step'))
    )
    with op.batch_alter_table('evaluation_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evaluation_step_evaluation_id'), ['evaluation_id'], unique=False)

    op.create_table('operator_contract',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('county_code', sa.String(length=12), nullable=False),
    sa.Column('fund_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=50), nullable=False),
    sa.Column('contractor', sa.String(length=100), nullable=False),
    sa.Column('contractor_number', sa.String(length=18), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('annual_fee_fen', sa.BigInteger(), nullable=False),
    sa.Column('selection', sa.String(length=300), nullable=False),
    sa.Column('template_key', sa.String(length=64), nullable=False),
    sa.Column('template_document', sa.String(length=200), nullable=False),
    sa.Column('jobs_target', sa.Integer(), nullable=False),
    sa.Column('upload_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['county_code'], ['division.code'], name=op.f('fk_operator_contract_county_code')),
    sa.ForeignKeyConstraint(['fund_id'], ['subsidy_fund.id'], name=op.f('fk_operator_contract_fund_id')),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_operator_contract_upload_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_operator_contract'))
    )
    with op.batch_alter_table('operator_contract', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_operator_contract_county_code'), ['county_code'], unique=False)

    op.create_table('phone_check',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('subject', sa.String(length=32), nullable=False),
    sa.Column('subject_name', sa.String(length=100), nullable=False),
    sa.Column('round_id', sa.Uuid(), nullable=True),
    sa.Column('station_id', sa.Uuid(), nullable=True),
    sa.Column('session_id', sa.Uuid(), nullable=True),
    sa.Column('first_day', sa.Date(), nullable=True),
    sa.Column('last_day', sa.Date(), nullable=True),
    sa.Column('purpose', sa.String(length=200), nullable=False),
    sa.Column('population', sa.JSON(), nullable=False),
    sa.Column('population_size', sa.Integer(), nullable=False),
    sa.Column('population_sha256', sa.String(length=64), nullable=False),
    sa.Column('seed', sa.String(length=64), nullable=False),
    sa.Column('sample_size', sa.Integer(), nullable=False),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('drawn_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['inspection_round.id'], name=op.f('fk_phone_check_round_id')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_phone_check_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phone_check'))
    )
    with op.batch_alter_table('phone_check', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_phone_check_division_code'), ['division_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_phone_check_population_sha256'), ['population_sha256'], unique=False)

    op.create_table('publicity',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('issuer', sa.String(length=100), nullable=False),
    sa.Column('subject', sa.String(length=32), nullable=False),
    sa.Column('reference', sa.String(length=200), nullable=False),
    sa.Column('evaluation_id', sa.Uuid(), nullable=True),
    sa.Column('title', sa.String(length=150), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('places', sa.String(length=300), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.Column('withdrawn_reason', sa.String(length=300), nullable=False),
    sa.Column('conclusion', sa.String(length=500), nullable=False),
    sa.Column('concluded_on', sa.Date(), nullable=True),
    sa.Column('concluded_by', sa.String(length=64), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['division_code'], ['division.code'], name=op.f('fk_publicity_division_code')),
    sa.ForeignKeyConstraint(['document_id'], ['issued_document.id'], name=op.f('fk_publicity_document_id')),
    sa.ForeignKeyConstraint(['evaluation_id'], ['evaluation.id'], name=op.f('fk_publicity_evaluation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publicity'))
    )
    with op.batch_alter_table('publicity', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_publicity_division_code'), ['division_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_publicity_evaluation_id'), ['evaluation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_publicity_starts_on'), ['starts_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_publicity_status'), ['status'], unique=False)

    op.create_table('station_inspection',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('round_id', sa.Uuid(), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('station_name', sa.String(length=64), nullable=False),
    sa.Column('station_code', sa.String(length=16), nullable=False),
    sa.Column('station_kind', sa.String(length=32), nullable=False),
    sa.Column('township_name', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('visited_on', sa.Date(), nullable=True),
    sa.Column('scored_by', sa.String(length=64), nullable=True),
    sa.Column('reviewed_on', sa.Date(), nullable=True),
    sa.Column('reviewed_by', sa.String(length=64), nullable=True),
    sa.Column('remark', sa.String(length=300), nullable=False),
    sa.Column('excused_reason', sa.String(length=200), nullable=False),
    sa.Column('total', sa.Numeric(precision=5, scale=1), nullable=True),
    sa.Column('grade', sa.String(length=32), nullable=True),
    sa.Column('subsidy_fen', sa.BigInteger(), nullable=True),
    sa.Column('result_version', sa.Integer(), nullable=False),
    sa.Column('rectification', sa.String(length=32), nullable=True),
    sa.Column('ordered_on', sa.Date(), nullable=True),
    sa.Column('ordered_by', sa.String(length=64), nullable=True),
    sa.Column('rectify_by', sa.Date(), nullable=True),
    sa.Column('resolved_on', sa.Date(), nullable=True),
    sa.Column('resolved_by', sa.String(length=64), nullable=True),
    sa.Column('resolved_reason', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['division_code'], ['division.code'], name=op.f('fk_station_inspection_division_code')),
    sa.ForeignKeyConstraint(['round_id'], ['inspection_round.id'], name=op.f('fk_station_inspection_round_id')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_station_inspection_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_station_inspection')),
    sa.UniqueConstraint('round_id', 'station_id', name=op.f('uq_station_inspection_round_id_station_id'))
    )
    with op.batch_alter_table('station_inspection', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_station_inspection_division_code'), ['division_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_station_inspection_round_id_status'), ['round_id', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_station_inspection_station_id'), ['station_id'], unique=False)

    op.create_table('station_offer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=False),
    sa.Column('service', sa.String(length=32), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_station_offer_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_station_offer'))
    )
    with op.batch_alter_table('station_offer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_station_offer_station_id'), ['station_id'], unique=False)
        batch_op.create_index('uq_station_offer_open', ['station_id', 'service'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))

    op.create_table('station_partner',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_station_partner_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_station_partner'))
    )
    with op.batch_alter_table('station_partner', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_station_partner_station_id'), ['station_id'], unique=False)
        batch_op.create_index('uq_station_partner_open', ['station_id', 'name'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))

    op.create_table('station_position',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=False),
    sa.Column('lon', sa.Double(), nullable=False),
    sa.Column('lat', sa.Double(), nullable=False),
    sa.Column('accuracy_m', sa.Integer(), nullable=True),
    sa.Column('taken_on', sa.Date(), nullable=False),
    sa.Column('source', sa.String(length=32), nullable=False),
    sa.Column('upload_id', sa.Uuid(), nullable=True),
    sa.Column('doubt', sa.String(length=200), nullable=False),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_station_position_station_id')),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_station_position_upload_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_station_position'))
    )
    with op.batch_alter_table('station_position', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_station_position_station_id_recorded_at'), ['station_id', 'recorded_at'], unique=False)

    op.create_table('station_premises',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('owner_name', sa.String(length=100), nullable=False),
    sa.Column('tenure', sa.String(length=32), nullable=False),
    sa.Column('rent_fen', sa.BigInteger(), nullable=False),
    sa.Column('lease_until', sa.Date(), nullable=True),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_station_premises_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_station_premises'))
    )
    with op.batch_alter_table('station_premises', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_station_premises_station_id_effective_on'), ['station_id', 'effective_on'], unique=False)

    op.create_table('station_rename',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=False),
    sa.Column('old_name', sa.String(length=64), nullable=False),
    sa.Column('new_name', sa.String(length=64), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_station_rename_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_station_rename'))
    )
    with op.batch_alter_table('station_rename', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_station_rename_station_id_effective_on'), ['station_id', 'effective_on'], unique=False)

    op.create_table('evaluation_evidence',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('leaf_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('title', sa.String(length=100), nullable=False),
    sa.Column('path', sa.String(length=300), nullable=False),
    sa.Column('dated_on', sa.Date(), nullable=True),
    sa.Column('upload_id', sa.Uuid(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.String(length=64), nullable=False),
    sa.Column('added_role', sa.String(length=32), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['leaf_id'], ['evaluation_leaf.id'], name=op.f('fk_evaluation_evidence_leaf_id')),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_evaluation_evidence_upload_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evaluation_evidence'))
    )
    with op.batch_alter_table('evaluation_evidence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evaluation_evidence_leaf_id'), ['leaf_id'], unique=False)

    op.create_table('evaluation_rectification',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('evaluation_id', sa.Uuid(), nullable=False),
    sa.Column('leaf_id', sa.Uuid(), nullable=True),
    sa.Column('cause', sa.String(length=300), nullable=False),
    sa.Column('measure', sa.String(length=300), nullable=False),
    sa.Column('result', sa.String(length=300), nullable=False),
    sa.Column('proof_id', sa.Uuid(), nullable=True),
    sa.Column('problem', sa.String(length=300), nullable=False),
    sa.Column('owner_name', sa.String(length=64), nullable=False),
    sa.Column('deadline', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('found_by', sa.String(length=64), nullable=False),
    sa.Column('rectified_on', sa.Date(), nullable=True),
    sa.Column('rectified_by', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['evaluation_id'], ['evaluation.id'], name=op.f('fk_evaluation_rectification_evaluation_id')),
    sa.ForeignKeyConstraint(['leaf_id'], ['evaluation_leaf.id'], name=op.f('fk_evaluation_rectification_leaf_id')),
    sa.ForeignKeyConstraint(['proof_id'], ['upload.id'], name=op.f('fk_evaluation_rectification_proof_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evaluation_rectification'))
    )
    with op.batch_alter_table('evaluation_rectification', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evaluation_rectification_evaluation_id'), ['evaluation_id'], unique=False)

    op.create_table('inspection_finding',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('inspection_id', sa.Uuid(), nullable=False),
    sa.Column('criterion_key', sa.String(length=64), nullable=True),
    sa.Column('measure', sa.String(length=300), nullable=False),
    sa.Column('problem', sa.String(length=300), nullable=False),
    sa.Column('owner_name', sa.String(length=64), nullable=False),
    sa.Column('deadline', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('found_by', sa.String(length=64), nullable=False),
    sa.Column('rectified_on', sa.Date(), nullable=True),
    sa.Column('rectified_by', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['inspection_id'], ['station_inspection.id'], name=op.f('fk_inspection_finding_inspection_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection_finding'))
    )
    with op.batch_alter_table('inspection_finding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inspection_finding_inspection_id'), ['inspection_id'], unique=False)

    op.create_table('inspection_result',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('inspection_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('points', sa.JSON(), nullable=False),
    sa.Column('total', sa.Numeric(precision=5, scale=1), nullable=False),
    sa.Column('grade', sa.String(length=32), nullable=False),
    sa.Column('subsidy_fen', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['inspection_id'], ['station_inspection.id'], name=op.f('fk_inspection_result_inspection_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection_result')),
    sa.UniqueConstraint('inspection_id', 'version', name=op.f('uq_inspection_result_inspection_id_version'))
    )
    op.create_table('inspection_score',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('inspection_id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('township_points', sa.Numeric(precision=5, scale=1), nullable=True),
    sa.Column('township_remark', sa.String(length=300), nullable=False),
    sa.Column('township_by', sa.String(length=64), nullable=True),
    sa.Column('township_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('county_points', sa.Numeric(precision=5, scale=1), nullable=True),
    sa.Column('county_remark', sa.String(length=300), nullable=False),
    sa.Column('county_by', sa.String(length=64), nullable=True),
    sa.Column('county_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('corrected_points', sa.Numeric(precision=5, scale=1), nullable=True),
    sa.Column('part_count', sa.Integer(), nullable=True),
    sa.Column('whole_count', sa.Integer(), nullable=True),
    sa.Column('suggested_points', sa.Numeric(precision=5, scale=1), nullable=True),
    sa.Column('suggested_from', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['inspection_id'], ['station_inspection.id'], name=op.f('fk_inspection_score_inspection_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection_score')),
    sa.UniqueConstraint('inspection_id', 'key', name=op.f('uq_inspection_score_inspection_id_key'))
    )
    op.create_table('operator_duty',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('label', sa.String(length=100), nullable=False),
    sa.Column('hint', sa.String(length=300), nullable=False),
    sa.Column('unit', sa.String(length=16), nullable=False),
    sa.Column('yearly_target', sa.Numeric(precision=14, scale=3), nullable=False),
    sa.ForeignKeyConstraint(['contract_id'], ['operator_contract.id'], name=op.f('fk_operator_duty_contract_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_operator_duty')),
    sa.UniqueConstraint('contract_id', 'key', name=op.f('uq_operator_duty_contract_id_key'))
    )
    op.create_table('operator_instalment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=100), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('required_score', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('score', sa.Integer(), nullable=True),
    sa.Column('assessed_on', sa.Date(), nullable=True),
    sa.Column('assessed_by', sa.String(length=64), nullable=True),
    sa.Column('opinion', sa.String(length=500), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('paid_by', sa.String(length=64), nullable=True),
    sa.Column('voucher', sa.String(length=100), nullable=False),
    sa.Column('upload_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['contract_id'], ['operator_contract.id'], name=op.f('fk_operator_instalment_contract_id')),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_operator_instalment_upload_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_operator_instalment')),
    sa.UniqueConstraint('contract_id', 'position', name=op.f('uq_operator_instalment_contract_id_position'))
    )
    op.create_table('operator_job',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('work', sa.String(length=100), nullable=False),
    sa.Column('job_group', sa.String(length=32), nullable=False),
    sa.Column('from_day', sa.Date(), nullable=False),
    sa.Column('to_day', sa.Date(), nullable=True),
    sa.Column('upload_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['contract_id'], ['operator_contract.id'], name=op.f('fk_operator_job_contract_id')),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_operator_job_upload_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_operator_job'))
    )
    with op.batch_alter_table('operator_job', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_operator_job_contract_id'), ['contract_id'], unique=False)

    op.create_table('phone_check_person',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('check_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('place_name', sa.String(length=100), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=True),
    sa.Column('replaces_position', sa.Integer(), nullable=True),
    sa.Column('replaced_reason', sa.String(length=200), nullable=False),
    sa.Column('result', sa.String(length=32), nullable=True),
    sa.Column('knows', sa.Boolean(), nullable=True),
    sa.Column('satisfied', sa.Integer(), nullable=True),
    sa.Column('attended', sa.Boolean(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('last_called_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['check_id'], ['phone_check.id'], name=op.f('fk_phone_check_person_check_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phone_check_person')),
    sa.UniqueConstraint('check_id', 'position', name=op.f('uq_phone_check_person_check_id_position')),
    sa.UniqueConstraint('check_id', 'subject_id', name=op.f('uq_phone_check_person_check_id_subject_id'))
    )
    with op.batch_alter_table('phone_check_person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_phone_check_person_station_id'), ['station_id'], unique=False)

    op.create_table('plan_milestone',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('target_id', sa.Uuid(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('amount', sa.Numeric(precision=9, scale=2), nullable=False),
    sa.ForeignKeyConstraint(['target_id'], ['plan_target.id'], name=op.f('fk_plan_milestone_target_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_milestone')),
    sa.UniqueConstraint('target_id', 'due_on', name=op.f('uq_plan_milestone_target_id_due_on'))
    )
    op.create_table('project_budget_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('project_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('category', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('model', sa.String(length=100), nullable=False),
    sa.Column('quantity', sa.Numeric(precision=14, scale=3), nullable=False),
    sa.Column('unit', sa.String(length=16), nullable=False),
    sa.Column('unit_price_fen', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['construction_project.id'], name=op.f('fk_project_budget_line_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project_budget_line'))
    )
    with op.batch_alter_table('project_budget_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_project_budget_line_project_id'), ['project_id'], unique=False)

    op.create_table('project_contract',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('project_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=50), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('counterparty', sa.String(length=100), nullable=False),
    sa.Column('counterparty_number', sa.String(length=18), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.String(length=64), nullable=False),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('voided_reason', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['project_id'], ['construction_project.id'], name=op.f('fk_project_contract_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project_contract'))
    )
    with op.batch_alter_table('project_contract', schema=None) as batch_op:
        batch_op.create_index('uq_project_contract_valid', ['project_id', 'number'], unique=True, sqlite_where=sa.text('voided_at IS NULL'), postgresql_where=sa.text('voided_at IS NULL'))

    op.create_table('publicity_file',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('publicity_id', sa.Uuid(), nullable=False),
    sa.Column('upload_id', sa.Uuid(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['publicity_id'], ['publicity.id'], name=op.f('fk_publicity_file_publicity_id')),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_publicity_file_upload_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publicity_file'))
    )
    with op.batch_alter_table('publicity_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_publicity_file_publicity_id'), ['publicity_id'], unique=False)

    op.create_table('publicity_objection',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('publicity_id', sa.Uuid(), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('contact', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('answer', sa.String(length=1000), nullable=False),
    sa.Column('answer_public', sa.Boolean(), nullable=False),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('answered_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['publicity_id'], ['publicity.id'], name=op.f('fk_publicity_objection_publicity_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_publicity_objection')),
    sa.UniqueConstraint('code', name=op.f('uq_publicity_objection_code'))
    )
    with op.batch_alter_table('publicity_objection', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_publicity_objection_publicity_id'), ['publicity_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_publicity_objection_status'), ['status'], unique=False)

    op.create_table('site_visit',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('project_id', sa.Uuid(), nullable=False),
    sa.Column('visited_on', sa.Date(), nullable=False),
    sa.Column('criteria_key', sa.String(length=64), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('most', sa.Integer(), nullable=False),
    sa.Column('pass_mark', sa.Integer(), nullable=False),
    sa.Column('opinion', sa.String(length=500), nullable=False),
    sa.Column('inspector_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['construction_project.id'], name=op.f('fk_site_visit_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site_visit'))
    )
    with op.batch_alter_table('site_visit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_site_visit_project_id'), ['project_id'], unique=False)

    op.create_table('subsidy',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=16), nullable=False),
    sa.Column('fund_id', sa.Uuid(), nullable=False),
    sa.Column('project_id', sa.Uuid(), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('station_name', sa.String(length=64), nullable=False),
    sa.Column('station_kind', sa.String(length=32), nullable=False),
    sa.Column('place_name', sa.String(length=200), nullable=False),
    sa.Column('payee_code', sa.String(length=12), nullable=False),
    sa.Column('payee_name', sa.String(length=64), nullable=False),
    sa.Column('is_key', sa.Boolean(), nullable=False),
    sa.Column('standard_key', sa.String(length=64), nullable=False),
    sa.Column('standard_title', sa.String(length=100), nullable=False),
    sa.Column('standard_document', sa.String(length=200), nullable=False),
    sa.Column('standard_fen', sa.BigInteger(), nullable=False),
    sa.Column('approved_fen', sa.BigInteger(), nullable=False),
    sa.Column('own_fen', sa.BigInteger(), nullable=False),
    sa.Column('own_source', sa.String(length=200), nullable=False),
    sa.Column('category', sa.String(length=32), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('granted_on', sa.Date(), nullable=False),
    sa.Column('reference', sa.String(length=100), nullable=False),
    sa.Column('cancelled_reason', sa.String(length=300), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['division_code'], ['division.code'], name=op.f('fk_subsidy_division_code')),
    sa.ForeignKeyConstraint(['fund_id'], ['subsidy_fund.id'], name=op.f('fk_subsidy_fund_id')),
    sa.ForeignKeyConstraint(['payee_code'], ['division.code'], name=op.f('fk_subsidy_payee_code')),
    sa.ForeignKeyConstraint(['project_id'], ['construction_project.id'], name=op.f('fk_subsidy_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subsidy')),
    sa.UniqueConstraint('number', name=op.f('uq_subsidy_number'))
    )
    with op.batch_alter_table('subsidy', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_subsidy_division_code'), ['division_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_subsidy_fund_id'), ['fund_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_subsidy_status'), ['status'], unique=False)
        batch_op.create_index('uq_subsidy_funded_place', ['division_code', 'station_kind'], unique=True, sqlite_where=sa.text("status NOT IN ('recovered', 'cancelled')"), postgresql_where=sa.text("status NOT IN ('recovered', 'cancelled')"))
        batch_op.create_index('uq_subsidy_project', ['project_id'], unique=True, sqlite_where=sa.text("status NOT IN ('recovered', 'cancelled')"), postgresql_where=sa.text("status NOT IN ('recovered', 'cancelled')"))

    op.create_table('duty_record',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('duty_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('amount', sa.Numeric(precision=14, scale=3), nullable=False),
    sa.Column('text', sa.String(length=300), nullable=False),
    sa.Column('upload_id', sa.Uuid(), nullable=True),
    sa.Column('corrects_id', sa.Uuid(), nullable=True),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['contract_id'], ['operator_contract.id'], name=op.f('fk_duty_record_contract_id')),
    sa.ForeignKeyConstraint(['corrects_id'], ['duty_record.id'], name=op.f('fk_duty_record_corrects_id')),
    sa.ForeignKeyConstraint(['duty_id'], ['operator_duty.id'], name=op.f('fk_duty_record_duty_id')),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_duty_record_upload_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duty_record'))
    )
    with op.batch_alter_table('duty_record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_duty_record_contract_id_day'), ['contract_id', 'day'], unique=False)
        batch_op.create_index(batch_op.f('ix_duty_record_corrects_id'), ['corrects_id'], unique=False)

    op.create_table('equipment_unit',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=16), nullable=False),
    sa.Column('equipment_id', sa.Uuid(), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['division_code'], ['division.code'], name=op.f('fk_equipment_unit_division_code')),
    sa.ForeignKeyConstraint(['equipment_id'], ['station_equipment.id'], name=op.f('fk_equipment_unit_equipment_id')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_equipment_unit_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_equipment_unit')),
    sa.UniqueConstraint('number', name=op.f('uq_equipment_unit_number'))
    )
    with op.batch_alter_table('equipment_unit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_equipment_unit_equipment_id'), ['equipment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_equipment_unit_station_id'), ['station_id'], unique=False)

    op.create_table('evaluation_recheck',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rectification_id', sa.Uuid(), nullable=False),
    sa.Column('result', sa.String(length=300), nullable=False),
    sa.Column('rectified_on', sa.Date(), nullable=False),
    sa.Column('proof_sha256', sa.String(length=64), nullable=False),
    sa.Column('good', sa.Boolean(), nullable=False),
    sa.Column('remark', sa.String(length=300), nullable=False),
    sa.Column('checked_on', sa.Date(), nullable=False),
    sa.Column('checker_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['rectification_id'], ['evaluation_rectification.id'], name=op.f('fk_evaluation_recheck_rectification_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evaluation_recheck'))
    )
    with op.batch_alter_table('evaluation_recheck', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evaluation_recheck_rectification_id'), ['rectification_id'], unique=False)

    op.create_table('inspection_photo',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('inspection_id', sa.Uuid(), nullable=False),
    sa.Column('finding_id', sa.Uuid(), nullable=True),
    sa.Column('criterion_key', sa.String(length=64), nullable=True),
    sa.Column('shows_rectified', sa.Boolean(), nullable=False),
    sa.Column('upload_id', sa.Uuid(), nullable=False),
    sa.Column('caption', sa.String(length=100), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.String(length=64), nullable=False),
    sa.Column('added_role', sa.String(length=32), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['finding_id'], ['inspection_finding.id'], name=op.f('fk_inspection_photo_finding_id')),
    sa.ForeignKeyConstraint(['inspection_id'], ['station_inspection.id'], name=op.f('fk_inspection_photo_inspection_id')),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_inspection_photo_upload_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection_photo'))
    )
    with op.batch_alter_table('inspection_photo', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inspection_photo_finding_id'), ['finding_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_inspection_photo_inspection_id'), ['inspection_id'], unique=False)

    op.create_table('inspection_reinspection',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finding_id', sa.Uuid(), nullable=False),
    sa.Column('measure', sa.String(length=300), nullable=False),
    sa.Column('rectified_on', sa.Date(), nullable=False),
    sa.Column('good', sa.Boolean(), nullable=False),
    sa.Column('remark', sa.String(length=300), nullable=False),
    sa.Column('inspected_on', sa.Date(), nullable=False),
    sa.Column('inspector_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['finding_id'], ['inspection_finding.id'], name=op.f('fk_inspection_reinspection_finding_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection_reinspection'))
    )
    with op.batch_alter_table('inspection_reinspection', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inspection_reinspection_finding_id'), ['finding_id'], unique=False)

    op.create_table('phone_check_call',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('result', sa.String(length=32), nullable=False),
    sa.Column('knows', sa.Boolean(), nullable=True),
    sa.Column('satisfied', sa.Integer(), nullable=True),
    sa.Column('attended', sa.Boolean(), nullable=True),
    sa.Column('remark', sa.String(length=300), nullable=False),
    sa.Column('called_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('caller_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['phone_check_person.id'], name=op.f('fk_phone_check_call_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phone_check_call'))
    )
    with op.batch_alter_table('phone_check_call', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_phone_check_call_person_id'), ['person_id'], unique=False)

    op.create_table('project_file',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('project_id', sa.Uuid(), nullable=False),
    sa.Column('stage', sa.String(length=32), nullable=False),
    sa.Column('visit_id', sa.Uuid(), nullable=True),
    sa.Column('contract_id', sa.Uuid(), nullable=True),
    sa.Column('upload_id', sa.Uuid(), nullable=False),
    sa.Column('caption', sa.String(length=100), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.String(length=64), nullable=False),
    sa.Column('added_role', sa.String(length=32), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['contract_id'], ['project_contract.id'], name=op.f('fk_project_file_contract_id')),
    sa.ForeignKeyConstraint(['project_id'], ['construction_project.id'], name=op.f('fk_project_file_project_id')),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_project_file_upload_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['site_visit.id'], name=op.f('fk_project_file_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project_file'))
    )
    with op.batch_alter_table('project_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_project_file_contract_id'), ['contract_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_project_file_project_id'), ['project_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_project_file_visit_id'), ['visit_id'], unique=False)

    op.create_table('site_score',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('visit_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('label', sa.String(length=100), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('most', sa.Integer(), nullable=False),
    sa.Column('remark', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['visit_id'], ['site_visit.id'], name=op.f('fk_site_score_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_site_score')),
    sa.UniqueConstraint('visit_id', 'key', name=op.f('uq_site_score_visit_id_key'))
    )
    op.create_table('subsidy_instalment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('subsidy_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('milestone', sa.String(length=32), nullable=False),
    sa.Column('before_acceptance', sa.Boolean(), nullable=False),
    sa.Column('share', sa.Integer(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('requested_on', sa.Date(), nullable=True),
    sa.Column('requested_by', sa.String(length=64), nullable=True),
    sa.Column('request_text', sa.String(length=300), nullable=False),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.Column('approved_by', sa.String(length=64), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('paid_by', sa.String(length=64), nullable=True),
    sa.Column('voucher', sa.String(length=100), nullable=False),
    sa.Column('upload_id', sa.Uuid(), nullable=True),
    sa.Column('received_on', sa.Date(), nullable=True),
    sa.Column('received_by', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['subsidy_id'], ['subsidy.id'], name=op.f('fk_subsidy_instalment_subsidy_id')),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_subsidy_instalment_upload_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subsidy_instalment')),
    sa.UniqueConstraint('subsidy_id', 'position', name=op.f('uq_subsidy_instalment_subsidy_id_position'))
    )
    op.create_table('asset_count',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('check_id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('checked_on', sa.Date(), nullable=False),
    sa.Column('result', sa.String(length=32), nullable=False),
    sa.Column('remark', sa.String(length=200), nullable=False),
    sa.Column('checked_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['check_id'], ['asset_check.id'], name=op.f('fk_asset_count_check_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['equipment_unit.id'], name=op.f('fk_asset_count_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_asset_count'))
    )
    with op.batch_alter_table('asset_count', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_asset_count_check_id'), ['check_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_asset_count_unit_id_recorded_at'), ['unit_id', 'recorded_at'], unique=False)

    op.create_table('construction_invoice_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('invoice_id', sa.Uuid(), nullable=False),
    sa.Column('equipment_id', sa.Uuid(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('quantity', sa.Numeric(precision=14, scale=3), nullable=False),
    sa.ForeignKeyConstraint(['equipment_id'], ['station_equipment.id'], name=op.f('fk_construction_invoice_line_equipment_id')),
    sa.ForeignKeyConstraint(['invoice_id'], ['construction_invoice.id'], name=op.f('fk_construction_invoice_line_invoice_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_construction_invoice_line'))
    )
    with op.batch_alter_table('construction_invoice_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_construction_invoice_line_equipment_id'), ['equipment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_construction_invoice_line_invoice_id'), ['invoice_id'], unique=False)

    op.create_table('fund_entry',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('fund_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('category', sa.String(length=32), nullable=True),
    sa.Column('party_name', sa.String(length=100), nullable=False),
    sa.Column('purpose', sa.String(length=300), nullable=False),
    sa.Column('document', sa.String(length=100), nullable=False),
    sa.Column('upload_id', sa.Uuid(), nullable=True),
    sa.Column('subsidy_id', sa.Uuid(), nullable=True),
    sa.Column('instalment_id', sa.Uuid(), nullable=True),
    sa.Column('operator_instalment_id', sa.Uuid(), nullable=True),
    sa.Column('reverses_id', sa.Uuid(), nullable=True),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['fund_id'], ['subsidy_fund.id'], name=op.f('fk_fund_entry_fund_id')),
    sa.ForeignKeyConstraint(['instalment_id'], ['subsidy_instalment.id'], name=op.f('fk_fund_entry_instalment_id')),
    sa.ForeignKeyConstraint(['operator_instalment_id'], ['operator_instalment.id'], name=op.f('fk_fund_entry_operator_instalment_id')),
    sa.ForeignKeyConstraint(['reverses_id'], ['fund_entry.id'], name=op.f('fk_fund_entry_reverses_id')),
    sa.ForeignKeyConstraint(['subsidy_id'], ['subsidy.id'], name=op.f('fk_fund_entry_subsidy_id')),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_fund_entry_upload_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fund_entry')),
    sa.UniqueConstraint('reverses_id', name=op.f('uq_fund_entry_reverses_id'))
    )
    with op.batch_alter_table('fund_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fund_entry_fund_id_day'), ['fund_id', 'day'], unique=False)
        batch_op.create_index(batch_op.f('ix_fund_entry_operator_instalment_id'), ['operator_instalment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_fund_entry_subsidy_id'), ['subsidy_id'], unique=False)

    with op.batch_alter_table('acceptance_file', schema=None) as batch_op:
        batch_op.add_column(sa.Column('page_count', sa.Integer(), nullable=True))

    with op.batch_alter_table('acceptance_item', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sign', sa.String(length=100), server_default='', nullable=False))
        batch_op.add_column(sa.Column('points', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('page_count', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('score', sa.Numeric(precision=5, scale=1), nullable=True))

    with op.batch_alter_table('division_rename', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reason', sa.String(length=200), server_default='', nullable=False))

    with op.batch_alter_table('station', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sign_text', sa.String(length=200), server_default='', nullable=False))
        batch_op.add_column(sa.Column('staff', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('staff_priority', sa.Integer(), nullable=True))

    with op.batch_alter_table('station_village', schema=None) as batch_op:
        batch_op.add_column(sa.Column('acceptance_id', sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column('reason', sa.String(length=200), server_default='', nullable=False))
        batch_op.add_column(sa.Column('end_reason', sa.String(length=200), server_default='', nullable=False))
        batch_op.drop_constraint(batch_op.f('uq_station_village_station_id_village_code'), type_='unique')
        batch_op.create_index(batch_op.f('ix_station_village_station_id'), ['station_id'], unique=False)
        batch_op.create_index('uq_station_village_served', ['station_id', 'village_code'], unique=True, sqlite_where=sa.text('valid_to IS NULL'), postgresql_where=sa.text('valid_to IS NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_station_village_acceptance_id'), 'acceptance', ['acceptance_id'], ['id'])


    acceptances_get_projects()
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(sa.text(statement.replace(":", r"\:")))


def acceptances_get_projects() -> None:
    """What an acceptance said of payee, builder and sum is its construction project's from now on.

    Invoices and equipment go with it. An asset label that was typed beside a thing is kept in its model.
    """
    with op.batch_alter_table("acceptance", schema=None) as batch_op:
        batch_op.add_column(sa.Column("project_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("subject", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("subject_name", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("year", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("reference_url", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("pass_mark", sa.Integer(), nullable=True))
    for table in ("construction_invoice", "station_equipment"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("project_id", sa.Uuid(), nullable=True))
    move_rows(op.get_bind())
    with op.batch_alter_table("acceptance", schema=None) as batch_op:
        for name in ("subject", "subject_name", "year"):
            batch_op.alter_column(name, nullable=False)
        for name in ("station_id", "payee_code", "approved_fen"):
            batch_op.alter_column(name, nullable=True)
        batch_op.create_index(batch_op.f("ix_acceptance_project_id"), ["project_id"], unique=False)
        batch_op.create_index(
            "uq_acceptance_dossier_unfinished",
            ["subject", "division_code", "year", "subject_name"],
            unique=True,
            sqlite_where=sa.text("station_id IS NULL AND status NOT IN ('passed', 'refused')"),
            postgresql_where=sa.text("station_id IS NULL AND status NOT IN ('passed', 'refused')"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_acceptance_project_id"), "construction_project", ["project_id"], ["id"]
        )
        batch_op.drop_column("station_name")
        batch_op.drop_column("station_kind")
    with op.batch_alter_table("construction_invoice", schema=None) as batch_op:
        batch_op.alter_column("project_id", nullable=False)
        batch_op.add_column(sa.Column("contract_id", sa.Uuid(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_construction_invoice_acceptance_id"))
        batch_op.create_index(batch_op.f("ix_construction_invoice_contract_id"), ["contract_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_construction_invoice_project_id"), ["project_id"], unique=False)
        batch_op.drop_constraint(batch_op.f("fk_construction_invoice_acceptance_id"), type_="foreignkey")
        batch_op.create_foreign_key(
            batch_op.f("fk_construction_invoice_contract_id"), "project_contract", ["contract_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_construction_invoice_project_id"), "construction_project", ["project_id"], ["id"]
        )
        batch_op.drop_column("acceptance_id")
    with op.batch_alter_table("station_equipment", schema=None) as batch_op:
        batch_op.alter_column("project_id", nullable=False)
        batch_op.drop_index(batch_op.f("ix_station_equipment_acceptance_id"))
        batch_op.create_index(batch_op.f("ix_station_equipment_project_id"), ["project_id"], unique=False)
        batch_op.drop_constraint(batch_op.f("fk_station_equipment_acceptance_id"), type_="foreignkey")
        batch_op.create_foreign_key(
            batch_op.f("fk_station_equipment_project_id"), "construction_project", ["project_id"], ["id"]
        )
        batch_op.drop_column("acceptance_id")
        batch_op.drop_column("asset_label")


def move_rows(connection: sa.Connection) -> None:
    """Give every acceptance a project, and its invoices and equipment to that project."""
    acceptance, project, invoice, equipment = (
        sa.Table(name, sa.MetaData(), autoload_with=connection, resolve_fks=False)
        for name in ("acceptance", "construction_project", "construction_invoice", "station_equipment")
    )
    stage = {"passed": "accepted", "refused": "withdrawn"}
    found = connection.execute(sa.select(acceptance).order_by(acceptance.c.opened_at)).mappings().all()
    for serial, row in enumerate(found, 1):
        key, opened = ids.new_id(), row["opened_at"]
        day = opened.date()
        connection.execute(
            sa.insert(project),
            [
                {
                    "id": key_for(project, key),
                    "number": ids.serial_code(f"{day:%Y}0", serial),
                    "station_id": row["station_id"],
                    "division_code": row["division_code"],
                    "station_name": row["station_name"],
                    "place_name": row["place_name"],
                    "payee_code": row["payee_code"],
                    "payee_name": row["payee_name"],
                    "builder_name": row["builder_name"],
                    "builder_number": "",
                    "purpose": "",
                    "status": stage.get(row["status"], "completed"),
                    "applied_on": day,
                    "asked_fen": row["approved_fen"],
                    "is_key": False,
                    "approved_fen": row["approved_fen"],
                    "approved_on": day,
                    "approval_reference": row["approval_reference"],
                    "completed_on": day,
                    "accepted_on": row["decided_on"] if row["status"] == "passed" else None,
                    "self_inspection": "",
                    "closed_reason": "",
                    "version": 1,
                    "created_at": opened,
                    "created_by": row["opened_by"],
                }
            ],
        )
        moved = {"project_id": key_for(project, key)}
        connection.execute(
            sa.update(acceptance)
            .where(acceptance.c.id == row["id"])
            .values(subject=row["station_kind"], subject_name=row["station_name"], year=day.year, **moved)
        )
        for table in (invoice, equipment):
            connection.execute(sa.update(table).where(table.c.acceptance_id == row["id"]).values(**moved))
    labelled = equipment.c.asset_label != ""
    connection.execute(
        sa.update(equipment)
        .where(labelled)
        .values(model=sa.func.substr(equipment.c.model + " " + equipment.c.asset_label, 1, 100))
    )


def key_for(table: sa.Table, key: object) -> object:
    """The key as the reflected column stores it: SQLite keeps a UUID as its 32 hexadecimal digits."""
    return key if isinstance(table.c.id.type, sa.Uuid) else getattr(key, "hex")


def downgrade() -> None:
    """There is no way back: the records of public money have no place in the tables before."""
    raise NotImplementedError("restore the backup made before the upgrade")
