-- 副反応疑い報告. What a report says is sealed under the key of the person. A report is never changed; another follows it.
CREATE TABLE reaction_reports (
    id              TEXT PRIMARY KEY NOT NULL,
    subject         TEXT NOT NULL REFERENCES immunization_subjects (id),
    line            TEXT NOT NULL REFERENCES immunizations (id),
    institution     TEXT NOT NULL CHECK (institution <> ''),
    reported_on     DATE NOT NULL,
    body            TEXT NOT NULL,
    author          TEXT NOT NULL,
    at              TIMESTAMP NOT NULL
);
CREATE INDEX reaction_reports_subject ON reaction_reports (subject, id);
CREATE INDEX reaction_reports_at ON reaction_reports (at);
