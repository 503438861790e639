//! The first page of the day: what is mine, what others owe, what nobody has.

use serde::Serialize;

use crate::domain::permission::{Desk, Seated, holds};
use crate::domain::program::vocabulary::CommandName;
use crate::store::queue::{self, Filter};
use crate::store::{Conn, letters, offices};
use crate::usecases::access::Caller;
use crate::usecases::error::Error;
use crate::usecases::house::House;

use super::names::Names;
use super::queue::{Asked, Row, address, count, filter, row, total};

/// Cases with the nearest clocks.
const NEAREST: i64 = 5;

/// A counted link.
#[derive(Clone, Debug, Serialize)]
pub struct Tile {
    label: &'static str,
    count: usize,
    shown: String,
    href: String,
    alert: bool,
    note: Option<String>,
}

/// Tiles that belong together.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    title: &'static str,
    note: Option<String>,
    tiles: Vec<Tile>,
}

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct Home {
    urgent: Vec<Row>,
    groups: Vec<Group>,
}

/// The caller's day.
///
/// # Errors
/// `permission.denied`.
pub fn home(house: &House, caller: &Caller) -> Result<Home, Error> {
    let seated = house.seat(caller, Desk::Queue)?;
    house.read_list(caller, "home", |conn| {
        let mut desk = At { house, caller, seated: &seated, conn };
        let home = Home { urgent: desk.urgent()?, groups: desk.groups()? };
        let cases = home.urgent.iter().map(|row| row.id.clone()).collect();
        Ok((home, cases))
    })
}

struct At<'a> {
    house: &'a House,
    caller: &'a Caller,
    seated: &'a Seated,
    conn: &'a mut Conn,
}

impl At<'_> {
    fn groups(&mut self) -> Result<Vec<Group>, Error> {
        let mine = [("owner", "me")];
        let with = |more: &[(&'static str, &'static str)]| [mine.as_slice(), more].concat();
        let mut today = vec![
            self.tile("期限を過ぎた案件", &with(&[("clock", "over")]), true)?,
            self.tile("3営業日以内の案件", &with(&[("clock", "urgent")]), true)?,
            self.tile("補正の回答が届いた案件", &with(&[("mark", "answered")]), false)?,
            self.tile("審査中の案件", &with(&[("state", "in_review")]), false)?,
        ];
        today.insert(0, self.tile("延期通知に署名する案件", &[("mark", "delay_ready")], true)?);
        if self.signs() {
            let mut tile = self.tile("決裁を待っている案件", &[("state", "approval")], false)?;
            "/staff/approvals".clone_into(&mut tile.href);
            today.insert(0, tile);
        }
        if self.house.seat(self.caller, Desk::Secretary).is_ok() {
            let mut tile =
                self.tile("審査会にある案件（開催と議案）", &[("waiting", "for:committee")], false)?;
            "/committee".clone_into(&mut tile.href);
            today.insert(0, tile);
        }
        let mut calls = self.tile("電話や手紙で催促する相手のいる案件", &[("mark", "to_remind")], true)?;
        "/staff/reminders".clone_into(&mut calls.href);
        let waiting = vec![
            calls,
            self.tile("申請者の返事", &[("waiting", "for:applicant")], false)?,
            self.tile("医師・医療機関", &[("waiting", "for:physician")], false)?,
            self.tile("審査会", &[("waiting", "for:committee")], false)?,
        ];
        let pool = vec![
            self.tile("まだ始めていない案件", &[("owner", "none"), ("state", "submitted")], true)?,
            self.tile("担当のいない審査中の案件", &[("owner", "none"), ("state", "in_review")], false)?,
            self.tile("重複が疑われる案件", &[("mark", "duplicate")], false)?,
        ];
        let back = vec![self.tile("差し戻された起案", &with(&[("mark", "draft_returned")]), true)?];
        let mut groups = vec![
            Group { title: "きょうの仕事", note: None, tiles: today },
            Group { title: "返事を待っているもの", note: None, tiles: waiting },
            Group { title: "担当のいない案件", note: None, tiles: pool },
            Group { title: "自分に戻ったもの", note: None, tiles: back },
        ];
        let ways = self.ways()?;
        if !ways.is_empty() {
            groups.insert(1, Group { title: "進達", note: None, tiles: ways });
        }
        if self.house.seat(self.caller, Desk::Register).is_ok() {
            groups.push(Group {
                title: "届かなかった通知と連携", note: None, tiles: self.failed()?
            });
        }
        Ok(groups)
    }

    fn tile(&mut self, label: &'static str, asked: &[(&str, &str)], alert: bool) -> Result<Tile, Error> {
        let asked: Asked =
            asked.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let filter = filter(self.house, self.caller, &asked);
        let count = count(self.conn, self.seated, &filter)?;
        Ok(Tile { label, count, shown: total(count), href: address(&asked, None), alert, note: None })
    }

    /// What goes between this office and the other ones, where there are any.
    fn ways(&mut self) -> Result<Vec<Tile>, Error> {
        if offices::all(self.conn)?.is_empty() {
            return Ok(Vec::new());
        }
        if self.caller.actor.office.is_some() {
            return Ok(vec![
                self.tile("処分庁から差し戻された案件", &[("mark", "sent_back")], true)?,
                self.tile("進達して受領を待つ案件", &[("mark", "on_the_way"), ("held", "passed")], false)?,
            ]);
        }
        let mut arriving = self.tile("受領を待つ進達", &[("mark", "on_the_way")], true)?;
        "/staff/forwarding".clone_into(&mut arriving.href);
        Ok(vec![arriving, self.tile("受付機関に差し戻した案件", &[("held", "passed")], false)?])
    }

    fn signs(&self) -> bool {
        let programs = self.house.programs.definitions();
        let mut roles = programs.iter().flat_map(|program| program.roles_for(CommandName::ApproveLevel));
        roles.any(|role| holds(&self.caller.actor, role))
    }

    fn failed(&mut self) -> Result<Vec<Tile>, Error> {
        let rejected = self.tile("連携エラーの案件", &[("mark", "rejected")], true)?;
        let bounced = letters::deliveries_in(self.conn, "mail", &["bounced"], "", 501)?.len();
        let paper = letters::deliveries_in(self.conn, "paper", &["queued"], "", 501)?.len();
        let tile = |label, count, alert| Tile {
            label,
            count,
            shown: total(count),
            href: "/staff/deliveries".to_owned(),
            alert,
            note: None,
        };
        Ok(vec![rejected, tile("届かなかったメール", bounced, true), tile("郵送を待つ通知", paper, false)])
    }

    fn urgent(&mut self) -> Result<Vec<Row>, Error> {
        let asked: Asked =
            [("owner", "me"), ("clock", "soon")].map(|(name, value)| (name.into(), value.into())).into();
        let filter: Filter = filter(self.house, self.caller, &asked);
        let lines = queue::page(self.conn, self.seated, &filter, NEAREST)?;
        let mut names = Names::default();
        lines.iter().map(|line| row(self.house, self.conn, &mut names, line)).collect()
    }
}
