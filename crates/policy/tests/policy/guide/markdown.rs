//! As much of Markdown as the guide is written in.

/// A table, with the last TOML that stands before it under the same heading.
#[derive(Debug)]
pub(crate) struct Table {
    head: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
    pub(crate) toml: Option<String>,
}

impl Table {
    pub(crate) fn head(&self) -> Vec<&str> {
        self.head.iter().map(String::as_str).collect()
    }
}

/// Every table of a page.
pub(crate) fn tables(page: &str) -> Vec<Table> {
    let mut tables = Vec::new();
    let mut toml = None;
    let mut open: Option<Table> = None;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line.starts_with('|') {
            let cells = cells(line);
            if let Some(table) = &mut open {
                table.rows.push(cells);
            } else {
                open = Some(Table { head: cells, rows: Vec::new(), toml: toml.clone() });
                let rule = lines.next().unwrap_or_default();
                assert!(rule.starts_with("|---"), "a table's head ends with a rule: {line}");
            }
            continue;
        }
        tables.extend(open.take());
        if line.starts_with('#') {
            toml = None;
        } else if let Some(language) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            if language == "toml" {
                toml = Some(block.join("\n"));
            }
        }
    }
    tables.extend(open);
    tables
}

/// The cells of a row; `\|` is a sign of the text.
fn cells(row: &str) -> Vec<String> {
    let inner = row.trim().trim_start_matches('|').trim_end_matches('|');
    let cells = inner.replace("\\|", "\u{0}");
    cells.split('|').map(|cell| cell.trim().replace('\u{0}', "|")).collect()
}

/// What stands between backticks in a text, one after another.
pub(crate) fn code(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn a_table_is_read_with_its_toml() {
    let page =
        "# A\n```toml\nx = 1\n```\n| a | b |\n|---|---|\n| `1` | 2\\|3 |\n\n# B\n| c |\n|---|\n";
    let tables = tables(page);
    let [first, second] = tables.as_slice() else { panic!("{tables:?}") };
    assert_eq!((first.head(), first.toml.as_deref()), (vec!["a", "b"], Some("x = 1")));
    assert_eq!(first.rows, [["`1`", "2|3"]]);
    assert_eq!((second.head(), second.toml.as_deref(), second.rows.len()), (vec!["c"], None, 0));
}
