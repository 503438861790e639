//! The tables of reminders of vaccinations, as diesel sees them.

diesel::table! {
    dose_reminder_settings (citizen) {
        citizen -> Text,
        address -> Text,
        lang -> Text,
        begins -> Bool,
        ends -> Bool,
        overdue -> Bool,
        stop -> Text,
        code -> Text,
        code_ends_at -> Timestamp,
        failures -> BigInt,
        confirmed_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    dose_reminder_silent (citizen, subject) {
        citizen -> Text,
        subject -> Text,
    }
}

diesel::table! {
    dose_mails (id) {
        id -> Text,
        citizen -> Text,
        kind -> Text,
        state -> Text,
        body -> Text,
        attempts -> BigInt,
        at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    dose_reminders (citizen, subject, vaccine, dose, season, occasion) {
        citizen -> Text,
        subject -> Text,
        vaccine -> Text,
        dose -> Text,
        season -> Integer,
        occasion -> Text,
        mail -> Text,
    }
}
