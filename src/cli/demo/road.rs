//! The road of one demo case: the commands that people would give, day after day, up to a stop.

use std::collections::BTreeMap;

use anyhow::Context;
use chrono::Duration;

use crate::domain::case::command::Command;
use crate::domain::case::correction::Reply;
use crate::domain::case::verdict::{Ruling, item_key};
use crate::domain::forms::Answers;
use crate::domain::lang::Lang;
use crate::domain::permission::Actor;
use crate::domain::program::Program;
use crate::domain::program::run::{posted, type_in};
use crate::domain::program::vocabulary::{CaseKind, CommandName, Outcome, ReturnEffect};
use crate::sandbox::people::Person;
use crate::store::users;
use crate::usecases::carry_out::{Stage, items};
use crate::usecases::clerk::draft_content::{Numbers, Typed, TypedReason, boxed, content};
use crate::usecases::clerk::{paper, proposal};
use crate::usecases::form_env::Surroundings;
use crate::usecases::{Caller, Done, Error, House, Order, carry_out, citizen, sessions};

use super::clock::MovedClock;
use super::committee;

/// How far a case has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stop {
    /// Not filed.
    Draft,
    /// Came on paper, entered by staff.
    Paper,
    /// Filed.
    Filed,
    /// Taken back.
    Withdrawn,
    /// Examination begun.
    Review,
    /// A physician is asked for the certificate, a surveyor for the survey.
    Asked,
    /// An assistant prepared the certificate for the physician.
    Prepared,
    /// The certificate is signed.
    Certified,
    /// Items went back to the applicant.
    Returned,
    /// The applicant answered.
    Answered,
    /// Nothing is missing.
    Ready,
    /// With the committee.
    Committee,
    /// A decision is drafted.
    Drafted,
    /// Granted.
    Granted,
    /// Refused.
    Refused,
}

/// One case on its road.
pub struct Road<'a> {
    /// The house.
    pub house: &'a House,
    /// Its clock.
    pub clock: &'a MovedClock,
    /// The program.
    pub program: &'a Program,
    /// The citizen, `cit_…`.
    pub citizen: String,
    /// The person behind.
    pub person: &'a Person,
    /// Days ago it was filed.
    pub filed: i64,
    /// Kind of procedure.
    pub kind: CaseKind,
    /// What is typed into the program's forms, by name.
    pub typed: &'a dyn Fn(&str) -> Option<BTreeMap<String, toml::Value>>,
}

