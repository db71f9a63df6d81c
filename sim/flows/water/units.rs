//! Units of files, and what they are in feet and cubic feet per second.

/// Unit of flow, which also tells whether a file is in US or SI units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FlowUnit {
    /// Cubic feet per second.
    Cfs,
    /// US gallons per minute.
    #[default]
    Gpm,
    /// Million US gallons per day.
    Mgd,
    /// Million imperial gallons per day.
    Imgd,
    /// Acre-feet per day.
    Afd,
    /// Litres per second.
    Lps,
    /// Litres per minute.
    Lpm,
    /// Megalitres per day.
    Mld,
    /// Cubic metres per hour.
    Cmh,
    /// Cubic metres per day.
    Cmd,
}

/// Unit of pressure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PressureUnit {
    /// Pounds per square inch.
    #[default]
    Psi,
    /// Kilopascal.
    Kpa,
    /// Metres of water.
    Metres,
}

/// Metres per foot.
pub const METRES: f64 = 0.3048;

impl FlowUnit {
    /// The words of files for units of flow.
    pub const NAMES: [(&'static str, Self); 11] = [
        ("CFS", Self::Cfs),
        ("GPM", Self::Gpm),
        ("MGD", Self::Mgd),
        ("IMGD", Self::Imgd),
        ("AFD", Self::Afd),
        ("LPS", Self::Lps),
        ("LPM", Self::Lpm),
        ("MLD", Self::Mld),
        ("CMH", Self::Cmh),
        ("CMD", Self::Cmd),
        ("SI", Self::Lps),
    ];

    /// Whether lengths are in metres.
    pub fn is_si(self) -> bool {
        matches!(self, Self::Lps | Self::Lpm | Self::Mld | Self::Cmh | Self::Cmd)
    }

    /// How many there are in a cubic foot per second, with EPANET's digits.
    fn per_cfs(self) -> f64 {
        match self {
            Self::Cfs => 1.0,
            Self::Gpm => 448.831,
            Self::Mgd => 0.64632,
            Self::Imgd => 0.5382,
            Self::Afd => 1.9837,
            Self::Lps => 28.317,
            Self::Lpm => 1699.0,
            Self::Mld => 2.4466,
            Self::Cmh => 101.94,
            Self::Cmd => 2446.6,
        }
    }

    /// What it is in cubic metres per second.
    fn m3_s(self) -> f64 {
        const GALLON_M3: f64 = 0.003_785_411_784;
        match self {
            Self::Cfs => METRES * METRES * METRES,
            Self::Gpm => GALLON_M3 / 60.0,
            Self::Mgd => 1e6 * GALLON_M3 / 86_400.0,
            Self::Imgd => 1e6 * 0.004_546_09 / 86_400.0,
            Self::Afd => 43_560.0 * METRES * METRES * METRES / 86_400.0,
            Self::Lps => 1e-3,
            Self::Lpm => 1e-3 / 60.0,
            Self::Mld => 1e3 / 86_400.0,
            Self::Cmh => 1.0 / 3600.0,
            Self::Cmd => 1.0 / 86_400.0,
        }
    }
}

/// Units of a file, each as how many there are in the unit used inside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Units {
    /// Flow per ft³/s.
    pub flow: f64,
    /// Length and head per ft.
    pub length: f64,
    /// Diameter per ft.
    pub diameter: f64,
    /// Pressure per ft of head.
    pub pressure: f64,
    /// Power per horsepower.
    pub power: f64,
    /// m³/s per ft³/s, by way of the file's unit, as its numbers are.
    pub flow_m3_s: f64,
}

impl Units {
    /// The units that go with a unit of flow; `pressure` matters in SI only, as EPANET has psi with US units alone.
    pub fn new(flow: FlowUnit, pressure: PressureUnit, specific_gravity: f64) -> Self {
        let si = flow.is_si();
        let per_foot = match (si, pressure) {
            (false, _) => 0.4333 * specific_gravity,
            (true, PressureUnit::Kpa) => 6.895 * 0.4333 * specific_gravity,
            (true, _) => METRES * specific_gravity,
        };
        Self {
            flow: flow.per_cfs(),
            length: if si { METRES } else { 1.0 },
            diameter: if si { 1000.0 * METRES } else { 12.0 },
            pressure: per_foot,
            power: if si { 0.7457 } else { 1.0 },
            flow_m3_s: flow.per_cfs() * flow.m3_s(),
        }
    }

    /// Volume per ft³.
    pub fn volume(&self) -> f64 {
        self.length * self.length * self.length
    }
}
