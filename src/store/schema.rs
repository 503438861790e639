//! The tables, as diesel sees them; the same for both databases.

mod committee;
mod hospital;
mod signing;

pub use {committee::*, hospital::*, signing::*};

diesel::table! {
    keys (purpose) {
        purpose -> Text,
        wrapped -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    citizens (id) {
        id -> Text,
        subject -> Text,
        profile -> Text,
        lang -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    users (id) {
        id -> Text,
        login -> Text,
        name -> Text,
        roles -> Text,
        designation -> Nullable<Text>,
        password -> Text,
        totp -> Text,
        totp_step -> BigInt,
        failures -> BigInt,
        locked_until -> Nullable<Timestamp>,
        active -> Bool,
        created_at -> Timestamp,
        institution -> Nullable<Text>,
    }
}

diesel::table! {
    sessions (token_hash) {
        token_hash -> Text,
        principal -> Text,
        stage -> Text,
        data -> Text,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        ends_at -> Timestamp,
    }
}

diesel::table! {
    definitions (hash) {
        hash -> Text,
        program -> Text,
        version -> Text,
        files -> Binary,
        stored_at -> Timestamp,
    }
}

diesel::table! {
    cases (id) {
        id -> Text,
        reference -> Nullable<Text>,
        program -> Text,
        kind -> Text,
        definition -> Text,
        state -> Text,
        version -> BigInt,
        applicant -> Text,
        origin -> Text,
        lang -> Text,
        data_key -> Text,
        body -> Text,
        assignee -> Text,
        submitted_at -> Nullable<Timestamp>,
        due_on -> Date,
        waiting -> Text,
        sync -> Text,
        duplicate -> Bool,
        answered -> Bool,
        person -> Text,
        label -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        follows -> Nullable<Text>,
    }
}

diesel::table! {
    case_events (case_id, seq) {
        case_id -> Text,
        seq -> BigInt,
        version -> BigInt,
        at -> Timestamp,
        actor -> Text,
        on_behalf_of -> Text,
        kind -> Text,
        body -> Text,
    }
}

diesel::table! {
    case_answers (case_id, form, revision) {
        case_id -> Text,
        form -> Text,
        revision -> BigInt,
        digest -> Text,
        body -> Text,
        author -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    case_secrets (case_id, path) {
        case_id -> Text,
        path -> Text,
        body -> Text,
        lookup -> Text,
    }
}

diesel::table! {
    case_search (token, case_id) {
        case_id -> Text,
        token -> Text,
    }
}

diesel::table! {
    work_items (id) {
        id -> Text,
        case_id -> Text,
        kind -> Text,
        state -> Text,
        assignee -> Text,
        code -> Text,
        requested_at -> Nullable<Timestamp>,
        due_on -> Date,
    }
}

diesel::table! {
    documents (id) {
        id -> Text,
        case_id -> Text,
        path -> Text,
        sha256 -> Text,
        size -> BigInt,
        mime -> Text,
        name -> Text,
        state -> Text,
        author -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    pulled_pages (case_id, pull, page) {
        case_id -> Text,
        pull -> Text,
        page -> BigInt,
        source -> Text,
        resource -> Text,
        version -> Text,
        at -> Timestamp,
        body -> Text,
    }
}

diesel::table! {
    messages (id) {
        id -> Text,
        case_id -> Text,
        side -> Text,
        author -> Text,
        body -> Text,
        at -> Timestamp,
        read_at -> Nullable<Timestamp>,
    }
}

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
        case_id -> Text,
        decision_id -> Text,
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

diesel::joinable!(certificate_signatures -> cases (case_id));
diesel::joinable!(certificate_signatures -> signing_keys (kid));
diesel::joinable!(decisions -> cases (case_id));
diesel::joinable!(hub_rows -> cases (case_id));
diesel::joinable!(work_items -> cases (case_id));

diesel::allow_tables_to_appear_in_same_query!(
    case_answers,
    cases,
    case_search,
    certificate_signatures,
    decisions,
    deliveries,
    documents,
    hub_batches,
    hub_rows,
    letters,
    signing_keys,
    work_items
);
