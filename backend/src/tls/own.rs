//! The server's own certificate, signed by itself: made once and kept beside the messages, so that
//! whoever has come to trust its fingerprint may go on to.

use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair};

use super::{TlsError, files::Files};
use crate::store::StoreUrl;

/// The line of the certificate's file that says for which names it is. It stands before the PEM,
/// where readers skip it.
const NAMES: &str = "names: ";

/// The kept certificate, or a new one: where there is none, or it lacks one of these names.
///
/// # Errors
///
/// When none can be made or written.
pub(super) fn files(store: &StoreUrl, names: &[String]) -> Result<Files, TlsError> {
    let folder = folder(store);
    let files = Files { cert: folder.join("cert.pem"), key: folder.join("key.pem") };
    let kept = fs::read_to_string(&files.cert).ok();
    let kept = kept.as_deref().and_then(|pem| pem.lines().next()?.strip_prefix(NAMES));
    let bears = |name: &String| kept.is_some_and(|kept| kept.split(", ").any(|k| k == name));
    if kept.is_some() && files.key.is_file() && names.iter().all(bears) {
        return Ok(files);
    }
    let (cert, key) = draw(&all_names(names))?;
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |e| TlsError::File(path, "written", e)
    };
    fs::create_dir_all(&folder).map_err(failed(&folder))?;
    // The certificate last: where it stands, its key does too.
    replace(&files.key, key.as_bytes()).map_err(failed(&files.key))?;
    replace(&files.cert, cert.as_bytes()).map_err(failed(&files.cert))?;
    Ok(files)
}

/// Beside the database; `data/tls` for a log that is kept in memory.
fn folder(store: &StoreUrl) -> PathBuf {
    match store {
        StoreUrl::Sqlite(path) => path.parent().unwrap_or(Path::new("")).join("tls"),
        StoreUrl::Memory => "data/tls".into(),
    }
}

/// What this machine is called in its own network, and what the operator calls it besides.
fn all_names(asked: &[String]) -> BTreeSet<String> {
    let mut names: BTreeSet<String> =
        ["localhost", "127.0.0.1", "::1"].into_iter().map(str::to_owned).collect();
    if let Ok(host) = gethostname::gethostname().into_string() {
        names.insert(format!("{host}.local"));
        names.insert(host);
    }
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    // An address that holds on one wire only can't be typed into a browser.
    let usable = interfaces.iter().filter(|interface| !interface.is_link_local());
    names.extend(usable.map(|interface| interface.ip().to_string()));
    names.extend(asked.iter().cloned());
    names
}

/// A certificate for these names and its key, in PEM. It holds for many years: its trust comes from
/// its fingerprint, and a new one would have to be trusted anew. Its folder can be removed for one.
fn draw(names: &BTreeSet<String>) -> Result<(String, String), TlsError> {
    let names: Vec<_> = names.iter().cloned().collect();
    let listed = names.join(", ");
    let failed = |e| TlsError::Name(listed.clone(), e);
    let mut params = CertificateParams::new(names).map_err(failed)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Tidings, self-signed");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate().map_err(failed)?;
    let cert = params.self_signed(&key).map_err(failed)?;
    Ok((format!("{NAMES}{listed}\n{}", cert.pem()), key.serialize_pem()))
}

/// Writes a file that only its owner may read, in place of the one that is there, or not at all.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    let _ = fs::remove_file(&new);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, path)
}
