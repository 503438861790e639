DROP TABLE member_codes;
DROP TABLE member_consents;
