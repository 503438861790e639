DROP INDEX decisions_valid_to;
DROP INDEX cases_follows;
ALTER TABLE cases DROP COLUMN follows;
