-- What a register was told of persons has no place before.
DELETE FROM discrepancies WHERE row_id IN (SELECT id FROM hub_rows WHERE person IS NOT NULL);
DELETE FROM hub_rows WHERE person IS NOT NULL;
ALTER TABLE hub_rows DROP CONSTRAINT hub_rows_decision;
ALTER TABLE hub_rows DROP CONSTRAINT hub_rows_owner;
ALTER TABLE hub_rows DROP COLUMN person;
ALTER TABLE hub_rows ALTER COLUMN decision_id SET NOT NULL;
ALTER TABLE hub_rows ALTER COLUMN case_id SET NOT NULL;
DROP TABLE immunization_numbers;
