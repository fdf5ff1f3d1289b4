//! Help in the user's language. English is clap's own, out of the comments in [`super::args`]; any other language is put over
//! the same commands, so that what can be written never depends on it.

use clap::{Arg, Command, CommandFactory};

use super::args::Arguments;
use crate::base::Message;
use crate::i18n::{Lang, lookup, text, tr};

/// Keys of the words: of a command by its name and a slash, of an argument by its name, behind that of its command where the
/// same name means something of its own there.
const WORDS: &[(&str, &str)] = &[
    ("lianpian", "help.about"),
    ("info/", "help.do-info"),
    ("links/", "help.do-links"),
    ("group/", "help.do-group"),
    ("check/", "help.do-check"),
    ("compare/", "help.do-compare"),
    ("diff/", "help.do-diff"),
    ("merge/", "help.do-merge"),
    ("plan/", "help.do-plan"),
    ("export/", "help.do-export"),
    ("comments/", "help.do-comments"),
    ("freeze/", "help.do-freeze"),
    ("branch/", "help.do-branch"),
    ("lianpian/files", "help.files"),
    ("lang", "help.lang"),
    ("info/files", "help.info-files"),
    ("info/overlaps", "help.info-overlaps"),
    ("links/compounds", "help.links-compounds"),
    ("links/out", "help.links-out"),
    ("links/why", "help.links-why"),
    ("links/streets", "help.links-streets"),
    ("group/compactness", "help.group-compactness"),
    ("group/compounds", "help.group-compounds"),
    ("group/out", "help.group-out"),
    ("check/file", "help.check-file"),
    ("check/district", "help.check-district"),
    ("check/min_frontage", "help.check-min-frontage"),
    ("check/clearance", "help.clearance"),
    ("check/repair", "help.check-repair"),
    ("compare/first", "help.compare-first"),
    ("compare/second", "help.compare-second"),
    ("compare/district", "help.compare-district"),
    ("compare/district_b", "help.compare-district-b"),
    ("diff/first", "help.diff-first"),
    ("diff/second", "help.diff-second"),
    ("diff/out", "help.diff-out"),
    ("merge/base", "help.merge-base"),
    ("merge/first", "help.merge-first"),
    ("merge/second", "help.merge-second"),
    ("merge/out", "help.merge-out"),
    ("take", "help.merge-take"),
    ("prefer", "help.merge-prefer"),
    ("plan/compounds", "help.plan-compounds"),
    ("plan/pipes", "help.plan-pipes"),
    ("plan/buildings", "help.plan-buildings"),
    ("plan/streets", "help.plan-streets"),
    ("plan/facilities", "help.plan-facilities"),
    ("plan/heritage", "help.plan-heritage"),
    ("plan/limits", "help.plan-limits"),
    ("plan/ledger", "help.plan-ledger"),
    ("plan/filled", "help.plan-filled"),
    ("plan/mask_military", "help.plan-mask-military"),
    ("plan/clearance", "help.clearance"),
    ("plan/prices", "help.plan-prices"),
    ("plan/needs", "help.plan-needs"),
    ("plan/title", "help.plan-title"),
    ("plan/date", "help.plan-date"),
    ("plan/out", "help.plan-out"),
    ("export/plan", "help.export-plan"),
    ("comments/plan", "help.export-plan"),
    ("comments/files", "help.comments-files"),
    ("freeze/plan", "help.export-plan"),
    ("freeze/minutes", "help.freeze-minutes"),
    ("freeze/date", "help.freeze-date"),
    ("freeze/title", "help.freeze-title"),
    ("freeze/place", "help.freeze-place"),
    ("freeze/unit", "help.freeze-unit"),
    ("freeze/accepted", "help.freeze-accepted"),
    ("freeze/out", "help.freeze-out"),
    ("branch/plan", "help.branch-plan"),
    ("branch/title", "help.branch-title"),
    ("branch/out", "help.branch-out"),
    ("export/to", "help.export-to"),
    ("export/unit", "help.export-unit"),
    ("export/card", "help.export-card"),
    ("export/mask_military", "help.export-mask-military"),
    ("export/dxf", "help.export-dxf"),
    ("export/shp_encoding", "help.export-shp-encoding"),
    ("export/geojson_crs", "help.export-geojson-crs"),
    ("export/paper", "help.export-paper"),
    ("export/out", "help.export-out"),
    ("id", "help.id"),
    ("join", "help.join"),
    ("likeness", "help.likeness"),
    ("crs", "help.crs"),
    ("swap_xy", "help.swap-xy"),
    ("control", "help.control"),
    ("datum", "help.datum"),
    ("shift", "help.shift"),
    ("kind", "help.kind"),
    ("gap", "help.gap"),
    ("contiguity", "help.contiguity"),
    ("weights", "help.weights"),
    ("barriers", "help.barriers"),
    ("bridges", "help.bridges"),
    ("barrier", "help.barrier"),
    ("parcels", "help.parcels"),
    ("policy", "help.policy"),
    ("eligible", "help.eligible"),
    ("conduct", "help.conduct"),
    ("all", "help.all"),
    ("pairs", "help.pairs"),
    ("weight", "help.weight"),
    ("from", "help.from"),
    ("only", "help.only"),
    ("anew", "help.anew"),
    ("strict", "help.strict"),
    ("json", "help.one-object"),
    ("min", "help.min"),
    ("max", "help.max"),
    ("count", "help.count"),
    ("aim", "help.aim"),
    ("similar", "help.similar"),
    ("together", "help.together"),
    ("apart", "help.apart"),
    ("seeds", "help.seeds"),
    ("community", "help.community"),
    ("street_office", "help.street-office"),
    ("seed", "help.seed"),
    ("effort", "help.effort"),
    ("time_limit", "help.time-limit"),
    ("threads", "help.threads"),
    ("accept_mends", "help.accept-mends"),
    ("refuse_mends", "help.refuse-mends"),
    ("help", "help.help"),
    ("version", "help.version"),
    ("help/", "help.do-help"),
];

