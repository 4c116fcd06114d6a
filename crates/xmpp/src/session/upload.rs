//! Files: they go to a service of our server's by HTTP (XEP-0363), and to people as a link
//! (XEP-0066).
//!
//! The service is asked for a place, the shell puts the file there, and the link is said. What is
//! to go to where a file goes waits behind it, so that nothing overtakes it.

mod slot;

use std::time::Duration;

use nuncio_core::{
    action::{Action, Output},
    config::Secret,
    content::{Losses, Url},
    delivery::OutputKey,
    event::EventKind,
    features::{Features, Support},
    file::File,
    place::Place,
    receipt::{Receipt, Retry},
};
use smol_str::SmolStr;
use xmpp_parsers::{iq::Iq, message::Lang, minidom::Element, ns, stanza_id::OriginId};

use self::slot::Slot;
use super::{
    Effect, Session, Ticket, features,
    moderate::unasked,
    outbound::Refusal,
    questions::About,
    services,
    xml::{Failure, STYLING, element, text},
};

/// The most files on their way; beyond that no delivery is taken.
const MAX_UPLOADS: usize = 4;

/// How long the service may take to name a place.
const PATIENCE: Duration = Duration::from_secs(30);

/// A file that the shell is to put at an address by HTTP.
#[derive(Debug)]
pub struct Put {
    /// The delivery that it is for.
    pub ticket: Ticket,
    /// Where; an `https:` address.
    pub url: Url,
    /// What the service wants to read with it: `Authorization`, `Cookie` or `Expires`.
    pub headers: Vec<(&'static str, Secret)>,
    /// The file.
    pub file: File,
}

/// The files on their way.
#[derive(Debug, Default)]
pub(super) struct Uploads {
    under_way: Vec<Upload>,
    /// Whether the house knows that there is a service.
    told: bool,
}

/// A delivery that waits, with all that is needed to begin it.
type Waiting = (Ticket, OutputKey, Output);

/// A file on its way.
#[derive(Debug)]
struct Upload {
    of: Waiting,
    step: Step,
    /// What goes to the same place after it, in order.
    behind: Vec<Waiting>,
}

/// How far a file came.
#[derive(Debug)]
enum Step {
    /// The service is asked for a place.
    Asked { question: SmolStr, until: Duration },
    /// It is being put there, where this leads to.
    Put { link: Url },
}

impl Uploads {
    /// How many deliveries are held.
    pub(super) fn held(&self) -> usize {
        self.under_way.iter().map(|upload| 1 + upload.behind.len()).sum()
    }

    /// Whether another file may be begun.
    pub(super) fn has_room(&self) -> bool {
        self.under_way.len() < MAX_UPLOADS
    }

    pub(super) fn is_empty(&self) -> bool {
        self.under_way.is_empty()
    }

    /// When the service has taken too long.
    pub(super) fn deadline(&self) -> Option<Duration> {
        let until = |upload: &Upload| match upload.step {
            Step::Asked { until, .. } => Some(until),
            Step::Put { .. } => None,
        };
        self.under_way.iter().filter_map(until).min()
    }

    /// Lets a delivery wait behind a file for the same place; whether there is one.
    pub(super) fn hold(&mut self, ticket: Ticket, key: &OutputKey, output: &Output) -> bool {
        let place = place_of(output);
        let found = self.under_way.iter_mut().find(|upload| place_of(&upload.of.2) == place);
        let Some(upload) = found else { return false };
        upload.behind.push((ticket, key.clone(), output.clone()));
        true
    }

    fn take(&mut self, is_it: impl Fn(&Upload) -> bool) -> Option<Upload> {
        let at = self.under_way.iter().position(is_it)?;
        Some(self.under_way.remove(at))
    }
}

/// Where an output acts: leaving a room waits for the file that goes there.
pub(super) fn place_of(output: &Output) -> Place {
    output.action.room().map_or_else(|| output.to.clone(), |room| Place::Room(room.clone()))
}

impl Session {
    /// Asks the service for a place for a file, or says why not.
    pub(super) fn act_file(
        &mut self,
        ticket: Ticket,
        key: &OutputKey,
        output: &Output,
        file: &File,
    ) -> Result<(), Refusal> {
        self.target(&output.to)?;
        let Some(services::Upload { service, max_bytes }) = self.services.upload() else {
            if self.questions.surveys() {
                let why = "the server has not said yet whether it takes files";
                return Err((why.to_owned(), Retry::Untried(Receipt::A_MOMENT)));
            }
            self.effects.push(Effect::Settle(ticket, Receipt::unsupported("files")));
            return Ok(());
        };
        let (service, bytes) = (service.clone(), file.bytes().len());
        if let Some(most) = max_bytes.filter(|most| u64::try_from(bytes).is_ok_and(|it| it > *most))
        {
            let why = format!("the server takes files up to {most} bytes, and this has {bytes}");
            return Err((why, Retry::Never));
        }
        let size = bytes.to_string();
        let wanted =
            [("filename", file.name()), ("size", &size), ("content-type", file.media_type())];
        let payload = element("request", ns::HTTP_UPLOAD, &wanted, []);
        let asked =
            self.ask(&service, About::Slot, |id| Iq::Get { from: None, to: None, id, payload });
        let question = asked.ok_or_else(unasked)?;
        let step = Step::Asked { question, until: self.now.uptime + PATIENCE };
        let of = (ticket, key.clone(), output.clone());
        self.uploads.under_way.push(Upload { of, step, behind: Vec::new() });
        Ok(())
    }

