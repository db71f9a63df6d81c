//! The plain-language summary: what happened, in sentences that anybody can read, in English and Chinese.

use crate::folder::RunFolder;
use crate::headline::Headline;
use crate::wording::{count, date_en, date_zh, percent};
use serde::Serialize;
use serde_json::Value;

/// A sentence or two about one matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sentence {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

fn say(en: String, zh: String) -> Option<Sentence> {
    Some(Sentence { en, zh })
}

/// The summary of a run; a matter whose numbers the run lacks is left out.
pub fn sentences(run: &RunFolder, h: &Headline) -> Vec<Sentence> {
    [infections(h), hospitals(h), blindness(h), code(h), doors(h), movement(h), output(h), policies(run, h)]
        .into_iter()
        .flatten()
        .collect()
}

fn infections(h: &Headline) -> Option<Sentence> {
    let infected = h.infected_persons?;
    let (days, population) = (count(h.days?), count(h.population_persons?));
    if infected < 1.0 {
        return say(
            format!("None of the {population} residents was infected within {days} days."),
            format!("{days} 天内，{population} 名居民中无人感染。"),
        );
    }
    let (share, infected) = (percent(h.attack_rate_share?), count(infected));
    let mut en = format!("Of {population} residents, {infected} ({share}) were infected within {days} days.");
    let mut zh = format!("{days} 天内，{population} 名居民中有 {infected} 人感染（{share}）。");
    let again = h.infections_count.zip(h.infected_persons).filter(|(all, once)| *all >= once * 1.005);
    if let Some((all, _)) = again {
        en += &format!(" Some were infected more than once: {} infections in all.", count(all));
        zh += &format!("有人多次感染，共 {} 人次。", count(all));
    }
    if let Some(peak) = &h.peak_incidence {
        let (on_en, on_zh, most) = (date_en(&peak.date), date_zh(&peak.date), count(peak.value));
        // A peak within the last days of a run is none: what comes after is not known.
        if h.days.is_some_and(|days| f64::from(peak.day) + 3.0 >= days) {
            en += &format!(" New infections were still rising at the end, to {most} a day on {on_en}.");
            zh += &format!("到最后新增感染仍在上升，{on_zh} 达到每日 {most} 人。");
        } else {
            en += &format!(" New infections peaked on {on_en} at {most} a day.");
            zh += &format!("新增感染在 {on_zh} 达到峰值，当日 {most} 人。");
        }
    }
    if let Some(deaths) = h.deaths_persons {
        en += &match count(deaths).as_str() {
            "0" => " Nobody died.".to_owned(),
            "1" => " One person died.".to_owned(),
            many => format!(" {many} people died."),
        };
        zh += &if deaths < 0.5 {
            "无人死亡。".to_owned()
        } else {
            format!("{} 人死亡。", count(deaths))
        };
    }
    say(en, zh)
}

fn hospitals(h: &Headline) -> Option<Sentence> {
    let peak = h.peak_icu.as_ref()?;
    let beds = h.icu_capacity_beds.filter(|beds| *beds > 0.0)?;
    let (used, capacity) = (count(peak.value), count(beds));
    let full = h.icu_full_days?;
    if full > 0.0 {
        let (first_en, first_zh, days) = (date_en(&peak.date), date_zh(&peak.date), count(full));
        let unit = if days == "1" { "day" } else { "days" };
        say(
            format!(
                "Intensive care was full on {days} {unit}: {used} of {capacity} beds were taken by {first_en}, and on such days new patients found none free."
            ),
            format!(
                "重症监护有 {days} 天满员：至 {first_zh}，{capacity} 张床位已用 {used} 张，满员期间新的重症患者无床可用。"
            ),
        )
    } else {
        let share = percent(peak.value / beds);
        say(
            format!("Intensive care held: at its fullest, {used} of {capacity} beds were taken ({share})."),
            format!("重症监护未被压垮：最紧张时 {capacity} 张床位用了 {used} 张（{share}）。"),
        )
    }
}

fn blindness(h: &Headline) -> Option<Sentence> {
    let (known, infected) = (h.known_cases_persons?, h.infected_persons.filter(|persons| *persons >= 1.0)?);
    let (share, known) = (percent(known / infected), count(known));
    say(
        format!(
            "The government's board had learnt of {known} cases by the end, {share} of those that truly happened."
        ),
        format!("到最后，政府看板共掌握 {known} 例病例，占真实感染的 {share}。"),
    )
}

fn code(h: &Headline) -> Option<Sentence> {
    let (right, wrong) = (h.true_red_person_days?, h.false_red_person_days?);
    if right + wrong < 1.0 {
        return say("Nobody was given a red code.".into(), "没有人被赋红码。".into());
    }
    let (share, days) = (percent(wrong / (right + wrong)), count(wrong));
    let mut en = format!(
        "The health code was wrongly red on {days} person-days: {share} of all red codes were held by people who were not infectious."
    );
    let mut zh = format!("健康码误判红码共 {days} 人日：全部红码中有 {share} 属于并不具传染性的人。");
    if let Some(missed) = h.missed_person_days.filter(|missed| missed + right > 0.0) {
        let caught = percent(right / (right + missed));
        en += &format!(" It caught {caught} of the days on which somebody was infectious.");
        zh += &format!("在所有有传染性的人日中，红码识别出 {caught}。");
    }
    say(en, zh)
}

