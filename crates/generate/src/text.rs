// SPDX-License-Identifier: Apache-2.0
//! Prose: the types' comments, brought into the columns of a file.

/// Columns of a line of TypeScript.
pub(crate) const COLUMNS: usize = 100;

/// A type's comment as prose: one line a paragraph, without links that only rustdoc follows.
pub(crate) fn prose(comment: &str) -> String {
    let paragraphs = comment.split("\n\n").map(|text| text.split_whitespace().collect::<Vec<_>>());
    let text = paragraphs.map(|words| words.join(" ")).collect::<Vec<_>>().join("\n\n");
    text.replace("[`", "`").replace("`]", "`")
}

/// A sentence that begins with a capital and ends with a full stop.
pub(crate) fn sentences(comment: &str) -> String {
    let text = prose(comment);
    if text.is_empty() || text.ends_with(['.', '!', '?']) { text } else { text + "." }
}

/// A doc comment of TypeScript, each line behind so many spaces; nothing for no text.
pub(crate) fn doc_comment(text: &str, indent: usize) -> String {
    let text = prose(text);
    let space = " ".repeat(indent);
    let on_one_line = format!("{space}/** {text} */\n");
    if text.is_empty() {
        return String::new();
    }
    if on_one_line.len() <= COLUMNS + 1 && !text.contains('\n') {
        return on_one_line;
    }
    let lines = text.split("\n\n").map(|paragraph| {
        let lines = wrapped(paragraph, COLUMNS - indent - " * ".len());
        lines.iter().map(|line| format!("{space} * {line}\n")).collect::<String>()
    });
    let body = lines.collect::<Vec<_>>().join(&format!("{space} *\n"));
    format!("{space}/**\n{body}{space} */\n")
}

fn wrapped(paragraph: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in paragraph.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_keeps_to_the_columns() {
        assert_eq!(doc_comment("", 2), "");
        assert_eq!(doc_comment("At most [`MAX`]\nbytes.", 2), "  /** At most `MAX` bytes. */\n");
        let long = doc_comment(&"word ".repeat(60), 4);
        assert!(long.lines().all(|line| line.len() <= COLUMNS), "{long}");
        assert_eq!(long.matches("word").count(), 60);
    }
}
