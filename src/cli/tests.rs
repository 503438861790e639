use std::fs;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;

use super::verify_audit::{Chain, walk};
use super::{backup, keys, place, program, restore};
use crate::adapters::files::Folder;
use crate::app::{key_path, master_key};
use crate::config::Config;
use crate::store::conn::Conn;
use crate::store::{Database, Keyring, migrate};
use crate::usecases::testing::Scene;
use crate::usecases::{documents, health, render};

/// Settings of an installation in a folder.
fn config(root: &Path) -> Config {
    let flag = |name: &str, value: String| (name.to_owned(), value);
    let flags = [
        flag("database_url", format!("sqlite://{}", root.join("city.db").display())),
        flag("data_dir", root.join("data").display().to_string()),
    ];
    Config::read(None, &Default::default(), &flags).unwrap()
}

/// An installation with two cases, a letter, a document and a record of access.
fn installation(root: &Path) -> (Config, Scene) {
    let config = config(root);
    let database = Database::open(&config.database().unwrap(), 2).unwrap();
    migrate::migrate(&database).unwrap();
    let ring =
        Keyring::open(&database, master_key(&config).unwrap(), "2026-11-22T00:00:00Z".parse().unwrap());
    let scene = Scene::with(|house| {
        house.database = database;
        house.keys = ring.unwrap();
        house.files = std::sync::Arc::new(Folder::open(&root.join("data/files")).unwrap());
    });
    render::render(&scene.house, &format!("{}/let_1", scene.case)).unwrap();
    documents::keep(&scene.house, &scene.stored(&scene.case), "doc_1", b"scan").unwrap();
    for number in 0..5 {
        let caller = scene.operator();
        let detail = serde_json::json!({ "number": number });
        let record = |conn: &mut Conn| scene.house.record(conn, &caller, "read", &scene.case, "done", detail);
        scene.house.database.write(record).unwrap();
    }
    (config, scene)
}

fn verified(config: &Config) -> Chain {
    let database = place::database(config).unwrap();
    walk(&database, &place::keys(config, &database).unwrap()).unwrap()
}

fn tampered(sql: &str) -> (i64, &'static str) {
    let root = tempfile::tempdir().unwrap();
    let (config, scene) = installation(root.path());
    drop(scene);
    place::database(&config)
        .unwrap()
        .read(|conn| match conn {
            Conn::Sqlite(c) => c.batch_execute(sql).map_err(crate::store::StoreError::from),
            Conn::Postgres(_) => Err(crate::store::StoreError::Address),
        })
        .unwrap();
    match verified(&config) {
        Chain::Broken(found) => (found.seq, found.what),
        Chain::Whole(rows, _) => panic!("{rows} rows were taken for whole"),
    }
}

#[test]
fn an_untouched_chain_is_whole() {
    let root = tempfile::tempdir().unwrap();
    let (config, _scene) = installation(root.path());
    assert!(matches!(verified(&config), Chain::Whole(5, seal) if seal.len() == 64));
}

#[test]
fn an_altered_row_shows() {
    assert_eq!(tampered("UPDATE audit SET actor = 'usr_x' WHERE seq = 3"), (3, "this row was altered"));
    assert_eq!(tampered("UPDATE audit SET detail = '{}' WHERE seq = 5").0, 5);
    assert_eq!(tampered("UPDATE audit SET at = '2026-01-01 00:00:00' WHERE seq = 1").0, 1);
}

#[test]
fn a_removed_row_shows() {
    assert_eq!(tampered("DELETE FROM audit WHERE seq = 2").0, 3);
    assert_eq!(tampered("DELETE FROM audit WHERE seq = 1").0, 2);
    let closed = "DELETE FROM audit WHERE seq = 2; UPDATE audit SET seq = seq - 1 WHERE seq > 2";
    assert_eq!(tampered(closed).0, 2);
}

#[test]
fn reordered_rows_show() {
    let swap = "UPDATE audit SET seq = 99 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3; \
                UPDATE audit SET seq = 3 WHERE seq = 99";
    assert_eq!(tampered(swap).0, 2);
}

#[test]
fn a_cut_tail_shows_even_when_the_head_is_moved_along() {
    let end = "rows are missing after this one";
    assert_eq!(tampered("DELETE FROM audit WHERE seq = 5"), (4, end));
    let moved = "DELETE FROM audit WHERE seq = 5; \
                 UPDATE audit_head SET seq = 4, mac = (SELECT mac FROM audit WHERE seq = 4)";
    assert_eq!(tampered(moved), (4, end));
    assert_eq!(tampered("DELETE FROM audit"), (0, end));
}

fn options(root: &Path, with_keys: bool) -> backup::Options {
    backup::Options { folder: root.join("backup"), with_keys }
}

