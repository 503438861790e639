-- What the rules say of each person of the ledger of vaccinations, computed for a day: the next dose of each vaccine.
-- It may be computed anew at any time; letters ask the rules themselves.
CREATE TABLE dose_forecasts (
    subject         TEXT NOT NULL REFERENCES immunization_subjects (id) ON DELETE CASCADE,
    vaccine         TEXT NOT NULL CHECK (vaccine <> ''),
    dose            TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('due', 'overdue', 'upcoming')),
    earliest        DATE,
    latest          DATE,
    standard_from   DATE,
    standard_to     DATE,
    finish_by       DATE,
    PRIMARY KEY (subject, vaccine)
);
CREATE INDEX dose_forecasts_vaccine ON dose_forecasts (vaccine, state, subject);

-- Doses to which there is or was a right, and whether a valid one was given: sums for figures.
CREATE TABLE dose_rights (
    subject         TEXT NOT NULL REFERENCES immunization_subjects (id) ON DELETE CASCADE,
    vaccine         TEXT NOT NULL CHECK (vaccine <> ''),
    dose            TEXT NOT NULL,
    cohort          INTEGER NOT NULL,
    opens_on        DATE NOT NULL,
    closes_on       DATE,
    given_on        DATE,
    valid           BOOLEAN NOT NULL,
    PRIMARY KEY (subject, vaccine, dose)
);
CREATE INDEX dose_rights_vaccine ON dose_rights (vaccine, cohort);

-- For which day a person was computed; who is not here waits.
CREATE TABLE dose_forecast_days (
    subject         TEXT PRIMARY KEY NOT NULL REFERENCES immunization_subjects (id) ON DELETE CASCADE,
    computed_on     DATE NOT NULL
);
