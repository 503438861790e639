//! The programs that are offered, and the older definitions to which cases are pinned.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use chrono::NaiveDate;

use crate::domain::forms::Catalogues;
use crate::domain::problem::Problem;
use crate::domain::program::definition::Definition;
use crate::domain::program::{Program, load};
use crate::programs::Rules;
use crate::store::{Conn, definitions};

use super::error::Error;
use super::form_env;

/// Program folders in use.
pub struct Programs {
    current: BTreeMap<String, Arc<Program>>,
    pinned: RwLock<HashMap<String, Arc<Program>>>,
    /// The choices of the day asked for last, by the program's content hash.
    catalogues: RwLock<HashMap<String, (NaiveDate, Arc<Catalogues>)>>,
}

impl Programs {
    /// Offers the given programs.
    pub fn new(programs: Vec<Program>) -> Programs {
        let current: BTreeMap<String, Arc<Program>> =
            programs.into_iter().map(|program| (program.definition.id.clone(), Arc::new(program))).collect();
        let pinned = current.values().map(|program| (program.hash.clone(), program.clone())).collect();
        Programs { current, pinned: RwLock::new(pinned), catalogues: RwLock::default() }
    }

    /// The programs that can be applied for, by id.
    pub fn offered(&self) -> impl Iterator<Item = &Arc<Program>> {
        self.current.values()
    }

    /// Their definitions.
    pub fn definitions(&self) -> Vec<&Definition> {
        self.current.values().map(|program| &program.definition).collect()
    }

    /// The newest definition of a program.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn newest(&self, id: &str) -> Result<Arc<Program>, Error> {
        self.current.get(id).cloned().ok_or(Error::NotFound)
    }

    /// The definition with a content hash, as a case is pinned to it.
    ///
    /// # Errors
    /// [`Error::Fault`] when it was never kept, or no longer loads.
    pub fn pinned(&self, conn: &mut Conn, hash: &str) -> Result<Arc<Program>, Error> {
        let known = self.pinned.read().unwrap_or_else(PoisonError::into_inner).get(hash).cloned();
        if let Some(program) = known {
            return Ok(program);
        }
        let (_, files) = definitions::find(conn, hash)?;
        let program = Arc::new(load(&files).map_err(|problems| Error::Fault(first(&problems)))?);
        let mut pinned = self.pinned.write().unwrap_or_else(PoisonError::into_inner);
        pinned.insert(hash.to_owned(), program.clone());
        Ok(program)
    }

    /// The choices that a program's forms take from its tables on a day.
    pub fn catalogues(&self, program: &Program, day: NaiveDate) -> Arc<Catalogues> {
        let known =
            self.catalogues.read().unwrap_or_else(PoisonError::into_inner).get(&program.hash).cloned();
        if let Some((_, catalogues)) = known.filter(|(of, _)| *of == day) {
            return catalogues;
        }
        let fresh = Arc::new(form_env::catalogues(program, day));
        let mut kept = self.catalogues.write().unwrap_or_else(PoisonError::into_inner);
        kept.insert(program.hash.clone(), (day, fresh.clone()));
        fresh
    }

    /// The rules of law of a program, if it has any.
    pub fn rules(&self, id: &str) -> Option<&'static Rules> {
        crate::programs::ALL.iter().find(|rules| rules.program == id)
    }
}

fn first(problems: &[Problem]) -> String {
    problems.first().map_or_else(String::new, |problem| format!("a kept program folder: {problem}"))
}
