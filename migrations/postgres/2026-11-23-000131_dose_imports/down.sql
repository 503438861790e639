DROP TABLE dose_import_held;
DROP TABLE dose_import_parts;
DROP TABLE dose_imports;
