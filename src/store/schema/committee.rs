//! Committees: members, sessions, agendas, opinions, attendance.

use super::{cases, users};

diesel::table! {
    committee_members (id) {
        id -> Text,
        program -> Text,
        user_id -> Text,
        profession -> Text,
        designated -> Bool,
        institution_code -> Text,
        institution -> Text,
        starts_on -> Date,
        ends_on -> Date,
        chair -> Bool,
        panel -> Text,
        field -> Text,
        panel_chair -> Bool,
        created_at -> Timestamp,
    }
}

diesel::table! {
    committee_sessions (id) {
        id -> Text,
        program -> Text,
        held_on -> Date,
        place -> Text,
        online -> Bool,
        state -> Text,
        remarks -> Text,
        panel -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    committee_agenda (session_id, case_id) {
        session_id -> Text,
        case_id -> Text,
        position -> BigInt,
        state -> Text,
        packet -> Text,
        conclusion -> Nullable<Text>,
    }
}

diesel::table! {
    committee_opinions (session_id, case_id, user_id) {
        session_id -> Text,
        case_id -> Text,
        user_id -> Text,
        body -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    committee_attendance (session_id, user_id) {
        session_id -> Text,
        user_id -> Text,
    }
}

diesel::joinable!(committee_members -> users (user_id));
diesel::joinable!(committee_agenda -> cases (case_id));
diesel::joinable!(committee_agenda -> committee_sessions (session_id));
diesel::joinable!(committee_opinions -> cases (case_id));
diesel::allow_tables_to_appear_in_same_query!(committee_members, users);
diesel::allow_tables_to_appear_in_same_query!(committee_agenda, committee_sessions, cases);
diesel::allow_tables_to_appear_in_same_query!(committee_opinions, cases);
