//! The atlas: a cover, an index, the map of the whole, a sheet for each district and for each trade, the construction drawing,
//! and the charts. What has no room beside a map goes on, with that of all others, on sheets of tables before the charts.

use std::collections::BTreeMap;

use geo::Rect;

use super::draw::{Drawn, Svg};
use super::face::Face;
use super::flow::{Flow, SIGN_TALL, Signer, draw_signatures, signers_across};
use super::layout::{Area, Layout, MARGIN, column_width, columns, inner};
use super::legend::{self, FOOT, Legend};
use super::map::{self, Survey};
use super::notes::Spoken;
use super::paper::Size;
use super::subject::Subject;
use crate::base::{CompoundId, DistrictId, Message};
use crate::coordination::{DistrictFunds, district_funds};
use crate::export::features::in_scope;
use crate::export::opinions::{Judged, judged};
use crate::export::xlsx::{Book, review};
use crate::export::{ExportInput, ExportOptions, Stamp};
use crate::i18n::tr;
use crate::map::Rgba;
use crate::pipes::PipeLengths;

pub(super) const INK: Rgba = Rgba::hex(0x1C_2126);
pub(super) const SOFT: Rgba = Rgba::hex(0x5B_6670);
pub(super) const HAIR: Rgba = Rgba::hex(0xB8_BEC4);
pub(super) const RED: Rgba = Rgba::hex(0xC8_452B);

/// Rows of boxes to sign that stand beside the map; further ones follow the tables.
const SIGN_ROWS: usize = 2;
/// Height of these with their heading.
const SIGN: f64 = 50.0 + 2.0 * SIGN_TALL + 20.0;
/// Height of the heading of a sheet of tables.
const HEAD: f64 = 110.0;

/// A sheet with the name that its file has.
pub(in crate::export) struct Sheet {
    /// For file names.
    pub(in crate::export) name: String,
    /// What it is called.
    pub(in crate::export) title: String,
    /// What it belongs to with others.
    pub(in crate::export) group: Option<Message>,
    /// It goes on with the one before.
    pub(in crate::export) continued: bool,
    pub(in crate::export) drawn: Drawn,
}

pub(super) struct Atlas<'a> {
    pub(super) input: &'a ExportInput<'a>,
    pub(super) options: &'a ExportOptions,
    pub(super) stamp: Stamp,
    survey: Survey,
    pub(super) members: BTreeMap<DistrictId, Vec<CompoundId>>,
    pub(super) funds: BTreeMap<DistrictId, DistrictFunds>,
    /// Who signs, with the districts that concern them; all of them without a list.
    signers: BTreeMap<String, Option<std::collections::BTreeSet<DistrictId>>>,
}

/// A part of the atlas.
#[derive(Clone, Copy, Debug)]
enum Part {
    Cover,
    Index,
    Map(Subject),
    /// What had no room on the maps, and the charts.
    Closing,
}

/// Every sheet in order, made one part at a time.
pub(in crate::export) fn sheets<'a>(input: &'a ExportInput<'a>, options: &'a ExportOptions) -> impl Iterator<Item = Sheet> + 'a {
    let atlas = Atlas::new(input, options);
    let mut parts = vec![Part::Cover];
    let ids: Vec<DistrictId> = atlas.members.keys().copied().collect();
    parts.extend((!ids.is_empty()).then_some(Part::Index));
    parts.push(Part::Map(Subject::Whole));
    parts.extend(ids.into_iter().map(|id| Part::Map(Subject::District(id))));
    parts.extend(atlas.trades().into_iter().map(Part::Map));
    parts.extend([Part::Map(Subject::Works), Part::Closing]);
    // Tables of all maps share sheets, so that no more than one is left nearly empty.
    let mut rest = Flow::new(column_width(&Size::of(options.paper, true)));
    parts.into_iter().flat_map(move |part| atlas.part(part, &mut rest))
}

/// The map of the whole.
pub(in crate::export) fn overview(input: &ExportInput<'_>, options: &ExportOptions) -> Drawn {
    Atlas::new(input, options).first(Subject::Whole).0.drawn
}

