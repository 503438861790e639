//! A throw-away PostgreSQL server for each test binary, from the installed programs.
//!
//! It runs with `fsync` off: it only has to survive the tests, never a power cut. Text sorts by
//! bytes (`C`), as it does in SQLite. PostgreSQL refuses to run as root, so for root it runs as
//! the user `postgres`, or `nobody`.

use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::guarded::Guarded;
use super::{free_port, on_path, scratch_folder, skip_or_fail};

const SUPERUSER: &str = "madoguchi";
const START_LIMIT: Duration = Duration::from_secs(30);

static SERVER: OnceLock<Option<Server>> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

struct Server {
    programs: PathBuf,
    port: u16,
    _guarded: Guarded,
}

/// The address of a fresh, empty database, or nothing where no PostgreSQL is installed.
///
/// # Panics
/// When PostgreSQL is required and missing, or is there and does not work.
pub fn database() -> Option<String> {
    let server = SERVER.get_or_init(start).as_ref();
    if server.is_none() {
        skip_or_fail("postgres", "no PostgreSQL server is installed; tests/setup.sh installs one");
    }
    server.map(Server::create_database)
}

impl Server {
    fn create_database(&self) -> String {
        let name = format!("madoguchi_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        let output = self.client("createdb").args(["--template=template0", &name]).output();
        check("createdb", &output.expect("createdb starts"));
        format!("postgres://{SUPERUSER}@127.0.0.1:{}/{name}", self.port)
    }

    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.args(["-h", "127.0.0.1", "-U", SUPERUSER, "-p", &self.port.to_string()]);
        command
    }

    fn answers(&self) -> bool {
        self.client("pg_isready").output().is_ok_and(|output| output.status.success())
    }
}

fn start() -> Option<Server> {
    let programs = programs()?;
    let owner = owner();
    let folder = scratch_folder("postgres");
    if let Some(owner) = &owner {
        hand_over(&folder, owner);
    }
    let data = folder.join("data").display().to_string();
    let initdb = programs.join("initdb").display().to_string();
    run(&as_owner(
        owner.as_ref(),
        &[&initdb, "-D", &data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
    ));

    let port = free_port();
    let sockets = folder.display().to_string();
    let postgres = programs.join("postgres").display().to_string();
    let command = as_owner(
        owner.as_ref(),
        &[
            &postgres,
            "-D",
            &data,
            "-h",
            "127.0.0.1",
            "-p",
            &port.to_string(),
            "-k",
            &sockets,
            "-F",
            "-N",
            "200",
        ],
    );
    let server = Server { programs, port, _guarded: Guarded::start(&command, "INT", &folder) };
    wait_for(&server, &folder);
    Some(server)
}

fn wait_for(server: &Server, folder: &Path) {
    let began = Instant::now();
    while !server.answers() {
        let log = || std::fs::read_to_string(folder.join("server.log")).unwrap_or_default();
        assert!(began.elapsed() < START_LIMIT, "PostgreSQL did not start:\n{}", log());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Where the server programs are: the newest of Debian's, else what the search path has.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions
        .map(|version| version.path().join("bin"))
        .filter(|programs| programs.join("initdb").is_file())
        .max_by_key(|programs| version_number(programs))
        .or_else(|| on_path("initdb").and_then(|initdb| Some(initdb.parent()?.to_owned())))
}

fn version_number(programs: &Path) -> u32 {
    let version = programs.parent().and_then(Path::file_name);
    version.and_then(|name| name.to_str()?.parse().ok()).unwrap_or_default()
}

/// An ordinary user to run the server as.
struct Owner {
    user: u32,
    group: u32,
}

/// Nobody else when the tests run as an ordinary user already.
fn owner() -> Option<Owner> {
    if id(&["-u"]) != Some(0) {
        return None;
    }
    let name = ["postgres", "nobody"].into_iter().find(|name| id(&["-u", name]).is_some())?;
    Some(Owner { user: id(&["-u", name])?, group: id(&["-g", name])? })
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().expect("id starts");
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

fn hand_over(folder: &Path, owner: &Owner) {
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).expect("own folder");
    chown(folder, Some(owner.user), Some(owner.group)).expect("root may give a folder away");
}

fn as_owner(owner: Option<&Owner>, command: &[&str]) -> Vec<String> {
    let switch = owner.map(|owner| {
        let user = format!("--reuid={}", owner.user);
        let group = format!("--regid={}", owner.group);
        ["setpriv".to_owned(), user, group, "--clear-groups".to_owned()]
    });
    switch.into_iter().flatten().chain(command.iter().map(|&word| word.to_owned())).collect()
}

fn run(command: &[String]) {
    let output = Command::new(&command[0]).args(&command[1..]).current_dir("/").output();
    check(&command.join(" "), &output.expect("the program starts"));
}

fn check(what: &str, output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what} failed: {said}");
}
