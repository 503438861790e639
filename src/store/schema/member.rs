//! The tables of the members of a household, as diesel sees them.

diesel::table! {
    member_consents (id) {
        id -> Text,
        case_id -> Text,
        member -> Text,
        consent -> Text,
        way -> Text,
        given_on -> Date,
        author -> Text,
        at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
        revoked_by -> Nullable<Text>,
    }
}

diesel::table! {
    member_codes (case_id, member) {
        case_id -> Text,
        member -> Text,
        code -> Text,
        failures -> BigInt,
        author -> Text,
        ends_at -> Timestamp,
    }
}