/// What stands for a value, alone or in forms such as `FIELD=N`, with the key of its words. What is written small is to be
/// typed as it is.
const VALUES: &[(&str, &str)] = &[
    ("FIELD", "help.value-field"),
    ("TABLE", "help.value-table"),
    ("CODE", "help.value-code"),
    ("POINTS", "help.value-points"),
    ("LAYER", "help.value-layer"),
    ("FILE", "help.value-file"),
    ("FILES", "help.value-files"),
    ("F", "help.value-f"),
    ("COMPOUNDS", "help.value-compounds"),
    ("DISTRICT", "help.value-district"),
    ("M", "help.value-m"),
    ("A", "help.value-a"),
    ("B", "help.value-b"),
    ("BASE", "help.value-base"),
    ("KEY", "help.value-key"),
    ("TEXT", "help.value-text"),
    ("DATE", "help.value-date"),
    ("DIR", "help.value-dir"),
    ("PLAN", "help.value-plan"),
    ("FORMAT", "help.value-format"),
    ("NAME", "help.value-name"),
    ("N", "help.value-n"),
    ("P", "help.value-p"),
    ("ID", "help.value-id"),
    ("PART", "help.value-part"),
    ("W", "help.value-w"),
    ("S", "help.value-s"),
    ("KIND", "help.value-kind"),
    ("RULE", "help.value-rule"),
    ("PACK", "help.value-pack"),
    ("DX,DY,DZ[,RX,RY,RZ,PPM]", "help.value-datum"),
];

