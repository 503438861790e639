DROP TABLE dose_import_maps;
ALTER TABLE immunization_subjects DROP COLUMN moved_in_on;
ALTER TABLE dose_imports DROP COLUMN changed;
ALTER TABLE dose_imports DROP COLUMN kind;
