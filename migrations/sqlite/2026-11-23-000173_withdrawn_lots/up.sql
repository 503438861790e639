-- 回収ロット that the office heard of: clinics are warned of them from that day on.
CREATE TABLE withdrawn_lots (
    program         TEXT NOT NULL,
    vaccine         TEXT NOT NULL,
    lot             TEXT NOT NULL CHECK (lot <> ''),
    since           DATE NOT NULL,
    source          TEXT NOT NULL,
    author          TEXT NOT NULL,
    at              TIMESTAMP NOT NULL,
    ended_at        TIMESTAMP,
    PRIMARY KEY (program, vaccine, lot)
);