/// The form of a value in the user's language.
pub(super) fn form(lang: Lang, form: &str) -> String {
    let words = |name: &str| VALUES.iter().find(|(own, _)| *own == name).and_then(|(_, key)| lookup(lang, key));
    if let Some(words) = words(form) {
        return words.to_owned();
    }
    let mut told = String::new();
    let mut rest = form;
    while !rest.is_empty() {
        let is_name = |c: char| c.is_ascii_uppercase();
        let (name, after) = rest.split_at(rest.find(|c| !is_name(c)).unwrap_or(rest.len()));
        told.push_str(words(name).unwrap_or(name));
        let (between, after) = after.split_at(after.find(is_name).unwrap_or(after.len()));
        told.push_str(between);
        rest = after;
    }
    told
}

/// The key of the words for an argument of a command, or of the command itself where the name is empty.
fn key(command: &str, name: &str) -> Option<&'static str> {
    let find = |wanted: &str| WORDS.iter().find(|(id, _)| *id == wanted).map(|(_, key)| *key);
    if command == "lianpian" && name.is_empty() {
        return find(command);
    }
    find(&format!("{command}/{name}")).or_else(|| find(name))
}

/// The command line with its help in a language.
pub(super) fn command(lang: Lang) -> Command {
    let mut command = Arguments::command();
    if lang == Lang::En {
        return command;
    }
    // What clap adds of itself, such as --help, is there only afterwards.
    command.build();
    in_words(command, lang)
}

fn in_words(mut command: Command, lang: Lang) -> Command {
    let name = command.get_name().to_owned();
    command = command.mut_args(|argument| argument_in_words(argument, &name, lang));
    let usage = command.render_usage().to_string();
    let named = |word: &str, key: &'static str| (format!("[{word}]"), format!("[{}]", text(lang, key)));
    let usage = [named("OPTIONS", "help.options"), named("COMMAND", "help.commands")]
        .into_iter()
        .fold(usage.trim_start_matches("Usage:").trim().to_owned(), |usage, (from, to)| usage.replace(&from, &to));
    let frame = tr(lang, &Message::new("help.template").text("usage", "{usage}"));
    let about = key(&name, "").and_then(|key| lookup(lang, key)).unwrap_or_default();
    command
        .about(about)
        .override_usage(usage)
        .help_template(format!("{{about-with-newline}}\n{frame}\n\n{{all-args}}"))
        .subcommand_help_heading(lookup(lang, "help.commands"))
        .mut_subcommands(|command| in_words(command, lang))
}