#[test]
fn a_backup_comes_back_with_its_cases_and_files() {
    let (root, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (config, scene) = installation(root.path());
    backup::make(&config, &options(root.path(), true)).unwrap();
    let target = self::config(other.path());
    let restored = restore::bring_back(&target, &root.path().join("backup")).unwrap();
    assert_eq!(restored.chain, verified(&config));
    assert_eq!(restored.missing, Vec::<String>::new());
    let database = place::database(&target).unwrap();
    let keys = place::keys(&target, &database).unwrap();
    let case = database.read(|conn| crate::store::cases::find(conn, &keys, &scene.case)).unwrap();
    assert_eq!(case.case, scene.stored(&scene.case).case);
    for name in ["doc_1", "let_1"] {
        let shelf = name.get(..2).unwrap();
        let file = |root: &Path| fs::read(root.join("data/files").join(shelf).join(name)).unwrap();
        assert_eq!(file(other.path()), file(root.path()));
    }
}

#[test]
fn a_backup_without_keys_needs_them_from_elsewhere() {
    let (root, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (config, _scene) = installation(root.path());
    let made = backup::make(&config, &options(root.path(), false)).unwrap();
    assert!(!made.files.iter().any(|it| it.path.contains("key") || it.path.ends_with(".pem")));
    let (target, folder) = (self::config(other.path()), root.path().join("backup"));
    let refused = restore::bring_back(&target, &folder).unwrap_err();
    assert!(format!("{refused:#}").contains("key"), "{refused:#}");
    fs::create_dir_all(other.path().join("data")).unwrap();
    fs::copy(key_path(&config), key_path(&target)).unwrap();
    assert!(matches!(restore::bring_back(&target, &folder).unwrap().chain, Chain::Whole(5, _)));
}

#[test]
fn a_backup_is_not_written_over_and_not_restored_over_anything() {
    let root = tempfile::tempdir().unwrap();
    let (config, _scene) = installation(root.path());
    backup::make(&config, &options(root.path(), true)).unwrap();
    assert!(backup::make(&config, &options(root.path(), true)).is_err());
    let refused = restore::bring_back(&config, &root.path().join("backup")).unwrap_err();
    assert!(refused.to_string().contains("empty place"));
}

#[test]
fn a_damaged_backup_is_refused_before_anything_is_written() {
    let (root, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (config, _scene) = installation(root.path());
    backup::make(&config, &options(root.path(), true)).unwrap();
    let folder = root.path().join("backup");
    fs::write(folder.join("files/do/doc_1"), b"other").unwrap();
    let refused = restore::bring_back(&self::config(other.path()), &folder).unwrap_err();
    assert!(refused.to_string().contains("files/do/doc_1"));
    fs::remove_file(folder.join("manifest.json")).unwrap();
    assert!(restore::bring_back(&self::config(other.path()), &folder).is_err());
    assert_eq!(fs::read_dir(other.path()).unwrap().count(), 0);
}

fn key_files(config: &Config) -> Vec<PathBuf> {
    let folder = key_path(config).parent().unwrap().to_owned();
    let paths = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    paths.filter(|it| it.file_name().unwrap().to_string_lossy().starts_with("master.key")).collect()
}

#[test]
fn after_a_rotation_only_the_new_key_opens() {
    let root = tempfile::tempdir().unwrap();
    let (config, scene) = installation(root.path());
    let (old, case, before) =
        (fs::read_to_string(key_path(&config)).unwrap(), scene.case.clone(), verified(&config));
    drop(scene);
    keys::rotate(&config).unwrap();
    assert_ne!(fs::read_to_string(key_path(&config)).unwrap(), old);
    assert_eq!(verified(&config), before);
    let database = place::database(&config).unwrap();
    let ring = place::keys(&config, &database).unwrap();
    assert!(database.read(|conn| crate::store::cases::find(conn, &ring, &case)).is_ok());
    let old_key = crate::store::seal::DataKey::from_base64(&old).unwrap();
    assert!(Keyring::open(&database, old_key, "2026-11-22T00:00:00Z".parse().unwrap()).is_err());
    let kept = key_files(&config).into_iter().filter(|it| fs::read_to_string(it).unwrap() == old).count();
    assert_eq!((kept, key_files(&config).len()), (1, 2));
}

#[test]
fn an_interrupted_rotation_is_brought_to_its_end() {
    let root = tempfile::tempdir().unwrap();
    let (config, scene) = installation(root.path());
    drop(scene);
    let old = fs::read(key_path(&config)).unwrap();
    keys::rotate(&config).unwrap();
    // As if the process had died before the new key took the old one's place.
    let new_path = PathBuf::from(format!("{}.new", key_path(&config).display()));
    fs::rename(key_path(&config), &new_path).unwrap();
    fs::write(key_path(&config), old).unwrap();
    keys::rotate(&config).unwrap();
    assert!(matches!(verified(&config), Chain::Whole(5, _)));
    assert!(!new_path.exists());
}

#[test]
fn a_rotation_beside_a_running_process_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let (config, scene) = installation(root.path());
    let old = fs::read_to_string(key_path(&config)).unwrap();
    let refused = keys::rotate(&config).unwrap_err();
    assert!(refused.to_string().contains("stop"), "{refused:#}");
    assert_eq!(fs::read_to_string(key_path(&config)).unwrap(), old);
    health::ping(&scene.house).unwrap();
}

#[test]
fn a_command_does_not_make_what_is_not_there() {
    let root = tempfile::tempdir().unwrap();
    let config = config(root.path());
    assert!(place::database(&config).is_err());
    assert!(keys::rotate(&config).is_err());
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
}

/// A copy of the built-in program folders with one file changed.
fn damaged(root: &Path, file: &str, change: impl FnOnce(String) -> String) -> program::Findings {
    let folder = root.join("nanbyo");
    copy_folder(Path::new("forms/nanbyo"), &folder);
    let path = folder.join(file);
    fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
    let folders = crate::app::program_folders(&root.display().to_string()).unwrap();
    program::examine_all(&folders).remove("nanbyo").unwrap()
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_folder_with_tables_only_is_checked_and_not_offered() {
    let root = tempfile::tempdir().unwrap();
    let place = root.path().display().to_string();
    copy_folder(Path::new("forms/nanbyo/tables"), &root.path().join("law/tables"));
    assert!(crate::app::program_folders(&place).unwrap().is_empty());
    let examined = || program::examine_all(&crate::app::law_folders(&place).unwrap()).remove("law").unwrap();
    let found = examined();
    assert_eq!((found.problems, found.only_law), (Vec::new(), true));
    fs::create_dir(root.path().join("law/cases")).unwrap();
    fs::write(root.path().join("law/cases/some.toml"), "").unwrap();
    let problem = examined().problems.remove(0);
    assert_eq!((problem.file.as_str(), problem.fix.is_empty()), ("cases/some.toml", false));
    fs::write(root.path().join("law/tables/tiers.csv"), "nonsense\n").unwrap();
    assert!(examined().problems.iter().any(|it| it.file == "tables/tiers.csv"));
}

#[test]
fn every_built_in_folder_of_law_is_sound() {
    let found = program::examine_all(&crate::app::law_folders("").unwrap());
    for (folder, findings) in found {
        assert_eq!((findings.problems, findings.warnings), (Vec::new(), Vec::new()), "{folder}");
    }
}

#[test]
fn the_built_in_programs_have_no_problems_and_their_cases_come_out() {
    let found = program::examine_all(&crate::app::program_folders("").unwrap());
    assert!(!found.is_empty());
    for (folder, findings) in found {
        assert_eq!(findings.problems, Vec::new(), "{folder}");
        assert!(findings.cases > 0, "{folder}");
    }
}

#[test]
fn a_fault_in_a_form_is_named_with_file_and_line() {
    let root = tempfile::tempdir().unwrap();
    let item = "\"linkId\": \"patient.undivided\"";
    let mut line = 0;
    let found = damaged(root.path(), "questionnaires/application.json", |text| {
        line = text.lines().position(|it| it.contains(item)).unwrap() + 1;
        let (before, after) = text.split_once(item).unwrap();
        format!("{before}{item}{}", after.replacen("\"type\": \"boolean\"", "\"type\": \"booleen\"", 1))
    });
    let problem = found.problems.first().unwrap();
    assert_eq!(
        (problem.file.as_str(), problem.line),
        ("questionnaires/application.json", Some(line)),
        "{problem}"
    );
    assert!(!problem.fix.is_empty());
}

#[test]
fn a_fault_in_a_table_is_named_with_file_and_line() {
    let root = tempfile::tempdir().unwrap();
    let found = damaged(root.path(), "tables/caps.csv", |text| text + "nonsense\n");
    let problem = found.problems.first().unwrap();
    assert_eq!(problem.file, "tables/caps.csv");
    assert!(problem.line.is_some(), "{problem}");
}

#[test]
fn a_case_that_comes_out_otherwise_is_a_problem() {
    let root = tempfile::tempdir().unwrap();
    let found =
        damaged(root.path(), "cases/general-1.toml", |text| text.replace("cap = 10000", "cap = 20000"));
    let problem = found.problems.first().unwrap();
    assert_eq!((problem.file.as_str(), problem.path.as_str()), ("cases/general-1.toml", "expect.fields.cap"));
}
