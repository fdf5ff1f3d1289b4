//! Forms that people fill in and give back as workbooks: the survey of items (R20) and the sheet of screening (R1–R7, R41).
//!
//! A form holds what the plan knows, one row a compound; `import::read_form` reads it again by the names of its columns. Cells
//! that take one of a few words offer these. Nothing in a form is a formula, so it can be filled in with any program.

use std::io::Write;
use std::path::Path;

use rust_xlsxwriter::{DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::ExportError;
use super::geojson::Replacing;
use crate::base::{CompoundId, Message};
use crate::composition::need_rows;
use crate::i18n::{Lang, tr};
use crate::model::{Compound, Content, NeedState};
use crate::policy::{Exclusion, OwnerKind};
use crate::screening::Screened;

/// Which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormKind {
    /// 改造内容调查表: a column an item, the state of each.
    Survey,
    /// 筛查表: the facts on which verdicts and priority rest.
    Screening,
}

impl FormKind {
    /// The name of a file for it.
    #[must_use]
    pub const fn message(self) -> Message {
        match self {
            Self::Survey => Message::new("export.form-survey"),
            Self::Screening => Message::new("export.form-screening"),
        }
    }
}

/// Writes a form for some compounds as a workbook.
///
/// # Errors
/// [`ExportError`] when the file cannot be written, or a sheet holds no more rows.
pub fn write_form(
    (content, screened): (&Content, &[Screened]),
    kind: FormKind,
    compounds: &[CompoundId],
    lang: Lang,
    path: &Path,
) -> Result<(), ExportError> {
    let bytes = match kind {
        FormKind::Survey => survey(content, compounds, lang),
        FormKind::Screening => screening(content, screened, compounds, lang),
    };
    let bytes = bytes.map_err(|error| ExportError::Form { file: path.to_path_buf(), detail: error.to_string() })?;
    replace(path, |out| out.write_all(&bytes))
}

/// Which cells of the matrix of needs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NeedCells {
    /// All of them: lines are compounds × items (R20).
    All,
    /// Those that say something; a cell that is not written is blank, which is not 已达标.
    Filled,
}

impl NeedCells {
    /// Lines below its head that one sheet of a workbook holds.
    const SHEET_LINES: usize = 1_048_575;

    /// All cells while one sheet holds them, beyond that those that say something: a table of ten million lines, nearly all of
    /// them blank, is no use to anybody.
    #[must_use]
    pub const fn of(cells: usize) -> Self {
        if cells <= Self::SHEET_LINES { Self::All } else { Self::Filled }
    }
}

/// What became of the cells of the matrix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NeedsWritten {
    /// Lines that were written.
    pub lines: usize,
    /// Blank cells that were left out.
    pub left_out: usize,
}

/// Writes the matrix of needs as a table, one line for each compound and item: `compound,item,class,state`, the state blank
/// where nobody has looked.
///
/// # Errors
/// [`ExportError`] when the file cannot be written.
pub fn write_needs(content: &Content, cells: NeedCells, path: &Path) -> Result<NeedsWritten, ExportError> {
    let mut written = NeedsWritten::default();
    replace(path, |out| {
        let mut table = csv::Writer::from_writer(out);
        table.write_record(["compound", "item", "class", "state"])?;
        for row in need_rows(content) {
            if row.state.is_none() && cells == NeedCells::Filled {
                written.left_out += 1;
                continue;
            }
            let compound = content.compounds.get(row.compound.index()).map_or("", |c| c.source_id.as_str());
            let state = row.state.map_or("", NeedState::code);
            table.write_record([compound, row.entry.code.0.as_str(), row.entry.class.code(), state])?;
            written.lines += 1;
        }
        table.flush()
    })?;
    Ok(written)
}

fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<(), ExportError> {
    let io = |source| ExportError::Io { file: path.to_path_buf(), source };
    let mut file = Replacing::create(path).map_err(io)?;
    write(&mut file.out).map_err(io)?;
    file.finish(path).map_err(io)
}

/// A sheet while it is filled in row by row.
struct Form<'a> {
    sheet: &'a mut Worksheet,
    lang: Lang,
    heading: Format,
    rows: u32,
}

impl<'a> Form<'a> {
    fn new(sheet: &'a mut Worksheet, lang: Lang, rows: usize) -> Self {
        let heading = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
        Self { sheet, lang, heading, rows: u32::try_from(rows).unwrap_or(u32::MAX) }
    }

