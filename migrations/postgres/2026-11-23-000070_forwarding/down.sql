ALTER TABLE users DROP COLUMN office;
DROP INDEX cases_held;
ALTER TABLE cases DROP COLUMN held_by;
ALTER TABLE cases DROP COLUMN received_by;
DROP TABLE forwardings;
DROP TABLE receiving_offices;
