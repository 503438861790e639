-- 予診票. Answers and judgement are sealed under the key of the person. One lives per person, vaccine and dose.
CREATE TABLE screenings (
    id              TEXT PRIMARY KEY NOT NULL,
    subject         TEXT NOT NULL REFERENCES immunization_subjects (id),
    vaccine         TEXT NOT NULL CHECK (vaccine <> ''),
    dose            TEXT NOT NULL,
    state           TEXT NOT NULL
                    CHECK (state IN ('draft', 'answered', 'locked', 'given', 'not_given', 'expired')),
    answered_on     DATE,
    valid_to        DATE,
    institution     TEXT,
    line            TEXT UNIQUE REFERENCES immunizations (id),
    revision        INTEGER NOT NULL,
    body            TEXT NOT NULL,
    created_at      TIMESTAMP NOT NULL,
    changed_at      TIMESTAMP NOT NULL,
    CHECK (state <> 'answered' OR answered_on IS NOT NULL),
    CHECK (state <> 'locked' OR institution IS NOT NULL),
    CHECK ((state IN ('given', 'not_given')) = (line IS NOT NULL))
);
CREATE UNIQUE INDEX screenings_living ON screenings (subject, vaccine, dose)
    WHERE state IN ('draft', 'answered', 'locked');
CREATE INDEX screenings_subject ON screenings (subject, id);
CREATE INDEX screenings_expiring ON screenings (valid_to) WHERE state IN ('draft', 'answered');
