//! The tables of what is decided and told, as diesel sees them.

diesel::table! {
    decisions (id) {
        id -> Text,
        case_id -> Text,
        seq -> BigInt,
        outcome -> Text,
        adverse -> Bool,
        reasons -> BigInt,
        appeal_text -> Text,
        body -> Text,
        draft_hash -> Text,
        drafted_by -> Text,
        effective_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        final_at -> Timestamp,
        supersedes -> Nullable<Text>,
    }
}

diesel::table! {
    signatures (decision_id, level) {
        decision_id -> Text,
        level -> BigInt,
        drafter -> Text,
        signer -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    letters (id) {
        id -> Text,
        case_id -> Text,
        decision_id -> Nullable<Text>,
        kind -> Text,
        body -> Text,
        file -> Text,
        missing -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    deliveries (id) {
        id -> Text,
        case_id -> Text,
        letter_id -> Nullable<Text>,
        channel -> Text,
        state -> Text,
        subject -> Text,
        body -> Text,
        attempts -> BigInt,
        problem -> Text,
        at -> Timestamp,
        updated_at -> Timestamp,
    }
}
