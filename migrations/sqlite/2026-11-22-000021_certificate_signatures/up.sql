-- Electronic signatures under certificates of physicians, and the keys that make them.

-- The private half is sealed; the public half is a JSON Web Key, and `kid` its SHA-256 thumbprint (RFC 7638).
CREATE TABLE signing_keys (
    kid         TEXT PRIMARY KEY NOT NULL,
    holder      TEXT NOT NULL REFERENCES users (id),
    private     TEXT NOT NULL,
    public      TEXT NOT NULL,
    created_at  TIMESTAMP NOT NULL
);
CREATE INDEX signing_keys_holder ON signing_keys (holder, created_at);

-- One JWS (RFC 7515) under one fixed revision of a form; sealed, because it names who signed what.
CREATE TABLE certificate_signatures (
    case_id     TEXT NOT NULL,
    form        TEXT NOT NULL,
    revision    BIGINT NOT NULL CHECK (revision > 0),
    kid         TEXT NOT NULL REFERENCES signing_keys (kid),
    jws         TEXT NOT NULL,
    at          TIMESTAMP NOT NULL,
    PRIMARY KEY (case_id, form, revision),
    FOREIGN KEY (case_id, form, revision) REFERENCES case_answers (case_id, form, revision) ON DELETE CASCADE
);
