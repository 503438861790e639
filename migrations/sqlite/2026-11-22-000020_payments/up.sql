-- The ledger of payments (自己負担上限額管理票): what institutions post for a month, and who may look.

-- Where a person at the counter works; null for everybody else.
ALTER TABLE users ADD COLUMN institution TEXT;

-- The certificates that can be presented, by keyed hash of number and birth date together: neither can
-- be tried alone.
CREATE TABLE ledger_cards (
    lookup      TEXT NOT NULL,
    case_id     TEXT NOT NULL REFERENCES cases (id),
    PRIMARY KEY (lookup, case_id)
);

-- Who was shown which certificate last, and when.
CREATE TABLE ledger_presented (
    case_id     TEXT NOT NULL REFERENCES cases (id),
    user_id     TEXT NOT NULL REFERENCES users (id),
    at          TIMESTAMP NOT NULL,
    PRIMARY KEY (case_id, user_id)
);

-- Look-ups that found nothing, so that numbers cannot be tried out.
CREATE TABLE ledger_tries (
    user_id     TEXT PRIMARY KEY NOT NULL REFERENCES users (id),
    failures    BIGINT NOT NULL CHECK (failures >= 0),
    since       TIMESTAMP NOT NULL
);

-- A month of a case, and how many lines it has. Who posts holds this row, so that no two see the same rest.
CREATE TABLE ledger_months (
    case_id     TEXT NOT NULL REFERENCES cases (id),
    month       DATE NOT NULL,
    lines       BIGINT NOT NULL CHECK (lines >= 0),
    PRIMARY KEY (case_id, month)
);

-- Lines are never changed. A correcting line takes the place of the one that it corrects, once.
-- Sealed in body: the institution, who posted, and the reason.
CREATE TABLE ledger_lines (
    id          TEXT PRIMARY KEY NOT NULL,
    case_id     TEXT NOT NULL,
    month       DATE NOT NULL,
    seq         BIGINT NOT NULL CHECK (seq > 0),
    place       BIGINT NOT NULL CHECK (place > 0 AND place <= seq),
    corrects    TEXT UNIQUE REFERENCES ledger_lines (id),
    care_on     DATE NOT NULL,
    kind        TEXT NOT NULL,
    origin      TEXT NOT NULL CHECK (origin IN ('posted', 'paper')),
    total       BIGINT NOT NULL CHECK (total >= 0),
    collected   BIGINT NOT NULL CHECK (collected >= 0 AND collected <= total),
    body        TEXT NOT NULL,
    author      TEXT NOT NULL,
    at          TIMESTAMP NOT NULL,
    UNIQUE (case_id, month, seq),
    FOREIGN KEY (case_id, month) REFERENCES ledger_months (case_id, month),
    -- Nothing is corrected to nothing but by a correction.
    CHECK (total > 0 OR corrects IS NOT NULL)
);
