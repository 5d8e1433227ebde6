//! When to draw: with the screen's frames while something moves, twice a second for who asked for
//! less motion, and now and then when it rests.

use std::{
    cell::{Cell, OnceCell, RefCell},
    rc::{Rc, Weak},
};

use gloo_timers::callback::Timeout;
use wasm_bindgen::{JsCast, prelude::Closure};

use crate::browser::window;

/// What comes after a drawing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// The next frame.
    Frame,
    /// A look half a second later.
    Soon,
}

/// Between two looks, in milliseconds.
const SOON: u32 = 500;

struct Inner {
    draw: Box<dyn Fn() -> Next>,
    frame: OnceCell<Closure<dyn Fn()>>,
    asked: Cell<Option<i32>>,
    later: RefCell<Option<Timeout>>,
}

/// Draws until it is dropped.
pub struct Frames(Rc<Inner>);

impl Frames {
    /// Begins: `draw` draws, and says what comes after.
    pub fn begin(draw: impl Fn() -> Next + 'static) -> Self {
        let inner = Rc::new(Inner {
            draw: Box::new(draw),
            frame: OnceCell::new(),
            asked: Cell::new(None),
            later: RefCell::new(None),
        });
        let weak: Weak<Inner> = Rc::downgrade(&inner);
        let frame = Closure::new(move || {
            if let Some(inner) = weak.upgrade() {
                inner.asked.set(None);
                let next = (inner.draw)();
                after(&inner, next);
            }
        });
        // It was empty.
        let _ = inner.frame.set(frame);
        let this = Self(inner);
        this.ask();
        this
    }

    /// Draws with the next frame, whatever was to come.
    pub fn ask(&self) {
        after(&self.0, Next::Frame);
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        if let Some(asked) = self.0.asked.take() {
            let _ = window().cancel_animation_frame(asked);
        }
    }
}

fn after(inner: &Rc<Inner>, next: Next) {
    if inner.asked.get().is_some() {
        return;
    }
    if next == Next::Soon {
        let weak = Rc::downgrade(inner);
        *inner.later.borrow_mut() = Some(Timeout::new(SOON, move || {
            if let Some(inner) = weak.upgrade() {
                after(&inner, Next::Frame);
            }
        }));
    } else if let Some(frame) = inner.frame.get() {
        let asked = window().request_animation_frame(frame.as_ref().unchecked_ref());
        inner.asked.set(asked.ok());
    }
}
