//! The ledger of vaccinations on both databases: one line a dose, nothing vanishes, a voucher is used once.

use madoguchi::domain::immunization::record::{Category, Content, Person};
use madoguchi::domain::immunization::voucher::number;
use madoguchi::domain::immunization::{Immunization, Origin, Status, Subject, Voucher, VoucherState};
use madoguchi::store::citizens::{self, Profile};
use madoguchi::store::immunization_subjects::{self as subjects, Found, StoredSubject};
use madoguchi::store::immunizations::{self, Kept};
use madoguchi::store::seal::DataKey;
use madoguchi::store::{Keyring, StoreError, keys, vouchers};

use super::bench::{Store, day, each, in_threads, moment};

const NAME: &str = "青空 桃子";

fn child(store: &Store, id: &str) -> StoredSubject {
    let person = Person { name: NAME.to_owned(), ..Person::default() };
    let subject = Subject {
        id: id.to_owned(),
        program: "program".to_owned(),
        birth: day(-200),
        sex: None,
        district: "けやき台".to_owned(),
        person,
        moved_in_on: None,
        moved_out_on: None,
        died_on: None,
    };
    let found = Found { person: format!("hash of {id}"), resident: None };
    store.write(|conn| subjects::insert(conn, &store.keys, &subject, &found, moment()))
}

fn line(id: &str, lot: &str) -> Immunization {
    Immunization {
        id: id.to_owned(),
        vaccine: "hepb".to_owned(),
        dose: "1".to_owned(),
        on: day(-100).into(),
        nth: 0,
        status: Status::Completed,
        origin: Origin::Import,
        category: Category::Routine,
        product: None,
        lot: lot.to_owned(),
        institution: String::new(),
        copay: None,
        content: Content { physician: "診療 七海".to_owned(), ..Content::default() },
        supersedes: None,
        superseded_by: None,
        author: "usr_1".to_owned(),
        at: moment(),
        keep_until: None,
    }
}

fn voucher(id: &str, place: i64, state: VoucherState) -> Voucher {
    Voucher {
        id: id.to_owned(),
        number: number(place),
        subject: "sub_1".to_owned(),
        case: None,
        vaccine: "hepb".to_owned(),
        product: None,
        dose: "2".to_owned(),
        valid_from: day(-10),
        valid_to: Some(day(10)),
        state,
        used_by: None,
        reason: String::new(),
    }
}

#[test]
fn the_same_dose_handed_in_again_is_one_line_and_another_story_is_told() {
    each("dose", |store| {
        let child = child(store, "sub_1");
        let keep = |record: &Immunization| store.write(|conn| immunizations::keep(conn, &child, record));
        assert_eq!(keep(&line("imm_1", "")), Kept::New);
        assert_eq!(keep(&line("imm_2", "AB1")), Kept::Same, "what one leaves open the other may say");
        let mut other = line("imm_3", "");
        other.status = Status::NotDone;
        assert_eq!(keep(&other), Kept::New, "not given is another line");
        let before = store.write(|conn| immunizations::find(conn, &child, "imm_1"));
        assert_eq!(before, line("imm_1", ""), "it comes back as it was");

        let corrected = Immunization { supersedes: Some("imm_1".to_owned()), ..line("imm_4", "AB1") };
        store.write(|conn| immunizations::supersede(conn, &child, &corrected));
        assert!(matches!(keep(&line("imm_5", "CD2")), Kept::Differs(found) if found.id == "imm_4"));
        let again = Immunization { id: "imm_6".to_owned(), ..corrected };
        let late = store.database.write(|conn| immunizations::supersede(conn, &child, &again));
        assert!(matches!(late, Err(StoreError::Moved)), "{late:?}");
        let lines = store.write(|conn| immunizations::of_subject(conn, &child));
        let given: Vec<&str> = lines.iter().filter(|it| it.is_given()).map(|it| it.id.as_str()).collect();
        assert_eq!((lines.len(), given), (3, vec!["imm_4"]), "nothing vanishes");
    });
}

#[test]
fn both_parents_see_a_child_until_one_no_longer_does() {
    each("guardians", |store| {
        child(store, "sub_1");
        for (at, id) in ["cit_1", "cit_2"].into_iter().enumerate() {
            let profile = Profile::default();
            store.write(|conn| {
                citizens::sign_in(conn, &store.keys, &format!("subject {at}"), id, &profile, moment())?;
                subjects::add_guardian(conn, "sub_1", id, moment())?;
                subjects::add_guardian(conn, "sub_1", id, moment())
            });
        }
        let of = |id: &str| store.write(|conn| subjects::of_guardian(conn, &store.keys, id)).len();
        assert_eq!((of("cit_1"), of("cit_2"), of("cit_3")), (1, 1, 0));
        store.write(|conn| subjects::end_guardian(conn, "sub_1", "cit_2", moment()));
        assert_eq!((of("cit_1"), of("cit_2")), (1, 0));
        let again = store.database.write(|conn| subjects::end_guardian(conn, "sub_1", "cit_2", moment()));
        assert!(matches!(again, Err(StoreError::NotFound)));
    });
}

