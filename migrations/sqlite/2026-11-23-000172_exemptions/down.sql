ALTER TABLE immunizations DROP COLUMN copay;
