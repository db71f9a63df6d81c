//! Follows the clock: brings the window of the present minute onto the graphics card, and everybody's state of the hour.
use crate::clock::Clock;
use crate::crowd::{Drawn, Stores};
use crate::movement::{Crowd, Window};
use crate::source::{Source, SourceError};
use bevy::prelude::*;
use citytwin_recording::{Day, State};
use std::ops::Range;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

/// The run, its city, and the city made ready: shared with the thread that reads ahead.
pub struct Shared {
    /// The run.
    pub source: Source,
    /// The city made ready.
    pub crowd: Crowd,
}

/// Ten minutes of a day, ready to be shown.
pub struct Loaded {
    /// The day.
    pub day: Arc<Day>,
    /// Where everybody is.
    pub window: Window,
    /// Everybody's state in that hour.
    pub states: Vec<State>,
}

/// Which ten minutes of which day.
type Span = (u32, Range<i16>);

/// Reads days and places people, remembering the day read last.
#[derive(Default)]
pub struct Reader {
    day: Option<Arc<Day>>,
}

impl Reader {
    /// A window of a day.
    ///
    /// # Errors
    /// A recording that is missing or broken.
    pub fn read(&mut self, shared: &Shared, (number, minutes): Span) -> Result<Loaded, SourceError> {
        let day = match self.day.take().filter(|day| day.day == number) {
            Some(day) => day,
            None => Arc::new(shared.source.day(number)?),
        };
        self.day = Some(day.clone());
        let states = shared.source.states_at(&day, usize::from(minutes.start.max(0) as u16 / 60));
        Ok(Loaded { window: shared.crowd.window(&shared.source, &day, minutes), day, states })
    }
}

/// What is shown, and what is on its way.
#[derive(Resource)]
pub struct Showing {
    /// The run and its city.
    pub shared: Arc<Shared>,
    /// What is on the graphics card.
    pub shown: Option<Loaded>,
    /// Counts what was shown, so that others notice a change.
    pub version: u64,
    /// Reads at once, where nobody watches.
    reader: Option<Reader>,
    ahead: Option<Loaded>,
    asked: Option<Span>,
    ask: Mutex<Option<SyncSender<Span>>>,
    answers: Mutex<Receiver<Result<Loaded, SourceError>>>,
}

impl Showing {
    /// Shows a run; `at_once` waits for every window before the next picture, else a thread of its own reads.
    #[must_use]
    pub fn new(shared: Arc<Shared>, at_once: bool) -> Self {
        let (ask, questions) = sync_channel::<Span>(1);
        let (answer, answers) = sync_channel(1);
        let theirs = shared.clone();
        if !at_once {
            std::thread::spawn(move || {
                let mut reader = Reader::default();
                while let Ok(span) = questions.recv() {
                    if answer.send(reader.read(&theirs, span)).is_err() {
                        return;
                    }
                }
            });
        }
        Self {
            shared,
            shown: None,
            version: 0,
            reader: at_once.then(Reader::default),
            ahead: None,
            asked: None,
            ask: Mutex::new((!at_once).then_some(ask)),
            answers: Mutex::new(answers),
        }
    }

    /// Whether the window of a moment is on the graphics card.
    #[must_use]
    pub fn shows(&self, span: &Span) -> bool {
        self.shown.as_ref().is_some_and(|loaded| is(loaded, span))
    }

    /// The window wanted, if it is new and ready.
    fn next(&mut self, wanted: &Span, backwards: bool) -> Result<Option<Loaded>, SourceError> {
        if let Some(reader) = &mut self.reader {
            return if self.shown.as_ref().is_some_and(|loaded| is(loaded, wanted)) {
                Ok(None)
            } else {
                reader.read(&self.shared, wanted.clone()).map(Some)
            };
        }
        let answer = self.answers.lock().ok().and_then(|answers| answers.try_recv().ok());
        if let Some(answer) = answer {
            self.asked = None;
            self.ahead = Some(answer?);
        }
        let found = if self.shows(wanted) { None } else { self.ahead.take_if(|loaded| is(loaded, wanted)) };
        if self.asked.is_none() {
            let missing = !self.shows(wanted) && found.is_none();
            let ask = if missing { Some(wanted.clone()) } else { self.after(wanted, backwards) };
            let ready = |span: &Span| self.ahead.as_ref().is_some_and(|loaded| is(loaded, span));
            if let Some(span) = ask.filter(|span| !ready(span))
                && let Ok(sender) = self.ask.lock()
                && sender.as_ref().is_some_and(|sender| sender.try_send(span.clone()).is_ok())
            {
                self.asked = Some(span);
            }
        }
        Ok(found)
    }

    /// The window that follows one.
    fn after(&self, (day, minutes): &Span, backwards: bool) -> Option<Span> {
        let recorded = &self.shared.source.extent().recorded;
        if backwards {
            return match minutes.start {
                0 => Some((*recorded.iter().rev().find(|d| *d < day)?, Window::around(1439.0))),
                start => Some((*day, Window::around(f32::from(start) - 1.0))),
            };
        }
        match minutes.end {
            1440 => Some((*recorded.iter().find(|d| *d > day)?, Window::around(0.0))),
            end => Some((*day, Window::around(f32::from(end)))),
        }
    }
}

fn is(loaded: &Loaded, (day, minutes): &Span) -> bool {
    loaded.window.day == *day && loaded.window.minutes == *minutes
}

/// Brings what the clock wants onto the graphics card.
pub fn follow(
    clock: Res<Clock>,
    mut showing: ResMut<Showing>,
    mut drawn: ResMut<Drawn>,
    mut commands: Commands,
    mut stores: Stores,
    mut exit: MessageWriter<AppExit>,
) {
    let wanted = (clock.day, Window::around(clock.minute));
    match showing.next(&wanted, clock.speed < 0.0) {
        Ok(Some(loaded)) => {
            drawn.show(&loaded.window, &mut commands, &mut stores);
            drawn.color(&loaded.states, &mut stores);
            showing.shown = Some(loaded);
            showing.version += 1;
        }
        Ok(None) => {}
        Err(error) => {
            error!("{error}");
            exit.write(AppExit::error());
        }
    }
}
