//! Record systems of hospitals, and what they handed in.

use super::{case_answers, cases, users, work_items};

diesel::table! {
    hospital_clients (id) {
        id -> Text,
        institution -> Text,
        name -> Text,
        keys -> Text,
        created_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    client_assertions (client_id, jti) {
        client_id -> Text,
        jti -> Text,
        ends_at -> Timestamp,
    }
}

diesel::table! {
    client_tokens (token_hash) {
        token_hash -> Text,
        client_id -> Text,
        scope -> Text,
        ends_at -> Timestamp,
    }
}

diesel::table! {
    received_documents (id) {
        id -> Text,
        client_id -> Text,
        identifier -> Text,
        case_id -> Text,
        form -> Text,
        revision -> BigInt,
        sha256 -> Text,
        body -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    designation_numbers (user_id) {
        user_id -> Text,
        number -> Text,
        institution -> Text,
    }
}

diesel::joinable!(client_tokens -> hospital_clients (client_id));
diesel::joinable!(received_documents -> cases (case_id));
diesel::allow_tables_to_appear_in_same_query!(client_tokens, hospital_clients);
diesel::allow_tables_to_appear_in_same_query!(received_documents, cases);
diesel::allow_tables_to_appear_in_same_query!(received_documents, case_answers);
diesel::allow_tables_to_appear_in_same_query!(designation_numbers, users);
diesel::allow_tables_to_appear_in_same_query!(designation_numbers, work_items);
diesel::allow_tables_to_appear_in_same_query!(designation_numbers, cases);
