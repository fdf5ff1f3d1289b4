//! The ledger (台账): rows about compounds that fit the boundaries only roughly, as CSV and as a workbook.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use lianpian::base::SplitMix;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};
use serde_json::{Value, json};

use super::compounds::{Compound, Missing};

const HEADERS: [&str; 20] = [
    "小区编号",
    "小区名称",
    "街道",
    "社区",
    "地址",
    "建成年代",
    "建筑面积(㎡)",
    "楼栋数",
    "单元数",
    "户数",
    "产权单位",
    "产权性质",
    "物业公司",
    "意愿率",
    "调查日期",
    "是否纳入棚改/征收",
    "存在问题",
    "估算投资(万元)",
    "计划改造年",
    "备注",
];
const CONSENT: usize = 13;

type Row = Vec<Value>;

/// The rows that a compound has in the ledger: mostly one, sometimes none, rarely two.
pub(crate) fn rows_of(random: &mut SplitMix, compound: &Compound) -> Vec<Row> {
    let fate = random.unit();
    if fate < 0.04 {
        return vec![];
    }
    let mut row = row(random, compound);
    if fate < 0.105 {
        row[0] = Value::Null;
    }
    if random.chance(0.12) {
        row[1] = json!(variant(random, &compound.name));
    }
    if fate > 0.98 {
        let mut again = row.clone();
        again[9] = json!(compound.households + 6);
        again[19] = json!("重复登记");
        return vec![row, again];
    }
    vec![row]
}

fn row(random: &mut SplitMix, compound: &Compound) -> Row {
    let missing = Missing::draw(random);
    let year = compound.year_as_written(random);
    let given = |known: bool, value: Value| if known { value } else { Value::Null };
    let firm = compound.name.split("家属").next().and_then(|name| name.split("宿舍").next()).unwrap_or_default();
    let owner_unit = match compound.owner {
        "国有企业" => json!(firm),
        "军队" => json!("部队"),
        "直管公房" => json!("市房产管理中心"),
        _ => Value::Null,
    };
    let asked = compound.consent.as_ref();
    let managed = ["无", "无", "社区代管", "众安物业", "利民物业", "和居物业"][random.below(6)];
    vec![
        json!(compound.id),
        json!(compound.name),
        json!(compound.office),
        given(!random.chance(0.043), json!(compound.community)),
        json!(compound.address),
        given(!missing.year, year),
        given(!missing.floor_area, json!(compound.floor_area_m2)),
        given(!missing.buildings, json!(compound.buildings)),
        given(random.chance(0.75), json!(compound.units)),
        given(!missing.households, json!(compound.households)),
        owner_unit,
        given(random.chance(0.4) || compound.owner == "军队", json!(compound.owner)),
        given(random.chance(0.7), json!(managed)),
        asked.map_or(Value::Null, |(share, _)| json!(super::geometry::real(*share) / 100.0)),
        asked.map_or(Value::Null, |(_, date)| json!(date)),
        json!(compound.exclusion),
        given(!compound.problems.is_empty(), json!(compound.problems)),
        given(random.chance(0.8), json!(compound.cost_wan_yuan)),
        compound.planned.map_or(Value::Null, |year| json!(year)),
        Value::Null,
    ]
}

/// Another way to write the name.
fn variant(random: &mut SplitMix, name: &str) -> String {
    match random.below(5) {
        0 => name.replace("小区", "住宅小区"),
        1 => name.replace("宿舍", "职工宿舍").replace("家属院", "家属区"),
        2 => format!("{name}（一期）"),
        3 => name.replace('一', "1").replace('二', "2").replace('三', "3"),
        _ => format!("{} {}", name.chars().take(2).collect::<String>(), name.chars().skip(2).collect::<String>()),
    }
}

/// Rows about compounds whose boundary nobody has drawn.
pub(crate) fn strangers(random: &mut SplitMix, office: &str, community: &str) -> Vec<Row> {
    let names = ["东关宿舍", "搬运公司家属楼", "三合住宅楼", "老粮库平房区", "副食品商店综合楼", "第五小学教师楼"];
    let row = |(k, name): (usize, &&str)| {
        let mut row = vec![Value::Null; HEADERS.len()];
        row[0] = json!(format!("LJ9{:03}", k + 1));
        row[1] = json!(name);
        row[2] = json!(office);
        row[3] = json!(community);
        row[5] = json!(1975 + random.below(24));
        row[7] = json!(1 + random.below(3));
        row[9] = json!(24 + random.below(90));
        row[15] = json!("否");
        row[19] = json!("暂无边界");
        row
    };
    names.iter().enumerate().map(row).collect()
}

/// Writes the rows as CSV, UTF-8 with a byte order mark as Excel wants it.
pub(crate) struct CsvLedger {
    out: csv::Writer<BufWriter<File>>,
}

impl CsvLedger {
    /// Starts `ledger.csv`.
    pub(crate) fn create(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let path = folder.join("ledger.csv");
        let mut file = BufWriter::new(File::create(&path).map_err(|error| format!("{}: {error}", path.display()))?);
        file.write_all("\u{feff}".as_bytes())?;
        let mut out = csv::Writer::from_writer(file);
        out.write_record(HEADERS)?;
        Ok(Self { out })
    }

    /// Writes one row.
    pub(crate) fn push(&mut self, row: &[Value]) -> Result<(), Box<dyn Error>> {
        let cell = |(k, value): (usize, &Value)| match value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            Value::Number(share) if k == CONSENT => format!("{:.0}%", share.as_f64().unwrap_or_default() * 100.0),
            other => other.to_string(),
        };
        self.out.write_record(row.iter().enumerate().map(cell))?;
        Ok(())
    }

    /// Closes the file.
    pub(crate) fn finish(mut self) -> Result<(), Box<dyn Error>> {
        Ok(self.out.flush()?)
    }
}

/// Writes the rows as `ledger.xlsx`; the same rows give the same bytes.
pub(crate) fn write_workbook(folder: &Path, rows: &[Row]) -> Result<(), Box<dyn Error>> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_ymd(2025, 3, 1)?;
    workbook.set_properties(&DocProperties::new().set_title("临江老旧小区台账（虚构）").set_creation_datetime(&made));
    let (bold, percent) = (Format::new().set_bold(), Format::new().set_num_format("0%"));
    let sheet = workbook.add_worksheet();
    sheet.set_name("小区台账")?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, header) in (0_u16..).zip(HEADERS) {
        sheet.write_with_format(0, column, header, &bold)?;
    }
    for (line, row) in (1_u32..).zip(rows) {
        for (column, value) in (0_u16..).zip(row) {
            match value {
                Value::String(text) => sheet.write(line, column, text.as_str())?,
                Value::Number(number) if usize::from(column) == CONSENT => {
                    sheet.write_with_format(line, column, number.as_f64().unwrap_or_default(), &percent)?
                }
                Value::Number(number) => sheet.write(line, column, number.as_f64().unwrap_or_default())?,
                _ => continue,
            };
        }
    }
    sheet.set_column_width(1, 22)?.set_column_width(4, 20)?.set_column_width(16, 36)?;
    let path = folder.join("ledger.xlsx");
    Ok(workbook.save(&path).map_err(|error| format!("{}: {error}", path.display()))?)
}
