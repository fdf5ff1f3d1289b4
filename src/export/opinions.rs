//! What units said of districts, for the files of the meeting: the matrix to sign, the list, the dossiers. An opinion on a
//! district that has changed since is told so and signs nothing.

use super::{ExportInput, district_states};
use crate::base::Message;
use crate::i18n::{Lang, tr};
use crate::model::{Opinion, OpinionKey};

/// An opinion, and whether its district is what was judged.
pub(super) struct Judged<'a> {
    pub(super) key: &'a OpinionKey,
    pub(super) opinion: &'a Opinion,
    /// The district has changed since.
    pub(super) changed: bool,
}

impl Judged<'_> {
    /// In one line, for people.
    pub(super) fn line(&self, lang: Lang) -> String {
        let say = |message: &Message| tr(lang, message);
        let mut told = say(&self.opinion.stance.message());
        if !self.opinion.text.is_empty() {
            told = say(&Message::new("export.aside").text("what", told).text("more", &self.opinion.text));
        }
        if self.changed {
            told = say(&Message::new("export.aside").text("what", told).nested("more", Message::new("comments.changed")));
        }
        say(&Message::new("versions.named").text("name", &self.key.unit).text("value", told))
    }
}

/// Every opinion on the districts that are exported, by district and unit.
pub(super) fn judged<'a>(input: &'a ExportInput<'a>) -> Vec<Judged<'a>> {
    let content = input.content;
    if content.opinions.is_empty() {
        return Vec::new();
    }
    let states = district_states(input.original.unwrap_or(content));
    let shown = |number: u32| {
        let own = content.districts.iter().find(|(_, district)| district.number == number);
        own.is_some_and(|(id, _)| input.scope.is_none_or(|scope| scope.has_district(*id)))
    };
    let one = |(key, opinion): (&'a OpinionKey, &'a Opinion)| {
        let changed = !opinion.state.is_empty() && states.get(&key.district) != Some(&opinion.state);
        Judged { key, opinion, changed }
    };
    content.opinions.iter().filter(|(key, _)| shown(key.district)).map(one).collect()
}
