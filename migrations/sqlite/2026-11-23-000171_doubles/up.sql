-- Two lines of a person that may tell of one dose: a task until somebody says whether they do.
CREATE TABLE dose_doubles (
    one             TEXT NOT NULL REFERENCES immunizations (id),
    other           TEXT NOT NULL REFERENCES immunizations (id),
    program         TEXT NOT NULL,
    subject         TEXT NOT NULL REFERENCES immunization_subjects (id),
    state           TEXT NOT NULL CHECK (state IN ('open', 'apart', 'merged', 'over')),
    found_at        TIMESTAMP NOT NULL,
    settled_by      TEXT,
    settled_at      TIMESTAMP,
    PRIMARY KEY (one, other),
    CHECK (one <> other),
    CHECK ((state = 'open') = (settled_at IS NULL))
);
CREATE INDEX dose_doubles_open ON dose_doubles (program, one, other) WHERE state = 'open';
CREATE INDEX dose_doubles_other ON dose_doubles (other);
-- What stood in the ledger before: two doses of one vaccine on one day.
INSERT INTO dose_doubles (one, other, program, subject, state, found_at)
    SELECT a.id, b.id, s.program, a.subject, 'open', b.at
    FROM immunizations a
    JOIN immunizations b ON b.subject = a.subject AND b.vaccine = a.vaccine AND b.given_on = a.given_on AND b.id > a.id
    JOIN immunization_subjects s ON s.id = a.subject
    WHERE a.status = 'completed' AND b.status = 'completed'
        AND a.superseded_by IS NULL AND b.superseded_by IS NULL;
