-- Offices that receive applications and pass them on to the body that decides.

-- `covers` is how the addresses begin for which an office receives on line; a code is never given twice.
CREATE TABLE receiving_offices (
    code         TEXT PRIMARY KEY NOT NULL,
    name         TEXT NOT NULL,
    covers       TEXT NOT NULL,
    created_at   TIMESTAMP NOT NULL,
    closed_at    TIMESTAMP
);

-- Each way of a case between an office and the body that decides; onward is 進達, otherwise 差戻し.
CREATE TABLE forwardings (
    case_id      TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    number       BIGINT NOT NULL CHECK (number > 0),
    office       TEXT NOT NULL,
    onward       BOOLEAN NOT NULL,
    sent_on      DATE NOT NULL,
    arrived_on   DATE CHECK (arrived_on >= sent_on),
    PRIMARY KEY (case_id, number)
);
CREATE INDEX forwardings_day ON forwardings (office, sent_on);

-- Where the case was received and where it lies: the code of an office, or empty for the body that decides.
ALTER TABLE cases ADD COLUMN received_by TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN held_by TEXT NOT NULL DEFAULT '';
CREATE INDEX cases_held ON cases (held_by, due_on, id);

-- The office for which somebody works; none for the body that decides.
ALTER TABLE users ADD COLUMN office TEXT REFERENCES receiving_offices (code);
