-- Files of residents come in as files of doses do: births, moves, deaths, new names and addresses.
ALTER TABLE dose_imports ADD COLUMN kind TEXT NOT NULL DEFAULT 'doses' CHECK (kind IN ('doses', 'residents'));
ALTER TABLE dose_imports ADD COLUMN changed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE immunization_subjects ADD COLUMN moved_in_on DATE;
-- The map of columns that was used last, to begin with the next time.
CREATE TABLE dose_import_maps (
    program         TEXT NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('doses', 'residents')),
    body            TEXT NOT NULL,
    author          TEXT NOT NULL,
    at              TIMESTAMP NOT NULL,
    PRIMARY KEY (program, kind)
);
