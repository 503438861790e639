//! The table of enquiries, as diesel sees it.

use super::cases;

diesel::table! {
    enquiries (id) {
        id -> Text,
        case_id -> Text,
        kind -> Text,
        person -> Text,
        state -> Text,
        due_on -> Date,
        asked -> Text,
        answer -> Text,
        author -> Text,
        at -> Timestamp,
    }
}

diesel::joinable!(enquiries -> cases (case_id));
diesel::allow_tables_to_appear_in_same_query!(enquiries, cases);
