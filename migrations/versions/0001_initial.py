"""initial

Revision: 0001, follows 
"""

import sqlalchemy as sa
from alembic import op

from app.core.database import append_only_ddl

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


# Tables whose rows are written once; the triggers are those of app.core.database at the time of this revision.
APPEND_ONLY = (
    "acceptance_decision",
    "acceptance_reinspection",
    "audit_entry",
    "conformity_certificate",
    "day_close",
    "division_rename",
    "ledger_entry",
    "ledger_transaction",
    "parcel_event",
    "pickup",
    "price_change",
    "seal_head",
    "seal_leaf",
    "station_status_change",
    "stock_movement",
    "trace_event",
)


def upgrade() -> None:
    op.create_table('audit_entry',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('action', sa.String(length=64), nullable=False),
    sa.Column('subject_table', sa.String(length=64), nullable=False),
    sa.Column('subject_id', sa.String(length=64), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entry_recorded_at'), ['recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_subject_table_subject_id'), ['subject_table', 'subject_id'], unique=False)

    op.create_table('course',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course')),
    sa.UniqueConstraint('name', name=op.f('uq_course_name'))
    )
    op.create_table('customer_order',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=16), nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('channel_number', sa.String(length=64), nullable=True),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('by_staff', sa.Boolean(), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('buyer_name', sa.String(length=64), nullable=False),
    sa.Column('buyer_phone', sa.String(length=20), nullable=False),
    sa.Column('province', sa.String(length=32), nullable=False),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('goods_fen', sa.BigInteger(), nullable=False),
    sa.Column('freight_fen', sa.BigInteger(), nullable=False),
    sa.Column('total_fen', sa.BigInteger(), nullable=False),
    sa.Column('waybill', sa.String(length=40), nullable=False),
    sa.Column('operator_id', sa.Uuid(), nullable=True),
    sa.Column('operator_name', sa.String(length=64), nullable=False),
    sa.Column('placed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('packed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('dispatched_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('completed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancel_reason', sa.String(length=200), nullable=False),
    sa.CheckConstraint('goods_fen >= 0 AND freight_fen >= 0', name=op.f('ck_customer_order_not_negative')),
    sa.CheckConstraint('total_fen = goods_fen + freight_fen', name=op.f('ck_customer_order_total')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customer_order')),
    sa.UniqueConstraint('channel', 'channel_number', name=op.f('uq_customer_order_channel_channel_number')),
    sa.UniqueConstraint('number', name=op.f('uq_customer_order_number'))
    )
    with op.batch_alter_table('customer_order', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_customer_order_division_code_placed_at'), ['division_code', 'placed_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_customer_order_placed_at'), ['placed_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_customer_order_status_placed_at'), ['status', 'placed_at'], unique=False)

    op.create_table('division',
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('short_name', sa.String(length=64), nullable=False),
    sa.Column('level', sa.String(length=32), nullable=False),
    sa.Column('parent_code', sa.String(length=12), nullable=True),
    sa.Column('lon', sa.Double(), nullable=True),
    sa.Column('lat', sa.Double(), nullable=True),
    sa.Column('position_basis', sa.String(length=32), nullable=True),
    sa.Column('is_key', sa.Boolean(), nullable=False),
    sa.Column('boundary', sa.JSON(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('loaded_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['parent_code'], ['division.code'], name=op.f('fk_division_parent_code')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_division'))
    )
    with op.batch_alter_table('division', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_division_level'), ['level'], unique=False)
        batch_op.create_index(batch_op.f('ix_division_parent_code'), ['parent_code'], unique=False)

    op.create_table('idempotency_key',
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('verb', sa.String(length=120), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('result_table', sa.String(length=64), nullable=True),
    sa.Column('result_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('request_id', name=op.f('pk_idempotency_key'))
    )
    op.create_table('interface_key',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('purpose', sa.String(length=32), nullable=False),
    sa.Column('scope_code', sa.String(length=12), nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(length=64), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interface_key')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_interface_key_key_hash'))
    )
    op.create_table('producer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_producer')),
    sa.UniqueConstraint('code', name=op.f('uq_producer_code'))
    )
    with op.batch_alter_table('producer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_producer_division_code'), ['division_code'], unique=False)

    op.create_table('scan_miss',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('count', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'kind', name=op.f('pk_scan_miss'))
    )
    op.create_table('seal_head',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('stream', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('root', sa.String(length=64), nullable=False),
    sa.Column('previous', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('signature', sa.String(length=100), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seal_head')),
    sa.UniqueConstraint('stream', 'size', name=op.f('uq_seal_head_stream_size'))
    )
    op.create_table('seal_leaf',
    sa.Column('stream', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('row_id', sa.Uuid(), nullable=False),
    sa.Column('leaf', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('stream', 'position', name=op.f('pk_seal_leaf')),
    sa.UniqueConstraint('stream', 'row_id', name=op.f('uq_seal_leaf_stream_row_id'))
    )
    op.create_table('trainee',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('category', sa.String(length=32), nullable=False),
    sa.Column('from_poor_household', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trainee')),
    sa.UniqueConstraint('phone', 'name', name=op.f('uq_trainee_phone_name'))
    )
    with op.batch_alter_table('trainee', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_trainee_division_code'), ['division_code'], unique=False)

    op.create_table('unknown_login',
    sa.Column('name_digest', sa.String(length=64), nullable=False),
    sa.Column('failed_logins', sa.Integer(), nullable=False),
    sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_failed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name_digest', name=op.f('pk_unknown_login'))
    )
    with op.batch_alter_table('unknown_login', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unknown_login_last_failed_at'), ['last_failed_at'], unique=False)

    op.create_table('upload',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('filename', sa.String(length=200), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lon', sa.Double(), nullable=True),
    sa.Column('lat', sa.Double(), nullable=True),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('uploaded_by', sa.Uuid(), nullable=True),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upload'))
    )
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_upload_sha256'), ['sha256'], unique=False)

    op.create_table('division_rename',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('old_name', sa.String(length=64), nullable=False),
    sa.Column('new_name', sa.String(length=64), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['division_code'], ['division.code'], name=op.f('fk_division_rename_division_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_division_rename'))
    )
    with op.batch_alter_table('division_rename', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_division_rename_division_code_effective_on'), ['division_code', 'effective_on'], unique=False)

    op.create_table('issued_document',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('withdrawn_reason', sa.String(length=200), nullable=True),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('issued_by', sa.String(length=64), nullable=False),
    sa.Column('frozen', sa.JSON(), nullable=False),
    sa.Column('frozen_sha256', sa.String(length=64), nullable=False),
    sa.Column('file_sha256', sa.String(length=64), nullable=False),
    sa.Column('upload_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_issued_document_upload_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issued_document')),
    sa.UniqueConstraint('number', name=op.f('uq_issued_document_number'))
    )
    with op.batch_alter_table('issued_document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_issued_document_file_sha256'), ['file_sha256'], unique=False)

    op.create_table('job',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('label', sa.String(length=200), nullable=False),
    sa.Column('arguments', sa.JSON(), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.Column('message', sa.String(length=500), nullable=False),
    sa.Column('cancel_wanted', sa.Boolean(), nullable=False),
    sa.Column('result_id', sa.Uuid(), nullable=True),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.Column('actor_role', sa.String(length=32), nullable=False),
    sa.Column('actor_everything', sa.Boolean(), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['result_id'], ['upload.id'], name=op.f('fk_job_result_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job'))
    )
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_job_division_code_created_at'), ['division_code', 'created_at'], unique=False)

    op.create_table('plan',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('county_code', sa.String(length=12), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['county_code'], ['division.code'], name=op.f('fk_plan_county_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan')),
    sa.UniqueConstraint('county_code', 'year', name=op.f('uq_plan_county_code_year'))
    )
    op.create_table('problem_report',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('producer_id', sa.Uuid(), nullable=False),
    sa.Column('lot_code', sa.String(length=20), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('answer', sa.String(length=500), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['producer_id'], ['producer.id'], name=op.f('fk_problem_report_producer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_problem_report'))
    )
    with op.batch_alter_table('problem_report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_problem_report_division_code_status'), ['division_code', 'status'], unique=False)

    op.create_table('product',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sku', sa.String(length=32), nullable=False),
    sa.Column('gtin', sa.String(length=14), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('category', sa.String(length=32), nullable=False),
    sa.Column('spec', sa.String(length=64), nullable=False),
    sa.Column('unit', sa.String(length=16), nullable=False),
    sa.Column('price_fen', sa.BigInteger(), nullable=False),
    sa.Column('produce_level', sa.String(length=32), nullable=False),
    sa.Column('certification', sa.String(length=64), nullable=False),
    sa.Column('shelf_life_days', sa.Integer(), nullable=True),
    sa.Column('storage', sa.String(length=64), nullable=False),
    sa.Column('producer_id', sa.Uuid(), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('stock_quantity', sa.Numeric(precision=14, scale=3), nullable=False),
    sa.Column('reserved_quantity', sa.Numeric(precision=14, scale=3), nullable=False),
    sa.Column('low_stock', sa.Numeric(precision=14, scale=3), nullable=False),
    sa.Column('listed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['producer_id'], ['producer.id'], name=op.f('fk_product_producer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_product')),
    sa.UniqueConstraint('gtin', name=op.f('uq_product_gtin')),
    sa.UniqueConstraint('sku', name=op.f('uq_product_sku'))
    )
    with op.batch_alter_table('product', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_product_division_code'), ['division_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_product_status'), ['status'], unique=False)

    op.create_table('station',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('status_since', sa.Date(), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('built_before_plan', sa.Boolean(), nullable=False),
    sa.Column('lon', sa.Double(), nullable=True),
    sa.Column('lat', sa.Double(), nullable=True),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('manager_name', sa.String(length=64), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('opening_hours', sa.String(length=64), nullable=False),
    sa.Column('area_m2', sa.Integer(), nullable=True),
    sa.Column('opened_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['division_code'], ['division.code'], name=op.f('fk_station_division_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_station')),
    sa.UniqueConstraint('code', name=op.f('uq_station_code'))
    )
    with op.batch_alter_table('station', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_station_division_code'), ['division_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_station_kind_status'), ['kind', 'status'], unique=False)

    op.create_table('training_session',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('course_name', sa.String(length=100), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('place', sa.String(length=100), nullable=False),
    sa.Column('teacher', sa.String(length=64), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('status_reason', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_training_session_course_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_session')),
    sa.UniqueConstraint('code', name=op.f('uq_training_session_code'))
    )
    with op.batch_alter_table('training_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_session_division_code_starts_at'), ['division_code', 'starts_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_training_session_starts_at'), ['starts_at'], unique=False)

    op.create_table('acceptance',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('station_name', sa.String(length=64), nullable=False),
    sa.Column('station_code', sa.String(length=16), nullable=False),
    sa.Column('station_kind', sa.String(length=32), nullable=False),
    sa.Column('place_name', sa.String(length=200), nullable=False),
    sa.Column('payee_code', sa.String(length=12), nullable=False),
    sa.Column('payee_name', sa.String(length=64), nullable=False),
    sa.Column('builder_name', sa.String(length=100), nullable=False),
    sa.Column('approved_fen', sa.BigInteger(), nullable=False),
    sa.Column('approval_reference', sa.String(length=100), nullable=False),
    sa.Column('template_key', sa.String(length=64), nullable=False),
    sa.Column('template_title', sa.String(length=100), nullable=False),
    sa.Column('template_basis', sa.JSON(), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by', sa.String(length=64), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('submitted_by', sa.String(length=64), nullable=True),
    sa.Column('inspected_on', sa.Date(), nullable=True),
    sa.Column('inspected_by', sa.String(length=64), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['division_code'], ['division.code'], name=op.f('fk_acceptance_division_code')),
    sa.ForeignKeyConstraint(['document_id'], ['issued_document.id'], name=op.f('fk_acceptance_document_id')),
    sa.ForeignKeyConstraint(['payee_code'], ['division.code'], name=op.f('fk_acceptance_payee_code')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_acceptance_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acceptance'))
    )
    with op.batch_alter_table('acceptance', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_acceptance_division_code'), ['division_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_acceptance_status'), ['status'], unique=False)
        batch_op.create_index('uq_acceptance_unfinished', ['station_id'], unique=True, sqlite_where=sa.text("status NOT IN ('passed', 'refused')"), postgresql_where=sa.text("status NOT IN ('passed', 'refused')"))

    op.create_table('attendance',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('session_id', sa.Uuid(), nullable=False),
    sa.Column('trainee_id', sa.Uuid(), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('signed_by', sa.String(length=64), nullable=False),
    sa.Column('struck_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('struck_reason', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['session_id'], ['training_session.id'], name=op.f('fk_attendance_session_id')),
    sa.ForeignKeyConstraint(['trainee_id'], ['trainee.id'], name=op.f('fk_attendance_trainee_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance'))
    )
    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attendance_trainee_id'), ['trainee_id'], unique=False)
        batch_op.create_index('uq_attendance_live', ['session_id', 'trainee_id'], unique=True, sqlite_where=sa.text('struck_at IS NULL'), postgresql_where=sa.text('struck_at IS NULL'))

    op.create_table('customer_order_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('sku', sa.String(length=32), nullable=False),
    sa.Column('product_name', sa.String(length=100), nullable=False),
    sa.Column('spec', sa.String(length=64), nullable=False),
    sa.Column('unit', sa.String(length=16), nullable=False),
    sa.Column('produce_level', sa.String(length=32), nullable=False),
    sa.Column('price_fen', sa.BigInteger(), nullable=False),
    sa.Column('quantity', sa.Numeric(precision=14, scale=3), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('producer_id', sa.Uuid(), nullable=False),
    sa.Column('producer_name', sa.String(length=100), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.CheckConstraint('price_fen >= 0 AND amount_fen >= 0', name=op.f('ck_customer_order_line_not_negative')),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_customer_order_line_quantity_positive')),
    sa.ForeignKeyConstraint(['order_id'], ['customer_order.id'], name=op.f('fk_customer_order_line_order_id')),
    sa.ForeignKeyConstraint(['producer_id'], ['producer.id'], name=op.f('fk_customer_order_line_producer_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_customer_order_line_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_customer_order_line')),
    sa.UniqueConstraint('order_id', 'position', name=op.f('uq_customer_order_line_order_id_position'))
    )
    with op.batch_alter_table('customer_order_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_customer_order_line_division_code'), ['division_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_customer_order_line_producer_id'), ['producer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_customer_order_line_product_id'), ['product_id'], unique=False)

    op.create_table('day_close',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=False),
    sa.Column('station_name', sa.String(length=64), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('operator_id', sa.Uuid(), nullable=True),
    sa.Column('operator_name', sa.String(length=64), nullable=False),
    sa.Column('last_number', sa.Integer(), nullable=False),
    sa.Column('purchases', sa.Integer(), nullable=False),
    sa.Column('purchase_fen', sa.BigInteger(), nullable=False),
    sa.Column('sales', sa.Integer(), nullable=False),
    sa.Column('sale_fen', sa.BigInteger(), nullable=False),
    sa.Column('opening_fen', sa.BigInteger(), nullable=False),
    sa.Column('cash_in_fen', sa.BigInteger(), nullable=False),
    sa.Column('cash_out_fen', sa.BigInteger(), nullable=False),
    sa.Column('expected_fen', sa.BigInteger(), nullable=False),
    sa.Column('counted_fen', sa.BigInteger(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_day_close_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_day_close')),
    sa.UniqueConstraint('station_id', 'day', 'revision', name=op.f('uq_day_close_station_id_day_revision'))
    )
    with op.batch_alter_table('day_close', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_day_close_division_code_day'), ['division_code', 'day'], unique=False)

    op.create_table('ledger_transaction',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=True),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('reference_table', sa.String(length=64), nullable=False),
    sa.Column('reference_id', sa.Uuid(), nullable=False),
    sa.Column('reverses_id', sa.Uuid(), nullable=True),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.Column('memo', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['reverses_id'], ['ledger_transaction.id'], name=op.f('fk_ledger_transaction_reverses_id')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_ledger_transaction_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_transaction')),
    sa.UniqueConstraint('reverses_id', name=op.f('uq_ledger_transaction_reverses_id'))
    )
    with op.batch_alter_table('ledger_transaction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ledger_transaction_day'), ['day'], unique=False)
        batch_op.create_index(batch_op.f('ix_ledger_transaction_reference_table_reference_id'), ['reference_table', 'reference_id'], unique=False)

    op.create_table('lot',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('gtin', sa.String(length=14), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('product_name', sa.String(length=100), nullable=False),
    sa.Column('product_spec', sa.String(length=64), nullable=False),
    sa.Column('producer_id', sa.Uuid(), nullable=False),
    sa.Column('producer_code', sa.String(length=16), nullable=False),
    sa.Column('producer_name', sa.String(length=100), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('place_name', sa.String(length=100), nullable=False),
    sa.Column('plot', sa.String(length=64), nullable=False),
    sa.Column('quantity', sa.Numeric(precision=14, scale=3), nullable=False),
    sa.Column('unit', sa.String(length=16), nullable=False),
    sa.Column('harvested_on', sa.Date(), nullable=True),
    sa.Column('packed_on', sa.Date(), nullable=True),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['producer_id'], ['producer.id'], name=op.f('fk_lot_producer_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_lot_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lot')),
    sa.UniqueConstraint('code', name=op.f('uq_lot_code'))
    )
    with op.batch_alter_table('lot', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lot_division_code_status'), ['division_code', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_lot_gtin_code'), ['gtin', 'code'], unique=True)
        batch_op.create_index(batch_op.f('ix_lot_producer_id'), ['producer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_lot_product_id_packed_on'), ['product_id', 'packed_on'], unique=False)

    op.create_table('month_report',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('workbook_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['issued_document.id'], name=op.f('fk_month_report_document_id')),
    sa.ForeignKeyConstraint(['workbook_id'], ['upload.id'], name=op.f('fk_month_report_workbook_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_month_report')),
    sa.UniqueConstraint('division_code', 'month', 'revision', name=op.f('uq_month_report_division_code_month_revision'))
    )
    op.create_table('pickup',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('picker', sa.String(length=32), nullable=False),
    sa.Column('picker_name', sa.String(length=64), nullable=False),
    sa.Column('parcel_count', sa.Integer(), nullable=False),
    sa.Column('cod_fen', sa.BigInteger(), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_pickup_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pickup'))
    )
    with op.batch_alter_table('pickup', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pickup_station_id_recorded_at'), ['station_id', 'recorded_at'], unique=False)

    op.create_table('pickup_desk',
    sa.Column('station_id', sa.Uuid(), nullable=False),
    sa.Column('counted_on', sa.Date(), nullable=True),
    sa.Column('last_number', sa.Integer(), nullable=False),
    sa.Column('wrong_codes', sa.Integer(), nullable=False),
    sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_pickup_desk_station_id')),
    sa.PrimaryKeyConstraint('station_id', name=op.f('pk_pickup_desk'))
    )
    op.create_table('plan_target',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('plan_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('measure', sa.String(length=32), nullable=False),
    sa.Column('amount', sa.Numeric(precision=9, scale=2), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('existing_before', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_plan_target_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_target')),
    sa.UniqueConstraint('plan_id', 'measure', name=op.f('uq_plan_target_plan_id_measure'))
    )
    op.create_table('price_change',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('price_fen', sa.BigInteger(), nullable=False),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_price_change_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_price_change'))
    )
    with op.batch_alter_table('price_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_price_change_product_id_recorded_at'), ['product_id', 'recorded_at'], unique=False)

    op.create_table('station_day',
    sa.Column('station_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('last_number', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_station_day_station_id')),
    sa.PrimaryKeyConstraint('station_id', 'day', name=op.f('pk_station_day'))
    )
    op.create_table('station_status_change',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=False),
    sa.Column('old_status', sa.String(length=32), nullable=True),
    sa.Column('new_status', sa.String(length=32), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_station_status_change_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_station_status_change'))
    )
    with op.batch_alter_table('station_status_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_station_status_change_station_id_effective_on'), ['station_id', 'effective_on'], unique=False)

    op.create_table('station_village',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=False),
    sa.Column('village_code', sa.String(length=12), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_station_village_station_id')),
    sa.ForeignKeyConstraint(['village_code'], ['division.code'], name=op.f('fk_station_village_village_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_station_village')),
    sa.UniqueConstraint('station_id', 'village_code', name=op.f('uq_station_village_station_id_village_code'))
    )
    op.create_table('stock_movement',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('quantity', sa.Numeric(precision=14, scale=3), nullable=False),
    sa.Column('reference', sa.String(length=64), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_stock_movement_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_movement'))
    )
    with op.batch_alter_table('stock_movement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stock_movement_product_id_recorded_at'), ['product_id', 'recorded_at'], unique=False)

    op.create_table('user_account',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('login', sa.String(length=32), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('role', sa.String(length=32), nullable=False),
    sa.Column('scope_code', sa.String(length=12), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=True),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('must_change_password', sa.Boolean(), nullable=False),
    sa.Column('session_epoch', sa.Integer(), nullable=False),
    sa.Column('totp_secret', sa.String(length=200), nullable=True),
    sa.Column('totp_confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('totp_last_step', sa.Integer(), nullable=True),
    sa.Column('failed_logins', sa.Integer(), nullable=False),
    sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_login_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_user_account_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_account')),
    sa.UniqueConstraint('login', name=op.f('uq_user_account_login')),
    sa.UniqueConstraint('phone', name=op.f('uq_user_account_phone'))
    )
    with op.batch_alter_table('user_account', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_account_scope_code_role'), ['scope_code', 'role'], unique=False)

    op.create_table('villager',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=False),
    sa.Column('consent', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_villager_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_villager'))
    )
    with op.batch_alter_table('villager', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_villager_station_id_name'), ['station_id', 'name'], unique=False)
        batch_op.create_index(batch_op.f('ix_villager_station_id_phone'), ['station_id', 'phone'], unique=False)

    op.create_table('acceptance_decision',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('acceptance_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('decision', sa.String(length=32), nullable=False),
    sa.Column('opinion', sa.String(length=500), nullable=False),
    sa.Column('township_signer', sa.String(length=64), nullable=False),
    sa.Column('bureau_signer', sa.String(length=64), nullable=False),
    sa.Column('third_party', sa.String(length=100), nullable=False),
    sa.Column('third_party_signer', sa.String(length=64), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['acceptance_id'], ['acceptance.id'], name=op.f('fk_acceptance_decision_acceptance_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acceptance_decision'))
    )
    with op.batch_alter_table('acceptance_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_acceptance_decision_acceptance_id'), ['acceptance_id'], unique=False)

    op.create_table('acceptance_item',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('acceptance_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('label', sa.String(length=100), nullable=False),
    sa.Column('hint', sa.String(length=300), nullable=False),
    sa.Column('source', sa.String(length=100), nullable=False),
    sa.Column('evidence', sa.String(length=32), nullable=False),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.Column('has_amount', sa.Boolean(), nullable=False),
    sa.Column('is_payment', sa.Boolean(), nullable=False),
    sa.Column('answer', sa.String(length=500), nullable=False),
    sa.Column('dated_on', sa.Date(), nullable=True),
    sa.Column('issuer', sa.String(length=100), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=True),
    sa.Column('result', sa.String(length=32), nullable=True),
    sa.Column('remark', sa.String(length=300), nullable=False),
    sa.Column('checker_name', sa.String(length=64), nullable=True),
    sa.Column('judged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('waived_reason', sa.String(length=300), nullable=True),
    sa.Column('waived_by', sa.String(length=64), nullable=True),
    sa.Column('waived_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['acceptance_id'], ['acceptance.id'], name=op.f('fk_acceptance_item_acceptance_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acceptance_item')),
    sa.UniqueConstraint('acceptance_id', 'key', name=op.f('uq_acceptance_item_acceptance_id_key'))
    )
    op.create_table('conformity_certificate',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=False),
    sa.Column('promiser', sa.String(length=32), nullable=False),
    sa.Column('party_name', sa.String(length=100), nullable=False),
    sa.Column('contact', sa.String(length=20), nullable=False),
    sa.Column('product_name', sa.String(length=164), nullable=False),
    sa.Column('quantity', sa.Numeric(precision=14, scale=3), nullable=False),
    sa.Column('unit', sa.String(length=16), nullable=False),
    sa.Column('origin', sa.String(length=100), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('basis', sa.String(length=32), nullable=False),
    sa.Column('wording', sa.String(length=300), nullable=False),
    sa.Column('decree', sa.String(length=100), nullable=False),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_conformity_certificate_lot_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conformity_certificate'))
    )
    with op.batch_alter_table('conformity_certificate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conformity_certificate_lot_id'), ['lot_id'], unique=False)

    op.create_table('construction_invoice',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('acceptance_id', sa.Uuid(), nullable=False),
    sa.Column('county_code', sa.String(length=12), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('seller', sa.String(length=100), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('tax_fen', sa.BigInteger(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.String(length=64), nullable=False),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('voided_reason', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['acceptance_id'], ['acceptance.id'], name=op.f('fk_construction_invoice_acceptance_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_construction_invoice'))
    )
    with op.batch_alter_table('construction_invoice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_construction_invoice_acceptance_id'), ['acceptance_id'], unique=False)
        batch_op.create_index('uq_construction_invoice_valid', ['county_code', 'code', 'number'], unique=True, sqlite_where=sa.text('voided_at IS NULL'), postgresql_where=sa.text('voided_at IS NULL'))

    op.create_table('ledger_entry',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('transaction_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('account', sa.String(length=32), nullable=False),
    sa.Column('sub_account', sa.String(length=64), nullable=False),
    sa.Column('sub_name', sa.String(length=100), nullable=False),
    sa.Column('debit_fen', sa.BigInteger(), nullable=False),
    sa.Column('credit_fen', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('(debit_fen = 0) <> (credit_fen = 0)', name=op.f('ck_ledger_entry_one_side')),
    sa.CheckConstraint('debit_fen >= 0 AND credit_fen >= 0', name=op.f('ck_ledger_entry_not_negative')),
    sa.ForeignKeyConstraint(['transaction_id'], ['ledger_transaction.id'], name=op.f('fk_ledger_entry_transaction_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_entry'))
    )
    with op.batch_alter_table('ledger_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ledger_entry_account_sub_account_day'), ['account', 'sub_account', 'day'], unique=False)
        batch_op.create_index(batch_op.f('ix_ledger_entry_division_code_account'), ['division_code', 'account'], unique=False)
        batch_op.create_index(batch_op.f('ix_ledger_entry_transaction_id'), ['transaction_id'], unique=False)

    op.create_table('lot_scan',
    sa.Column('lot_id', sa.Uuid(), nullable=False),
    sa.Column('count', sa.BigInteger(), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_lot_scan_lot_id')),
    sa.PrimaryKeyConstraint('lot_id', name=op.f('pk_lot_scan'))
    )
    op.create_table('purchase_service',
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('villager_id', sa.Uuid(), nullable=False),
    sa.Column('villager_name', sa.String(length=64), nullable=False),
    sa.Column('villager_phone', sa.String(length=20), nullable=False),
    sa.Column('item', sa.String(length=100), nullable=False),
    sa.Column('pieces', sa.Integer(), nullable=False),
    sa.Column('price_fen', sa.BigInteger(), nullable=False),
    sa.Column('freight_fen', sa.BigInteger(), nullable=False),
    sa.Column('deposit_fen', sa.BigInteger(), nullable=False),
    sa.Column('total_fen', sa.BigInteger(), nullable=False),
    sa.Column('platform', sa.String(length=32), nullable=False),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('receipt_code', sa.String(length=40), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=False),
    sa.Column('station_name', sa.String(length=64), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('division_name', sa.String(length=64), nullable=False),
    sa.Column('operator_id', sa.Uuid(), nullable=True),
    sa.Column('operator_name', sa.String(length=64), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('void_reason', sa.String(length=200), nullable=False),
    sa.CheckConstraint('deposit_fen >= 0 AND deposit_fen <= total_fen', name=op.f('ck_purchase_service_deposit_within_total')),
    sa.CheckConstraint('pieces > 0', name=op.f('ck_purchase_service_pieces_positive')),
    sa.CheckConstraint('price_fen >= 0 AND freight_fen >= 0', name=op.f('ck_purchase_service_not_negative')),
    sa.CheckConstraint('total_fen = pieces * price_fen + freight_fen', name=op.f('ck_purchase_service_total')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_purchase_service_station_id')),
    sa.ForeignKeyConstraint(['villager_id'], ['villager.id'], name=op.f('fk_purchase_service_villager_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_purchase_service')),
    sa.UniqueConstraint('receipt_code', name=op.f('uq_purchase_service_receipt_code')),
    sa.UniqueConstraint('station_id', 'day', 'number', name=op.f('uq_purchase_service_station_id_day_number'))
    )
    with op.batch_alter_table('purchase_service', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_purchase_service_day_status'), ['day', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_purchase_service_division_code_day'), ['division_code', 'day'], unique=False)
        batch_op.create_index(batch_op.f('ix_purchase_service_villager_id'), ['villager_id'], unique=False)

    op.create_table('sale_service',
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('villager_id', sa.Uuid(), nullable=True),
    sa.Column('producer_id', sa.Uuid(), nullable=True),
    sa.Column('farmer_name', sa.String(length=100), nullable=False),
    sa.Column('farmer_phone', sa.String(length=20), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=True),
    sa.Column('product_name', sa.String(length=100), nullable=False),
    sa.Column('produce_level', sa.String(length=32), nullable=False),
    sa.Column('lot_code', sa.String(length=40), nullable=False),
    sa.Column('quantity', sa.Numeric(precision=14, scale=3), nullable=False),
    sa.Column('unit', sa.String(length=16), nullable=False),
    sa.Column('price_fen', sa.BigInteger(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('online', sa.Boolean(), nullable=False),
    sa.Column('buyer', sa.String(length=64), nullable=False),
    sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('receipt_code', sa.String(length=40), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=False),
    sa.Column('station_name', sa.String(length=64), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('division_name', sa.String(length=64), nullable=False),
    sa.Column('operator_id', sa.Uuid(), nullable=True),
    sa.Column('operator_name', sa.String(length=64), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('void_reason', sa.String(length=200), nullable=False),
    sa.CheckConstraint('price_fen >= 0 AND amount_fen >= 0', name=op.f('ck_sale_service_not_negative')),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_sale_service_quantity_positive')),
    sa.CheckConstraint('villager_id IS NOT NULL OR producer_id IS NOT NULL', name=op.f('ck_sale_service_farmer_known')),
    sa.ForeignKeyConstraint(['producer_id'], ['producer.id'], name=op.f('fk_sale_service_producer_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_sale_service_product_id')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_sale_service_station_id')),
    sa.ForeignKeyConstraint(['villager_id'], ['villager.id'], name=op.f('fk_sale_service_villager_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sale_service')),
    sa.UniqueConstraint('receipt_code', name=op.f('uq_sale_service_receipt_code')),
    sa.UniqueConstraint('station_id', 'day', 'number', name=op.f('uq_sale_service_station_id_day_number'))
    )
    with op.batch_alter_table('sale_service', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sale_service_day_status'), ['day', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_sale_service_division_code_day'), ['division_code', 'day'], unique=False)
        batch_op.create_index(batch_op.f('ix_sale_service_villager_id'), ['villager_id'], unique=False)

    op.create_table('station_equipment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('acceptance_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('model', sa.String(length=100), nullable=False),
    sa.Column('quantity', sa.Numeric(precision=14, scale=3), nullable=False),
    sa.Column('unit', sa.String(length=16), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('asset_label', sa.String(length=32), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.String(length=64), nullable=False),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('voided_reason', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['acceptance_id'], ['acceptance.id'], name=op.f('fk_station_equipment_acceptance_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_station_equipment'))
    )
    with op.batch_alter_table('station_equipment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_station_equipment_acceptance_id'), ['acceptance_id'], unique=False)

    op.create_table('trace_event',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('event_time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('place_name', sa.String(length=100), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('epcis', sa.JSON(), nullable=False),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_trace_event_lot_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trace_event'))
    )
    with op.batch_alter_table('trace_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_trace_event_lot_id_event_time'), ['lot_id', 'event_time'], unique=False)
        batch_op.create_index(batch_op.f('ix_trace_event_recorded_at'), ['recorded_at'], unique=False)

    op.create_table('vehicle',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('plate', sa.String(length=16), nullable=False),
    sa.Column('county_code', sa.String(length=12), nullable=False),
    sa.Column('tier', sa.String(length=32), nullable=False),
    sa.Column('capacity_parcels', sa.Integer(), nullable=False),
    sa.Column('capacity_kg', sa.Integer(), nullable=False),
    sa.Column('fuel_fen_per_km', sa.BigInteger(), nullable=False),
    sa.Column('toll_fen', sa.BigInteger(), nullable=False),
    sa.Column('driver_id', sa.Uuid(), nullable=True),
    sa.Column('driver_name', sa.String(length=64), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['driver_id'], ['user_account.id'], name=op.f('fk_vehicle_driver_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vehicle')),
    sa.UniqueConstraint('plate', name=op.f('uq_vehicle_plate'))
    )
    with op.batch_alter_table('vehicle', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_vehicle_county_code_tier'), ['county_code', 'tier'], unique=False)

    op.create_table('acceptance_finding',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('acceptance_id', sa.Uuid(), nullable=False),
    sa.Column('item_id', sa.Uuid(), nullable=True),
    sa.Column('problem', sa.String(length=300), nullable=False),
    sa.Column('owner_name', sa.String(length=64), nullable=False),
    sa.Column('deadline', sa.Date(), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('found_by', sa.String(length=64), nullable=False),
    sa.Column('measure', sa.String(length=300), nullable=False),
    sa.Column('rectified_on', sa.Date(), nullable=True),
    sa.Column('rectified_by', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['acceptance_id'], ['acceptance.id'], name=op.f('fk_acceptance_finding_acceptance_id')),
    sa.ForeignKeyConstraint(['item_id'], ['acceptance_item.id'], name=op.f('fk_acceptance_finding_item_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acceptance_finding'))
    )
    with op.batch_alter_table('acceptance_finding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_acceptance_finding_acceptance_id'), ['acceptance_id'], unique=False)

    op.create_table('run',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('tier', sa.String(length=32), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('start_station_id', sa.Uuid(), nullable=False),
    sa.Column('start_name', sa.String(length=64), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('vehicle_id', sa.Uuid(), nullable=True),
    sa.Column('plate', sa.String(length=16), nullable=False),
    sa.Column('capacity_parcels', sa.Integer(), nullable=True),
    sa.Column('driver_id', sa.Uuid(), nullable=True),
    sa.Column('driver_name', sa.String(length=64), nullable=False),
    sa.Column('distance_m', sa.Integer(), nullable=True),
    sa.Column('fuel_fen', sa.BigInteger(), nullable=False),
    sa.Column('toll_fen', sa.BigInteger(), nullable=False),
    sa.Column('cost_fen', sa.BigInteger(), nullable=False),
    sa.Column('plan_seed', sa.Integer(), nullable=True),
    sa.Column('departs_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['driver_id'], ['user_account.id'], name=op.f('fk_run_driver_id')),
    sa.ForeignKeyConstraint(['start_station_id'], ['station.id'], name=op.f('fk_run_start_station_id')),
    sa.ForeignKeyConstraint(['vehicle_id'], ['vehicle.id'], name=op.f('fk_run_vehicle_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_run')),
    sa.UniqueConstraint('code', name=op.f('uq_run_code'))
    )
    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_run_day_tier'), ['day', 'tier'], unique=False)
        batch_op.create_index(batch_op.f('ix_run_division_code_day'), ['division_code', 'day'], unique=False)
        batch_op.create_index(batch_op.f('ix_run_driver_id_day'), ['driver_id', 'day'], unique=False)

    op.create_table('acceptance_file',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('acceptance_id', sa.Uuid(), nullable=False),
    sa.Column('item_id', sa.Uuid(), nullable=True),
    sa.Column('finding_id', sa.Uuid(), nullable=True),
    sa.Column('upload_id', sa.Uuid(), nullable=False),
    sa.Column('caption', sa.String(length=100), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by', sa.String(length=64), nullable=False),
    sa.Column('added_role', sa.String(length=32), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['acceptance_id'], ['acceptance.id'], name=op.f('fk_acceptance_file_acceptance_id')),
    sa.ForeignKeyConstraint(['finding_id'], ['acceptance_finding.id'], name=op.f('fk_acceptance_file_finding_id')),
    sa.ForeignKeyConstraint(['item_id'], ['acceptance_item.id'], name=op.f('fk_acceptance_file_item_id')),
    sa.ForeignKeyConstraint(['upload_id'], ['upload.id'], name=op.f('fk_acceptance_file_upload_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acceptance_file'))
    )
    with op.batch_alter_table('acceptance_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_acceptance_file_acceptance_id'), ['acceptance_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_acceptance_file_finding_id'), ['finding_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_acceptance_file_item_id'), ['item_id'], unique=False)

    op.create_table('acceptance_reinspection',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finding_id', sa.Uuid(), nullable=False),
    sa.Column('measure', sa.String(length=300), nullable=False),
    sa.Column('rectified_on', sa.Date(), nullable=False),
    sa.Column('good', sa.Boolean(), nullable=False),
    sa.Column('remark', sa.String(length=300), nullable=False),
    sa.Column('inspected_on', sa.Date(), nullable=False),
    sa.Column('inspector_name', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['finding_id'], ['acceptance_finding.id'], name=op.f('fk_acceptance_reinspection_finding_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_acceptance_reinspection'))
    )
    with op.batch_alter_table('acceptance_reinspection', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_acceptance_reinspection_finding_id'), ['finding_id'], unique=False)

    op.create_table('handover',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('from_station_id', sa.Uuid(), nullable=False),
    sa.Column('from_name', sa.String(length=64), nullable=False),
    sa.Column('from_code', sa.String(length=12), nullable=False),
    sa.Column('to_station_id', sa.Uuid(), nullable=False),
    sa.Column('to_name', sa.String(length=64), nullable=False),
    sa.Column('to_code', sa.String(length=12), nullable=False),
    sa.Column('run_id', sa.Uuid(), nullable=False),
    sa.Column('direction', sa.String(length=32), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('sent_count', sa.Integer(), nullable=False),
    sa.Column('received_count', sa.Integer(), nullable=True),
    sa.Column('extra_count', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_by', sa.String(length=64), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('received_by', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['from_station_id'], ['station.id'], name=op.f('fk_handover_from_station_id')),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_handover_run_id')),
    sa.ForeignKeyConstraint(['to_station_id'], ['station.id'], name=op.f('fk_handover_to_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handover'))
    )
    with op.batch_alter_table('handover', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_handover_from_code'), ['from_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_handover_from_station_id_status'), ['from_station_id', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_handover_run_id'), ['run_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_handover_to_code'), ['to_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_handover_to_station_id_status'), ['to_station_id', 'status'], unique=False)

    op.create_table('parcel',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('waybill_number', sa.String(length=40), nullable=False),
    sa.Column('carrier', sa.String(length=16), nullable=False),
    sa.Column('carrier_name', sa.String(length=32), nullable=False),
    sa.Column('direction', sa.String(length=32), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('village_station_id', sa.Uuid(), nullable=False),
    sa.Column('village_name', sa.String(length=64), nullable=False),
    sa.Column('township_station_id', sa.Uuid(), nullable=True),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('holder_station_id', sa.Uuid(), nullable=True),
    sa.Column('run_id', sa.Uuid(), nullable=True),
    sa.Column('person_name', sa.String(length=64), nullable=False),
    sa.Column('person_phone', sa.String(length=20), nullable=True),
    sa.Column('phone_tail', sa.String(length=4), nullable=True),
    sa.Column('size', sa.String(length=32), nullable=False),
    sa.Column('cod_fen', sa.BigInteger(), nullable=False),
    sa.Column('is_cold', sa.Boolean(), nullable=False),
    sa.Column('is_fragile', sa.Boolean(), nullable=False),
    sa.Column('pickup_code', sa.String(length=16), nullable=True),
    sa.Column('shelved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('pickup_id', sa.Uuid(), nullable=True),
    sa.Column('destination', sa.String(length=200), nullable=False),
    sa.Column('weight_kg', sa.Numeric(precision=14, scale=3), nullable=True),
    sa.Column('freight_fen', sa.BigInteger(), nullable=False),
    sa.Column('goods_checked', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(CASE WHEN holder_station_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN run_id IS NULL THEN 0 ELSE 1 END) = (CASE WHEN status IN ('dispatched', 'lost', 'picked_up', 'returned') THEN 0 ELSE 1 END)", name=op.f('ck_parcel_one_place')),
    sa.ForeignKeyConstraint(['holder_station_id'], ['station.id'], name=op.f('fk_parcel_holder_station_id')),
    sa.ForeignKeyConstraint(['pickup_id'], ['pickup.id'], name=op.f('fk_parcel_pickup_id')),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_parcel_run_id')),
    sa.ForeignKeyConstraint(['township_station_id'], ['station.id'], name=op.f('fk_parcel_township_station_id')),
    sa.ForeignKeyConstraint(['village_station_id'], ['station.id'], name=op.f('fk_parcel_village_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parcel'))
    )
    with op.batch_alter_table('parcel', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_parcel_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_parcel_division_code_status'), ['division_code', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_parcel_holder_station_id_status'), ['holder_station_id', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_parcel_phone_tail'), ['phone_tail'], unique=False)
        batch_op.create_index(batch_op.f('ix_parcel_run_id'), ['run_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_parcel_township_station_id'), ['township_station_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_parcel_village_station_id_status'), ['village_station_id', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_parcel_waybill_number'), ['waybill_number'], unique=False)
        batch_op.create_index('uq_parcel_code_on_shelf', ['holder_station_id', 'pickup_code'], unique=True, sqlite_where=sa.text("status = 'at_village'"), postgresql_where=sa.text("status = 'at_village'"))
        batch_op.create_index('uq_parcel_waybill_at_station', ['village_station_id', 'waybill_number'], unique=True, sqlite_where=sa.text("status <> 'returned'"), postgresql_where=sa.text("status <> 'returned'"))

    op.create_table('run_stop',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('run_id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=False),
    sa.Column('station_name', sa.String(length=64), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('deliver_count', sa.Integer(), nullable=False),
    sa.Column('collect_count', sa.Integer(), nullable=False),
    sa.Column('planned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_run_stop_run_id')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_run_stop_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_run_stop')),
    sa.UniqueConstraint('run_id', 'sequence', name=op.f('uq_run_stop_run_id_sequence'))
    )
    with op.batch_alter_table('run_stop', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_run_stop_division_code'), ['division_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_run_stop_station_id'), ['station_id'], unique=False)

    op.create_table('handover_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('handover_id', sa.Uuid(), nullable=False),
    sa.Column('parcel_id', sa.Uuid(), nullable=False),
    sa.Column('waybill_number', sa.String(length=40), nullable=False),
    sa.Column('received', sa.Boolean(), nullable=True),
    sa.Column('is_extra', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['handover_id'], ['handover.id'], name=op.f('fk_handover_line_handover_id')),
    sa.ForeignKeyConstraint(['parcel_id'], ['parcel.id'], name=op.f('fk_handover_line_parcel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handover_line')),
    sa.UniqueConstraint('handover_id', 'parcel_id', name=op.f('uq_handover_line_handover_id_parcel_id'))
    )
    with op.batch_alter_table('handover_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_handover_line_parcel_id'), ['parcel_id'], unique=False)

    op.create_table('parcel_event',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('parcel_id', sa.Uuid(), nullable=False),
    sa.Column('what', sa.String(length=32), nullable=False),
    sa.Column('station_id', sa.Uuid(), nullable=True),
    sa.Column('station_name', sa.String(length=64), nullable=False),
    sa.Column('run_id', sa.Uuid(), nullable=True),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('actor_name', sa.String(length=64), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['parcel_id'], ['parcel.id'], name=op.f('fk_parcel_event_parcel_id')),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_parcel_event_run_id')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_parcel_event_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parcel_event'))
    )
    with op.batch_alter_table('parcel_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_parcel_event_parcel_id_recorded_at'), ['parcel_id', 'recorded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_parcel_event_what_recorded_at'), ['what', 'recorded_at'], unique=False)

    op.create_table('parcel_exception',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('parcel_id', sa.Uuid(), nullable=False),
    sa.Column('handover_id', sa.Uuid(), nullable=False),
    sa.Column('waybill_number', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('status', sa.String(length=32), nullable=False),
    sa.Column('owner_station_id', sa.Uuid(), nullable=False),
    sa.Column('owner_name', sa.String(length=64), nullable=False),
    sa.Column('deadline', sa.Date(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by', sa.String(length=64), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.String(length=64), nullable=False),
    sa.Column('resolution', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['handover_id'], ['handover.id'], name=op.f('fk_parcel_exception_handover_id')),
    sa.ForeignKeyConstraint(['owner_station_id'], ['station.id'], name=op.f('fk_parcel_exception_owner_station_id')),
    sa.ForeignKeyConstraint(['parcel_id'], ['parcel.id'], name=op.f('fk_parcel_exception_parcel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parcel_exception'))
    )
    with op.batch_alter_table('parcel_exception', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_parcel_exception_parcel_id'), ['parcel_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_parcel_exception_status_deadline'), ['status', 'deadline'], unique=False)
        batch_op.create_index('uq_parcel_exception_open', ['parcel_id'], unique=True, sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'"))

    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_ddl(table, dialect):
            op.execute(sa.text(statement.replace(":", r"\:")))


def downgrade() -> None:
    with op.batch_alter_table('parcel_exception', schema=None) as batch_op:
        batch_op.drop_index('uq_parcel_exception_open', sqlite_where=sa.text("status = 'open'"), postgresql_where=sa.text("status = 'open'"))
        batch_op.drop_index(batch_op.f('ix_parcel_exception_status_deadline'))
        batch_op.drop_index(batch_op.f('ix_parcel_exception_parcel_id'))

    op.drop_table('parcel_exception')
    with op.batch_alter_table('parcel_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_parcel_event_what_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_parcel_event_parcel_id_recorded_at'))

    op.drop_table('parcel_event')
    with op.batch_alter_table('handover_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_handover_line_parcel_id'))

    op.drop_table('handover_line')
    with op.batch_alter_table('run_stop', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_run_stop_station_id'))
        batch_op.drop_index(batch_op.f('ix_run_stop_division_code'))

    op.drop_table('run_stop')
    with op.batch_alter_table('parcel', schema=None) as batch_op:
        batch_op.drop_index('uq_parcel_waybill_at_station', sqlite_where=sa.text("status <> 'returned'"), postgresql_where=sa.text("status <> 'returned'"))
        batch_op.drop_index('uq_parcel_code_on_shelf', sqlite_where=sa.text("status = 'at_village'"), postgresql_where=sa.text("status = 'at_village'"))
        batch_op.drop_index(batch_op.f('ix_parcel_waybill_number'))
        batch_op.drop_index(batch_op.f('ix_parcel_village_station_id_status'))
        batch_op.drop_index(batch_op.f('ix_parcel_township_station_id'))
        batch_op.drop_index(batch_op.f('ix_parcel_run_id'))
        batch_op.drop_index(batch_op.f('ix_parcel_phone_tail'))
        batch_op.drop_index(batch_op.f('ix_parcel_holder_station_id_status'))
        batch_op.drop_index(batch_op.f('ix_parcel_division_code_status'))
        batch_op.drop_index(batch_op.f('ix_parcel_created_at'))

    op.drop_table('parcel')
    with op.batch_alter_table('handover', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_handover_to_station_id_status'))
        batch_op.drop_index(batch_op.f('ix_handover_to_code'))
        batch_op.drop_index(batch_op.f('ix_handover_run_id'))
        batch_op.drop_index(batch_op.f('ix_handover_from_station_id_status'))
        batch_op.drop_index(batch_op.f('ix_handover_from_code'))

    op.drop_table('handover')
    with op.batch_alter_table('acceptance_reinspection', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_acceptance_reinspection_finding_id'))

    op.drop_table('acceptance_reinspection')
    with op.batch_alter_table('acceptance_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_acceptance_file_item_id'))
        batch_op.drop_index(batch_op.f('ix_acceptance_file_finding_id'))
        batch_op.drop_index(batch_op.f('ix_acceptance_file_acceptance_id'))

    op.drop_table('acceptance_file')
    with op.batch_alter_table('run', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_run_driver_id_day'))
        batch_op.drop_index(batch_op.f('ix_run_division_code_day'))
        batch_op.drop_index(batch_op.f('ix_run_day_tier'))

    op.drop_table('run')
    with op.batch_alter_table('acceptance_finding', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_acceptance_finding_acceptance_id'))

    op.drop_table('acceptance_finding')
    with op.batch_alter_table('vehicle', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_vehicle_county_code_tier'))

    op.drop_table('vehicle')
    with op.batch_alter_table('trace_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_trace_event_recorded_at'))
        batch_op.drop_index(batch_op.f('ix_trace_event_lot_id_event_time'))

    op.drop_table('trace_event')
    with op.batch_alter_table('station_equipment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_station_equipment_acceptance_id'))

    op.drop_table('station_equipment')
    with op.batch_alter_table('sale_service', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sale_service_villager_id'))
        batch_op.drop_index(batch_op.f('ix_sale_service_division_code_day'))
        batch_op.drop_index(batch_op.f('ix_sale_service_day_status'))

    op.drop_table('sale_service')
    with op.batch_alter_table('purchase_service', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_purchase_service_villager_id'))
        batch_op.drop_index(batch_op.f('ix_purchase_service_division_code_day'))
        batch_op.drop_index(batch_op.f('ix_purchase_service_day_status'))

    op.drop_table('purchase_service')
    op.drop_table('lot_scan')
    with op.batch_alter_table('ledger_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ledger_entry_transaction_id'))
        batch_op.drop_index(batch_op.f('ix_ledger_entry_division_code_account'))
        batch_op.drop_index(batch_op.f('ix_ledger_entry_account_sub_account_day'))

    op.drop_table('ledger_entry')
    with op.batch_alter_table('construction_invoice', schema=None) as batch_op:
        batch_op.drop_index('uq_construction_invoice_valid', sqlite_where=sa.text('voided_at IS NULL'), postgresql_where=sa.text('voided_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_construction_invoice_acceptance_id'))

    op.drop_table('construction_invoice')
    with op.batch_alter_table('conformity_certificate', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_conformity_certificate_lot_id'))

    op.drop_table('conformity_certificate')
    op.drop_table('acceptance_item')
    with op.batch_alter_table('acceptance_decision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_acceptance_decision_acceptance_id'))

    op.drop_table('acceptance_decision')
    with op.batch_alter_table('villager', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_villager_station_id_phone'))
        batch_op.drop_index(batch_op.f('ix_villager_station_id_name'))

    op.drop_table('villager')
    with op.batch_alter_table('user_account', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_account_scope_code_role'))

    op.drop_table('user_account')
    with op.batch_alter_table('stock_movement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stock_movement_product_id_recorded_at'))

    op.drop_table('stock_movement')
    op.drop_table('station_village')
    with op.batch_alter_table('station_status_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_station_status_change_station_id_effective_on'))

    op.drop_table('station_status_change')
    op.drop_table('station_day')
    with op.batch_alter_table('price_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_price_change_product_id_recorded_at'))

    op.drop_table('price_change')
    op.drop_table('plan_target')
    op.drop_table('pickup_desk')
    with op.batch_alter_table('pickup', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pickup_station_id_recorded_at'))

    op.drop_table('pickup')
    op.drop_table('month_report')
    with op.batch_alter_table('lot', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_lot_product_id_packed_on'))
        batch_op.drop_index(batch_op.f('ix_lot_producer_id'))
        batch_op.drop_index(batch_op.f('ix_lot_gtin_code'))
        batch_op.drop_index(batch_op.f('ix_lot_division_code_status'))

    op.drop_table('lot')
    with op.batch_alter_table('ledger_transaction', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ledger_transaction_reference_table_reference_id'))
        batch_op.drop_index(batch_op.f('ix_ledger_transaction_day'))

    op.drop_table('ledger_transaction')
    with op.batch_alter_table('day_close', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_day_close_division_code_day'))

    op.drop_table('day_close')
    with op.batch_alter_table('customer_order_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_customer_order_line_product_id'))
        batch_op.drop_index(batch_op.f('ix_customer_order_line_producer_id'))
        batch_op.drop_index(batch_op.f('ix_customer_order_line_division_code'))

    op.drop_table('customer_order_line')
    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.drop_index('uq_attendance_live', sqlite_where=sa.text('struck_at IS NULL'), postgresql_where=sa.text('struck_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_attendance_trainee_id'))

    op.drop_table('attendance')
    with op.batch_alter_table('acceptance', schema=None) as batch_op:
        batch_op.drop_index('uq_acceptance_unfinished', sqlite_where=sa.text("status NOT IN ('passed', 'refused')"), postgresql_where=sa.text("status NOT IN ('passed', 'refused')"))
        batch_op.drop_index(batch_op.f('ix_acceptance_status'))
        batch_op.drop_index(batch_op.f('ix_acceptance_division_code'))

    op.drop_table('acceptance')
    with op.batch_alter_table('training_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_training_session_starts_at'))
        batch_op.drop_index(batch_op.f('ix_training_session_division_code_starts_at'))

    op.drop_table('training_session')
    with op.batch_alter_table('station', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_station_kind_status'))
        batch_op.drop_index(batch_op.f('ix_station_division_code'))

    op.drop_table('station')
    with op.batch_alter_table('product', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_product_status'))
        batch_op.drop_index(batch_op.f('ix_product_division_code'))

    op.drop_table('product')
    with op.batch_alter_table('problem_report', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_problem_report_division_code_status'))

    op.drop_table('problem_report')
    op.drop_table('plan')
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_job_division_code_created_at'))

    op.drop_table('job')
    with op.batch_alter_table('issued_document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_issued_document_file_sha256'))

    op.drop_table('issued_document')
    with op.batch_alter_table('division_rename', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_division_rename_division_code_effective_on'))

    op.drop_table('division_rename')
    with op.batch_alter_table('upload', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_upload_sha256'))

    op.drop_table('upload')
    with op.batch_alter_table('unknown_login', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unknown_login_last_failed_at'))

    op.drop_table('unknown_login')
    with op.batch_alter_table('trainee', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_trainee_division_code'))

    op.drop_table('trainee')
    op.drop_table('seal_leaf')
    op.drop_table('seal_head')
    op.drop_table('scan_miss')
    with op.batch_alter_table('producer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_producer_division_code'))

    op.drop_table('producer')
    op.drop_table('interface_key')
    op.drop_table('idempotency_key')
    with op.batch_alter_table('division', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_division_parent_code'))
        batch_op.drop_index(batch_op.f('ix_division_level'))

    op.drop_table('division')
    with op.batch_alter_table('customer_order', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_customer_order_status_placed_at'))
        batch_op.drop_index(batch_op.f('ix_customer_order_placed_at'))
        batch_op.drop_index(batch_op.f('ix_customer_order_division_code_placed_at'))

    op.drop_table('customer_order')
    op.drop_table('course')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_entry_subject_table_subject_id'))
        batch_op.drop_index(batch_op.f('ix_audit_entry_recorded_at'))

    op.drop_table('audit_entry')
