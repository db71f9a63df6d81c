//! The words of the panels in English and Chinese.
use crate::options::Language;

macro_rules! words {
    ($($name:ident: $en:literal, $zh:literal;)*) => {
        /// A word or phrase of the interface.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each word says itself below")]
        pub enum Word { $($name),* }

        impl Word {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
            /// The word in a language.
            #[must_use]
            pub fn in_language(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$name, Language::En) => $en, (Self::$name, Language::Zh) => $zh,)*
                }
            }
        }
    };
}

words! {
    Title: "City twin", "城市孪生";
    Day: "day", "第 {} 天";
    Health: "Health", "健康";
    Code: "Health code", "健康码";
    Activity: "Activity", "活动";
    Mode: "Travel", "出行";
    Susceptible: "susceptible", "易感";
    Exposed: "exposed", "潜伏";
    Infectious: "infectious", "传染期";
    Recovered: "recovered", "康复";
    Dead: "dead", "死亡";
    CodeGreen: "green", "绿码";
    CodeYellow: "yellow", "黄码";
    CodeRed: "red", "红码";
    Walking: "on foot", "步行";
    Cycling: "by bicycle", "骑行";
    Driving: "by car", "驾车";
    Bus: "by bus", "公交";
    Metro: "by metro or rail", "地铁";
    AtRest: "not under way", "未出行";
    AtHome: "at home", "在家";
    AtWork: "at work", "上班";
    AtSchool: "at school", "上学";
    Shopping: "shopping", "购物";
    Leisure: "leisure", "休闲";
    Errand: "errand", "办事";
    InBed: "in a hospital bed", "住院";
    Ordered: "isolated elsewhere", "集中隔离";
    ColourPeopleBy: "Colour people by", "人群着色";
    Layers: "Layers", "图层";
    Streets: "streets", "道路";
    Buildings: "buildings", "建筑";
    TransitLines: "transit lines", "公交线路";
    Zones: "zones", "区域";
    HeatOfInfections: "heat: infections at home", "热力：家中感染";
    Persons: "persons", "人";
    UnderWay: "under way", "出行中";
    Recorded: "recorded", "已记录";
    Of: "of", "／";
    Residents: "residents", "居民";
    PerDay: "new infections a day", "每日新增感染";
    Speed: "min/s", "分/秒";
    GrownBuildings: "Buildings are grown from places and streets, not surveyed.", "建筑按地点与道路推断生成，非实测。";
    KnownBuildings: "Footprints from OpenStreetMap; heights partly assumed.", "建筑轮廓来自 OpenStreetMap，部分高度为推定。";
    MixedBuildings: "Known footprints where there are any; other buildings are grown.", "有轮廓处用实测轮廓，其余建筑为推断。";
    HelpTitle: "Keys", "按键";
    HelpPlay: "Space  play, pause      R  reverse", "空格  播放、暂停      R  倒放";
    HelpStep: ", .  step a minute      [ ]  a day", ", .  一分钟      [ ]  一天";
    HelpSpeed: "+ −  faster, slower", "+ −  加快、减慢";
    HelpMove: "W A S D  move      Q E  turn      wheel  zoom", "W A S D  移动      Q E  旋转      滚轮  缩放";
    HelpMouse: "left drag  pan      right drag  turn and tilt", "左键拖动  平移      右键拖动  旋转、俯仰";
    HelpLayers: "1–4  colour by      B N T Z H  layers      L  language", "1–4  着色      B N T Z H  图层      L  语言";
    HelpPanels: "Tab  panels      F1  this help      Home  whole city", "Tab  面板      F1  帮助      Home  全城";
    Loading: "reading…", "读取中…";
    SoftwareDrawing: "Drawn by the processor: reduced quality.", "由处理器绘制：画质已降低。";
    Monday: "Mon", "周一";
    Tuesday: "Tue", "周二";
    Wednesday: "Wed", "周三";
    Thursday: "Thu", "周四";
    Friday: "Fri", "周五";
    Saturday: "Sat", "周六";
    Sunday: "Sun", "周日";
}

/// The word of a day of the week.
#[must_use]
pub fn weekday(day: citytwin_world::Weekday) -> Word {
    const DAYS: [Word; 7] = [
        Word::Monday,
        Word::Tuesday,
        Word::Wednesday,
        Word::Thursday,
        Word::Friday,
        Word::Saturday,
        Word::Sunday,
    ];
    DAYS[day as usize]
}

/// "day 30" in a language.
#[must_use]
pub fn day_number(day: u32, language: Language) -> String {
    let word = Word::Day.in_language(language);
    if word.contains("{}") { word.replace("{}", &day.to_string()) } else { format!("{word} {day}") }
}
