//! The tables of work in bulk, as diesel sees them.

diesel::table! {
    bulk_runs (id) {
        id -> Text,
        action -> Text,
        program -> Text,
        owner -> Text,
        state -> Text,
        body -> Text,
        place -> Text,
        note -> Text,
        at -> Timestamp,
        updated_at -> Timestamp,
        looked -> BigInt,
        planned -> BigInt,
        settled -> BigInt,
    }
}

diesel::table! {
    bulk_items (run_id, item) {
        run_id -> Text,
        item -> Text,
        case_id -> Text,
        version -> BigInt,
        digest -> Text,
        state -> Text,
        reason -> Text,
        detail -> Text,
        place -> BigInt,
        sorted_by -> Text,
    }
}

diesel::table! {
    letter_prints (letter_id, number) {
        letter_id -> Text,
        number -> BigInt,
        run_id -> Text,
        printed_by -> Text,
        again -> Bool,
        at -> Timestamp,
    }
}
