-- 集団接種: what stays the same from person to person, chosen once. Physician, place of injection and amount are sealed.
CREATE TABLE dose_sessions (
    id              TEXT PRIMARY KEY NOT NULL,
    institution     TEXT NOT NULL CHECK (institution <> ''),
    held_on         DATE NOT NULL,
    vaccine         TEXT NOT NULL CHECK (vaccine <> ''),
    product         TEXT,
    lot             TEXT NOT NULL CHECK (lot <> ''),
    body            TEXT NOT NULL,
    author          TEXT NOT NULL,
    opened_at       TIMESTAMP NOT NULL
);
CREATE INDEX dose_sessions_of ON dose_sessions (institution, held_on);
