//! The terminal that log and console share.

/// The terminal that log and console share: what one prints appears above the other's prompt.
#[derive(Clone, Debug, Default)]
pub(crate) struct Screen {
    #[cfg(feature = "socket")]
    pub(crate) console: nuncio_socket::Screen,
}

impl Screen {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Where the log is written.
    #[cfg(feature = "socket")]
    pub(crate) fn log(&self) -> nuncio_socket::Log {
        self.console.log()
    }

    /// Without a console the log has standard error for itself.
    #[cfg(not(feature = "socket"))]
    #[expect(clippy::unused_self, reason = "it stands for the screen of the console")]
    pub(crate) fn log(&self) -> std::io::Stderr {
        std::io::stderr()
    }

    /// Prints to whoever sits at the console.
    #[cfg(feature = "socket")]
    pub(crate) async fn greet(&self, text: &str) {
        if let Err(error) = self.console.print(format!("{text}\n")).await {
            tracing::debug!(%error, "The greeting was not printed.");
        }
    }

    /// Without a console there is nobody to greet.
    #[cfg(not(feature = "socket"))]
    #[expect(clippy::unused_async, reason = "it stands for the console's")]
    pub(crate) async fn greet(&self, _text: &str) {}
}
