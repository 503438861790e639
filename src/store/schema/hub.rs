//! The tables of what goes to the hub, as diesel sees them.

diesel::table! {
    hub_batches (id) {
        id -> Text,
        connector -> Text,
        idempotency_key -> Text,
        task -> Text,
        state -> Text,
        size -> BigInt,
        polls -> BigInt,
        at -> Timestamp,
    }
}

diesel::table! {
    hub_rows (id) {
        id -> Text,
        connector -> Text,
        case_id -> Nullable<Text>,
        decision_id -> Nullable<Text>,
        subject -> Text,
        seq -> BigInt,
        history_key -> Text,
        deleted -> Bool,
        urgent -> Bool,
        body -> Text,
        content_hash -> Text,
        state -> Text,
        batch -> Nullable<Text>,
        position -> BigInt,
        attempts -> BigInt,
        problem -> Text,
        receipt -> Text,
        at -> Timestamp,
        updated_at -> Timestamp,
        person -> Nullable<Text>,
    }
}

diesel::table! {
    discrepancies (id) {
        id -> Text,
        connector -> Text,
        row_id -> Text,
        case_id -> Text,
        kind -> Text,
        fields -> Text,
        found_at -> Timestamp,
        cleared_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    connectors (name) {
        name -> Text,
        stopped -> Bool,
        reason -> Text,
        changed_at -> Timestamp,
    }
}