fn doors(h: &Headline) -> Option<Sentence> {
    let (scans, waited) = (h.scans_count.filter(|scans| *scans >= 1.0)?, h.checkpoint_wait_min?);
    let (each, hours) = (waited / scans, count(waited / 60.0));
    let mut en = format!(
        "Checkpoints scanned {} times; people waited {hours} hours in all, {each:.1} minutes a scan.",
        count(scans)
    );
    let mut zh =
        format!("检查点共扫码 {} 次，居民累计等候 {hours} 小时，平均每次 {each:.1} 分钟。", count(scans));
    if let Some(refused) = h.scans_refused_count {
        let share = percent(refused / scans);
        en += &format!(" {} scans ({share}) turned somebody back.", count(refused));
        zh += &format!("其中 {} 次（{share}）被劝返。", count(refused));
    }
    say(en, zh)
}

fn movement(h: &Headline) -> Option<Sentence> {
    let (no, share) = (h.trips_prevented_count?, h.trips_prevented_share?);
    let mut en = format!("{} trips were prevented, {} of those planned.", count(no), percent(share));
    let mut zh = format!("共有 {} 次出行未能成行，占原计划出行的 {}。", count(no), percent(share));
    if let Some(hours) = h.travel_h_per_person {
        en += &format!(" A resident travelled {hours:.2} hours a day.");
        zh += &format!("居民人均每天出行 {hours:.2} 小时。");
    }
    say(en, zh)
}

fn output(h: &Headline) -> Option<Sentence> {
    let (lost, days) = (h.output_lost_share?, h.days?);
    let full_days = lost * days;
    if lost.abs() < 0.000_5 {
        return say("The economy's output was that of normal times.".into(), "经济产出与平时持平。".into());
    }
    if lost < 0.0 {
        let share = percent(-lost);
        return say(
            format!("Output was {share} above that of normal times."),
            format!("产出比平时高 {share}。"),
        );
    }
    let share = percent(lost);
    say(
        format!("{share} of normal output was lost, as much as the whole city makes in {full_days:.1} days."),
        format!("损失了正常产出的 {share}，相当于全市 {full_days:.1} 天的产出。"),
    )
}

fn policies(run: &RunFolder, h: &Headline) -> Option<Sentence> {
    // Without the list nothing is known; an empty list says that there was none.
    run.run.get("policies")?;
    let began = |policy: &&Value| match (policy["from_day"].as_f64(), h.days) {
        (Some(day), Some(days)) => day < days,
        _ => true,
    };
    let kinds: Vec<&str> =
        run.list("policies").iter().filter(began).filter_map(|policy| policy["kind"].as_str()).collect();
    if kinds.is_empty() {
        return say("No policy was in force.".into(), "没有实施任何政策。".into());
    }
    let names = kinds.iter().map(|kind| kind.replace('_', " ")).collect::<Vec<_>>().join(", ");
    say(
        format!("Policies in force: {names}."),
        format!("实施的政策：{}。", kinds.iter().map(|kind| policy_zh(kind)).collect::<Vec<_>>().join("、")),
    )
}

/// A policy's name in Chinese; a name that is not known here stays as it is.
fn policy_zh(kind: &str) -> &str {
    match kind {
        "health_code" => "健康码",
        "checkpoints" => "检查点",
        "data_sharing" => "部门数据共享",
        "isolation" => "病例隔离",
        "quarantine" => "密接隔离",
        "lockdown" => "封控",
        "remote_work" => "居家办公",
        "work_resumption" => "复工复产",
        "school_closure" => "学校停课",
        "masks" | "mask_wearing" => "佩戴口罩",
        "mask_reservation" => "口罩预约",
        "testing" => "检测",
        "contact_tracing" => "密接追踪",
        "field_hospital" => "方舱医院",
        "supply_routing" => "物资调运",
        "vaccination" => "疫苗接种",
        "restoration" => "抢修恢复",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::headline::Peak;

    #[test]
    fn says_what_the_numbers_say() {
        let h = Headline {
            population_persons: Some(1000.0),
            days: Some(120.0),
            infections_count: Some(370.0),
            infected_persons: Some(370.0),
            attack_rate_share: Some(0.37),
            peak_incidence: Some(Peak { date: "2020-03-14".into(), day: 54, value: 21.0 }),
            deaths_persons: Some(1.0),
            output_lost_share: Some(0.05),
            ..Headline::default()
        };
        let mut run = RunFolder::default();
        run.run.insert("policies".into(), serde_json::json!([{"kind": "lockdown", "from_day": 200}]));
        let all = sentences(&run, &h);
        assert_eq!(
            all[0].en,
            "Of 1,000 residents, 370 (37 %) were infected within 120 days. New infections peaked on 14 March 2020 at 21 a day. One person died."
        );
        assert_eq!(
            all[0].zh,
            "120 天内，1,000 名居民中有 370 人感染（37 %）。新增感染在 2020年3月14日 达到峰值，当日 21 人。1 人死亡。"
        );
        let twice = sentences(&run, &Headline { infections_count: Some(400.0), ..h });
        assert!(twice[0].en.contains("370 (37 %) were infected within 120 days. Some"), "{}", twice[0].en);
        assert!(twice[0].en.contains("400 infections in all"), "{}", twice[0].en);
        assert!(all[1].en.contains("in 6.0 days"), "{}", all[1].en);
        assert_eq!(all.last().unwrap().en, "No policy was in force.");
    }

    #[test]
    fn nothing_is_said_of_what_is_not_known() {
        let mut run = RunFolder::default();
        run.run.insert("policies".into(), serde_json::json!([{"kind": "health_code"}]));
        let all = sentences(&run, &Headline::default());
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].zh, "实施的政策：健康码。");
    }
}
