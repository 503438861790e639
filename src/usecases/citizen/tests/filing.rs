use chrono::TimeDelta;

use super::*;
use crate::domain::forms::Answer;
use crate::domain::program::vocabulary::State;
use crate::store::{answers, jobs, secrets};
use crate::usecases::carry_out::working_answers;
use crate::usecases::citizen::{consents, filed, messages, mine, readers, review, status, tasks, withdraw};
use crate::usecases::testing::refusal;

#[test]
fn a_second_start_continues_the_draft() {
    let world = world();
    let first = world.draft();
    assert_eq!(world.draft(), first);
    let other =
        start::draft(world.house(), &citizen("cit_other"), Lang::Ja, &world.program(), "new").unwrap();
    assert_ne!(other, first);
    let closed = start::draft(world.house(), &world.caller, Lang::Ja, &world.program(), "made-up");
    assert_eq!(refusal(closed), "start.kind");
}

#[test]
fn what_the_provider_told_stands_in_the_form() {
    let world = world();
    let case = world.draft();
    let page = question::page(world.house(), &world.caller, Lang::Ja, &case, "patient-name", false).unwrap();
    let family = page.step.fields.iter().find(|field| field.path == "patient.family-name").unwrap();
    assert_eq!((family.value.as_str(), family.disputable), (FAMILY, true));
    assert!(page.step.errors.is_empty(), "nobody made an error yet");
}

#[test]
fn what_the_provider_told_of_a_parent_does_not_stand_for_the_child() {
    let world = world();
    let case = world.draft();
    let shown = |step: &str, path: &str| {
        let page = question::page(world.house(), &world.caller, Lang::Ja, &case, step, false).unwrap();
        let field = page.step.fields.into_iter().find(|field| field.path == path).unwrap();
        let birth = field.date.map(|date| date.year).unwrap_or_default();
        (format!("{}{birth}", field.value), field.disputable)
    };
    let family = || shown("patient-name", "patient.family-name");
    let birth = || shown("patient-birth", "patient.birth");
    let known = [family(), birth()];
    assert!(known.iter().all(|(text, disputable)| !text.is_empty() && *disputable), "{known:?}");
    world.send(&case, "filer", &[("filer.role", "guardian")]).unwrap();
    let nothing = (String::new(), false);
    assert_eq!([family(), birth()], [nothing.clone(), nothing]);
    let child = ("架空".to_owned(), false);
    world.send(&case, "patient-name", &[("patient.family-name", "架空")]).unwrap();
    assert_eq!(family(), child);
    world.send(&case, "filer", &[("filer.role", "proxy")]).unwrap();
    assert_eq!(family(), child, "the form is still about somebody else");
    world.send(&case, "filer", &[("filer.role", "self")]).unwrap();
    assert_eq!(family(), child, "nothing typed is lost");
    assert_eq!(birth(), known[1]);
}

#[test]
fn what_was_typed_wrong_stays_and_is_told() {
    let world = world();
    let case = world.draft();
    let leads =
        world.send(&case, "patient-contact", &[("patient.phone", "でんわ"), ("action", "continue")]).unwrap();
    let Leads::Mend(page) = leads else { panic!("{leads:?}") };
    let phone = page.step.fields.iter().find(|field| field.path == "patient.phone").unwrap();
    assert_eq!((phone.value.as_str(), phone.errors[0].key.as_str()), ("でんわ", "form.digits"));
    let home = world.send(&case, "patient-contact", &[("action", "save")]).unwrap();
    assert!(matches!(home, Leads::Case), "one can leave a page unfinished");
}

#[test]
fn a_question_that_comes_up_is_no_mistake() {
    let world = world();
    let case = world.draft();
    let leads = world.send(&case, "delivery", &[("delivery.elsewhere", "true")]).unwrap();
    assert!(matches!(&leads, Leads::Here(path) if path == "delivery.name"), "{leads:?}");
    let unseen = world.send(&case, "delivery", &[("seen", "delivery.elsewhere")]).unwrap();
    assert!(matches!(unseen, Leads::Here(_)), "the page that was sent did not show it");
    let Leads::Mend(page) = world.send(&case, "delivery", &[]).unwrap() else { panic!("nothing is missing") };
    assert!(page.step.errors.iter().any(|error| error.path == "delivery.name"));
}

