-- What somebody paid who is exempt from the regular share; why, and what was shown, lies sealed in the line.
ALTER TABLE immunizations ADD COLUMN copay BIGINT CHECK (copay >= 0);
