//! The closed words of what a role reaches and sees.

use serde::{Deserialize, Serialize};

vocabulary! {
    /// Which cases a role reaches.
    Reach {
        /// Only cases of the person themselves.
        Own = "own",
        /// Only cases with a work item of theirs.
        Assigned = "assigned",
        /// Only cases with a work item in the hands of somebody else at their institution.
        Institution = "institution",
        /// Only cases whose certificate the person has just presented to them.
        Presented = "presented",
        /// Only cases on the agenda of a session at which they sit as a member who is not excluded.
        Seated = "seated",
        /// Only cases of persons who gave the office of the role leave to apply for them.
        Entrusted = "entrusted",
        /// Every case of the organisation and program.
        Organisation = "organisation",
        /// Every case of the installation, without its content.
        Metadata = "metadata",
    }
}

vocabulary! {
    /// A class of data that a role may see.
    DataClass {
        /// Name, address, birth date.
        Identity = "identity",
        /// 個人番号.
        MyNumber = "my_number",
        /// Tax, income and insurance.
        Income = "income",
        /// Diagnosis and findings.
        Health = "health",
        /// Decision and letters.
        Decision = "decision",
        /// Internal notes.
        Notes = "notes",
        /// Who did and read what.
        Log = "log",
    }
}
