//! Mends on the command line: yes or no to all of them, and how many there are.

use clap::Args;
use serde_json::{Map, Value, json};

use super::terminal::Terminal;
use crate::base::Message;
use crate::contiguity::Offer;
use crate::geometry::crs::{LON_LAT, Transformer};
use crate::geometry::repair::Mend;
use crate::import::{MendView, ToldMend};
use crate::model::{Content, MendKey, MendState};
use crate::session::{derive, mending};

/// What is said to mends.
#[derive(Debug, Default, Args)]
pub struct Mending {
    /// Say yes to all mends: those that change much, and where neighbours overlap or leave a sliver the cut or filling.
    #[arg(long, conflicts_with = "refuse_mends")]
    pub accept_mends: bool,
    /// Say no to all mends: shapes stay as drawn; what cannot be drawn so has no shape.
    #[arg(long)]
    pub refuse_mends: bool,
}

impl Mending {
    /// What is said to all mends, if anything is.
    pub(super) fn answer(&self) -> Option<MendState> {
        let said = [(self.accept_mends, MendState::Applied), (self.refuse_mends, MendState::Refused)];
        said.into_iter().find(|(said, _)| *said).map(|(_, state)| state)
    }
}

/// Gives the answer of the options to all mends of layers that were read, and tells how many wait.
pub(super) fn answer(terminal: &mut Terminal, content: &mut Content, options: &Mending) -> Result<(), Message> {
    if options.accept_mends || options.refuse_mends {
        // Overlaps are looked for only to be cut: to refuse them all leaves everything as it is.
        let offers = if options.accept_mends { offers(terminal, content)? } else { Vec::new() };
        mending::answer_all(content, &offers, options.accept_mends).place(content);
    }
    let waiting = count(content, MendState::Waiting);
    if waiting > 0 {
        terminal.say(&Message::new("cli.mends-wait").count("count", waiting));
    }
    Ok(())
}

/// Neighbours at odds on which nobody has spoken.
pub(super) fn offers(terminal: &mut Terminal, content: &Content) -> Result<Vec<Offer>, Message> {
    let label = Message::new("session.job-offers");
    let found = terminal.phase("overlaps", &label, |progress| derive::offers(content, progress));
    found.map_err(|_| Message::new("session.cancelled"))
}

fn count(content: &Content, state: MendState) -> usize {
    content.mended.values().filter(|mended| mended.state == state).count()
}

/// Counts by state: features with mends, and pairs of neighbours with an offer or without.
pub(super) fn counts_json(content: &Content, offers: &[Offer]) -> Value {
    let mut counts: Map<String, Value> =
        MendState::ALL.into_iter().map(|state| (state.code().to_owned(), count(content, state).into())).collect();
    let offered = offers.iter().filter(|offer| offer.can_apply).count();
    counts.insert("offered".to_owned(), offered.into());
    counts.insert("noted".to_owned(), (offers.len() - offered).into());
    Value::Object(counts)
}

/// Every mend of a plan, and every offer.
pub(super) fn list_json(terminal: &Terminal, content: &Content, offers: &[Offer]) -> Value {
    let back = Transformer::new(&format!("EPSG:{}", content.crs_code), LON_LAT).ok();
    let one = |key: &MendKey, mend: &Mend, state: &str| {
        let mut place = [mend.at];
        let known = back.as_ref().is_some_and(|back| back.convert(&mut place).is_ok());
        let told = ToldMend { mend: *mend, place: known.then_some((place[0].x, place[0].y)) };
        let mut value = json!(MendView::of(&told, &|message| terminal.words(message)));
        value["layer"] = key.layer.code().into();
        value["feature"] = content.source_id(key.layer, key.row).into();
        if let Some(neighbour) = key.neighbour {
            value["neighbour"] = content.source_id(key.layer, neighbour).into();
        }
        value["state"] = state.into();
        value
    };
    let recorded = content.mended.iter().flat_map(|(key, mended)| {
        let state = mended.state.code();
        mended.mends.iter().map(move |mend| (key, mend, state)).collect::<Vec<_>>()
    });
    let mut list: Vec<Value> = recorded.map(|(key, mend, state)| one(key, mend, state)).collect();
    list.extend(offers.iter().map(|offer| {
        let mut value = one(&offer.key, &offer.mend, if offer.can_apply { "offered" } else { "noted" });
        value["width_m"] = ((offer.width_m * 1e4).round() / 1e4).into();
        value
    }));
    Value::Array(list)
}
