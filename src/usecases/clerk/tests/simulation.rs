//! Changed tables over decided cases.

use std::sync::Arc;

use crate::domain::program::{Program, load};
use crate::usecases::clerk::approval::approve;
use crate::usecases::clerk::draft::submit;
use crate::usecases::clerk::simulation::{Flip, Simulated, simulate};

use super::*;

/// The program with one table rewritten.
fn rewritten(world: &World, table: &str, from: &str, to: &str) -> Arc<Program> {
    let program = world.house().programs.offered().next().unwrap().clone();
    let mut files = program.files.clone();
    let bytes = files.get_mut(table).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.contains(from), "{text}");
    *bytes = text.replace(from, to).into_bytes();
    // The worked cases hold for the tables as they are.
    files.retain(|name, _| !name.starts_with("cases/"));
    Arc::new(load(&files).unwrap())
}

fn granted(world: &World) -> String {
    let case = world.ready();
    submit(world.house(), &reviewer(), &world.known(&case), &world.typed_draft(&case, "granted")).unwrap();
    let hash = world.case(&case).draft.unwrap().hash;
    approve(world.house(), &approver(), &world.known(&case), &hash).unwrap();
    case
}

fn run(world: &World, with: &Arc<Program>, since: &str) -> (Simulated, Vec<Flip>) {
    let mut flips = Vec::new();
    let done =
        simulate(world.house(), with, since.parse().unwrap(), &mut |_, of| flips.extend_from_slice(of));
    (done.unwrap(), flips)
}

#[test]
fn a_changed_cap_flips_the_cap_and_nothing_else() {
    let world = world();
    let case = granted(&world);
    let with = rewritten(&world, "tables/caps.csv", "general-1,general,10000", "general-1,general,11000");
    let (done, flips) = run(&world, &with, "2026-01-01");
    assert_eq!(done, Simulated { worked: 1, flipped: 1 });
    let [flip] = flips.as_slice() else { panic!("{flips:#?}") };
    assert_eq!((flip.case.as_str(), flip.field.as_str()), (case.as_str(), "cap"));
    assert_eq!((flip.before.as_str(), flip.after.as_str()), ("10000", "11000"));
}

#[test]
fn a_disease_that_changes_its_name_is_not_named() {
    let world = world();
    granted(&world);
    let with = rewritten(&world, "tables/diseases.csv", "パーキンソン病", "別の名の病");
    let flips = run(&world, &with, "2026-01-01").1;
    let told: Vec<_> =
        flips.iter().map(|it| (it.field.as_str(), it.before.as_str(), it.after.as_str())).collect();
    assert_eq!(told, [("disease_name", "…", "…")]);
}

#[test]
fn the_same_tables_flip_nothing_and_earlier_decisions_are_left_out() {
    let world = world();
    granted(&world);
    let same = world.house().programs.offered().next().unwrap().clone();
    assert_eq!(run(&world, &same, "2026-01-01"), (Simulated { worked: 1, flipped: 0 }, Vec::new()));
    assert_eq!(run(&world, &same, "2099-01-01").0.worked, 0);
}