    fn head(&mut self, column: u16, words: &str, width: f64) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(0, column, words, &self.heading)?;
        self.sheet.set_column_width(column, width)?;
        Ok(())
    }

    /// Offers words in the cells of a column; others are refused by the program that fills the form in.
    fn offer(&mut self, column: u16, words: &[String]) -> Result<(), XlsxError> {
        if self.rows > 0 {
            let list = DataValidation::new().allow_list_strings(words)?;
            self.sheet.add_data_validation(1, column, self.rows, column, &list)?;
        }
        Ok(())
    }

    fn text(&mut self, row: u32, column: u16, text: &str) -> Result<(), XlsxError> {
        if !text.is_empty() {
            self.sheet.write_string(row, column, text)?;
        }
        Ok(())
    }

    fn words(&self, message: &Message) -> String {
        tr(self.lang, message)
    }
}

/// A new workbook. Its date is always the same: the same plan gives the same bytes.
fn workbook() -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    let properties = DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    book.set_properties(&properties);
    Ok(book)
}

/// What stands before the columns to be filled in, and how many columns that is.
const AHEAD: u16 = 3;

fn ahead(form: &mut Form<'_>, content: &Content, compounds: &[CompoundId], third: &Message) -> Result<(), XlsxError> {
    for (column, words, width) in
        [(0, Message::new("export.form-id"), 14.0), (1, Message::new("export.form-name"), 24.0), (2, third.clone(), 14.0)]
    {
        let words = form.words(&words);
        form.head(column, &words, width)?;
    }
    for (row, compound) in (1..).zip(compounds) {
        let Some(compound) = content.compounds.get(compound.index()) else { continue };
        form.text(row, 0, &compound.source_id)?;
        form.text(row, 1, &compound.facts.name)?;
    }
    form.sheet.set_freeze_panes(1, 2)?;
    Ok(())
}

fn survey(content: &Content, compounds: &[CompoundId], lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut book = workbook()?;
    let sheet = book.add_worksheet();
    sheet.set_name(tr(lang, &FormKind::Survey.message()))?;
    let mut form = Form::new(sheet, lang, compounds.len());
    ahead(&mut form, content, compounds, &Message::new("export.form-district"))?;
    let states: Vec<String> = NeedState::ALL.iter().map(|state| form.words(&state.message())).collect();
    for (column, entry) in (AHEAD..).zip(&content.catalogue.entries) {
        form.head(column, if lang == Lang::Zh { &entry.zh } else { &entry.en }, 11.0)?;
        form.offer(column, &states)?;
    }
    for (row, id) in (1..).zip(compounds) {
        let district = content.assignment.get(id.index()).copied().flatten().and_then(|id| content.districts.get(&id));
        form.text(row, 2, &district.map(crate::model::District::label).unwrap_or_default())?;
        for (column, entry) in (AHEAD..).zip(&content.catalogue.entries) {
            if let Some(state) = content.needs.get(&(*id, entry.code.clone())) {
                let words = form.words(&state.message());
                form.text(row, column, &words)?;
            }
        }
    }
    notes(&mut book, lang, &[Message::new("export.form-survey-note"), Message::new("export.form-blank-note")])?;
    book.save_to_buffer()
}

/// Columns of the screening sheet behind the first three, each with its heading, width and words to choose from.
const SCREENED: [(&str, f64); 12] = [
    ("export.form-built", 12.0),
    ("export.form-owner-kind", 16.0),
    ("export.form-exclusion", 18.0),
    ("export.form-consent", 10.0),
    ("export.form-surveyed", 14.0),
    ("export.form-neglected", 14.0),
    ("export.form-municipal", 14.0),
    ("export.form-services", 14.0),
    ("export.form-households", 10.0),
    ("export.form-floor-area", 12.0),
    ("export.form-buildings", 10.0),
    ("export.form-problems", 40.0),
];

