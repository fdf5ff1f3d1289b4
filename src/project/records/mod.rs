//! The forms that plan files and journals give to what is in memory. Nothing here is shared with the model's types:
//! the model may change, files stay.

mod annotation;
mod any_layer;
mod as_read;
mod codes;
mod comments;
mod compound;
mod decisions;
mod edit;
mod fields;
mod files;
mod layers;
mod meeting;
mod mends;
mod settings;

pub(super) use any_layer::{empty_layer, geometry_kind, layer_columns, layer_rows, push_feature};
pub(super) use as_read::AsReadRow;
pub(super) use comments::CommentRow;
pub(super) use decisions::{DepartmentRow, EntryRow, IgnoredRow, NeedRow, OverrideRow, PipeYearRow, PriceRow, SourceRow};
pub(super) use edit::{EditRecord, LayerPart, Parts, split};
pub(super) use fields::{Fields, Layout, Record};
pub(super) use files::FileRow;
pub(super) use meeting::OpinionRow;
pub(super) use mends::{MEND_SUMS, MendRow};
pub(super) use settings::SettingsRecord;
