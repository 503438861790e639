//! The tables of people who sign in, as diesel sees them.

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
        office -> Nullable<Text>,
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