#[test]
fn a_voucher_is_used_once_however_many_come_at_once() {
    each("voucher", |store| {
        let child = child(store, "sub_1");
        store.write(|conn| vouchers::insert(conn, &voucher("vou_1", 1, VoucherState::Issued), moment()));
        let second = voucher("vou_2", 2, VoucherState::Issued);
        let twice = store.database.write(|conn| vouchers::insert(conn, &second, moment()));
        assert!(matches!(twice, Err(StoreError::Duplicate(_))), "two for one dose: {twice:?}");

        let used = in_threads(6, |at| {
            let id = format!("imm_{at}");
            let dose = Immunization { nth: at.try_into().unwrap(), ..line(&id, "") };
            store.database.write(|conn| {
                immunizations::insert(conn, &child, &dose)?;
                vouchers::use_up(conn, "vou_1", &id, day(0), moment())
            })
        });
        assert_eq!(used.iter().filter(|it| it.is_ok()).count(), 1, "{used:?}");
        assert!(used.iter().all(|it| matches!(it, Ok(()) | Err(StoreError::Moved))), "{used:?}");
        let lines = store.write(|conn| immunizations::of_subject(conn, &child));
        let voucher = store.write(|conn| vouchers::by_number(conn, &number(1)));
        assert_eq!(lines.len(), 1, "who came second recorded nothing");
        assert_eq!((voucher.state, voucher.used_by.as_ref()), (VoucherState::Used, Some(&lines[0].id)));
        assert!(store.sql("UPDATE vouchers SET state = 'issued' WHERE id = 'vou_1'").is_err());
    });
}

#[test]
fn a_voucher_comes_back_unless_another_took_its_place() {
    each("comes_back", |store| {
        let child = child(store, "sub_1");
        let state = |place: i64| store.write(|conn| vouchers::by_number(conn, &number(place))).state;
        store.write(|conn| vouchers::insert(conn, &voucher("vou_1", 1, VoucherState::Issued), moment()));
        store.write(|conn| immunizations::insert(conn, &child, &line("imm_1", "")));
        for (other, expected) in [(false, VoucherState::Issued), (true, VoucherState::Cancelled)] {
            store.write(|conn| vouchers::use_up(conn, "vou_1", "imm_1", day(0), moment()));
            if other {
                let second = voucher("vou_2", 2, VoucherState::Issued);
                store.write(|conn| vouchers::insert(conn, &second, moment()));
            }
            store.write(|conn| vouchers::give_back(conn, "imm_1"));
            assert_eq!(state(1), expected);
        }
        assert_eq!(state(2), VoucherState::Issued);
    });
}

#[test]
fn a_voucher_ends_by_its_last_day_or_by_another() {
    each("ends", |store| {
        child(store, "sub_1");
        let state = |place: i64| store.write(|conn| vouchers::by_number(conn, &number(place))).state;
        store.write(|conn| vouchers::insert(conn, &voucher("vou_1", 1, VoucherState::Issued), moment()));
        let gone =
            store.write(|conn| vouchers::cancel(conn, "sub_1", Some(("hepb", "2")), "reissued", moment()));
        assert_eq!((gone, state(1)), (vec![number(1)], VoucherState::Cancelled));
        store.write(|conn| vouchers::insert(conn, &voucher("vou_2", 2, VoucherState::Issued), moment()));
        assert_eq!(store.write(|conn| vouchers::expire(conn, day(10), moment())), 0, "its last day counts");
        assert_eq!(store.write(|conn| vouchers::expire(conn, day(11), moment())), 1);
        assert_eq!((state(1), state(2)), (VoucherState::Cancelled, VoucherState::Expired));
    });
}

#[test]
fn a_person_is_sealed_and_opens_after_the_key_was_changed() {
    each("subject", |store| {
        child(store, "sub_1");
        let shown = store.texts("SELECT body || person || data_key AS text FROM immunization_subjects");
        assert!(!shown[0].contains("青空"), "{shown:?}");
        let fresh = DataKey::generate().unwrap();
        keys::rotate(&store.database, &store.kek, &fresh).unwrap();
        let ring = Keyring::open(&store.database, fresh, moment()).unwrap();
        let found = store.write(|conn| subjects::find(conn, &ring, "sub_1"));
        assert_eq!(found.subject.person.name, NAME);
        let old = store.database.read(|conn| subjects::find(conn, &store.keys, "sub_1"));
        assert!(matches!(old, Err(StoreError::Sealed)));
    });
}
