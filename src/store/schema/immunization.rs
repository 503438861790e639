//! The tables of the ledger of vaccinations, as diesel sees them.

diesel::table! {
    immunization_subjects (id) {
        id -> Text,
        program -> Text,
        person -> Text,
        resident -> Nullable<Text>,
        birth -> Date,
        sex -> Nullable<Text>,
        district -> Text,
        data_key -> Text,
        body -> Text,
        moved_out_on -> Nullable<Date>,
        died_on -> Nullable<Date>,
        created_at -> Timestamp,
        moved_in_on -> Nullable<Date>,
    }
}

diesel::table! {
    immunization_guardians (subject, citizen) {
        subject -> Text,
        citizen -> Text,
        since -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    immunization_presented (subject, user_id) {
        subject -> Text,
        user_id -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    immunizations (id) {
        id -> Text,
        subject -> Text,
        vaccine -> Text,
        dose -> Text,
        given_on -> Text,
        first_day -> Date,
        nth -> Integer,
        status -> Text,
        origin -> Text,
        category -> Text,
        product -> Nullable<Text>,
        lot -> Text,
        institution -> Text,
        body -> Text,
        supersedes -> Nullable<Text>,
        superseded_by -> Nullable<Text>,
        author -> Text,
        at -> Timestamp,
        keep_until -> Nullable<Date>,
        copay -> Nullable<BigInt>,
    }
}

diesel::table! {
    vouchers (id) {
        id -> Text,
        number -> Text,
        subject -> Text,
        case_id -> Nullable<Text>,
        vaccine -> Text,
        product -> Nullable<Text>,
        dose -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        state -> Text,
        used_by -> Nullable<Text>,
        reason -> Text,
        issued_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    screenings (id) {
        id -> Text,
        subject -> Text,
        vaccine -> Text,
        dose -> Text,
        state -> Text,
        answered_on -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        institution -> Nullable<Text>,
        line -> Nullable<Text>,
        revision -> Integer,
        body -> Text,
        created_at -> Timestamp,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    dose_sessions (id) {
        id -> Text,
        institution -> Text,
        held_on -> Date,
        vaccine -> Text,
        product -> Nullable<Text>,
        lot -> Text,
        body -> Text,
        author -> Text,
        opened_at -> Timestamp,
    }
}

diesel::table! {
    reaction_reports (id) {
        id -> Text,
        subject -> Text,
        line -> Text,
        institution -> Text,
        reported_on -> Date,
        body -> Text,
        author -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    immunization_numbers (subject) {
        subject -> Text,
        body -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    immunization_cautions (id) {
        id -> Text,
        subject -> Text,
        body -> Text,
        author -> Text,
        at -> Timestamp,
    }
}
