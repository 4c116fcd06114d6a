//! What `nuncio policy …` answers, as pure functions; reading and printing is the runner's.

mod eval;
mod expect;
mod lint;
mod query;
mod who_can;

pub use eval::eval_line;
pub use expect::{Expectation, Expectations, Mismatch};
pub use lint::{expired, lint};
pub use query::{Query, QueryError};
pub use who_can::{Candidate, WhoCan, who_can};
