//! What was sent to our device.

use std::{
    future::ready,
    sync::{Arc, Mutex, PoisonError},
};

use matrix_sdk::{
    Client,
    deserialized_responses::{EncryptionInfo, ProcessedToDeviceEvent},
    event_handler::EventHandlerDropGuard,
    ruma::{events::AnyToDeviceEvent, serde::Raw},
};

/// An event that was sent to our device and to no room.
#[derive(Debug, Clone)]
pub(in crate::transport) struct Sent {
    pub(in crate::transport) event: Raw<AnyToDeviceEvent>,
    /// Whether it came encrypted and was opened, as keys of rooms are.
    pub(in crate::transport) opened: bool,
}

impl From<ProcessedToDeviceEvent> for Sent {
    fn from(event: ProcessedToDeviceEvent) -> Self {
        let opened = matches!(event, ProcessedToDeviceEvent::Decrypted { .. });
        Self { event: event.to_raw(), opened }
    }
}

/// Takes what the library shows to its event handlers alone: sliding sync has no other way.
///
/// The library calls them before a sync is done, and waits for them; so whoever takes it after each
/// sync has all of it, and it holds no more than one answer of the server.
#[derive(Debug)]
pub(super) struct Inbox {
    sent: Arc<Mutex<Vec<Sent>>>,
    _handler: EventHandlerDropGuard,
}

impl Inbox {
    pub(super) fn new(client: &Client) -> Self {
        let sent = Arc::<Mutex<Vec<Sent>>>::default();
        let taken = Arc::clone(&sent);
        let handler = move |event: Raw<AnyToDeviceEvent>, info: Option<EncryptionInfo>| {
            let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
            taken.push(Sent { event, opened: info.is_some() });
            ready(())
        };
        let handler = client.event_handler_drop_guard(client.add_event_handler(handler));
        Self { sent, _handler: handler }
    }

    /// What has come since it was last asked.
    pub(super) fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut *self.sent.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
