//! The tables of imports of vaccination, as diesel sees them.

diesel::table! {
    dose_imports (id) {
        id -> Text,
        program -> Text,
        owner -> Text,
        state -> Text,
        file -> Text,
        body -> Text,
        parts -> Integer,
        place -> Integer,
        lines -> BigInt,
        looked -> BigInt,
        fresh -> BigInt,
        same -> BigInt,
        held -> BigInt,
        note -> Text,
        at -> Timestamp,
        updated_at -> Timestamp,
        kind -> Text,
        changed -> BigInt,
    }
}

diesel::table! {
    dose_import_maps (program, kind) {
        program -> Text,
        kind -> Text,
        body -> Text,
        author -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    dose_import_parts (run, number) {
        run -> Text,
        number -> Integer,
        body -> Text,
    }
}

diesel::table! {
    dose_import_held (run, line) {
        run -> Text,
        line -> BigInt,
        lookup -> Text,
        reasons -> Text,
        body -> Text,
        state -> Text,
        note -> Nullable<Text>,
        settled_by -> Nullable<Text>,
        settled_at -> Nullable<Timestamp>,
    }
}
