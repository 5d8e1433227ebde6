//! The Lab: one publisher, several panes, each listening in its own way to the same room, and what
//! each way costs. And `/plan`: what it would cost for an audience of one's own.
//!
//! It is a program of its own, so that the chat does not carry it.

pub mod chart;
pub mod export;
pub mod lines;
pub mod measure;
pub mod strip;
pub mod table;
pub mod tour;
pub mod wire;
