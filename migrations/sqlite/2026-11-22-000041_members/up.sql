-- What the members of a household consent to, each for themself. A member is known by a keyed hash of name and
-- birth date within the case.

-- Every consent that was ever given; at most one of a member to one thing is in force.
CREATE TABLE member_consents (
    id          TEXT PRIMARY KEY NOT NULL,
    case_id     TEXT NOT NULL REFERENCES cases (id),
    member      TEXT NOT NULL,
    consent     TEXT NOT NULL,
    way         TEXT NOT NULL CHECK (way IN ('online', 'paper', 'representative')),
    given_on    DATE NOT NULL,
    author      TEXT NOT NULL,
    at          TIMESTAMP NOT NULL,
    revoked_at  TIMESTAMP,
    revoked_by  TEXT,
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);

CREATE UNIQUE INDEX member_consents_living ON member_consents (case_id, member, consent) WHERE revoked_at IS NULL;

-- The code by which a member reaches their consents for a short while; only its keyed hash is kept.
CREATE TABLE member_codes (
    case_id     TEXT NOT NULL REFERENCES cases (id),
    member      TEXT NOT NULL,
    code        TEXT NOT NULL UNIQUE,
    failures    BIGINT NOT NULL CHECK (failures >= 0),
    author      TEXT NOT NULL,
    ends_at     TIMESTAMP NOT NULL,
    PRIMARY KEY (case_id, member)
);