#[test]
fn one_field_is_saved_alone_and_the_later_save_wins() {
    let world = world();
    let case = world.draft();
    for text in ["099-000-0001", "099-000-0002"] {
        let fields = posted(&[("patient.phone", text)]);
        question::autosave(world.house(), &world.caller, Lang::Ja, &case, "patient-contact", fields).unwrap();
        let fields = posted(&[("patient.email", "nagi@mail.example")]);
        question::autosave(world.house(), &world.caller, Lang::Ja, &case, "patient-contact", fields).unwrap();
    }
    let page =
        question::page(world.house(), &world.caller, Lang::Ja, &case, "patient-contact", false).unwrap();
    let values: Vec<&str> = page.step.fields.iter().map(|field| field.value.as_str()).collect();
    assert!(values.contains(&"nagi@mail.example"), "{values:?}");
    assert!(values.iter().any(|value| value.replace('-', "") == "0990000002"), "{values:?}");
}

#[test]
fn a_postcode_fills_empty_boxes_and_offers_several_places() {
    let world = world();
    let case = world.draft();
    let fields =
        [("patient.postcode", "498-0000"), ("patient.street", "本町1"), ("lookup", "patient.postcode")];
    let Leads::Mend(page) = world.send(&case, "patient-address", &fields).unwrap() else {
        panic!("no offer")
    };
    assert_eq!(page.places.unwrap().options.len(), 2);
    let picked =
        [("patient.postcode", "498-0000"), ("patient.postcode.place", "1"), ("patient.street", "本町1")];
    world.send(&case, "patient-address", &picked).unwrap();
    let page =
        question::page(world.house(), &world.caller, Lang::Ja, &case, "patient-address", false).unwrap();
    let value = |path: &str| page.step.fields.iter().find(|field| field.path == path).unwrap().value.clone();
    assert_eq!((value("patient.prefecture").as_str(), value("patient.street").as_str()), ("三重県", "本町1"));
}

#[test]
fn an_unclear_choice_offers_the_nearest_ones() {
    let world = world();
    let case = world.draft();
    let Leads::Mend(page) = world.send(&case, "disease", &[("disease.number", "パーキンソン")]).unwrap()
    else {
        panic!("taken")
    };
    let offered = page.choices.unwrap();
    assert!(offered.options.iter().any(|option| option.value == "6"), "{offered:?}");
    let picked = [("disease.number", "パーキンソン"), ("disease.number.choice", "6")];
    assert!(matches!(world.send(&case, "disease", &picked).unwrap(), Leads::Step(_)));
}

#[test]
fn secrets_move_with_their_rows_and_go_with_them() {
    let world = world();
    let case = world.draft();
    world.send(&case, "household", &[("household.exists", "true"), ("action", "save")]).unwrap();
    world.send(&case, "household", &[("add", "household.member")]).unwrap();
    let (one, two) =
        ("household.member[0]/household.member.my-number", "household.member[1]/household.member.my-number");
    world.send(&case, "household", &[(one, NUMBER), (two, "222222222225"), ("action", "save")]).unwrap();
    world.send(&case, "household", &[("remove", "household.member[0]")]).unwrap();
    let stored = world.scene.stored(&case);
    let number = |path: &str| {
        world.house().read(&world.caller, &case, "own", |conn, opened| {
            Ok(secrets::find(conn, &opened.granted, &stored, path)?)
        })
    };
    assert_eq!(number(one).unwrap().as_deref(), Some("222222222225"));
    assert_eq!(number(two).unwrap(), None);
}

#[test]
fn an_unfinished_application_is_not_filed() {
    let world = world();
    let case = world.draft();
    let outcome = submit::file(world.house(), &world.caller, &case, "req_1", true, &[]);
    assert_eq!(refusal(outcome), "submit.incomplete");
    let page = review::page(world.house(), &world.caller, Lang::Ja, &case).unwrap();
    assert!(page.stops.iter().any(|it| it.step == "patient-contact" && it.error.path == "patient.phone"));
    assert_eq!(world.case(&case).state, State::Draft);
}

