//! Keys of physicians, and their signatures under certificates.

diesel::table! {
    signing_keys (kid) {
        kid -> Text,
        holder -> Text,
        private -> Text,
        public -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    certificate_signatures (case_id, form, revision) {
        case_id -> Text,
        form -> Text,
        revision -> BigInt,
        kid -> Text,
        jws -> Text,
        at -> Timestamp,
    }
}
