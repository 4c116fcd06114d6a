//! Reading PEM files (RFC 7468) that keys of a configuration name.

use std::path::Path;

use rustls::{
    RootCertStore,
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject as _},
    },
};

use crate::TlsError;

/// A file, and the key that names it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named<'a> {
    pub(crate) key: &'static str,
    pub(crate) file: &'a Path,
}

impl Named<'_> {
    /// The certificates in the file, in its order; at least one.
    pub(crate) fn certificates(self) -> Result<Vec<CertificateDer<'static>>, TlsError> {
        let read = CertificateDer::pem_file_iter(self.file)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>);
        match read {
            Ok(found) if !found.is_empty() => Ok(found),
            Ok(_) => Err(self.unreadable(pem::Error::NoItemsFound)),
            Err(source) => Err(self.unreadable(source)),
        }
    }

    /// The first private key in the file.
    pub(crate) fn private_key(self) -> Result<PrivateKeyDer<'static>, TlsError> {
        PrivateKeyDer::from_pem_file(self.file).map_err(|source| self.unreadable(source))
    }

    /// The certificates in the file as authorities.
    pub(crate) fn authorities(self) -> Result<RootCertStore, TlsError> {
        let mut roots = RootCertStore::empty();
        for certificate in self.certificates()? {
            roots
                .add(certificate)
                .map_err(|source| TlsError::Certificate { key: self.key, source })?;
        }
        Ok(roots)
    }

    fn unreadable(self, source: pem::Error) -> TlsError {
        TlsError::Pem { key: self.key, file: self.file.to_owned(), source }
    }
}
