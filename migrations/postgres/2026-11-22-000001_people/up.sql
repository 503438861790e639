-- Keys, people who sign in, and their sessions.

-- Data keys for what belongs to no single case, each wrapped by the key-encryption key.
CREATE TABLE keys (
    purpose     TEXT PRIMARY KEY NOT NULL,
    wrapped     TEXT NOT NULL,
    created_at  TIMESTAMP NOT NULL
);

-- A citizen is who the identity provider says: issuer and subject, looked up by keyed hash.
CREATE TABLE citizens (
    id          TEXT PRIMARY KEY NOT NULL,
    subject     TEXT NOT NULL UNIQUE,
    profile     TEXT NOT NULL,
    lang        TEXT NOT NULL,
    created_at  TIMESTAMP NOT NULL
);

-- Staff and physicians.
CREATE TABLE users (
    id              TEXT PRIMARY KEY NOT NULL,
    login           TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    roles           TEXT NOT NULL,
    designation     TEXT,
    password        TEXT NOT NULL,
    totp            TEXT NOT NULL,
    totp_step       BIGINT NOT NULL DEFAULT 0,
    failures        BIGINT NOT NULL DEFAULT 0,
    locked_until    TIMESTAMP,
    active          BOOLEAN NOT NULL DEFAULT TRUE,
    created_at      TIMESTAMP NOT NULL
);

-- The cookie holds a random token; only its hash is stored.
CREATE TABLE sessions (
    token_hash  TEXT PRIMARY KEY NOT NULL,
    principal   TEXT NOT NULL,
    stage       TEXT NOT NULL CHECK (stage IN ('guest', 'second_factor', 'full')),
    data        TEXT NOT NULL,
    created_at  TIMESTAMP NOT NULL,
    seen_at     TIMESTAMP NOT NULL,
    ends_at     TIMESTAMP NOT NULL
);
CREATE INDEX sessions_principal ON sessions (principal);
CREATE INDEX sessions_ends ON sessions (ends_at);
