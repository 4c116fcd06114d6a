//! The terminal that log and console share.

#[cfg(feature = "socket")]
pub(crate) use nuncio_socket::Screen;

/// Without a console the log has standard error for itself.
#[cfg(not(feature = "socket"))]
#[derive(Clone, Debug, Default)]
pub(crate) struct Screen;

#[cfg(not(feature = "socket"))]
impl Screen {
    pub(crate) fn new() -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "it stands for the screen of the console")]
    pub(crate) fn log(&self) -> std::io::Stderr {
        std::io::stderr()
    }
}
