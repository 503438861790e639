-- Record systems of hospitals that hand signed documents in.

-- A registered system (OAuth client). The keys are a JSON Web Key Set of public keys.
CREATE TABLE hospital_clients (
    id           TEXT PRIMARY KEY NOT NULL,
    institution  TEXT NOT NULL,
    name         TEXT NOT NULL,
    keys         TEXT NOT NULL,
    created_at   TIMESTAMP NOT NULL,
    revoked_at   TIMESTAMP
);

-- Assertions that were used, until they end by themselves: each works once.
CREATE TABLE client_assertions (
    client_id    TEXT NOT NULL REFERENCES hospital_clients (id),
    jti          TEXT NOT NULL,
    ends_at      TIMESTAMP NOT NULL,
    PRIMARY KEY (client_id, jti)
);

-- Access tokens, as hashes.
CREATE TABLE client_tokens (
    token_hash   TEXT PRIMARY KEY NOT NULL,
    client_id    TEXT NOT NULL REFERENCES hospital_clients (id),
    scope        TEXT NOT NULL,
    ends_at      TIMESTAMP NOT NULL
);

-- Documents that became a fixed revision of a form. Sealed: the received bytes, their signature, and the
-- digest of the answers that were read from them. `identifier` is a keyed hash.
CREATE TABLE received_documents (
    id           TEXT PRIMARY KEY NOT NULL,
    client_id    TEXT NOT NULL REFERENCES hospital_clients (id),
    identifier   TEXT NOT NULL,
    case_id      TEXT NOT NULL,
    form         TEXT NOT NULL,
    revision     BIGINT NOT NULL CHECK (revision > 0),
    sha256       TEXT NOT NULL,
    body         TEXT NOT NULL,
    at           TIMESTAMP NOT NULL,
    UNIQUE (client_id, identifier),
    UNIQUE (case_id, form, revision),
    FOREIGN KEY (case_id, form, revision) REFERENCES case_answers (case_id, form, revision) ON DELETE CASCADE
);

-- Physicians by the authority's number, so that a document finds its signer.
CREATE TABLE designation_numbers (
    user_id      TEXT PRIMARY KEY NOT NULL REFERENCES users (id),
    number       TEXT NOT NULL
);
CREATE INDEX designation_numbers_number ON designation_numbers (number);
INSERT INTO designation_numbers (user_id, number)
    SELECT id, CAST(designation AS json) ->> 'number' FROM users WHERE designation IS NOT NULL;
