//! Properties that no sequence of commands may break, and the rules of single commands, with the
//! definition of a real program.

mod bench;
mod endings;
mod forwarding;
mod matrix;
mod measured;
mod random;
mod review;
mod ruling;
mod straight;
