//! The tables of the ledger of payments, as diesel sees them.

diesel::table! {
    ledger_cards (lookup, case_id) {
        lookup -> Text,
        case_id -> Text,
    }
}

diesel::table! {
    ledger_presented (case_id, user_id) {
        case_id -> Text,
        user_id -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    ledger_tries (user_id) {
        user_id -> Text,
        failures -> BigInt,
        since -> Timestamp,
    }
}

diesel::table! {
    ledger_months (case_id, month) {
        case_id -> Text,
        month -> Date,
        lines -> BigInt,
    }
}

diesel::table! {
    ledger_lines (id) {
        id -> Text,
        case_id -> Text,
        month -> Date,
        seq -> BigInt,
        place -> BigInt,
        corrects -> Nullable<Text>,
        care_on -> Date,
        kind -> Text,
        origin -> Text,
        total -> BigInt,
        collected -> BigInt,
        body -> Text,
        author -> Text,
        at -> Timestamp,
    }
}
