-- Where a physician works, so that an assistant of the same institution finds what they were asked for.
ALTER TABLE designation_numbers ADD COLUMN institution TEXT NOT NULL DEFAULT '';
UPDATE designation_numbers SET institution = COALESCE(
    (SELECT CAST(designation AS json) ->> 'institution_code' FROM users WHERE users.id = designation_numbers.user_id), '');
CREATE INDEX designation_numbers_institution ON designation_numbers (institution);
