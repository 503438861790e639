-- Who is reminded of vaccinations by mail, where, and of what. The address is sealed.
CREATE TABLE dose_reminder_settings (
    citizen         TEXT PRIMARY KEY NOT NULL REFERENCES citizens (id),
    address         TEXT NOT NULL,
    lang            TEXT NOT NULL,
    begins          BOOLEAN NOT NULL,
    ends            BOOLEAN NOT NULL,
    overdue         BOOLEAN NOT NULL,
    stop            TEXT NOT NULL UNIQUE,
    code            TEXT NOT NULL,
    code_ends_at    TIMESTAMP NOT NULL,
    failures        BIGINT NOT NULL DEFAULT 0 CHECK (failures >= 0),
    confirmed_at    TIMESTAMP,
    ended_at        TIMESTAMP,
    changed_at      TIMESTAMP NOT NULL
);

-- Persons of whom a guardian wants no reminder.
CREATE TABLE dose_reminder_silent (
    citizen         TEXT NOT NULL REFERENCES citizens (id),
    subject         TEXT NOT NULL REFERENCES immunization_subjects (id),
    PRIMARY KEY (citizen, subject)
);

-- Mails of reminders; address and text are sealed.
CREATE TABLE dose_mails (
    id              TEXT PRIMARY KEY NOT NULL,
    citizen         TEXT NOT NULL REFERENCES citizens (id),
    kind            TEXT NOT NULL CHECK (kind IN ('confirm', 'reminder')),
    state           TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'dropped')),
    body            TEXT NOT NULL,
    attempts        BIGINT NOT NULL DEFAULT 0,
    at              TIMESTAMP NOT NULL,
    updated_at      TIMESTAMP NOT NULL
);
CREATE INDEX dose_mails_of ON dose_mails (citizen, at);

-- Of what a guardian was told: once for each dose, occasion and season.
CREATE TABLE dose_reminders (
    citizen         TEXT NOT NULL REFERENCES citizens (id),
    subject         TEXT NOT NULL REFERENCES immunization_subjects (id),
    vaccine         TEXT NOT NULL,
    dose            TEXT NOT NULL,
    season          INTEGER NOT NULL,
    occasion        TEXT NOT NULL,
    mail            TEXT NOT NULL REFERENCES dose_mails (id),
    PRIMARY KEY (citizen, subject, vaccine, dose, season, occasion)
);
