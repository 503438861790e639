-- 個人番号 of persons of the ledger, apart and sealed under their key.
CREATE TABLE immunization_numbers (
    subject         TEXT PRIMARY KEY NOT NULL REFERENCES immunization_subjects (id),
    body            TEXT NOT NULL,
    at              TIMESTAMP NOT NULL
);

-- Rows about a person of the ledger of vaccinations belong to no case; their content is sealed under the person's key.
ALTER TABLE hub_rows ALTER COLUMN case_id DROP NOT NULL;
ALTER TABLE hub_rows ALTER COLUMN decision_id DROP NOT NULL;
ALTER TABLE hub_rows ADD COLUMN person TEXT REFERENCES immunization_subjects (id);
ALTER TABLE hub_rows ADD CONSTRAINT hub_rows_owner CHECK ((case_id IS NULL) <> (person IS NULL));
ALTER TABLE hub_rows ADD CONSTRAINT hub_rows_decision CHECK ((case_id IS NULL) = (decision_id IS NULL));
