//! The tables of how guardians join a person of the ledger of vaccinations, as diesel sees them.

diesel::table! {
    guardian_invitations (id) {
        id -> Text,
        subject -> Text,
        code -> Text,
        author -> Text,
        by_office -> Bool,
        failures -> BigInt,
        used_by -> Nullable<Text>,
        at -> Timestamp,
        ends_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    guardian_tries (citizen) {
        citizen -> Text,
        failures -> BigInt,
        since -> Timestamp,
    }
}

diesel::table! {
    guardian_shields (subject) {
        subject -> Text,
        author -> Text,
        at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}