#[test]
fn an_application_is_filed_once_sealed_and_told() {
    let world = world();
    let case = world.draft();
    world.fill(&case);
    let file = |declared| {
        let ticked = vec!["platform_pull".to_owned()];
        submit::file(world.house(), &world.caller, &case, "req_1", declared, &ticked)
    };
    assert_eq!(refusal(file(false)), "submit.declaration");
    file(true).unwrap();
    file(true).unwrap();
    let filed = world.case(&case);
    assert_eq!((filed.state, filed.revisions.values().map(Vec::len).sum::<usize>()), (State::Submitted, 1));
    assert!(filed.consents_to("platform_pull") && !filed.consents_to("research_use"));
    let later = filed.missing.iter().any(|path| path == "proof.insurance");
    assert!(later, "{:?}", filed.missing);
    let waiting = world.scene.read(|conn| jobs::in_state(conn, "ready", 50));
    assert!(waiting.iter().any(|job| job.1 == "pull"), "{waiting:?}");
    let receipt = submit::receipt(world.house(), &world.caller, Lang::Ja, &case).unwrap();
    assert!(receipt.head.reference.unwrap().starts_with("NB-") && receipt.proof.is_some());
    assert_eq!(receipt.email.as_deref(), Some("n***@mail.example"));
    let disk = world.disk();
    assert!(contains(&disk, &case), "the file was read");
    for secret in [FAMILY, "シケンノ", NUMBER, "099-555-4321", "nagi@mail.example"] {
        assert!(!contains(&disk, secret), "{secret} stands in the database");
    }
}

#[test]
fn a_second_application_of_the_same_person_is_noticed() {
    let world = world();
    let first = world.filed();
    let second = world.draft();
    assert_ne!(first, second);
    world.fill(&second);
    submit::file(world.house(), &world.caller, &second, "req_2", true, &[]).unwrap();
    assert_eq!(world.case(&second).duplicates, [world.case(&first).reference.unwrap()]);
}

#[test]
fn a_stranger_finds_nothing() {
    let world = world();
    let case = world.filed();
    let stranger = citizen("cit_other");
    let house = world.house();
    assert!(matches!(status::page(house, &stranger, Lang::Ja, &case), Err(Error::NotFound)));
    assert!(matches!(filed::page(house, &stranger, Lang::Ja, &case), Err(Error::NotFound)));
    assert!(matches!(messages::page(house, &stranger, Lang::Ja, &case), Err(Error::NotFound)));
    assert!(matches!(readers::page(house, &stranger, Lang::Ja, &case, None), Err(Error::NotFound)));
    let order = Order::new(&case, CommandName::Withdraw);
    assert!(matches!(withdraw::take_back(house, &stranger, &order, ""), Err(Error::NotFound)));
}

#[test]
fn the_timeline_says_who_is_awaited_since_when() {
    let world = world();
    let case = world.filed();
    world.scene.pass(TimeDelta::days(3));
    world.examine(&case, CommandName::BeginReview, |_| Ok(Command::BeginReview));
    let page = status::page(world.house(), &world.caller, Lang::Ja, &case).unwrap();
    assert!(page.now.contains("架空中央病院") && page.now.contains("2026年11月25日"), "{}", page.now);
    let filed = &page.timeline[0];
    assert_eq!(filed.since.map(|day| day.to_string()).as_deref(), Some("2026-11-22"));
    let code = page.request.unwrap().code;
    assert_eq!((code.len(), code.as_bytes()[5]), (11, b'-'));
    assert_eq!(page.expected_on.map(|day| day.to_string()).as_deref(), Some("2027-02-05"));
}

#[test]
fn the_person_reads_who_read() {
    let world = world();
    let case = world.filed();
    let clerk = Caller {
        actor: Actor::with_roles("usr_kaga", "審査 加賀", ["reviewer"]),
        source: "test".to_owned(),
    };
    world.house().read(&clerk, &case, "dossier", |_, _| Ok(())).unwrap();
    let page = readers::page(world.house(), &world.caller, Lang::Ja, &case, None).unwrap();
    let (newest, oldest) = (&page.entries[0], page.entries.last().unwrap());
    assert_eq!((newest.action.as_str(), newest.who.as_deref()), ("read", Some("審査担当")));
    let runs =
        page.entries.windows(2).all(|pair| pair[0].action != pair[1].action || pair[0].who != pair[1].who);
    assert!(runs, "what was done in a row stands in one line");
    assert_eq!((oldest.action.as_str(), oldest.who.as_deref()), ("start_draft", None));
}

