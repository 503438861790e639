-- How far a run is, counted as it goes on: nobody counts its items at every step.

ALTER TABLE bulk_runs ADD COLUMN looked BIGINT NOT NULL DEFAULT 0;
ALTER TABLE bulk_runs ADD COLUMN planned BIGINT NOT NULL DEFAULT 0;
ALTER TABLE bulk_runs ADD COLUMN settled BIGINT NOT NULL DEFAULT 0;
UPDATE bulk_runs SET
    looked = (SELECT count(*) FROM bulk_items WHERE run_id = bulk_runs.id),
    planned = (SELECT count(*) FROM bulk_items WHERE run_id = bulk_runs.id AND state <> 'left_out'),
    settled = (SELECT count(*) FROM bulk_items WHERE run_id = bulk_runs.id AND state IN ('done', 'failed'));

-- Lists of cases by keyset, and how a letter travels, without a look at all of them.
CREATE INDEX cases_keyset ON cases (program, state, id);
CREATE INDEX cases_program ON cases (program, id);
CREATE INDEX deliveries_letter ON deliveries (letter_id);
