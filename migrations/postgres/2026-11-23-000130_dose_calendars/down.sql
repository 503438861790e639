DROP TABLE dose_calendars;
