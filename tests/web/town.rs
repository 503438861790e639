//! A whole installation on a free port, with its stand-ins, its people and a clock that can be moved.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use actix_web::dev::ServerHandle;
use chrono::{DateTime, Duration, Utc};
use madoguchi::adapters::clock::SystemClock;
use madoguchi::app::{App, ClientKeys};
use madoguchi::config::Config;
use madoguchi::ports::clock::Clock;
use madoguchi::sandbox::{self, RegisteredClient, Sandbox, SandboxConfig};
use madoguchi::usecases::House;
use madoguchi::web::frame::WebConfig;
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

use super::browser::Browser;
use super::support;
use super::support::guarded::Guarded;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
static TOWNS: AtomicU32 = AtomicU32::new(0);
/// Where towns keep their files, with who removes them when the tests end, however they end.
static GROUND: LazyLock<(PathBuf, Guarded)> = LazyLock::new(|| {
    let folder = support::scratch_folder("towns");
    let nothing = ["sleep", "infinity"].map(str::to_owned);
    let guarded = Guarded::start(&nothing, "TERM", &folder);
    (folder, guarded)
});

/// 全国地方公共団体コード of the deciding body.
pub const ORG_CODE: &str = "990001";

/// The office in whose name the tests decide.
const OFFICE: [(&str, &str); 14] = [
    ("name", "架空県まどか保健所"),
    ("title", "架空県知事"),
    ("department", "難病担当"),
    ("postcode", "000-0100"),
    ("address", "架空県まどか市1番1号"),
    ("phone", "099-000-0100"),
    ("hours", "平日 8時30分から17時15分"),
    ("review_authority", "架空県知事"),
    ("review_board", "架空県の審査請求の審査会"),
    ("defendant", "架空県"),
    ("representative", "架空県知事"),
    ("payer_number", "54996012"),
    ("insurer_number", "990010"),
    ("identity_provider", "試験用の本人確認"),
];

/// The computer's clock, moved by so many seconds.
#[derive(Default)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        self.0.fetch_add(time.num_seconds(), Ordering::SeqCst);
    }

    /// Goes back to the computer's time, by which the identity provider dates what it says.
    #[allow(dead_code, reason = "not every binary of tests looks back on a past")]
    pub fn come_back(&self) {
        self.0.store(0, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + Duration::seconds(self.0.load(Ordering::SeqCst))
    }
}

/// A running installation.
pub struct Town {
    pub url: String,
    pub app: App,
    pub clock: Arc<TestClock>,
    pub outside: Sandbox,
    server: Mutex<ServerHandle>,
}

impl Town {
    /// Starts an installation on a fresh database, with further settings.
    async fn start(database: &str, settings: &[(&str, &str)]) -> Town {
        let folder = folder(&format!("town-{}", TOWNS.fetch_add(1, Ordering::Relaxed)));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut config = Config::read(None, &BTreeMap::new(), &[]).unwrap();
        let database = if database.is_empty() { file_database(&folder) } else { database.to_owned() };
        config.set("database_url", &database);
        config.set("data_dir", &folder.join("data").display().to_string());
        let outside = start_outside(&mut config, &url).await;
        OFFICE.iter().for_each(|(key, value)| config.set(&format!("office.{key}"), value));
        for rate in ["rate_all", "rate_posts", "rate_sign_in"] {
            config.set(rate, "1000000");
        }
        settings.iter().for_each(|(name, value)| config.set(name, value));
        let clock = Arc::new(TestClock::default());
        let app = build(config, &url, clock.clone()).await;
        let server = Mutex::new(open(&app, listener));
        Town { url, app, clock, outside, server }
    }
}

impl Town {
    /// Ends the installation: one that only lay idle would hold connections of the server all towns share.
    async fn close(self) {
        self.cut().await;
        self.outside.stop().await;
    }

    /// Takes the pages off the network.
    pub async fn cut(&self) {
        let server = self.server.lock().unwrap().clone();
        server.stop(false).await;
    }

    /// Brings the pages back to their address.
    #[allow(dead_code, reason = "only tests in a browser bring the network back")]
    pub fn mend(&self) {
        let listener = TcpListener::bind(self.url.strip_prefix("http://").unwrap()).unwrap();
        *self.server.lock().unwrap() = open(&self.app, listener);
    }
}

