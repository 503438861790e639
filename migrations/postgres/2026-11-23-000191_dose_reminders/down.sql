DROP TABLE dose_reminders;
DROP TABLE dose_mails;
DROP TABLE dose_reminder_silent;
DROP TABLE dose_reminder_settings;
