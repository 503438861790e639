DROP INDEX designation_numbers_institution;
ALTER TABLE designation_numbers DROP COLUMN institution;