impl Town {
    /// The house.
    pub fn house(&self) -> &House {
        &self.app.house
    }

    /// Somebody's browser, without any cookie.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.url)
    }
}

fn open(app: &App, listener: TcpListener) -> ServerHandle {
    let server = app.server(listener).unwrap();
    let handle = server.handle();
    tokio::spawn(server);
    handle
}

fn file_database(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("town.db").display())
}

/// Building waits for the database, which a runtime's own threads must not.
async fn build(config: Config, url: &str, clock: Arc<TestClock>) -> App {
    let (url, issuer) = (url.to_owned(), config.text("identity_issuer"));
    let web = WebConfig {
        secure: false,
        demo: false,
        demo_notes: Vec::new(),
        trusted_proxies: Vec::new(),
        identity_origin: reqwest::Url::parse(issuer).unwrap().origin().ascii_serialization(),
        jwks: serde_json::Value::Null,
    };
    tokio::task::spawn_blocking(move || App::build_with(&config, web, &url, clock)).await.unwrap().unwrap()
}

async fn start_outside(config: &mut Config, url: &str) -> Sandbox {
    let data_dir = PathBuf::from(config.text("data_dir"));
    std::fs::create_dir_all(&data_dir).unwrap();
    let client = RegisteredClient {
        client_id: "madoguchi".to_owned(),
        jwks: ClientKeys::open(&data_dir).unwrap().public().unwrap(),
        redirect_uris: vec![format!("{url}/callback")],
    };
    let mut settings = SandboxConfig::local(ORG_CODE, vec![client]);
    settings.pmh.step = std::time::Duration::ZERO;
    let outside = sandbox::start(settings).await.unwrap();
    let authority = data_dir.join("mail-ca.pem");
    std::fs::write(&authority, &outside.smtp_ca_pem).unwrap();
    config.set("platform_url", &outside.platform_base);
    config.set("hub_url", &outside.pmh_base);
    config.set("vaccination_hub_url", &outside.vaccination_base);
    config.set("hub_token_url", &outside.pmh_token_url);
    config.set("hub_org_code", ORG_CODE);
    config.set("identity_issuer", &outside.issuer);
    config.set("mail_host", &outside.smtp_names[0]);
    config.set("mail_port", &outside.smtp_addr.port().to_string());
    config.set("mail_ca", &authority.display().to_string());
    outside
}

/// An empty folder that goes away when the tests end.
pub fn folder(name: &str) -> PathBuf {
    let folder = GROUND.0.join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Addresses of fresh databases, one of each kind that this machine has. An empty one means SQLite.
pub fn databases() -> Vec<String> {
    std::iter::once(String::new()).chain(support::postgres::database()).collect()
}

/// Runs a road in the towns that all such roads share, one for each kind of database.
pub fn everywhere(road: impl AsyncFn(&Town)) {
    static SHARED: OnceCell<Vec<Town>> = OnceCell::const_new();
    static DATABASES: LazyLock<Vec<String>> = LazyLock::new(databases);
    let databases = &*DATABASES;
    RUNTIME.block_on(async {
        for town in SHARED.get_or_init(|| start_all(databases, &[])).await {
            travel(&road, town).await;
        }
    });
}

/// Runs a road in towns of its own: where it moves the clock, or needs other settings.
pub fn in_own_towns(settings: &[(&str, &str)], road: impl AsyncFn(&Town)) {
    in_towns(&databases(), settings, road);
}

/// As [`in_own_towns`], on fresh databases of the caller's.
pub fn in_towns(databases: &[String], settings: &[(&str, &str)], road: impl AsyncFn(&Town)) {
    RUNTIME.block_on(async {
        for town in start_all(databases, settings).await {
            travel(&road, &town).await;
            town.close().await;
        }
    });
}

async fn travel(road: &impl AsyncFn(&Town), town: &Town) {
    // Shown only when the road fails.
    println!("on {:?}", town.house().database.address());
    road(town).await;
}

async fn start_all(databases: &[String], settings: &[(&str, &str)]) -> Vec<Town> {
    let mut towns = Vec::new();
    for database in databases {
        towns.push(Town::start(database, settings).await);
    }
    towns
}
