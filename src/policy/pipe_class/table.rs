//! 小类 of CJJ 61-2017, appendix B, as data.

use super::PipeClass;

/// A 小类 of the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubclassRow {
    /// Its 大类.
    pub class: PipeClass,
    /// Number within the class (码).
    pub number: u8,
    /// Letters (代号).
    pub letters: &'static str,
    /// Name in Chinese, as the standard has it.
    pub zh: &'static str,
    /// Name in English, ours.
    pub en: &'static str,
}

const fn row(class: PipeClass, number: u8, letters: &'static str, zh: &'static str, en: &'static str) -> SubclassRow {
    SubclassRow { class, number, letters, zh, en }
}

/// Every 小类 in the order of the standard.
pub const SUBCLASSES: &[SubclassRow] = &[
    row(PipeClass::Water, 1, "JY", "原水", "raw water"),
    row(PipeClass::Water, 2, "SS", "输水", "transmission main"),
    row(PipeClass::Water, 3, "ZS", "中水", "reclaimed water"),
    row(PipeClass::Water, 4, "JP", "配水", "distribution main"),
    row(PipeClass::Water, 5, "JZ", "直饮水", "drinking water"),
    row(PipeClass::Water, 6, "XS", "消防水", "fire water"),
    row(PipeClass::Water, 7, "LS", "绿化水", "irrigation water"),
    row(PipeClass::Water, 8, "JH", "循环水", "circulating water"),
    row(PipeClass::Drainage, 1, "YS", "雨水", "storm water"),
    row(PipeClass::Drainage, 2, "WS", "污水", "sewage"),
    row(PipeClass::Drainage, 3, "HS", "雨污合流", "combined sewer"),
    row(PipeClass::Gas, 1, "MQ", "煤气", "coal gas"),
    row(PipeClass::Gas, 2, "YH", "液化气", "liquefied gas"),
    row(PipeClass::Gas, 3, "TR", "天然气", "natural gas"),
    row(PipeClass::Heat, 1, "RS", "热水", "hot water"),
    row(PipeClass::Heat, 2, "ZQ", "蒸汽", "steam"),
    row(PipeClass::Power, 1, "GD", "供电", "power supply"),
    row(PipeClass::Power, 2, "LD", "路灯", "street lighting"),
    row(PipeClass::Power, 3, "XH", "交通信号", "traffic signals"),
    row(PipeClass::Power, 4, "DC", "电车", "trams"),
    row(PipeClass::Power, 5, "GG", "广告", "advertising"),
    row(PipeClass::Telecom, 1, "DH", "电话", "telephone"),
    row(PipeClass::Telecom, 2, "DS", "有线电视", "cable television"),
    row(PipeClass::Telecom, 3, "XX", "信息网络", "data network"),
    row(PipeClass::Telecom, 4, "GB", "广播", "broadcasting"),
    row(PipeClass::Industrial, 1, "QQ", "氢", "hydrogen"),
    row(PipeClass::Industrial, 2, "YQ", "氧", "oxygen"),
    row(PipeClass::Industrial, 3, "GQ", "乙炔", "acetylene"),
    row(PipeClass::Industrial, 4, "YX", "乙烯", "ethylene"),
    row(PipeClass::Industrial, 5, "BQ", "苯", "benzene"),
    row(PipeClass::Industrial, 6, "LQ", "氯", "chlorine"),
    row(PipeClass::Industrial, 7, "DQ", "氮", "nitrogen"),
    row(PipeClass::Industrial, 8, "EY", "二氧化碳", "carbon dioxide"),
    row(PipeClass::Industrial, 9, "AQ", "氨", "ammonia"),
    row(PipeClass::Industrial, 10, "JB", "甲苯", "toluene"),
    row(PipeClass::Other, 1, "ZH", "综合管沟", "utility tunnel"),
    row(PipeClass::Other, 2, "BM", "不明管线", "pipe of unknown kind"),
];
