//! The tables of offices that apply for persons, as diesel sees them.

diesel::table! {
    agencies (code) {
        code -> Text,
        name -> Text,
        kind -> Text,
        phone -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    mandates (id) {
        id -> Text,
        citizen -> Text,
        program -> Text,
        agency -> Text,
        begins_on -> Date,
        ends_on -> Date,
        given_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}
