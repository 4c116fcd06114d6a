//! Passwords: hashed with argon2id, one at a time, and checked so that a stranger learns nothing from
//! how long it takes and can use up neither the memory nor the processor.

use argon2::password_hash::{PasswordHash as Phc, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use nuncio_sdk::policy::PasswordHash;
use nuncio_sdk::prelude::*;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::spawn_blocking;

/// In KiB, with which passes and lanes: what OWASP's cheat sheet on storing passwords asks for at
/// least. Each hash says which it was made with, so that they can be raised.
const MEMORY: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// What a stored hash may ask for at most; no hash of ours asks for more.
const MAX_MEMORY: u32 = 256 * 1024;
const MAX_PASSES: u32 = 16;
/// How many bytes of salt a hash has (RFC 9106 recommends 16).
const SALT: usize = 16;

/// How many characters a new password has.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=128;

/// How many are hashed or wait for it; who comes beyond is told to come again.
static SEATS: Semaphore = Semaphore::const_new(8);
/// One at a time: the other processor is for everybody else.
static WORK: Semaphore = Semaphore::const_new(1);

/// The turn to hash and check passwords, which one call has at a time in the whole process.
#[derive(Debug)]
#[must_use = "nobody else has his turn meanwhile"]
pub(super) struct Turn {
    // The work first: whoever waits for it has a seat already.
    _work: SemaphorePermit<'static>,
    _seat: SemaphorePermit<'static>,
}

impl Turn {
    /// Waits for one's turn.
    ///
    /// # Errors
    /// When too many wait already.
    pub(super) async fn take() -> Result<Self> {
        let seat = SEATS.try_acquire().map_err(|_| busy())?;
        // Waited for as the work itself is, on a thread for it: a clock that stands still in a test
        // would run ahead where nothing but another bot's work is waited for.
        let runtime = Handle::current();
        let work = spawn_blocking(move || runtime.block_on(WORK.acquire())).await??;
        Ok(Self { _work: work, _seat: seat })
    }

    /// Whether a password is the one of which a hash is stored. Without a hash it is not, and that
    /// takes as long to say.
    pub(super) async fn verify(
        self,
        password: &Secret,
        stored: Option<&PasswordHash>,
    ) -> Result<(Self, bool)> {
        let (password, stored) = (password.clone(), stored.cloned());
        self.work(move || {
            stored.and_then(|stored| is_right(&password, &stored)).unwrap_or_else(|| {
                // For the time that it takes alone.
                hashed(&password).is_ok_and(|_| false)
            })
        })
        .await
    }

    /// Hashes a new password, with a salt of its own.
    pub(super) async fn hash(self, password: &NewPassword) -> Result<PasswordHash> {
        let password = password.0.clone();
        let (_turn, hash) = self.work(move || hashed(&password)).await?;
        hash.map_err(Error::internal)
    }

    /// The turn lasts as long as the work, even where nobody waits for its end any more.
    async fn work<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<(Self, T)> {
        Ok(spawn_blocking(move || (work(), self)).await.map(|(done, turn)| (turn, done))?)
    }
}

/// A password that is long enough to be one.
#[derive(Clone, Debug)]
pub(super) struct NewPassword(Secret);

impl NewPassword {
    /// Takes a password.
    ///
    /// # Errors
    /// When it is too short or too long.
    pub(super) fn new(password: &Secret) -> Result<Self> {
        let (least, most) = LENGTH.into_inner();
        if LENGTH.contains(&password.expose().chars().count()) {
            return Ok(Self(password.clone()));
        }
        Err(refuse!["A password has from {least} to {most} characters. Nothing was changed."])
    }
}

fn busy() -> Error {
    refuse!["Too many passwords are being checked. Try again in a moment."]
}

fn argon2() -> Result<Argon2<'static>, argon2::Error> {
    let params = Params::new(MEMORY, PASSES, LANES, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// None, where the hash is none of argon2, or asks for more than we give.
fn is_right(password: &Secret, stored: &PasswordHash) -> Option<bool> {
    let stored = Phc::new(stored.expose()).ok()?;
    Algorithm::try_from(stored.algorithm).ok()?;
    let params = Params::try_from(&stored).ok()?;
    if params.m_cost() > MAX_MEMORY || params.t_cost() > MAX_PASSES {
        return None;
    }
    // With the parameters of the hash, and compared in constant time.
    let checked = argon2().ok()?.verify_password(password.expose().as_bytes(), &stored);
    Some(checked.is_ok())
}

fn hashed(password: &Secret) -> Result<PasswordHash, String> {
    let mut salt = [0; SALT];
    getrandom::fill(&mut salt).map_err(|error| error.to_string())?;
    let salt = SaltString::encode_b64(&salt).map_err(|error| error.to_string())?;
    let argon2 = argon2().map_err(|error| error.to_string())?;
    let hash = argon2.hash_password(password.expose().as_bytes(), &salt);
    let phc = hash.map_err(|error| error.to_string())?.to_string();
    PasswordHash::new(phc).ok_or_else(|| "the hash is too long".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        text.to_owned().into()
    }

    #[test]
    fn a_hash_knows_its_password_and_says_how_it_was_made() {
        let hash = hashed(&secret("correct horse")).unwrap();
        assert!(hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.expose());
        assert_eq!(is_right(&secret("correct horse"), &hash), Some(true));
        assert_eq!(is_right(&secret("correct horsf"), &hash), Some(false));
        assert_ne!(hashed(&secret("correct horse")).unwrap(), hash, "each has a salt of its own");
    }

    #[test]
    fn a_hash_of_other_parameters_is_checked_with_them_unless_they_are_absurd() {
        let salt = SaltString::encode_b64(&[7; SALT]).unwrap();
        let params = Params::new(64, 1, 1, None).unwrap();
        let small = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let phc = small.hash_password(b"correct horse", &salt).unwrap().to_string();
        let stored = PasswordHash::new(phc.clone()).unwrap();
        assert_eq!(is_right(&secret("correct horse"), &stored), Some(true));
        for absurd in [
            phc.replace("m=64", "m=4194304"),
            phc.replace("t=1", "t=4294967295"),
            phc.replace("argon2id", "scrypt"),
            "!".to_owned(),
            String::new(),
        ] {
            let stored = PasswordHash::new(absurd.clone()).unwrap();
            assert_eq!(is_right(&secret("correct horse"), &stored), None, "{absurd}");
        }
    }

    #[tokio::test]
    async fn who_comes_when_too_many_wait_is_sent_away() {
        let turn = Turn::take().await.unwrap();
        let mut waiting = Vec::new();
        for _ in 1..8 {
            waiting.push(Box::pin(Turn::take()));
        }
        for turn in &mut waiting {
            tokio::select! {
                biased;
                _ = turn => panic!("one at a time"),
                () = std::future::ready(()) => {}
            }
        }
        assert!(Turn::take().await.is_err());
        drop(turn);
        let (turn, is_right) =
            waiting.remove(0).await.unwrap().verify(&secret("x"), None).await.unwrap();
        assert!(!is_right);
        drop((turn, waiting));
        assert!(Turn::take().await.is_ok());
    }

    #[test]
    fn a_new_password_is_neither_short_nor_long() {
        for (text, is_one) in
            [("1234567", false), ("12345678", true), ("!!!!!!!!", true), ("ääääääää", true)]
        {
            assert_eq!(NewPassword::new(&secret(text)).is_ok(), is_one, "{text}");
        }
        assert!(NewPassword::new(&secret(&"x".repeat(128))).is_ok());
        assert!(NewPassword::new(&secret(&"x".repeat(129))).is_err());
    }
}
