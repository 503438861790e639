//! The closed words of a committee's work.

use serde::{Deserialize, Serialize};

vocabulary! {
    /// What a member of a committee thinks of one question.
    View {
        /// The condition is met.
        Met = "met",
        /// The condition is not met.
        NotMet = "not_met",
        /// The packet does not tell.
        CannotTell = "cannot_tell",
    }
}

vocabulary! {
    /// What a committee concludes on a case.
    Conclusion {
        /// The conditions are met.
        Met = "met",
        /// A condition is not met.
        NotMet = "not_met",
        /// More information is wanted before it concludes.
        MoreInformation = "more_information",
    }
}

vocabulary! {
    /// Why a member has no part in a case.
    Exclusion {
        /// They signed the certificate, or were asked to.
        Signer = "signer",
        /// They work at the institution of the certificate.
        Institution = "institution",
    }
}
