//! The words of the panels in English and Chinese.
use crate::options::Language;
use citytwin_world::{Mode, Occupation, PlaceKind, Setting};

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
    InfectiousPersons: "infectious persons", "传染期人数";
    RunGoesOn: "the run goes on: days", "模拟进行中：天数";
    Speed: "min/s", "分/秒";
    GrownBuildings: "Buildings are grown from places and streets, not surveyed.", "建筑按地点与道路推断生成，非实测。";
    KnownBuildings: "Footprints from OpenStreetMap; heights partly assumed.", "建筑轮廓来自 OpenStreetMap，部分高度为推定。";
    MixedBuildings: "Known footprints where there are any; other buildings are grown.", "有轮廓处用实测轮廓，其余建筑为推断。";
    HelpTitle: "Keys", "按键";
    HelpPlay: "Space  play, pause      R  reverse      P  story", "空格  播放、暂停      R  倒放      P  讲述";
    HelpStep: ", .  step a minute      [ ]  a day", ", .  一分钟      [ ]  一天";
    HelpSpeed: "+ −  faster, slower", "+ −  加快、减慢";
    HelpMove: "W A S D  move      Q E  turn      wheel  zoom", "W A S D  移动      Q E  旋转      滚轮  缩放";
    HelpMouse: "left drag  pan      right drag  turn and tilt", "左键拖动  平移      右键拖动  旋转、俯仰";
    HelpLayers: "1–4  colour by      B N T Z H  layers      L  language", "1–4  着色      B N T Z H  图层      L  语言";
    HelpPanels: "Tab  panels      F1  this help      Home  whole city", "Tab  面板      F1  帮助      Home  全城";
    Person: "Person", "居民";
    Years: "years", "岁";
    At: "at", "在";
    To: "to", "前往";
    Home: "home", "家";
    Elsewhere: "elsewhere", "其他地点";
    TripsOfTheDay: "Trips of the day", "当日出行";
    NoTrips: "none", "无";
    Household: "Lives with", "同住";
    Infected: "Infected", "感染";
    ByPerson: "by person", "感染自居民";
    InfectedOthers: "Infected others", "感染他人";
    Follow: "follow (F)", "跟随 (F)";
    LetGo: "let go (F)", "停止跟随 (F)";
    Close: "close", "关闭";
    NoOccupation: "at home", "居家";
    Preschool: "in day care", "幼儿";
    Pupil: "pupil", "学生";
    Student: "student", "大学生";
    Worker: "worker", "职工";
    Retired: "retired", "退休";
    Office: "office", "办公室";
    Factory: "factory", "工厂";
    School: "school", "学校";
    Kindergarten: "kindergarten", "幼儿园";
    University: "university", "大学";
    Shop: "shop", "商店";
    Market: "market", "市场";
    Mall: "mall", "商场";
    Pharmacy: "pharmacy", "药店";
    Clinic: "clinic", "诊所";
    Hospital: "hospital", "医院";
    Park: "park", "公园";
    Worship: "place of worship", "宗教场所";
    Restaurant: "restaurant", "餐馆";
    Government: "government office", "政府机关";
    Depot: "depot", "仓库";
    Station: "station", "车站";
    Gate: "city gate", "城门";
    Culture: "museum or theatre", "文化场所";
    Hall: "hall", "大厅";
    InHousehold: "in the household", "家庭中";
    InSchool: "at school", "学校中";
    InWork: "at work", "工作中";
    InCare: "in care", "医疗中";
    InPublic: "in public rooms", "公共场所";
    InLeisure: "at leisure", "休闲中";
    InVehicle: "in a vehicle", "交通工具中";
    InOutdoor: "outdoors", "户外";
    InImported: "outside the city", "城外";
    HelpClick: "click  a person      F  follow      Esc  let go", "点击  居民      F  跟随      Esc  取消";
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

/// The words of what fills a person's day.
#[must_use]
pub fn of_occupation(occupation: Occupation) -> Word {
    match occupation {
        Occupation::None => Word::NoOccupation,
        Occupation::Preschool => Word::Preschool,
        Occupation::Pupil => Word::Pupil,
        Occupation::Student => Word::Student,
        Occupation::Worker => Word::Worker,
        Occupation::Retired => Word::Retired,
    }
}

/// The words of a way to travel.
#[must_use]
pub fn of_mode(mode: Mode) -> Word {
    match mode {
        Mode::Walk => Word::Walking,
        Mode::Bicycle => Word::Cycling,
        Mode::Car => Word::Driving,
        Mode::Bus => Word::Bus,
        Mode::Metro => Word::Metro,
    }
}

/// The words of a kind of place.
#[must_use]
pub fn of_place(kind: PlaceKind) -> Word {
    match kind {
        PlaceKind::Home => Word::Home,
        PlaceKind::Office => Word::Office,
        PlaceKind::Factory => Word::Factory,
        PlaceKind::School => Word::School,
        PlaceKind::Kindergarten => Word::Kindergarten,
        PlaceKind::University => Word::University,
        PlaceKind::Shop => Word::Shop,
        PlaceKind::Market => Word::Market,
        PlaceKind::Mall => Word::Mall,
        PlaceKind::Pharmacy => Word::Pharmacy,
        PlaceKind::Clinic => Word::Clinic,
        PlaceKind::Hospital => Word::Hospital,
        PlaceKind::Park => Word::Park,
        PlaceKind::Worship => Word::Worship,
        PlaceKind::Restaurant => Word::Restaurant,
        PlaceKind::Government => Word::Government,
        PlaceKind::Depot => Word::Depot,
        PlaceKind::MetroStation | PlaceKind::BusStation => Word::Station,
        PlaceKind::Gate => Word::Gate,
        PlaceKind::Culture => Word::Culture,
        PlaceKind::Hall => Word::Hall,
    }
}

/// The words of a company people meet in, by its name in tables; `None` for one unknown.
#[must_use]
pub fn of_setting(name: &str) -> Option<Word> {
    Some(match Setting::parse(name)? {
        Setting::Household => Word::InHousehold,
        Setting::School => Word::InSchool,
        Setting::Work => Word::InWork,
        Setting::Care => Word::InCare,
        Setting::Public => Word::InPublic,
        Setting::Leisure => Word::InLeisure,
        Setting::Vehicle => Word::InVehicle,
        Setting::Outdoor => Word::InOutdoor,
        Setting::Imported => Word::InImported,
    })
}

/// "day 30" in a language.
#[must_use]
pub fn day_number(day: u32, language: Language) -> String {
    let word = Word::Day.in_language(language);
    if word.contains("{}") { word.replace("{}", &day.to_string()) } else { format!("{word} {day}") }
}
