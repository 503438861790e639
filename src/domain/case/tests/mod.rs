//! Properties that no sequence of commands may break, and the rules of single commands, with the
//! definition of a real program.

mod bench;
mod delay;
mod endings;
mod forwarding;
mod matrix;
mod measured;
mod random;
mod reminding;
mod review;
mod ruling;
mod straight;
