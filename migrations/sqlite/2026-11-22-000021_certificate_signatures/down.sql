DROP TABLE certificate_signatures;
DROP TABLE signing_keys;
