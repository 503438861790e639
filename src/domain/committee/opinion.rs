//! What members say of a case before the session, and whether they agree.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::forms::Answers;
use crate::domain::program::committee::CommitteeShape;
use crate::domain::program::vocabulary::{Conclusion, View};
use crate::domain::refusal::Refusal;

/// A member's opinion on one case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// A view on each question, by its code.
    pub views: BTreeMap<String, View>,
    /// Code of the result that the member thinks right, where the committee concludes by a form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<String>,
    /// Why; may be empty where everything is met.
    pub reason: String,
}

impl Opinion {
    /// Checks that every question has a view, and that a doubt says why.
    ///
    /// # Errors
    /// `committee.view` about the question, `committee.choice`, `committee.reason`.
    pub fn check(&self, shape: &CommitteeShape) -> Result<(), Refusal> {
        let silent = shape.questions.iter().find(|question| !self.views.contains_key(&question.code));
        if let Some(question) = silent {
            return Err(Refusal::new("committee.view").at(&format!("view-{}", question.code)));
        }
        if shape.result.is_some() && self.choice.is_none() {
            return Err(Refusal::new("committee.choice").at("choice"));
        }
        let sure = self.views.values().all(|view| *view == View::Met);
        if !sure && self.reason.trim().is_empty() {
            return Err(Refusal::new("committee.reason").at("reason"));
        }
        Ok(())
    }
}

/// How the opinions on a case stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// Everybody who said something says the same, and nobody is unsure.
    Unanimous,
    /// Views differ, or somebody cannot tell.
    Divided,
    /// Nobody said anything yet.
    Silent,
}

/// Whether the members agree.
pub fn agreement(opinions: &[&Opinion]) -> Agreement {
    let Some((first, rest)) = opinions.split_first() else { return Agreement::Silent };
    let sure = first.views.values().all(|view| *view != View::CannotTell);
    let same = rest.iter().all(|opinion| opinion.views == first.views && opinion.choice == first.choice);
    if sure && same { Agreement::Unanimous } else { Agreement::Divided }
}

/// What the committee concludes on a case, as the secretary writes it down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Concluded {
    /// The conclusion.
    pub conclusion: Conclusion,
    /// Code of the refusal reason that names the condition not met.
    pub criterion: Option<String>,
    /// The opinion, or the question; with a form the result in words.
    pub opinion: String,
    /// The form of the result, where the committee concludes by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<Answers>,
}

impl Concluded {
    /// Checks that a condition is named where one is not met, and that there is a text.
    ///
    /// # Errors
    /// `committee.criterion`, `committee.opinion`, `committee.question`.
    pub fn check(&self, shape: &CommitteeShape) -> Result<(), Refusal> {
        let named = self.criterion.as_ref().is_some_and(|code| shape.refuses_with(code));
        if named != (self.conclusion == Conclusion::NotMet) {
            return Err(Refusal::new("committee.criterion").at("criterion"));
        }
        match self.conclusion {
            _ if !self.opinion.trim().is_empty() => Ok(()),
            Conclusion::MoreInformation => Err(Refusal::new("committee.question").at("opinion")),
            _ => Err(Refusal::new("committee.opinion").at("opinion")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::program::committee::Question;
    use crate::domain::program::work::Setting;

    fn shape() -> CommitteeShape {
        let nothing = || Setting { setting: None, values: Vec::new() };
        let question = |code: &str| Question {
            code: code.to_owned(),
            label: code.to_owned(),
            reason: format!("{code}_not_met"),
        };
        CommitteeShape {
            panel_size: None,
            fields: Vec::new(),
            label: "committee".to_owned(),
            term_months: nothing(),
            quorum_percent: nothing(),
            designated: true,
            papers: Vec::new(),
            withheld: Vec::new(),
            result: None,
            questions: vec![question("diagnosis"), question("severity")],
        }
    }

    fn opinion(diagnosis: View, severity: View, reason: &str) -> Opinion {
        let views = [("diagnosis".to_owned(), diagnosis), ("severity".to_owned(), severity)].into();
        Opinion { views, choice: None, reason: reason.to_owned() }
    }

    #[test]
    fn every_question_has_a_view_and_a_doubt_says_why() {
        let shape = shape();
        assert_eq!(opinion(View::Met, View::Met, "").check(&shape), Ok(()));
        for view in [View::NotMet, View::CannotTell] {
            assert_eq!(opinion(View::Met, view, " ").check(&shape).unwrap_err().key, "committee.reason");
            assert_eq!(opinion(View::Met, view, "画像がない").check(&shape), Ok(()));
        }
        let mut half = opinion(View::Met, View::Met, "");
        half.views.remove("severity");
        let refusal = half.check(&shape).unwrap_err();
        assert_eq!(
            (refusal.key.as_str(), refusal.field.as_deref()),
            ("committee.view", Some("view-severity"))
        );
    }

    #[test]
    fn only_the_same_sure_views_are_unanimous() {
        let met = opinion(View::Met, View::Met, "");
        let mild = opinion(View::Met, View::NotMet, "軽い");
        let unsure = opinion(View::Met, View::CannotTell, "不明");
        assert_eq!(agreement(&[]), Agreement::Silent);
        assert_eq!(agreement(&[&mild, &opinion(View::Met, View::NotMet, "別の理由")]), Agreement::Unanimous);
        assert_eq!(agreement(&[&met, &mild]), Agreement::Divided);
        assert_eq!(agreement(&[&unsure, &unsure]), Agreement::Divided);
    }

    #[test]
    fn a_conclusion_names_a_condition_only_where_one_is_not_met() {
        let shape = shape();
        let made = |conclusion, criterion: Option<&str>, opinion: &str| Concluded {
            conclusion,
            criterion: criterion.map(str::to_owned),
            opinion: opinion.to_owned(),
            answers: None,
        };
        let key = |it: Concluded| it.check(&shape).err().map(|refusal| refusal.key);
        assert_eq!(key(made(Conclusion::Met, None, "満たす")), None);
        assert_eq!(key(made(Conclusion::NotMet, Some("severity_not_met"), "満たさない")), None);
        let criterion = Some("committee.criterion".to_owned());
        assert_eq!(key(made(Conclusion::NotMet, None, "満たさない")), criterion);
        assert_eq!(key(made(Conclusion::NotMet, Some("whim"), "満たさない")), criterion);
        assert_eq!(key(made(Conclusion::Met, Some("severity_not_met"), "満たす")), criterion);
        assert_eq!(key(made(Conclusion::Met, None, " ")).as_deref(), Some("committee.opinion"));
        assert_eq!(key(made(Conclusion::MoreInformation, None, "")).as_deref(), Some("committee.question"));
    }
}
