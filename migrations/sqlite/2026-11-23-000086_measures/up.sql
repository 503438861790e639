-- What each decided case adds to the figures of its program: days between two moments, or whether two values
-- differ. Plain, because it says nothing of a person; `month` is the first day of the month of the decision.

CREATE TABLE case_measures (
    case_id      TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    code         TEXT NOT NULL,
    program      TEXT NOT NULL,
    kind         TEXT NOT NULL,
    decided_on   DATE NOT NULL,
    month        DATE NOT NULL,
    days         BIGINT CHECK (days >= 0),
    changed      BOOLEAN,
    PRIMARY KEY (case_id, code),
    CHECK ((days IS NULL) <> (changed IS NULL))
);
CREATE INDEX case_measures_decided ON case_measures (program, decided_on);
