//! "Did you mean": the nearest of the known words.

/// The candidate nearest to a word, if it's near enough to be a likely slip of the pen.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = plainly(word);
    if plain.is_empty() || plain.chars().count() > 64 {
        return None;
    }
    let allowed = 1 + plain.chars().count() / 4;
    candidates
        .into_iter()
        .map(|candidate| {
            let other = plainly(candidate);
            let begins = plain.len() >= 4 && (other.starts_with(&plain) || plain.starts_with(&other));
            let edits = strsim::damerau_levenshtein(&plain, &other);
            (if begins { edits.min(allowed) } else { edits }, candidate)
        })
        .filter(|(edits, _)| *edits <= allowed)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Case and the choice of `-`, `_` or space don't make a different word.
fn plainly(word: &str) -> String {
    word.trim().to_lowercase().replace(['-', ' '], "_")
}

/// "did you mean `x`?" if something is near, else what is known, else nothing.
pub fn did_you_mean(word: &str, candidates: &[&str]) -> Option<String> {
    match nearest(word, candidates.iter().copied()) {
        Some(candidate) => Some(format!("did you mean `{candidate}`?")),
        None if candidates.is_empty() => None,
        None => Some(format!("known are {}", listing(candidates))),
    }
}

/// Words as a list for a sentence: `a`, `b` and `c`; a long list is cut.
pub fn listing(words: &[&str]) -> String {
    const SHOWN_MAX: usize = 12;
    let shown: Vec<String> = words.iter().take(SHOWN_MAX).map(|word| format!("`{word}`")).collect();
    match shown.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some(_) if words.len() > SHOWN_MAX => {
            format!("{} and {} more", shown.join(", "), words.len() - SHOWN_MAX)
        }
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let known = ["health_code", "lockdown", "remote_work", "masks"];
        assert_eq!(nearest("helth_code", known), Some("health_code"));
        assert_eq!(nearest("Health-Code", known), Some("health_code"));
        assert_eq!(nearest("remote", known), Some("remote_work"));
        assert_eq!(nearest("quantum", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(did_you_mean("zzz", &["a", "b", "c"]).as_deref(), Some("known are `a`, `b` and `c`"));
    }
}
