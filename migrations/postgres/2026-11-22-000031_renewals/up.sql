-- The case whose grant another one renews or changes, and the search for grants that end soon.
ALTER TABLE cases ADD COLUMN follows TEXT REFERENCES cases (id);
CREATE INDEX cases_follows ON cases (follows);
CREATE INDEX decisions_valid_to ON decisions (valid_to, case_id);
