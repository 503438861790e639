//! A citizen's road, on a database of its own and with the real folder of a program.

mod correcting;
mod files;
mod filing;

use std::collections::BTreeMap;

use crate::domain::case::Case;
use crate::domain::case::command::Command;
use crate::domain::forms::Posted;
use crate::domain::lang::Lang;
use crate::domain::permission::Actor;
use crate::domain::program::vocabulary::CommandName;
use crate::store::citizens::{self, Profile};
use crate::store::{Address, cases};
use crate::usecases::access::Caller;
use crate::usecases::carry_out::{Order, Stage, carry_out};
use crate::usecases::error::Error;
use crate::usecases::house::House;
use crate::usecases::testing::Scene;

use super::question::{self, Leads};
use super::{start, submit};

const FAMILY: &str = "試験野";
const NUMBER: &str = "111111111118";

/// A scene with a citizen in it whose name stands nowhere else.
struct World {
    scene: Scene,
    caller: Caller,
}

fn citizen(id: &str) -> Caller {
    Caller { actor: Actor::citizen(id, "試験野 凪"), source: "test".to_owned() }
}

fn world() -> World {
    let scene = Scene::with(|house| {
        let values = [
            ("name", "架空県まどか保健所"),
            ("title", "架空県知事"),
            ("department", "疾病対策課"),
            ("address", "架空県まどか市1番1号"),
            ("phone", "099-000-0100"),
        ];
        house.office = values.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    });
    for id in ["cit_nagi", "cit_other"] {
        let profile = Profile {
            name: format!("{FAMILY} 凪"),
            birth_date: "1965-05-03".to_owned(),
            address: String::new(),
            gender: "2".to_owned(),
        };
        let now = scene.now();
        scene.write(|scene, conn| citizens::sign_in(conn, &scene.house.keys, id, id, &profile, now));
    }
    World { scene, caller: citizen("cit_nagi") }
}

impl World {
    fn house(&self) -> &House {
        &self.scene.house
    }

    fn program(&self) -> String {
        self.house().programs.offered().next().unwrap().definition.id.clone()
    }

    fn draft(&self) -> String {
        start::draft(self.house(), &self.caller, Lang::Ja, &self.program(), "new").unwrap()
    }

    fn case(&self, id: &str) -> Case {
        self.scene.stored(id).case
    }

    /// Sends a page as a browser without script does.
    fn send(&self, case: &str, step: &str, fields: &[(&str, &str)]) -> Result<Leads, Error> {
        question::send(self.house(), &self.caller, Lang::Ja, case, step, posted(fields), Vec::new())
    }

    /// Goes through the whole form from page to page with the answers of a worked case.
    fn fill(&self, case: &str) {
        let mut step = "filer".to_owned();
        for _ in 0..60 {
            if step == "institution" {
                self.send(case, &step, &[("add", "institution.row")]).unwrap();
            }
            let answers = answers(self.house());
            let fields: Vec<(&str, &str)> =
                answers.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
            match self.send(case, &step, &fields).unwrap() {
                Leads::Step(next) => step = next,
                Leads::Here(_) => {}
                Leads::Review => return,
                other => panic!("{step}: {other:?}"),
            }
        }
        panic!("the form has no end");
    }

    /// A filed case.
    fn filed(&self) -> String {
        let case = self.draft();
        self.fill(&case);
        submit::file(self.house(), &self.caller, &case, "req_1", true, &[]).unwrap();
        case
    }

    /// Lets an examiner do something.
    fn examine(
        &self,
        case: &str,
        name: CommandName,
        build: impl FnOnce(&mut Stage) -> Result<Command, Error>,
    ) {
        let actor = Actor::with_roles("usr_kaga", "審査 加賀", ["reviewer"]);
        let caller = Caller { actor, source: "test".to_owned() };
        carry_out(self.house(), &caller, &Order::new(case, name), build).unwrap();
    }

    /// Everything that the database has on disk.
    fn disk(&self) -> Vec<u8> {
        let Address::Sqlite(path) = self.house().database.address() else { panic!("no file") };
        ["", "-wal"]
            .iter()
            .flat_map(|end| std::fs::read(format!("{path}{end}")).unwrap_or_default())
            .collect()
    }

    fn exists(&self, case: &str) -> bool {
        self.house().database.read(|conn| cases::find(conn, &self.house().keys, case)).is_ok()
    }
}

fn posted(fields: &[(&str, &str)]) -> Posted {
    fields.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()])).collect()
}

/// The typed answers of a worked case, for another person.
fn answers(house: &House) -> BTreeMap<String, String> {
    let program = house.programs.offered().next().unwrap();
    let worked = &program.cases["general-1"].answers["application"];
    let mut answers: BTreeMap<String, String> = worked
        .iter()
        .map(|(path, value)| (path.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect();
    for (path, text) in [
        ("patient.family-kana", "シケンノ"),
        ("patient.given-kana", "ナギ"),
        ("patient.my-number", NUMBER),
        ("patient.phone", "099-555-4321"),
        ("patient.email", "nagi@mail.example"),
    ] {
        answers.insert(path.to_owned(), text.to_owned());
    }
    answers
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}
