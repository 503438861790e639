DROP INDEX deliveries_letter;
DROP INDEX cases_program;
DROP INDEX cases_keyset;
ALTER TABLE bulk_runs DROP COLUMN settled;
ALTER TABLE bulk_runs DROP COLUMN planned;
ALTER TABLE bulk_runs DROP COLUMN looked;
