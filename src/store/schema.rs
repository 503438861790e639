//! The tables, as diesel sees them; the same for both databases. One file a subject.

mod accounts;
mod bulk;
mod case;
mod committee;
mod decision;
mod dose_calendar;
mod dose_double;
mod dose_forecast;
mod dose_import;
mod dose_reminder;
mod enquiry;
mod forwarding;
mod guardian;
mod hospital;
mod hub;
mod immunization;
mod ledger;
mod mandate;
mod measure;
mod member;
mod operation;
mod partner;
mod signing;
mod withdrawn_lot;

pub use {
    accounts::*, bulk::*, case::*, committee::*, decision::*, dose_calendar::*, dose_double::*,
    dose_forecast::*, dose_import::*, dose_reminder::*, enquiry::*, forwarding::*, guardian::*, hospital::*,
    hub::*, immunization::*, ledger::*, mandate::*, measure::*, member::*, operation::*, partner::*,
    signing::*, withdrawn_lot::*,
};

diesel::joinable!(certificate_signatures -> cases (case_id));
diesel::joinable!(certificate_signatures -> signing_keys (kid));
diesel::joinable!(decisions -> cases (case_id));
diesel::joinable!(dose_rights -> immunization_subjects (subject));
diesel::joinable!(immunizations -> immunization_subjects (subject));
diesel::joinable!(reaction_reports -> immunizations (line));
diesel::joinable!(vouchers -> immunization_subjects (subject));
diesel::joinable!(forwardings -> cases (case_id));
diesel::joinable!(hub_rows -> cases (case_id));
diesel::joinable!(hub_rows -> immunization_subjects (person));
diesel::joinable!(immunization_guardians -> immunization_subjects (subject));
diesel::joinable!(immunization_presented -> users (user_id));
diesel::joinable!(mandates -> agencies (agency));
diesel::joinable!(work_items -> cases (case_id));

diesel::allow_columns_to_appear_in_same_group_by_clause!(work_items::kind, cases::kind, work_items::assignee);
diesel::allow_tables_to_appear_in_same_query!(agencies, mandates);
diesel::allow_tables_to_appear_in_same_query!(immunization_guardians, immunization_subjects);

diesel::allow_tables_to_appear_in_same_query!(
    case_answers,
    cases,
    case_search,
    certificate_signatures,
    decisions,
    deliveries,
    documents,
    forwardings,
    hub_batches,
    hub_rows,
    immunization_subjects,
    letters,
    signing_keys,
    vouchers,
    work_items
);

diesel::allow_tables_to_appear_in_same_query!(dose_calendars, immunization_guardians);
diesel::allow_tables_to_appear_in_same_query!(immunization_presented, users);
diesel::allow_tables_to_appear_in_same_query!(
    dose_forecast_days,
    dose_forecasts,
    dose_rights,
    immunization_subjects
);
diesel::allow_tables_to_appear_in_same_query!(immunization_subjects, immunizations);
diesel::allow_tables_to_appear_in_same_query!(immunizations, reaction_reports);
diesel::allow_columns_to_appear_in_same_group_by_clause!(
    immunizations::vaccine,
    immunizations::dose,
    immunizations::status,
    immunizations::category,
    immunizations::first_day,
    immunization_subjects::sex,
    immunization_subjects::birth
);
diesel::allow_columns_to_appear_in_same_group_by_clause!(cases::kind, decisions::outcome);
diesel::allow_columns_to_appear_in_same_group_by_clause!(
    dose_rights::dose,
    dose_rights::cohort,
    immunization_subjects::district
);
