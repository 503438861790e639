//! The tables of keys, counters, runs, jobs and the record of access, as diesel sees them.

diesel::table! {
    keys (purpose) {
        purpose -> Text,
        wrapped -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    counters (name) {
        name -> Text,
        value -> BigInt,
    }
}

diesel::table! {
    runs (id) {
        id -> Text,
        job -> Text,
        due_at -> Timestamp,
        state -> Text,
        worker -> Text,
        locked_until -> Nullable<Timestamp>,
        started_at -> Nullable<Timestamp>,
        finished_at -> Nullable<Timestamp>,
        total -> BigInt,
        done -> BigInt,
        rejected -> BigInt,
        note -> Text,
    }
}

diesel::table! {
    jobs (id) {
        id -> Text,
        kind -> Text,
        payload -> Text,
        key -> Text,
        state -> Text,
        attempts -> BigInt,
        run_after -> Timestamp,
        locked_until -> Nullable<Timestamp>,
        problem -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    idempotency (key) {
        key -> Text,
        actor -> Text,
        command -> Text,
        case_id -> Text,
        version -> BigInt,
        at -> Timestamp,
    }
}

diesel::table! {
    audit (seq) {
        seq -> BigInt,
        at -> Timestamp,
        actor -> Text,
        action -> Text,
        case_id -> Text,
        source -> Text,
        outcome -> Text,
        detail -> Text,
        previous -> Text,
        mac -> Text,
    }
}

diesel::table! {
    audit_head (id) {
        id -> BigInt,
        seq -> BigInt,
        mac -> Text,
    }
}