fn screening(content: &Content, screened: &[Screened], compounds: &[CompoundId], lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut book = workbook()?;
    let sheet = book.add_worksheet();
    sheet.set_name(tr(lang, &FormKind::Screening.message()))?;
    let mut form = Form::new(sheet, lang, compounds.len());
    ahead(&mut form, content, compounds, &Message::new("export.form-verdict"))?;
    for (column, (key, width)) in (AHEAD..).zip(SCREENED) {
        let words = form.words(&Message::new(key));
        form.head(column, &words, width)?;
    }
    let yes_no = [Message::new("export.form-yes"), Message::new("export.form-no")].map(|m| form.words(&m));
    let owners: Vec<String> = OWNERS.iter().map(|(_, words)| form.words(words)).collect();
    let mut exclusions: Vec<String> = EXCLUSIONS.iter().map(|(_, words)| form.words(words)).collect();
    exclusions.push(yes_no[1].clone());
    form.offer(AHEAD + 1, &owners)?;
    form.offer(AHEAD + 2, &exclusions)?;
    for column in AHEAD + 5..AHEAD + 8 {
        form.offer(column, &yes_no)?;
    }
    for (row, id) in (1..).zip(compounds) {
        let Some(compound) = content.compounds.get(id.index()) else { continue };
        let verdict = screened.get(id.index()).map(|s| form.words(&s.verdict.message())).unwrap_or_default();
        form.text(row, 2, &verdict)?;
        facts_row(&mut form, row, compound)?;
    }
    notes(&mut book, lang, &[Message::new("export.form-screening-note"), Message::new("export.form-blank-note")])?;
    book.save_to_buffer()
}

fn facts_row(form: &mut Form<'_>, row: u32, compound: &Compound) -> Result<(), XlsxError> {
    let facts = &compound.facts;
    let yes_no = |form: &Form<'_>, flag: Option<bool>| {
        flag.map(|yes| form.words(&Message::new(if yes { "export.form-yes" } else { "export.form-no" }))).unwrap_or_default()
    };
    let built = facts
        .built
        .map(|span| if span.first == span.last { span.first.to_string() } else { format!("{}-{}", span.first, span.last) });
    let owner = facts.owner_kind.and_then(|kind| OWNERS.iter().find(|(own, _)| *own == kind));
    let owner = owner.map(|(_, words)| form.words(words));
    let exclusion = facts.exclusion.and_then(|ground| EXCLUSIONS.iter().find(|(own, _)| *own == ground));
    let exclusion = exclusion.map(|(_, words)| form.words(words));
    let consent = facts.consent.as_ref();
    // With the sign: a bare 1 could be read as the whole or as a hundredth.
    let share = consent.map(|consent| format!("{}%", (consent.share * 1e6).round() / 1e4));
    let texts = [
        built.unwrap_or_default(),
        owner.unwrap_or_default(),
        exclusion.unwrap_or_default(),
        share.unwrap_or_default(),
        consent.and_then(|consent| consent.surveyed.clone()).unwrap_or_default(),
        yes_no(form, facts.neglected),
        yes_no(form, facts.lacks_municipal),
        yes_no(form, facts.lacks_services),
    ];
    for (column, text) in (AHEAD..).zip(&texts) {
        form.text(row, column, text)?;
    }
    let numbers = [facts.households.map(f64::from), facts.floor_area_m2, facts.buildings.map(f64::from)];
    for (column, number) in (AHEAD + 8..).zip(numbers) {
        if let Some(number) = number.filter(|number| number.is_finite()) {
            form.sheet.write_number(row, column, number)?;
        }
    }
    form.text(row, AHEAD + 11, facts.problems.as_deref().unwrap_or_default())
}

/// Kinds of owner in the words of the sheet; the importer reads them back.
static OWNERS: [(OwnerKind, Message); 5] = [
    (OwnerKind::Private, Message::new("export.form-private")),
    (OwnerKind::StateFirm, Message::new("export.form-state-firm")),
    (OwnerKind::Military, Message::new("export.form-military")),
    (OwnerKind::PublicHousing, Message::new("export.form-public-housing")),
    (OwnerKind::Other, Message::new("export.form-other")),
];

static EXCLUSIONS: [(Exclusion, Message); 3] = [
    (Exclusion::Expropriation, Message::new("screening.expropriation")),
    (Exclusion::Rebuild, Message::new("screening.rebuild")),
    (Exclusion::Demolition, Message::new("export.form-demolition")),
];

/// A second sheet that says how the first is filled in.
fn notes(book: &mut Workbook, lang: Lang, notes: &[Message]) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet();
    sheet.set_name(tr(lang, &Message::new("export.form-notes")))?;
    sheet.set_column_width(0, 100.0)?;
    for (row, note) in (0..).zip(notes) {
        sheet.write_string(row, 0, tr(lang, note))?;
    }
    Ok(())
}
