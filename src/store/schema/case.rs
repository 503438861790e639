//! The tables of a case and of what lies in it, as diesel sees them.

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
        received_by -> Text,
        held_by -> Text,
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
        received_at -> Nullable<Timestamp>,
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