fn argument_in_words(argument: Arg, command: &str, lang: Lang) -> Arg {
    let mut help = key(command, argument.get_id().as_str()).and_then(|key| lookup(lang, key)).unwrap_or_default().to_owned();
    let takes_value = argument.get_action().takes_values();
    let values: Vec<String> = argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if takes_value && !values.is_empty() {
        help = tr(lang, &Message::new("help.choices").text("text", help).text("values", values.join(", ")));
    }
    let default: Vec<String> = argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    if takes_value && !default.is_empty() {
        help = tr(lang, &Message::new("help.default").text("text", help).text("value", default.join(", ")));
    }
    // Without a name of their own values are called as the argument is.
    let own = argument.get_id().as_str().to_ascii_uppercase();
    let names: Vec<String> = match argument.get_value_names() {
        _ if !takes_value => Vec::new(),
        Some(names) => names.iter().map(|name| form(lang, name)).collect(),
        None => vec![form(lang, &own)],
    };
    let heading = if argument.is_positional() { "help.arguments" } else { "help.options" };
    let argument = if names.is_empty() { argument } else { argument.value_names(names) };
    argument
        .help(help.clone())
        .long_help(help)
        .help_heading(lookup(lang, heading))
        .hide_possible_values(true)
        .hide_default_value(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_han(c: char) -> bool {
        ('\u{4e00}'..='\u{9fff}').contains(&c)
    }

    /// Every command and argument with what clap says of it.
    fn all() -> Vec<(String, String, String)> {
        let mut root = Arguments::command();
        root.build();
        let commands: Vec<Command> = std::iter::once(root.clone()).chain(root.get_subcommands().cloned()).collect();
        let mut all = Vec::new();
        for command in commands {
            let said = |styled: Option<&clap::builder::StyledStr>| styled.map(ToString::to_string).unwrap_or_default();
            let name = command.get_name().to_owned();
            all.push((name.clone(), String::new(), said(command.get_about())));
            let arguments = command.get_arguments().map(|own| (name.clone(), own.get_id().to_string(), said(own.get_help())));
            all.extend(arguments);
        }
        all
    }

    #[test]
    fn every_command_and_option_has_words_in_both_languages() {
        let all = all();
        assert!(all.len() > 100, "{}", all.len());
        for (command, name, said) in all {
            let key = key(&command, &name).unwrap_or_else(|| panic!("no words for {command} {name}"));
            let words = lookup(Lang::En, key).unwrap_or_default();
            // Of --help clap says more where there is more.
            assert!(said == words || (name == "help" && said.starts_with(words)), "{command} {name}: {said} is not {words}");
            assert!(lookup(Lang::Zh, key).is_some_and(|words| words.contains(is_han)), "{command} {name}");
        }
    }

    /// What is to be typed as it is written.
    const TYPED: [&str; 33] = [
        "zh", "en", "gcj02", "bd09", "gap", "queen", "rook", "must", "may", "unknown", "most", "fewest", "free", "prefer",
        "forbid", "csv", "gpkg", "a", "b", "r2000", "r2007", "utf8", "gbk", "yes", "no", "lonlat", "working", "a1", "a2", "a3",
        "a4", "all", "filled",
    ];

    #[test]
    fn values_are_named_in_chinese_but_for_what_is_typed() {
        let mut root = command(Lang::Zh);
        root.build();
        let mut seen = 0;
        for command in std::iter::once(&root).chain(root.get_subcommands()) {
            for argument in command.get_arguments().filter(|argument| argument.get_action().takes_values()) {
                let names = argument.get_value_names().unwrap_or_else(|| panic!("{argument}"));
                for name in names {
                    seen += 1;
                    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
                    let english: Vec<&str> = words.filter(|word| !TYPED.contains(word)).collect();
                    assert!(english.is_empty(), "{} {argument}: {name}", command.get_name());
                }
            }
        }
        assert!(seen > 100, "{seen}");
        let help = root.try_get_matches_from(["lianpian", "group", "--help"]).expect_err("help").to_string();
        for words in ["[选项] <小区>", "--min <字段=数>", "--shift <gcj02|bd09[=文件]>", "--aim <most|fewest>"] {
            assert!(help.contains(words), "{words}: {help}");
        }
    }

    #[test]
    fn forms_are_told_in_the_language_of_the_help() {
        for (name, key) in VALUES {
            assert_eq!(lookup(Lang::En, key), Some(*name));
        }
        let told = "KIND=block|cost:M|none, KIND = river|wall, M = 0..10000";
        assert_eq!(form(Lang::En, told), told);
        assert_eq!(form(Lang::Zh, told), "类别=block|cost:米数|none, 类别 = river|wall, 米数 = 0..10000");
        assert_eq!(form(Lang::Zh, "FIELD=N, N >= 0"), "字段=数, 数 >= 0");
    }

    #[test]
    fn help_in_chinese_has_no_english_frame_and_takes_the_same_arguments() {
        let mut root = command(Lang::Zh);
        for words in ["lianpian --help", "lianpian plan -h", "lianpian help group", "lianpian help", "lianpian group --help"] {
            let help = root.clone().try_get_matches_from(words.split(' ')).expect_err("help").to_string();
            for english in ["Usage", "Options", "Commands:", "Arguments:", "possible", "default", "OPTIONS", "Print", "COMMAND]"]
            {
                assert!(!help.contains(english), "{words}: {english} in {help}");
            }
            assert!(help.contains("用法：lianpian") && help.contains("显示帮助"), "{help}");
        }
        let line = "lianpian group c.geojson --min households=3 --aim most --lang zh --json";
        assert!(root.try_get_matches_from_mut(line.split(' ')).is_ok());
    }
}
