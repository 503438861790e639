DROP TABLE dose_sessions;
