//! The first day of a certificate: after the one that it renews, after a move, or by the conditions met.

use chrono::NaiveDate;

use super::Draft;
use crate::domain::tables::TableError;
use crate::programs::nanbyo::ground::Ground;
use crate::programs::nanbyo::late::{self, Renewal, Treatment};
use crate::programs::nanbyo::start::{Route, StartInput, month_end, renewed, start};
use crate::programs::nanbyo::{RENEWAL, show, transfer};

impl<'a> Draft<'a> {
    pub(super) fn start(&mut self, ground: Ground) -> Result<Option<NaiveDate>, TableError> {
        if let Some(renewal) = self.renewal() {
            return self.renewed(renewal, ground);
        }
        if ground == Ground::Transfer {
            return self.transferred().map(Some);
        }
        self.by_conditions(ground)
    }

    /// The certificate that is renewed, with when the renewal was filed and what was chosen about that.
    pub(super) fn renewal(&self) -> Option<Renewal<'a>> {
        let before = self.inputs.before.get("valid_to").filter(|_| self.inputs.kind.code() == RENEWAL)?;
        Some(Renewal {
            until: before.as_str()?.parse().ok()?,
            received_on: self.inputs.received_on,
            choice: self.office.code(late::CHOICE),
        })
    }

    fn renewed(&mut self, renewal: Renewal<'_>, ground: Ground) -> Result<Option<NaiveDate>, TableError> {
        let possible = if renewal.is_late() { self.possible(ground)? } else { None };
        let (treatment, mut steps) = self.take(late::treatment(renewal, possible, self.tables)?);
        if let (true, Some(chosen)) = (renewal.is_late(), steps.first()) {
            let shown = chosen.result.clone();
            self.put("late_renewal", shown.clone(), &shown, steps.clone());
        }
        match treatment {
            Treatment::Open => Ok(None),
            Treatment::New if !renewal.is_bridged(possible) => self.by_conditions(ground),
            // Two certificates never hold on one day.
            Treatment::InTime | Treatment::Renews | Treatment::New => {
                let (day, more) = self.take(renewed(renewal.until, self.tables)?);
                steps.extend(more);
                self.put("start_on", day.to_string(), &show::day(day), steps);
                Ok(Some(day))
            }
        }
    }

    /// The day on which a first application would begin.
    fn possible(&self, ground: Ground) -> Result<Option<NaiveDate>, TableError> {
        Ok(start(&self.start_input(ground), self.tables)?.value)
    }

    fn by_conditions(&mut self, ground: Ground) -> Result<Option<NaiveDate>, TableError> {
        let (day, steps) = self.take(start(&self.start_input(ground), self.tables)?);
        if let Some(day) = day {
            self.put("start_on", day.to_string(), &show::day(day), steps);
        }
        Ok(day)
    }

    fn start_input(&self, ground: Ground) -> StartInput {
        let (route, basis) = match ground {
            Ground::MildCost => {
                (Route::MildCost, self.office.day("mild-cost.met-on").or(self.mild_cost_from))
            }
            _ => (Route::Severity, self.certificate.day("diagnosis.met-on")),
        };
        StartInput {
            route,
            basis,
            received_on: self.inputs.received_on,
            reason: self.application.code("start.reason").map(str::to_owned),
            reason_accepted: self.office.yes("start.reason-accepted"),
            wished: self.application.day("start.wished-on"),
            month_end: month_end(self.inputs.settings),
        }
    }

    fn transferred(&mut self) -> Result<NaiveDate, TableError> {
        let (span, steps) = self.take(transfer::span(self.inputs.received_on, self.tables)?);
        let (start, end) = (span.start, span.earlier_ends);
        self.put("start_on", start.to_string(), &show::day(start), steps.clone());
        self.put("earlier_ends_on", end.to_string(), &show::day(end), steps);
        Ok(start)
    }
}
