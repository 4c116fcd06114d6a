//! The standard plugins.
