//! A private certificate authority.

use std::sync::Arc;

use anyhow::Result;
use aws_lc_rs::digest::{SHA256, digest};
use jiff::{ToSpan as _, Zoned};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};

/// A certificate authority made for one test.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: rcgen::Certificate,
}

/// A certificate of an [`Authority`] with its key.
#[derive(Debug, Clone)]
pub struct Identity {
    certificate: CertificateDer<'static>,
    certificate_pem: String,
    key_pem: String,
    key_der: Vec<u8>,
}

impl Authority {
    /// Makes an authority that nobody else trusts.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub fn new() -> Result<Self> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name.push(DnType::CommonName, "nuncio test authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?;
        Ok(Self { issuer: Issuer::new(params, key), certificate })
    }

    /// A certificate for servers called one of `names` (host names or addresses).
    ///
    /// # Errors
    /// When a name is neither.
    pub fn server(&self, names: &[&str]) -> Result<Identity> {
        self.issue(names, ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// A certificate with which a client called `name` proves who it is.
    ///
    /// # Errors
    /// When `name` is not a host name.
    pub fn client(&self, name: &str) -> Result<Identity> {
        self.issue(&[name], ExtendedKeyUsagePurpose::ClientAuth)
    }

    fn issue(&self, names: &[&str], usage: ExtendedKeyUsagePurpose) -> Result<Identity> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names.clone())?;
        if let Some(name) = names.first() {
            params.distinguished_name.push(DnType::CommonName, name.as_str());
        }
        params.extended_key_usages = vec![usage];
        // rcgen's own default is an end that not every server's timers reach.
        let end = Zoned::now().date().saturating_add(1.year());
        params.not_after =
            date_time_ymd(end.year().into(), end.month().unsigned_abs(), end.day().unsigned_abs());
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Identity {
            certificate: certificate.der().clone(),
            certificate_pem: certificate.pem(),
            key_pem: key.serialize_pem(),
            key_der: key.serialize_der(),
        })
    }

    /// The authority's own certificate, as a `ca` file holds it.
    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// A rustls configuration of a client that trusts this authority alone and shows `identity`.
    ///
    /// # Errors
    /// When rustls refuses the certificate.
    pub fn client_config(&self, identity: Option<&Identity>) -> Result<Arc<ClientConfig>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.der().clone())?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots);
        let config = match identity {
            Some(identity) => {
                builder.with_client_auth_cert(vec![identity.certificate.clone()], identity.key())?
            }
            None => builder.with_no_client_auth(),
        };
        Ok(Arc::new(config))
    }
}

impl Identity {
    /// The certificate as PEM.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// The private key as PEM (PKCS #8).
    pub fn key_pem(&self) -> &str {
        &self.key_pem
    }

    /// The certificate as DER.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// The private key as DER (PKCS #8).
    pub fn key(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key_der.clone()).into()
    }

    /// The SHA-256 of the certificate in lower-case hexadecimal: its fingerprint on IRC.
    pub fn fingerprint(&self) -> String {
        let hash = digest(&SHA256, &self.certificate);
        hash.as_ref().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }
}
