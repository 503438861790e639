//! Who begins an application, and for whom: the person themself, or an office that they gave leave.

use crate::domain::forms::{Answers, Posted, read_step};
use crate::domain::mandate::Agency;
use crate::domain::permission::Relation;
use crate::domain::program::definition::MandateShape;
use crate::domain::program::mandate::{Fill, OfficeValue, Value};
use crate::domain::program::vocabulary::{CaseKind, CommandName};
use crate::store::Conn;
use crate::store::citizens;
use crate::store::users::Institution;
use crate::usecases::access::{Caller, Opened};
use crate::usecases::error::Error;
use crate::usecases::form_env::Surroundings;
use crate::usecases::house::House;
use crate::usecases::previous;

use super::sheet::step_of;

/// Who begins an application, and for whom.
pub struct Filer<'a> {
    /// Who acts.
    pub caller: &'a Caller,
    /// The applicant, `cit_…`.
    pub applicant: &'a str,
    /// The office for which they act, if they act for one.
    pub office: Option<&'a Institution>,
}

impl<'a> Filer<'a> {
    /// The person themself.
    pub fn themself(caller: &'a Caller) -> Filer<'a> {
        Filer { caller, applicant: &caller.actor.id, office: None }
    }

    /// The office as the case remembers it.
    pub fn agency(&self) -> Option<Agency> {
        self.office.map(|office| Agency { code: office.code.clone(), name: office.name.clone() })
    }

    /// By which right the person's earlier cases are read.
    pub fn reading(&self) -> CommandName {
        if self.office.is_some() { CommandName::ReadClient } else { CommandName::Read }
    }

    /// How they stand to a case that they begin. Of an office this is only asked once it was seen that the
    /// person's leave is in force.
    pub fn relation(&self) -> Relation {
        let entrusted = self.office.is_some();
        Relation { own: !entrusted, entrusted, ..Relation::default() }
    }

    /// Whether they may begin a kind of procedure.
    pub fn begins(&self, shape: Option<&MandateShape>, kind: &CaseKind) -> bool {
        self.office.is_none() || shape.is_some_and(|shape| shape.kinds.contains(kind))
    }

    /// Holds the person's row, so that two starts at once make one draft. An office leaves the person's
    /// language as it is.
    pub(super) fn hold(&self, house: &House, conn: &mut Conn, lang: &str) -> Result<(), Error> {
        if self.office.is_none() {
            return Ok(citizens::set_lang(conn, self.applicant, lang)?);
        }
        let kept = citizens::find(conn, &house.keys, self.applicant)?.lang;
        Ok(citizens::set_lang(conn, self.applicant, &kept)?)
    }

    /// Fills in what is known of the office, and of the decision that the case follows.
    pub(super) fn fill(
        &self,
        house: &House,
        conn: &mut Conn,
        opened: &Opened,
        answers: &mut Answers,
    ) -> Result<(), Error> {
        let Some((office, shape)) = self.office.zip(opened.program.definition.mandate.as_ref()) else {
            return Ok(());
        };
        let form = opened.program.application().ok_or(Error::NotFound)?;
        let granted = previous::fields_before(house, conn, opened)?;
        let value = |fill: &Fill| match &fill.with {
            Value::Typed(text) => Some(text.clone()),
            Value::Following(text) => opened.stored.case.follows.is_some().then(|| text.clone()),
            Value::Office(value) => Some(self.known(office, *value)),
            Value::Granted(key) => granted.get(key).and_then(|it| it.as_str()).map(str::to_owned),
        };
        let around = Surroundings::of_case(house, conn, opened)?;
        for step in form.steps() {
            let here = shape
                .fills
                .iter()
                .filter(|fill| step_of(form, &fill.item).is_some_and(|found| found.link_id == step.link_id));
            let filled = here.filter_map(|fill| Some((fill.item.clone(), vec![value(fill)?])));
            let posted: Posted = filled.filter(|(_, typed)| typed != &[""]).collect();
            if !posted.is_empty() {
                read_step(form, &step.link_id, &posted, answers, &around.env());
            }
        }
        Ok(())
    }

    fn known(&self, office: &Institution, value: OfficeValue) -> String {
        match value {
            OfficeValue::Code => office.code.clone(),
            OfficeValue::Name => office.name.clone(),
            OfficeValue::Kind => office.kind.clone(),
            OfficeValue::Phone => office.phone.clone(),
            OfficeValue::Person => self.caller.actor.name.clone(),
        }
    }
}