#[test]
fn messages_and_consents_after_filing() {
    let world = world();
    let case = world.filed();
    let (house, caller) = (world.house(), &world.caller);
    let order = Order::new(&case, CommandName::SendMessage);
    assert_eq!(refusal(messages::write(house, caller, &order, " ")), "message.empty");
    messages::write(house, caller, &order, "いつごろですか").unwrap();
    let talk = messages::page(house, caller, Lang::Ja, &case).unwrap();
    assert_eq!((talk.lines[0].mine, talk.lines[0].text.as_str()), (true, "いつごろですか"));
    let order = Order::new(&case, CommandName::GiveConsent);
    consents::change(house, caller, &order, "research_use").unwrap();
    assert_eq!(refusal(consents::change(house, caller, &order, "anything")), "consent.unknown");
    let page = consents::page(house, caller, Lang::En, &case).unwrap();
    let given: Vec<&str> = page.consents.iter().filter(|it| it.given).map(|it| it.code.as_str()).collect();
    assert_eq!(given, ["research_use"]);
    let jobs = world.scene.read(|conn| jobs::in_state(conn, "ready", 50));
    assert!(jobs.iter().all(|job| job.1 != "pull"), "nobody allowed to fetch records");
}

#[test]
fn a_withdrawn_application_is_closed_and_a_draft_is_gone() {
    let world = world();
    let case = world.filed();
    let order = Order::new(&case, CommandName::Withdraw);
    let taken = withdraw::take_back(world.house(), &world.caller, &order, "転居のため").unwrap();
    assert_eq!((taken, world.case(&case).state), (withdraw::Taken::Withdrawn, State::Ended));
    let draft = world.draft();
    let order = Order::new(&draft, CommandName::Withdraw);
    assert_eq!(
        withdraw::take_back(world.house(), &world.caller, &order, "").unwrap(),
        withdraw::Taken::Deleted
    );
    assert!(!world.exists(&draft));
    let mine = mine::page(world.house(), &world.caller, Lang::Ja).unwrap();
    assert_eq!((mine.drafts.len(), mine.cases.len()), (0, 1));
}

#[test]
fn the_task_list_counts_what_is_done() {
    let world = world();
    let case = world.draft();
    let done = |status| {
        let page = tasks::page(world.house(), &world.caller, Lang::Ja, &case).unwrap();
        let all: Vec<_> = page.sections.into_iter().flat_map(|section| section.tasks).collect();
        (all.iter().filter(|task| task.status == status).count(), all.len())
    };
    use crate::domain::forms::StepStatus;
    let (fresh, total) = done(StepStatus::NotStarted);
    assert_eq!(fresh, total);
    world.fill(&case);
    let (complete, total) = done(StepStatus::Complete);
    assert_eq!(complete, total);
}

#[test]
fn what_is_no_longer_asked_is_not_filed() {
    let world = world();
    let case = world.draft();
    world.fill(&case);
    world
        .send(
            &case,
            "delivery",
            &[("delivery.elsewhere", "true"), ("delivery.name", "別人"), ("action", "save")],
        )
        .unwrap();
    world.send(&case, "delivery", &[("delivery.elsewhere", "false"), ("action", "save")]).unwrap();
    let kept = |revision| {
        world.house().read(&world.caller, &case, "own", |conn, opened| {
            let name = &opened.program.definition.forms.application;
            if revision == answers::DRAFT {
                return Ok(working_answers(conn, opened, name)?.get("delivery.name").cloned());
            }
            let saved = answers::find(conn, &opened.granted, &opened.stored, name, revision)?.unwrap();
            let fixed: crate::domain::forms::Answers = serde_json::from_slice(&saved.body)?;
            Ok(fixed.get("delivery.name").cloned())
        })
    };
    assert_eq!(kept(answers::DRAFT).unwrap(), Some(Answer::Text("別人".to_owned())), "a way back is open");
    submit::file(world.house(), &world.caller, &case, "req_1", true, &[]).unwrap();
    assert_eq!(kept(1).unwrap(), None);
}