impl Road<'_> {
    /// Goes as far as `stop`.
    ///
    /// # Errors
    /// The first command that was refused.
    pub fn go_to(&self, stop: Stop) -> anyhow::Result<()> {
        if stop == Stop::Paper {
            return self.file_paper();
        }
        let case = self.draft()?;
        if stop == Stop::Draft {
            return Ok(());
        }
        self.file(&case)?;
        if stop == Stop::Withdrawn {
            self.days_later(2);
            let reason = "ほかの制度を利用することになりました。".to_owned();
            self.by(&self.applicant(), &case, CommandName::Withdraw, |_| Ok(Command::Withdraw { reason }))?;
            return Ok(());
        }
        if stop == Stop::Filed {
            return Ok(());
        }
        self.examine(&case, stop)
    }

    fn applicant(&self) -> Caller {
        let name = format!("{}\u{3000}{}", self.person.family, self.person.given);
        Caller { actor: Actor::citizen(&self.citizen, &name), source: "127.0.0.1".to_owned() }
    }

    pub(super) fn colleague(&self, login: &str) -> anyhow::Result<Caller> {
        let user = self.house.database.read(|conn| users::by_login(conn, &self.house.keys, login))?;
        Ok(Caller { actor: sessions::actor_of(&user), source: "127.0.0.1".to_owned() })
    }

    /// Time goes by since the filing, never beyond now.
    pub(super) fn days_later(&self, days: i64) {
        self.clock.move_back((self.filed - days).max(0) * 86_400);
    }

    pub(super) fn by(
        &self,
        caller: &Caller,
        case: &str,
        command: CommandName,
        prepare: impl FnOnce(&mut Stage) -> Result<Command, Error>,
    ) -> anyhow::Result<Done> {
        carry_out(self.house, caller, &Order::new(case, command), prepare)
            .with_context(|| command.code().to_owned())
    }

    pub(super) fn answers(&self, name: &str) -> anyhow::Result<Answers> {
        let form = self.program.forms.get(name).context("no such form")?;
        let typed = (self.typed)(name).context("no answers")?;
        let surroundings = Surroundings::bare(self.program, self.house.today(), &self.kind);
        Ok(type_in(form, &typed, &[], &surroundings.env()))
    }

    /// The form came by post, and the counter types it in.
    fn file_paper(&self) -> anyhow::Result<()> {
        let definition = &self.program.definition;
        let typed = (self.typed)(&definition.forms.application).context("no answers")?;
        let page = paper::Typed {
            kind: format!("{}/{}", definition.id, self.kind.code()),
            arrived_on: self.house.today().to_string(),
            posted: posted(&typed),
            request: self.house.new_id("req")?,
            ..paper::Typed::default()
        };
        paper::file(self.house, &self.colleague("uketsuke")?, &page, None, true)?;
        Ok(())
    }

    pub(super) fn draft(&self) -> anyhow::Result<String> {
        let id = citizen::start::draft(
            self.house,
            &self.applicant(),
            Lang::Ja,
            &self.program.definition.id,
            self.kind.code(),
        )?;
        let form = self.program.definition.forms.application.clone();
        let answers = self.answers(&form)?;
        self.by(&self.applicant(), &id, CommandName::SaveAnswers, |stage| {
            stage.save_answers(&form, answers)?;
            Ok(Command::SaveAnswers { form: form.clone(), changed: Vec::new() })
        })?;
        Ok(id)
    }

    pub(super) fn file(&self, case: &str) -> anyhow::Result<()> {
        let ticked: Vec<String> =
            self.program.definition.consents.iter().map(|consent| consent.key.clone()).collect();
        Ok(citizen::submit::file(self.house, &self.applicant(), case, "", true, &ticked)?)
    }

    fn examine(&self, case: &str, stop: Stop) -> anyhow::Result<()> {
        let clerk = self.colleague("tantou")?;
        self.days_later(1);
        self.by(&clerk, case, CommandName::BeginReview, |_| Ok(Command::BeginReview))?;
        let owner = Some(clerk.actor.id.clone());
        self.by(&clerk, case, CommandName::Assign, |_| Ok(Command::Assign { to: owner }))?;
        if stop == Stop::Review {
            return Ok(());
        }
        self.ask_signers(&clerk, case)?;
        if stop == Stop::Asked {
            return Ok(());
        }
        self.days_later(8);
        if stop == Stop::Prepared {
            return self.prepare(case);
        }
        self.certify(case)?;
        if stop == Stop::Certified {
            return Ok(());
        }
        if matches!(stop, Stop::Returned | Stop::Answered) {
            return self.correct(&clerk, case, stop);
        }
        self.days_later(14);
        self.finish_checks(&clerk, case)?;
        self.accept_items(&clerk, case)?;
        if stop == Stop::Ready {
            return Ok(());
        }
        self.decide(&clerk, case, stop)
    }

    /// Hands in the answers to a form as the result of the work item that asks for it.
    fn complete(&self, caller: &Caller, case: &str, form: &str) -> anyhow::Result<()> {
        let kind = self.program.definition.work_items.iter().find(|item| item.form.as_deref() == Some(form));
        let kind = kind.map(|item| item.kind.clone()).context("no such work item")?;
        let answers = self.answers(form)?;
        self.by(caller, case, CommandName::CompleteItem, |stage| {
            let item = stage.case().work_of(&kind).map(|item| item.id.clone()).ok_or(Error::NotFound)?;
            let digest = stage.fix_answers(form, answers)?;
            Ok(Command::CompleteItem { item, digest })
        })?;
        Ok(())
    }

    fn correct(&self, clerk: &Caller, case: &str, stop: Stop) -> anyhow::Result<()> {
        let form = self.program.definition.forms.application.clone();
        let phone = self.program.definition.subject.phone.clone().context("no telephone item")?;
        let key = item_key(&form, &phone);
        self.by(clerk, case, CommandName::SetVerdict, |stage| {
            let items = items(stage.house, stage.conn, stage.opened)?;
            let content = items.get(&key).cloned().ok_or(Error::NotFound)?;
            let reason =
                stage.opened.program.phrases.returns.first().map(|it| it.code.clone()).unwrap_or_default();
            let note = "番号が1けた足りないようです。".to_owned();
            let ruling = Ruling::Returned { reason, effect: ReturnEffect::Incorrect, note };
            Ok(Command::SetVerdict { items: vec![(key.clone(), content)], ruling: Some(ruling) })
        })?;
        let due_on = self.house.today() + Duration::days(14);
        self.by(clerk, case, CommandName::RequestCorrection, |_| Ok(Command::RequestCorrection { due_on }))?;
        if stop == Stop::Returned {
            return Ok(());
        }
        self.days_later(12);
        self.by(&self.applicant(), case, CommandName::Resubmit, |stage| {
            let answers = stage.answers(&form)?;
            let contents = [(key.clone(), answers.digest(&phone))].into();
            let digest = stage.fix_answers(&form, answers)?;
            let text = "今つながる番号はこれだけです。このままでよいですか。".to_owned();
            let replies = [(phone.clone(), Reply::Question { text })].into();
            Ok(Command::Resubmit { digest, replies, contents })
        })?;
        Ok(())
    }

    fn finish_checks(&self, clerk: &Caller, case: &str) -> anyhow::Result<()> {
        if let Some(form) = self.program.definition.forms.office.clone() {
            self.complete(clerk, case, &form)?;
        }
        let done = self.by(clerk, case, CommandName::Assign, |stage| {
            Ok(Command::Assign { to: stage.case().assignee.clone() })
        })?;
        for item in done.case.work.iter().filter(|item| item.state.is_open()) {
            let id = item.id.clone();
            if item.received_at.is_none() {
                let (item, digest) = (id.clone(), String::new());
                self.by(clerk, case, CommandName::CompleteItem, |_| {
                    Ok(Command::CompleteItem { item, digest })
                })?;
            }
            self.by(clerk, case, CommandName::AcceptItem, |_| Ok(Command::AcceptItem { item: id }))?;
        }
        Ok(())
    }

    pub(super) fn accept_items(&self, clerk: &Caller, case: &str) -> anyhow::Result<()> {
        self.by(clerk, case, CommandName::SetVerdict, |stage| {
            let items = items(stage.house, stage.conn, stage.opened)?.into_iter().collect();
            Ok(Command::SetVerdict { items, ruling: Some(Ruling::Accepted) })
        })?;
        Ok(())
    }

    fn decide(&self, clerk: &Caller, case: &str, stop: Stop) -> anyhow::Result<()> {
        let refused = matches!(stop, Stop::Committee | Stop::Refused);
        if refused {
            self.days_later(20);
            let reason = "重症度分類の基準を満たすかどうか、ご意見をお願いします。".to_owned();
            self.by(clerk, case, CommandName::ReferToCommittee, |_| {
                Ok(Command::ReferToCommittee { reason })
            })?;
            if stop == Stop::Committee {
                return Ok(());
            }
            self.days_later(34);
            committee::refuse(self.house, case)?;
        }
        self.days_later(36);
        let outcome = if refused { Outcome::Refused } else { Outcome::Granted };
        self.draft_decision(clerk, case, outcome)?;
        if stop == Stop::Drafted {
            return Ok(());
        }
        self.days_later(38);
        self.approve(case, "kessai")?;
        if refused {
            self.approve(case, "bucho")?;
        }
        Ok(())
    }

    /// Drafts what the rules propose; a refusal names the first reason that the program knows for it.
    fn draft_decision(&self, clerk: &Caller, case: &str, outcome: Outcome) -> anyhow::Result<()> {
        self.by(clerk, case, CommandName::DraftDecision, |stage| {
            let definition = &stage.opened.program.definition;
            let proposed = proposal::of(stage.house, stage.conn, stage.opened)?.unwrap_or_default();
            let value = |key: &str| boxed(proposed.value(key).unwrap_or(&serde_json::Value::Null));
            let mut typed = Typed { outcome: outcome.code().to_owned(), ..Typed::default() };
            for field in &definition.decision.fields {
                typed.fields.insert(field.key.clone(), value(&field.key));
            }
            let rule =
                definition.outcome(&stage.opened.stored.case.kind, outcome).filter(|rule| rule.adverse);
            if let Some(code) = rule.and_then(|rule| rule.reasons.first()) {
                typed.reasons.insert(code.clone(), reason());
            }
            let content = content(stage.house, stage.conn, stage.opened, &typed, Numbers::Issue)?;
            Ok(Command::DraftDecision { content: Box::new(content) })
        })?;
        Ok(())
    }

    fn approve(&self, case: &str, login: &str) -> anyhow::Result<()> {
        let decision = self.house.new_id("dec")?;
        self.by(&self.colleague(login)?, case, CommandName::ApproveLevel, |stage| {
            let hash = stage.case().draft.as_ref().map(|draft| draft.hash.clone()).unwrap_or_default();
            Ok(Command::ApproveLevel { hash, decision })
        })?;
        Ok(())
    }
}

fn reason() -> TypedReason {
    TypedReason {
        criterion: "重症度分類".to_owned(),
        required: "Hoehn-Yahr重症度3度以上かつ生活機能障害度2度以上".to_owned(),
        observed: "Hoehn-Yahr重症度2度".to_owned(),
        source: "臨床調査個人票".to_owned(),
    }
}
