//! What every exported file says of itself: which plan in which state, its data date, CRS, rule pack and the version of
//! the program. The hash is over what the plan holds, not over the bytes of its file, so that it is the same for the same
//! plan wherever and however often it was saved.

use std::io::Write;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::ExportInput;
use crate::base::Message;
use crate::geometry::crs;
use crate::gpkg::{Shape, encode};
use crate::i18n::{Lang, tr};
use crate::model::{Compound, Content, Item, LayerContent, LayerKind, Meeting, Pipe, Properties, Seal};
use crate::screening::pack_of;

/// Digits of the hash that people are shown; files carry all of it.
const SHORT: usize = 12;

/// Origin and state of exported files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// Title of the plan; may be empty.
    pub title: String,
    /// SHA-256 over everything that the plan holds, in hexadecimal.
    pub plan_hash: String,
    /// State of the data.
    pub data_date: Option<String>,
    /// EPSG code of the working CRS; 0 while nothing is loaded.
    pub crs_code: u32,
    /// Code of the rule pack.
    pub pack: String,
    /// Number of its document; empty without one.
    pub document: String,
    /// Version of the program.
    pub version: &'static str,
    /// The unit for which the files were made; all of the plan without.
    pub unit: Option<String>,
    /// Names of military compounds are left out.
    pub masked: bool,
    /// The day of the meeting at which the plan was frozen.
    pub frozen: Option<String>,
    /// Whether that meeting accepted it; open without.
    pub accepted: Option<bool>,
}

impl Stamp {
    /// The stamp of a plan as it is. `O(everything in the plan)`.
    #[must_use]
    pub fn of(content: &Content) -> Self {
        let pack = pack_of(content);
        let meeting = content.meeting.as_ref().filter(|meeting| meeting.seal.is_some());
        Self {
            title: content.title.clone(),
            plan_hash: plan_hash(content),
            data_date: content.data_date.clone(),
            crs_code: content.crs_code,
            pack: pack.code.clone(),
            document: pack.document.clone(),
            version: env!("CARGO_PKG_VERSION"),
            unit: None,
            masked: false,
            frozen: meeting.map(|meeting| meeting.date.clone()),
            accepted: meeting.and_then(|meeting| meeting.accepted),
        }
    }

    /// The stamp that the input brings, or that of its plan.
    pub(super) fn of_input(input: &ExportInput<'_>) -> Self {
        input.stamp.cloned().unwrap_or_else(|| Self::of(input.content))
    }

    /// The first digits of the hash, for people.
    #[must_use]
    pub fn short_hash(&self) -> &str {
        self.plan_hash.get(..SHORT).unwrap_or(&self.plan_hash)
    }

    /// The day that files give as theirs: that of the data, never the clock's.
    pub(super) fn day(&self) -> (u16, u8, u8) {
        let parts: Vec<u16> = self.data_date.iter().flat_map(|date| date.split('-')).filter_map(|n| n.parse().ok()).collect();
        match parts[..] {
            [year @ 1900..=9999, month @ 1..=12, day] if (1..=days_of(year, month)).contains(&day) => {
                (year, narrow(month), narrow(day))
            }
            _ => (1980, 1, 1),
        }
    }

    /// As JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "title": self.title,
            "plan_hash": self.plan_hash,
            "data_date": self.data_date,
            "crs": format!("EPSG:{}", self.crs_code),
            "policy": self.pack,
            "document": self.document,
            "program": "lianpian",
            "version": self.version,
            "unit": self.unit,
            "military_masked": self.masked,
            "frozen": self.frozen,
            "accepted": self.accepted,
        })
    }

    /// As pairs of a label and a value for people, without the title.
    #[must_use]
    pub fn lines(&self, lang: Lang) -> Vec<(String, String)> {
        let say = |message: &Message| tr(lang, message);
        let dash = || "—".to_owned();
        let mut lines = vec![
            (say(&Message::new("export.data-date")), self.data_date.clone().unwrap_or_else(dash)),
            (say(&Message::new("export.crs")), self.crs(lang)),
            (say(&Message::new("export.policy")), self.policy()),
            (say(&Message::new("export.plan-hash")), self.plan_hash.clone()),
            (say(&Message::new("export.program")), format!("Lianpian {}", self.version)),
        ];
        lines.push((say(&Message::new("export.standing")), say(&self.standing())));
        if let Some(unit) = &self.unit {
            lines.insert(0, (say(&Message::new("export.unit")), unit.clone()));
        }
        if self.masked {
            lines.push((say(&Message::new("export.masked")), say(&Message::new("export.masked-yes"))));
        }
        lines
    }

    /// How far the plan is settled: what no meeting has accepted is provisional (临时).
    #[must_use]
    pub fn standing(&self) -> Message {
        let Some(day) = &self.frozen else { return Message::new("export.provisional") };
        let key = match self.accepted {
            Some(true) => "export.settled",
            Some(false) => "export.provisional-refused",
            None => "export.provisional-open",
        };
        Message::new(key).text("date", day)
    }

    /// Name and code of the CRS.
    fn crs(&self, lang: Lang) -> String {
        if self.crs_code == 0 {
            return tr(lang, &Message::new("export.no-crs"));
        }
        let code = format!("EPSG:{}", self.crs_code);
        crs::describe(self.crs_code).map_or(code.clone(), |info| format!("{} ({code})", info.name))
    }

    /// The pack, with its document where it has one.
    pub(super) fn policy(&self) -> String {
        if self.document.is_empty() { self.pack.clone() } else { format!("{} {}", self.pack, self.document) }
    }
}

