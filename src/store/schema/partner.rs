//! The tables of shared caps, as diesel sees them.

use super::cases;

diesel::table! {
    partner_tokens (token, case_id) {
        token -> Text,
        case_id -> Text,
    }
}

diesel::table! {
    partner_links (id) {
        id -> Text,
        left_case -> Text,
        right_case -> Text,
        author -> Text,
        at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        ended_by -> Nullable<Text>,
    }
}

diesel::table! {
    cap_tasks (id) {
        id -> Text,
        case_id -> Text,
        cause -> Text,
        from_on -> Date,
        to_on -> Date,
        cap_before -> BigInt,
        cap_after -> BigInt,
        state -> Text,
        at -> Timestamp,
        closed_at -> Nullable<Timestamp>,
        closed_by -> Nullable<Text>,
        body -> Text,
    }
}

diesel::joinable!(cap_tasks -> cases (case_id));
diesel::allow_tables_to_appear_in_same_query!(cap_tasks, cases);
