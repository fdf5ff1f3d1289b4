//! The atlas: a cover, an index, the map of the whole, a sheet for each district and for each trade, the construction drawing,
//! and the charts. What has no room on a sheet goes on to the next.

use std::collections::BTreeMap;

use geo::Rect;

use super::draw::{Drawn, Svg};
use super::face::Face;
use super::flow::{Flow, SIGN_TALL, Signer, draw_signatures, signers_across};
use super::layout::{Area, Layout, MARGIN, column_width, columns, inner};
use super::legend::{self, FOOT, Legend};
use super::map::{self, Survey};
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
    /// What had no room on the maps since the last rest.
    Rest(&'static str),
    Charts,
}

/// Every sheet in order, made one part at a time.
pub(in crate::export) fn sheets<'a>(input: &'a ExportInput<'a>, options: &'a ExportOptions) -> impl Iterator<Item = Sheet> + 'a {
    let atlas = Atlas::new(input, options);
    let mut parts = vec![Part::Cover];
    let ids: Vec<DistrictId> = atlas.members.keys().copied().collect();
    parts.extend((!ids.is_empty()).then_some(Part::Index));
    parts.extend([Part::Map(Subject::Whole), Part::Rest("overview")]);
    parts.extend(ids.into_iter().map(|id| Part::Map(Subject::District(id))));
    parts.push(Part::Rest("districts"));
    parts.extend(atlas.trades().into_iter().map(Part::Map));
    parts.push(Part::Rest("trades"));
    parts.extend([Part::Map(Subject::Works), Part::Rest("works"), Part::Charts]);
    let mut rest = Rest::new(options.paper);
    parts.into_iter().flat_map(move |part| atlas.part(part, &mut rest))
}

/// Tables that had no room beside their maps. They share sheets, so that none is left nearly empty.
struct Rest {
    /// By the direction of the paper, whose columns are as wide.
    flows: [(Size, Flow); 2],
    /// What the sheets belong to, and the title where they belong to one map alone.
    group: Option<Message>,
    titles: Vec<String>,
}

impl Rest {
    fn new(paper: super::Paper) -> Self {
        let flows = [true, false].map(|across| Size::of(paper, across)).map(|size| (size, Flow::new(column_width(&size))));
        Self { flows, group: None, titles: Vec::new() }
    }

    fn take(&mut self, sheet: &Sheet, flow: Flow) {
        if let Some((_, own)) = self.flows.iter_mut().find(|(size, _)| *size == sheet.drawn.size()) {
            own.append(&sheet.title, flow);
            self.titles.push(sheet.title.clone());
            self.group.clone_from(&sheet.group);
        }
    }
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

    fn part(&self, part: Part, rest: &mut Rest) -> Vec<Sheet> {
        match part {
            Part::Cover => vec![self.cover()],
            Part::Index => self.index(),
            Part::Map(subject) => {
                let (sheet, flow) = self.first(subject);
                if !flow.is_empty() {
                    rest.take(&sheet, flow);
                }
                vec![sheet]
            }
            Part::Rest(code) => self.rest(code, std::mem::replace(rest, Rest::new(self.options.paper))),
            Part::Charts => {
                let size = Size::of(self.options.paper, true);
                let area = inner(&size);
                let mut flow = Flow::new(area[2] - area[0]);
                self.charts(&mut flow);
                let title = self.say(&Message::new("export.atlas-charts"));
                self.tables(flow, size, &Named { code: "charts".to_owned(), title, group: None }, &[area], 1)
            }
        }
    }

    /// The sheets on which tables of the maps before go on.
    fn rest(&self, code: &str, rest: Rest) -> Vec<Sheet> {
        let of = match (&rest.group, rest.titles.as_slice()) {
            (_, [title]) => title.clone(),
            (Some(group), _) => self.say(group),
            (None, titles) => titles.first().cloned().unwrap_or_default(),
        };
        let title = self.say(&Message::new("export.atlas-rest").text("title", of));
        let mut sheets = Vec::new();
        for (size, flow) in rest.flows {
            let named = Named { code: format!("{code}-rest"), title: title.clone(), group: rest.group.clone() };
            sheets.extend(self.tables(flow, size, &named, &columns(&size), sheets.len() + 1));
        }
        sheets
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
                flow.pairs(&self.sums());
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
        let legend = Legend::of(&shown, lang);
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

    /// Sheets of tables until nothing is left, numbered from `first`; the columns of one that is not filled are evenly long.
    pub(super) fn tables(&self, mut flow: Flow, size: Size, named: &Named, areas: &[Area], first: usize) -> Vec<Sheet> {
        let mut sheets = Vec::new();
        let mut number = first;
        while !flow.is_empty() {
            let title = match number {
                1 => named.title.clone(),
                _ => self.say(&Message::new("export.atlas-continued").text("title", &named.title).count("number", number)),
            };
            let mut svg = self.sheet(size, &title);
            let (face, heading) = Face::new(54.0).bold().shrunk(&title, size.units[0] - 2.0 * MARGIN, 34.0);
            svg.words([MARGIN, MARGIN + 48.0], &heading, face);
            let areas: Vec<Area> = areas.iter().map(|area| [area[0], area[1] + HEAD, area[2], area[3]]).collect();
            flow.pour_evenly(&mut svg, &areas);
            self.foot_line(&mut svg, &title);
            let name = if number == 1 { named.code.clone() } else { format!("{}-{number}", named.code) };
            let continued = number > 1;
            sheets.push(Sheet { name, title, group: named.group.clone(), continued, drawn: svg.finish() });
            number += 1;
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
    pub(super) group: Option<Message>,
}