fn days_of(year: u16, month: u16) -> u16 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u16::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn narrow(value: u16) -> u8 {
    u8::try_from(value).unwrap_or(1)
}

/// SHA-256 of bytes.
pub(super) fn sha256_bytes(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Takes parts one after the other, each with its length, so that no two plans run together into the same bytes.
pub(super) struct Digested(Sha256);

impl Digested {
    pub(super) fn new() -> Self {
        Self(Sha256::new())
    }

    pub(super) fn finish(self) -> String {
        hex(&self.0.finalize())
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
        self.0.update(bytes);
    }

    pub(super) fn value(&mut self, value: &impl serde::Serialize) {
        // Writing into memory fails for no type of ours; one that failed would still be told apart by its absence.
        self.bytes(&serde_json::to_vec(value).unwrap_or_default());
    }

    pub(super) fn shape(&mut self, shape: Shape<'_>) {
        self.bytes(&encode(shape, 0));
    }

    pub(super) fn item(&mut self, item: &Item) {
        let decided =
            (&item.code, item.compound, item.district, &item.quantity, item.year, &item.price, &item.origin, &item.note);
        self.value(&decided);
        if let Some(timing) = &item.timing {
            self.value(timing);
        }
        if let Some(place) = &item.place {
            self.shape(Shape::Any(place));
        }
    }

    /// What is decided of an item, by whatever number it goes; `compound` is the one it serves.
    pub(super) fn decision(&mut self, item: &Item, compound: Option<&str>) {
        self.value(&(&item.code, compound, &item.quantity, item.year, &item.price, &item.timing));
        if let Some(place) = &item.place {
            self.shape(Shape::Any(place));
        }
    }

    pub(super) fn pipe(&mut self, f: &Pipe) {
        let facts = (f.class, f.subclass, &f.owner, f.ownership, f.diameter_mm, &f.material, f.laid_year, f.planned_year);
        self.feature(&f.source_id, Shape::Lines(&f.line), &facts, &f.extra);
    }

    pub(super) fn compound(&mut self, f: &Compound) {
        self.feature(&f.source_id, Shape::Area(&f.shape), &f.facts, &f.extra);
    }

    fn feature(&mut self, id: &str, shape: Shape<'_>, facts: &impl serde::Serialize, extra: &Properties) {
        self.bytes(id.as_bytes());
        self.shape(shape);
        self.value(facts);
        self.value(extra);
    }
}

/// The hash of what a plan holds. What is said of it at the table is no part of it.
#[must_use]
pub fn plan_hash(content: &Content) -> String {
    // A part of the plan that is new does not compile until it counts below.
    #[rustfmt::skip]
    let Content {
        title, data_date, crs_code, settings, sources: _, compounds: _, pipes: _, buildings: _, barriers: _, bridges: _, streets: _,
        parcels: _, facilities: _, heritage: _, limits: _, assignment: _, districts: _, items: _, overrides: _, ignored: _,
        prices: _, needs: _, mended: _, annotations, departments, pipe_years, funds,
        catalogue: _, comments: _, opinions: _, meeting: _, lineage: _,
    } = content;
    let mut digested = Digested::new();
    digested.value(&(title, data_date, crs_code, settings));
    for kind in LayerKind::ALL {
        digested.bytes(kind.code().as_bytes());
        digested.value(&content.sources.get(&kind));
        layer(&mut digested, &content.layer(kind));
    }
    digested.value(&content.assignment);
    digested.value(&content.districts.iter().collect::<Vec<_>>());
    for (id, item) in &content.items {
        digested.value(id);
        digested.item(item);
    }
    digested.value(&content.overrides.iter().collect::<Vec<_>>());
    digested.value(&content.ignored.iter().collect::<Vec<_>>());
    digested.value(&content.prices.iter().collect::<Vec<_>>());
    digested.value(&content.needs.iter().collect::<Vec<_>>());
    if !content.catalogue.own().is_empty() {
        digested.value(&content.catalogue.own());
    }
    for (key, mended) in &content.mended {
        digested.value(&(key.layer, key.row, key.neighbour, mended.state.code()));
        digested.shape(Shape::Any(&mended.drawn));
    }
    // Each under its name and only when it has something: a plan without keeps the hash that it had before there were any.
    for (id, note) in annotations {
        digested.value(&("annotation", id, note.kind.code(), &note.text, note.place.is_some()));
        if let Some(place) = &note.place {
            digested.shape(Shape::Any(place));
        }
    }
    for department in departments {
        digested.value(&("department", department));
    }
    for year in pipe_years {
        digested.value(&("pipe_year", year));
    }
    for (id, fund) in funds {
        digested.value(&(
            "fund",
            id,
            fund.district,
            &fund.project,
            fund.source.code(),
            &fund.payer,
            fund.amount.fen(),
            &fund.note,
        ));
    }
    digested.finish()
}

/// The hash that seals a frozen version: over the plan, the minutes, what was said, and where the plan comes from.
#[must_use]
pub fn seal_digest(content: &Content) -> String {
    digest_with(content, &plan_hash(content))
}

fn digest_with(content: &Content, plan_hash: &str) -> String {
    let minutes = content.meeting.as_ref().map(|meeting| Meeting { seal: None, ..meeting.clone() });
    let mut digested = Digested::new();
    digested.value(&(plan_hash, minutes));
    digested.value(&content.opinions.iter().collect::<Vec<_>>());
    digested.value(&content.comments.iter().collect::<Vec<_>>());
    digested.value(&content.lineage);
    digested.finish()
}

/// The seal of a plan with these minutes. `O(everything in the plan)`.
#[must_use]
pub fn seal(content: &Content, minutes: &Meeting) -> Seal {
    let judged = Content { meeting: Some(minutes.clone()), ..content.clone() };
    let plan_hash = plan_hash(content);
    let digest = digest_with(&judged, &plan_hash);
    Seal { plan_hash, digest, program: env!("CARGO_PKG_VERSION").to_owned() }
}

fn layer(digested: &mut Digested, layer: &LayerContent) {
    match layer {
        LayerContent::Compounds(list) => {
            list.iter().for_each(|f| digested.compound(f));
        }
        LayerContent::Pipes(list) => list.iter().for_each(|f| digested.pipe(f)),
        LayerContent::Buildings(list) => list.iter().for_each(|f| {
            let facts = (&f.name, f.storeys, f.stair_units, f.households, f.has_lift);
            digested.feature(&f.source_id, Shape::Area(&f.shape), &facts, &f.extra);
        }),
        LayerContent::Barriers(list) => {
            list.iter().for_each(|f| digested.feature(&f.source_id, Shape::Any(&f.shape), &(f.kind, &f.name), &f.extra));
        }
        LayerContent::Bridges(list) => {
            list.iter().for_each(|f| digested.feature(&f.source_id, Shape::Any(&f.shape), &f.name, &f.extra));
        }
        LayerContent::Streets(list) => list.iter().for_each(|f| {
            let facts = (&f.name, f.width_m, f.important);
            digested.feature(&f.source_id, Shape::Lines(&f.line), &facts, &f.extra);
        }),
        LayerContent::Parcels(list) => {
            list.iter().for_each(|f| digested.feature(&f.source_id, Shape::Area(&f.shape), &f.name, &f.extra));
        }
        LayerContent::Facilities(list) => {
            list.iter().for_each(|f| digested.feature(&f.source_id, Shape::Point(f.place), &(&f.kind, &f.name), &f.extra));
        }
        LayerContent::Heritage(list) => {
            list.iter().for_each(|f| digested.feature(&f.source_id, Shape::Area(&f.shape), &f.name, &f.extra));
        }
        LayerContent::Limits(list) => {
            list.iter().for_each(|f| digested.feature(&f.source_id, Shape::Area(&f.shape), &(f.level, &f.name), &f.extra));
        }
    }
}

/// Bytes and hash of a file on disk.
pub(super) fn hash_file(path: &std::path::Path) -> std::io::Result<(u64, String)> {
    struct Hashing(Sha256);
    impl Write for Hashing {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut hashing = Hashing(Sha256::new());
    let bytes = std::io::copy(&mut std::fs::File::open(path)?, &mut hashing)?;
    Ok((bytes, hex(&hashing.0.finalize())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::DistrictId;
    use crate::model::District;

    #[test]
    fn known_digest() {
        assert_eq!(hex(&sha256_bytes(b"abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn every_decision_changes_the_hash() {
        let plain = Content { title: "a".to_owned(), ..Content::default() };
        let hash = plan_hash(&plain);
        assert_eq!(plan_hash(&plain.clone()), hash);
        let mut named = plain.clone();
        named.title.push('b');
        let mut grouped = plain.clone();
        grouped.districts.insert(DistrictId(1), District::numbered(1));
        let mut nearer = plain.clone();
        nearer.settings.gap_m = 12.0;
        let mut renewed = plain.clone();
        renewed.pipe_years.insert(crate::base::PipeId(0), 2027);
        let mut departed = plain.clone();
        departed.departments.insert(crate::policy::ItemCode::new("road"), "住建局".to_owned());
        let hashes =
            [hash, plan_hash(&named), plan_hash(&grouped), plan_hash(&nearer), plan_hash(&renewed), plan_hash(&departed)];
        let different: std::collections::BTreeSet<&String> = hashes.iter().collect();
        assert_eq!(different.len(), hashes.len());
    }

    #[test]
    fn a_seal_covers_the_plan_and_all_that_was_said() {
        use crate::model::{Opinion, OpinionKey, Stance};
        let minutes = Meeting { date: "2026-06-01".to_owned(), ..Meeting::default() };
        let plain = Content::default();
        let sealed = |content: &Content| {
            let seal = seal(content, &minutes);
            Content { meeting: Some(Meeting { seal: Some(seal), ..minutes.clone() }), ..content.clone() }
        };
        let holds = |content: &Content| content.seal().is_some_and(|seal| seal.digest == seal_digest(content));
        let whole = sealed(&plain);
        assert!(holds(&whole));
        assert_eq!(whole.seal().map(|seal| seal.plan_hash.clone()), Some(plan_hash(&plain)));
        let mut retitled = whole.clone();
        retitled.title.push('x');
        let mut other_day = whole.clone();
        other_day.meeting.iter_mut().for_each(|meeting| meeting.date = "2026-06-02".to_owned());
        let mut said = whole.clone();
        let opinion = Opinion { stance: Stance::Refused, ..Opinion::default() };
        said.opinions.insert(OpinionKey { district: 1, unit: "消防".to_owned() }, opinion);
        for changed in [retitled, other_day, said] {
            assert!(!holds(&changed));
        }
    }

    #[test]
    fn what_no_meeting_has_accepted_is_provisional() {
        let mut plan = Content::default();
        assert_eq!(Stamp::of(&plan).standing().key(), "export.provisional");
        let mut minutes = Meeting { date: "2026-06-01".to_owned(), accepted: Some(true), ..Meeting::default() };
        plan.meeting = Some(minutes.clone());
        assert_eq!(Stamp::of(&plan).standing().key(), "export.provisional", "minutes that nobody has sealed settle nothing");
        for (accepted, key) in
            [(Some(true), "export.settled"), (Some(false), "export.provisional-refused"), (None, "export.provisional-open")]
        {
            minutes.accepted = accepted;
            plan.meeting = Some(Meeting { seal: Some(seal(&plan, &minutes)), ..minutes.clone() });
            let stamp = Stamp::of(&plan);
            assert_eq!(stamp.standing().key(), key);
            for lang in Lang::ALL {
                let said = tr(lang, &stamp.standing());
                assert!(said.contains("2026-06-01") && stamp.lines(lang).iter().any(|(_, value)| *value == said), "{said}");
            }
        }
    }

    #[test]
    fn days_are_those_of_the_data() {
        let day = |date: Option<&str>| Stamp { data_date: date.map(str::to_owned), ..Stamp::default() }.day();
        assert_eq!(day(Some("2026-05-31")), (2026, 5, 31));
        assert_eq!(day(Some("2024-02-29")), (2024, 2, 29));
        for none in [Some("2026-02-29"), Some("2026-13-01"), Some("May"), None] {
            assert_eq!(day(none), (1980, 1, 1));
        }
    }
}