impl<'a> Atlas<'a> {
    fn new(input: &'a ExportInput<'a>, options: &'a ExportOptions) -> Self {
        let none = PipeLengths::default();
        let mut members = input.content.members_by_district();
        for id in input.content.districts.keys() {
            members.entry(*id).or_default();
        }
        members
            .retain(|id, _| input.content.districts.contains_key(id) && input.scope.is_none_or(|scope| scope.has_district(*id)));
        let funds = district_funds(input.content, input.lengths.unwrap_or(&none));
        Self {
            input,
            options,
            stamp: Stamp::of_input(input),
            survey: Survey::new(input),
            members,
            funds: funds.into_iter().map(|funds| (funds.district, funds)).collect(),
            signers: review::units(&Book { input, lang: options.lang }),
        }
    }
}

impl Atlas<'_> {
    pub(super) fn say(&self, message: &Message) -> String {
        tr(self.options.lang, message)
    }

    fn part(&self, part: Part, rest: &mut Flow) -> Vec<Sheet> {
        match part {
            Part::Cover => vec![self.cover()],
            Part::Index => self.index(),
            Part::Map(subject) => {
                let (sheet, flow) = self.first(subject);
                if !flow.is_empty() {
                    rest.append(&sheet.title, flow);
                }
                vec![sheet]
            }
            Part::Closing => self.closing(std::mem::replace(rest, Flow::new(0.0))),
        }
    }

    /// The sheets on which tables of the maps before go on, and the charts, below the last of them where there is room.
    fn closing(&self, rest: Flow) -> Vec<Sheet> {
        let size = Size::of(self.options.paper, true);
        let area = inner(&size);
        let mut charts = Flow::new(area[2] - area[0]);
        self.charts(&mut charts);
        let named = |code: &str, key| Named { code: code.to_owned(), title: self.say(&Message::new(key)) };
        let below = (named("charts", "export.atlas-charts"), charts);
        self.tables(rest, size, &named("tables", "export.atlas-rest"), &columns(&size), Some(below))
    }

    /// An empty sheet that says what it is and of which plan.
    pub(super) fn sheet(&self, size: Size, title: &str) -> Svg {
        let mut svg = Svg::new(size);
        svg.title(&format!("{} · {title}", self.title()), &self.stamp.to_json().to_string());
        svg
    }

    pub(super) fn title(&self) -> String {
        if self.stamp.title.is_empty() { self.say(&Message::new("export.untitled")) } else { self.stamp.title.clone() }
    }

    /// What a map shows: the compounds of a district or of all that is exported; without any, whatever pipes there are.
    fn bounds(&self, subject: Subject) -> Option<Rect<f64>> {
        let boxes = &self.survey.compounds;
        let of = |id: CompoundId| boxes.get(id.index()).copied().flatten();
        if let Some(id) = subject.focus() {
            return self.members.get(&id)?.iter().filter_map(|member| of(*member)).reduce(super::join);
        }
        let mine = (0..boxes.len()).map(CompoundId::from_index).filter(|id| in_scope(self.input, *id));
        mine.filter_map(of).reduce(super::join).or_else(|| self.survey.pipes.iter().flatten().copied().reduce(super::join))
    }

    fn layout(&self, subject: Subject) -> Layout {
        let narrow = matches!(subject, Subject::Whole | Subject::Works);
        Layout::best(self.options.paper, self.bounds(subject), FOOT + SIGN, narrow)
    }

    /// The sheet of a subject, and what has no room on it.
    fn first(&self, subject: Subject) -> (Sheet, Flow) {
        let content = self.input.content;
        let layout = self.layout(subject);
        let title = self.say(&subject.message(content));
        let mut flow = Flow::new(column_width(&layout.size));
        if !layout.is_alone() {
            flow.title(&title);
        }
        match subject {
            Subject::District(id) => {
                if let (Some(district), Some(members)) = (content.districts.get(&id), self.members.get(&id)) {
                    self.district_words(&mut flow, id, district, members);
                }
            }
            Subject::Whole => {
                let (sums, is_partial) = self.sums();
                flow.pairs(&sums);
                self.say_partial(&mut flow, is_partial);
                flow.heading(&self.say(&Message::new("export.xlsx-items")));
                self.item_table(&mut flow, &|_, _| true);
            }
            Subject::Works => self.works_words(&mut flow),
            trade => self.trade_words(&mut flow, trade),
        }
        let group = match subject {
            Subject::District(_) => Some(Message::new("export.atlas-districts")),
            Subject::Whole | Subject::Works => None,
            _ => Some(Message::new("export.atlas-trades")),
        };
        let drawn = self.map(subject, &mut flow, &layout, self.signers_of(subject));
        (Sheet { name: subject.code(content), title, group, continued: false, drawn }, flow)
    }

    /// Whom a sheet concerns.
    fn signers_of(&self, subject: Subject) -> Vec<Signer> {
        let silent = |unit: String| Signer { unit, said: None };
        match subject {
            Subject::Network(_) => self.owners_of(subject).into_iter().map(silent).collect(),
            Subject::District(id) => {
                let mine = |touched: &Option<std::collections::BTreeSet<_>>| {
                    touched.as_ref().is_none_or(|touched| touched.contains(&id))
                };
                let number = self.input.content.districts.get(&id).map(|district| district.number);
                let judged = judged(self.input);
                let signer = |unit: &String| {
                    let of_unit = |own: &&Judged<'_>| !own.changed && Some(own.key.district) == number && own.key.unit == *unit;
                    let said = judged.iter().find(of_unit).map(|own| self.say(&own.opinion.stance.message()));
                    Signer { unit: unit.clone(), said }
                };
                self.signers.iter().filter(|(_, touched)| mine(touched)).map(|(unit, _)| signer(unit)).collect()
            }
            _ => self.signers.keys().cloned().map(silent).collect(),
        }
    }

    /// A sheet with a map; what has room beside it is taken out of the flow.
    fn map(&self, subject: Subject, flow: &mut Flow, layout: &Layout, signers: Vec<Signer>) -> Drawn {
        let title = self.say(&subject.message(self.input.content));
        let mut svg = self.sheet(layout.size, &title);
        let shown = map::draw(&mut svg, self.input, &self.survey, &layout.frame, subject);
        let lang = self.options.lang;
        self.spoken(flow, &shown.spoken);
        let legend = Legend::of(&shown, self.survey.looked(subject), lang);
        let [left, top, right, bottom] = layout.foot;
        let block = |svg: &mut Svg, area: Area| legend::block(svg, self.input, &self.stamp, &layout.frame, area, &title, lang);
        let rest = if layout.is_alone() {
            legend.draw(&mut svg, [left, top, right, bottom - FOOT - 20.0]);
            block(&mut svg, [left, bottom - FOOT, right, bottom]);
            signers
        } else {
            let middle = left + (right - left) * 0.47;
            legend.draw(&mut svg, [left, bottom - FOOT, middle - 40.0, bottom]);
            block(&mut svg, [middle, bottom - FOOT, right, bottom]);
            self.signatures(&mut svg, &layout.foot, signers)
        };
        if !rest.is_empty() {
            flow.heading(&self.say(&Message::new("export.atlas-signatures")));
            flow.signatures(&rest, &self.say(&Message::new("export.atlas-date")));
        }
        flow.pour(&mut svg, &layout.flow, false);
        if let Some(area) = layout.flow.last().filter(|_| !flow.is_empty()) {
            let face = Face::new(20.0).colour(SOFT).end();
            let (face, note) = face.shrunk(&self.say(&Message::new("export.atlas-goes-on")), area[2] - area[0], 12.0);
            svg.words([area[2], area[3] + 21.0], &note, face);
        }
        svg.finish()
    }

    /// What reviewers wrote for which the map has no room, by its number there.
    fn spoken(&self, flow: &mut Flow, spoken: &[Spoken]) {
        if spoken.is_empty() {
            return;
        }
        flow.heading(&self.say(&Message::new("versions.topic-annotation")));
        for Spoken { number, text } in spoken {
            let text = number.map_or_else(|| text.clone(), |number| format!("{number}. {text}"));
            flow.point(&text, RED);
        }
    }

    /// 会签栏: a box for each unit that the sheet concerns; gives those for whom there is no room.
    fn signatures(&self, svg: &mut Svg, foot: &Area, mut signers: Vec<Signer>) -> Vec<Signer> {
        let wide = foot[2] - foot[0];
        let face = Face::new(30.0).bold();
        svg.words([foot[0], foot[1] + 30.0], &self.say(&Message::new("export.atlas-signatures")), face);
        let across = signers_across(wide);
        let rest = signers.split_off(signers.len().min(across * SIGN_ROWS));
        let date = self.say(&Message::new("export.atlas-date"));
        for (row, y) in signers.chunks(across).zip([0.0, SIGN_TALL]) {
            draw_signatures(svg, [foot[0], foot[1] + 50.0 + y], row, &date, wide);
        }
        rest
    }

    /// Sheets of tables until nothing is left; the columns of one that is not filled are evenly long. What comes `below` stands
    /// under the last of them over the whole width, or on sheets of its own.
    pub(super) fn tables(
        &self,
        mut flow: Flow,
        size: Size,
        named: &Named,
        areas: &[Area],
        below: Option<(Named, Flow)>,
    ) -> Vec<Sheet> {
        let mut sheets = Vec::new();
        let mut below = below;
        let mut number = 1;
        while !flow.is_empty() {
            let mut title = match number {
                1 => named.title.clone(),
                _ => self.say(&Message::new("export.atlas-continued").text("title", &named.title).count("number", number)),
            };
            let mut name = if number == 1 { named.code.clone() } else { format!("{}-{number}", named.code) };
            let mut continued = number > 1;
            let mut svg = self.sheet(size, &title);
            table_title(&mut svg, &title, MARGIN);
            let areas: Vec<Area> = areas.iter().map(|area| [area[0], area[1] + HEAD, area[2], area[3]]).collect();
            let end = flow.pour_evenly(&mut svg, &areas) + HEAD / 2.0;
            let room = inner(&size)[3] - end - HEAD;
            if let Some((own, mut charts)) = below.take_if(|(_, charts)| flow.is_empty() && charts.tall() < room) {
                table_title(&mut svg, &own.title, end);
                let [left, _, right, bottom] = inner(&size);
                charts.pour(&mut svg, &[[left, end + HEAD, right, bottom]], true);
                (name, continued) = (own.code, false);
                title = if number == 1 { format!("{title} · {}", own.title) } else { own.title };
            }
            self.foot_line(&mut svg, &title);
            sheets.push(Sheet { name, title, group: None, continued, drawn: svg.finish() });
            number += 1;
        }
        if let Some((own, charts)) = below {
            sheets.extend(self.tables(charts, size, &own, &[inner(&size)], None));
        }
        sheets
    }

    /// What a sheet without a title block says of itself.
    fn foot_line(&self, svg: &mut Svg, title: &str) {
        let [wide, tall] = svg.size().units;
        let half = (wide - 2.0 * MARGIN) / 2.0 - 30.0;
        let left = format!("{} · {title}", Face::new(24.0).fitted(&self.title(), half * 0.6));
        let (face, left) = Face::new(24.0).colour(SOFT).shrunk(&left, half, 16.0);
        svg.words([MARGIN, tall - MARGIN + 50.0], &left, face);
        let date = self.stamp.data_date.clone().unwrap_or_else(|| "—".to_owned());
        let right = [
            self.say(&Message::new("export.unofficial")),
            self.say(&self.stamp.standing()),
            format!("{} {date}", self.say(&Message::new("export.data-date"))),
            format!("{} {}", self.say(&Message::new("export.plan-hash-short")), self.stamp.short_hash()),
        ]
        .join(" · ");
        let (face, right) = Face::new(24.0).colour(SOFT).end().shrunk(&right, half, 16.0);
        svg.words([wide - MARGIN, tall - MARGIN + 50.0], &right, face);
    }
}

/// What a sheet and those that go on with it are called.
pub(super) struct Named {
    pub(super) code: String,
    pub(super) title: String,
}

/// What a sheet of tables is called, from some height on down.
fn table_title(svg: &mut Svg, title: &str, top: f64) {
    let (face, heading) = Face::new(54.0).bold().shrunk(title, svg.size().units[0] - 2.0 * MARGIN, 34.0);
    svg.words([MARGIN, top + 48.0], &heading, face);
}
