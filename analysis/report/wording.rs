//! Numbers and dates in words, in the two languages of the page.

/// A whole number with thousands apart: `812,935`.
pub fn count(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0.0 && digits != "0" { format!("−{text}") } else { text }
}

/// A share in per cent: one decimal under ten per cent, none above; `< 0.1 %` for what is not nothing.
pub fn percent(share: f64) -> String {
    let value = share * 100.0;
    if !value.is_finite() {
        "–".to_owned()
    } else if value > 0.0 && value < 0.1 {
        "< 0.1 %".to_owned()
    } else if value.abs() < 9.95 && value != 0.0 {
        format!("{value:.1} %")
    } else {
        format!("{value:.0} %")
    }
}

/// An ISO date in English, `14 March 2020`; anything else comes back as it is.
pub fn date_en(iso: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    match parts(iso).and_then(|(y, m, d)| MONTHS.get(m.checked_sub(1)? as usize).map(|month| (y, *month, d)))
    {
        Some((year, month, day)) => format!("{day} {month} {year}"),
        None => iso.to_owned(),
    }
}

/// An ISO date in Chinese, `2020年3月14日`; anything else comes back as it is.
pub fn date_zh(iso: &str) -> String {
    match parts(iso) {
        Some((year, month, day)) => format!("{year}年{month}月{day}日"),
        None => iso.to_owned(),
    }
}

fn parts(iso: &str) -> Option<(u32, u32, u32)> {
    let mut parts = iso.get(..10)?.split('-').map(str::parse::<u32>);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Ok(year)), Some(Ok(month)), Some(Ok(day)), None) => Some((year, month, day)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(count(812_935.4), "812,935");
        assert_eq!(count(999.0), "999");
        assert_eq!(count(-1_000_000.0), "−1,000,000");
        assert_eq!(count(f64::NAN), "–");
        assert_eq!(percent(0.374), "37 %");
        assert_eq!(percent(0.0412), "4.1 %");
        assert_eq!(percent(0.000_01), "< 0.1 %");
        assert_eq!(percent(0.0), "0 %");
    }

    #[test]
    fn dates_read_well_and_anything_else_passes() {
        assert_eq!(date_en("2020-03-14"), "14 March 2020");
        assert_eq!(date_zh("2020-03-14"), "2020年3月14日");
        assert_eq!(date_en("2020-13-14"), "2020-13-14");
        assert_eq!(date_en("soon"), "soon");
        assert_eq!(date_zh("二〇二〇年三月"), "二〇二〇年三月");
    }
}