    /// The service names a place, or refuses to.
    pub(super) fn on_slot(&mut self, id: &str, answer: Result<Option<Element>, Failure>) {
        let is_it = |upload: &Upload| matches!(&upload.step, Step::Asked { question, .. } if question == id);
        let Some(mut upload) = self.uploads.take(is_it) else { return };
        let slot = answer.map_err(|failure| refused(&failure)).and_then(|slot| {
            let slot = slot.as_ref().ok_or(slot::SlotError::Missing).and_then(Slot::read);
            slot.map_err(|error| (error.to_string(), Retry::Never))
        });
        match (slot, &upload.of) {
            (Ok(Slot { put, get, headers }), (ticket, _, Output { action, .. })) => {
                let Action::File { file, .. } = action else { return };
                let put = Put { ticket: *ticket, url: put, headers, file: file.clone() };
                self.effects.push(Effect::Put(put));
                upload.step = Step::Put { link: get };
                self.uploads.under_way.push(upload);
            }
            (Err(refusal), _) => self.end_upload(upload, Err(refusal)),
        }
    }

    /// A file is where it was to be put, or is not.
    pub(super) fn on_put(&mut self, ticket: Ticket, outcome: Result<(), Refusal>) {
        let is_it =
            |upload: &Upload| upload.of.0 == ticket && matches!(upload.step, Step::Put { .. });
        let Some(upload) = self.uploads.take(is_it) else { return };
        let done = outcome.and_then(|()| self.say_link(&upload));
        self.end_upload(upload, done);
    }

    /// What waited behind a file goes on, whatever became of that.
    fn end_upload(&mut self, upload: Upload, done: Result<(), Refusal>) {
        if let Err((why, retry)) = done {
            self.effects.push(Effect::Settle(upload.of.0, Receipt::failed(why, retry)));
        }
        for (ticket, key, output) in upload.behind {
            self.act(ticket, &key, &output);
        }
    }

    /// Says where a file is, so that clients show it in its place, and then what is said of it.
    fn say_link(&mut self, upload: &Upload) -> Result<(), Refusal> {
        let Upload { of: (ticket, key, output), step: Step::Put { link }, .. } = upload else {
            return Ok(());
        };
        let Action::File { caption, .. } = &output.action else { return Ok(()) };
        let target = self.target(&output.to)?;
        let (name, link) = (SmolStr::new(key.as_str()), link.as_str());
        let mut message = target.message.clone().with_body(Lang::new(), link.to_owned());
        message.payloads.push(OriginId { id: name.to_string() }.into());
        message.payloads.push(element("x", ns::OOB, &[], [text("url", ns::OOB, link)]));
        message.payloads.push(element("unstyled", STYLING, &[], []));
        message.payloads.extend(output.about.as_ref().map(|about| self.reply_to(&target, about)));
        self.hand_over(&target, message, &name);
        let mut names = vec![name];
        let losses: Losses = self.hand_over_words(&target, key, caption, "", None, &mut names);
        let now = self.now.uptime;
        self.awaited.begin(*ticket, &names, &target.answers, target.proof, losses, now);
        self.note_sent(*ticket, &target.answers);
        Ok(())
    }

    /// Gives up the files whose place was not named in time.
    pub(super) fn expire_uploads(&mut self) {
        let now = self.now.uptime;
        let late =
            |upload: &Upload| matches!(upload.step, Step::Asked { until, .. } if until <= now);
        while let Some(upload) = self.uploads.take(late) {
            if let Step::Asked { question, .. } = &upload.step {
                self.questions.forget(question);
            }
            let why = format!("the server named no place for it in {} s", PATIENCE.as_secs());
            self.end_upload(upload, Err((why, Retry::Later(None))));
        }
    }

    /// The stream ends: nobody has read of what was on its way.
    pub(super) fn lose_uploads(&mut self, why: &str) {
        for Upload { of, behind, .. } in std::mem::take(&mut self.uploads.under_way) {
            for (ticket, ..) in std::iter::once(of).chain(behind) {
                let receipt = Receipt::failed(why, Retry::Untried(Receipt::A_MOMENT));
                self.effects.push(Effect::Settle(ticket, receipt));
            }
        }
    }

    /// Tells the house whether files can be sent, as soon as that is certain and as it changes.
    pub(super) fn tell_files(&mut self) {
        let takes = self.services.upload().is_some();
        if takes == self.uploads.told || (!takes && self.questions.surveys()) {
            return;
        }
        self.uploads.told = takes;
        let files = if takes { Support::Native } else { Support::Absent };
        let features = Features { files, ..features() };
        self.report(EventKind::Features { room: None, features });
    }
}

/// Why the service names no place.
fn refused(failure: &Failure) -> Refusal {
    let (ours, retry) = match failure.condition.as_str() {
        "not-acceptable" => ("the server does not take a file of this size", Retry::Never),
        "resource-constraint" => ("the server takes no more files for now", Retry::Later(None)),
        "remote-server-timeout" | "internal-server-error" => {
            ("the server cannot take files for now", Retry::Later(None))
        }
        "forbidden" | "not-allowed" => ("the server takes no files of ours", Retry::Never),
        _ => ("the server does not take the file", Retry::Never),
    };
    (failure.explain(ours), retry)
}
